"""Modules and whole networks: what they count, and how their channels and blocks are arranged."""

from __future__ import annotations

from typing import Any

import explorer
from explorer import cost
from explorer.blocks import basic_block, bottleneck, dense_layer, inception, inception_naive
from explorer.from_torch import graph_of as foreign
from explorer.graph import INPUT, Graph
from explorer.joins import Add
from explorer.layers import Conv, Identity, MaxPool
from explorer.shapes import Shape
from explorer.spec import Branches, Series
from explorer.vision.preprocess import Preprocessing
from explorer.zoo.efficientnet import COEFFICIENTS
from explorer.zoo.mobilenet import full, separable
from tests.support import oracles
from tests.worked.routes import Example, graph_of, hwc, kernels, mult_adds, params, route, zoo


@route("inception_naive_ops")
def _(example: Example) -> dict[str, Any]:
    graph = graph_of(inception_naive(128, 192, 96), example["inputs"]["input_hwc"])
    costs = [cost.mult_adds(node) for node in graph if node.type == "Conv"]
    return totals(example, graph, costs) | {"total_million": round(sum(costs) / 1e6, 1)}


@route("inception_bottleneck_ops")
def _(example: Example) -> dict[str, Any]:
    graph = graph_of(inception(128, 64, 192, 64, 96, 64), example["inputs"]["input_hwc"])
    order = ("branch2.0", "branch3.0", "branch1", "branch2.1", "branch3.1", "branch4.1")
    costs = [cost.mult_adds(graph[f"{name}.conv"]) for name in order]
    return totals(example, graph, costs) | {
        "total_million": round(sum(costs) / 1e6, 2),
        "printed_total_reproduction": sum(costs) + cost.mult_adds(graph["branch2.1.conv"]),
    }


def totals(example: Example, graph: Graph, costs: list[int]) -> dict[str, Any]:
    """Name the costs of the convolutions as the slide does, and add up."""
    terms = [[name, each] for name, each in zip(example["inputs"]["convs"], costs, strict=True)]
    assert sum(costs) == mult_adds(graph)
    return {"terms": terms, "total": sum(costs), "output_hwc": hwc(graph.output_shape), "weights": kernels(graph)}


@route("inception_pool_branch_keeps_depth")
def _(example: Example) -> dict[str, Any]:
    pool = MaxPool(*example["inputs"]["pool"])
    return {"output_hwc": hwc(graph_of(pool, example["inputs"]["input_hwc"]).output_shape)}


@route("inception_3a_module")
def _(example: Example) -> dict[str, Any]:
    graph = graph_of(inception(*example["inputs"]["columns"]), example["inputs"]["input_hwc"])
    assert graph.output_shape == zoo("googlenet")["inception3a.concat"].shape
    return {
        "output_hwc": hwc(graph.output_shape),
        "weights": kernels(graph),
        "biases": cost.total(graph, cost.biases),
        "macs": mult_adds(graph),
    }


@route("googlenet_vs_alexnet_params")
def _(example: Example) -> dict[str, Any]:
    columns = [zoo("alexnet"), zoo("alexnet_one_stream"), foreign(oracles.on_meta("alexnet"), (3, 224, 224))]
    assert [params(graph) for graph in columns] == example["inputs"]["alexnet"]
    assert params(zoo("googlenet")) == example["inputs"]["googlenet"]
    return {"ratios": [round(params(graph) / params(zoo("googlenet")), 2) for graph in columns]}


@route("depthwise_separable_cost_formula")
def _(example: Example) -> dict[str, Any]:
    agreed = dict(example["expected"])
    for m, n, df in ((8, 16, 14), (3, 5, 7), (32, 32, 10)):
        standard, split = (mult_adds(graph_of(block(m, n, 1), [df, df, m])) for block in (full, separable))
        computed = {"standard": standard, "separable": split, "ratio": split / standard}
        values = {"DK": 3, "M": m, "N": n, "DF": df}
        agreed = {k: text for k, text in agreed.items() if abs(worked_out(text, values) - computed[k]) < 1e-12}
    return agreed


def worked_out(text: str, values: dict[str, int]) -> float:
    result: float = eval(text.replace("^", "**"), dict(values))
    return result


@route("depthwise_ratio_numeric")
def _(example: Example) -> dict[str, Any]:
    ratios = [
        mult_adds(graph_of(separable(32, n, 1), [14, 14, 32])) / mult_adds(graph_of(full(32, n, 1), [14, 14, 32]))
        for n in example["inputs"]["N"]
    ]
    return {"ratio": [round(ratio, 8) for ratio in ratios], "speedup": [round(1 / ratio, 4) for ratio in ratios]}


@route("mobilenet_table3")
def _(example: Example) -> dict[str, Any]:
    narrow = round(example["inputs"]["alpha"] * 512)
    blocks = (
        ("Convolution", full(512, 512, 1), [14, 14, 512]),
        ("Depthwise Separable Conv", separable(512, 512, 1), [14, 14, 512]),
        ("alpha = 0.75", separable(narrow, narrow, 1), [14, 14, narrow]),
        ("rho = 0.714", separable(narrow, narrow, 1), [10, 10, narrow]),
    )
    rows = []
    for name, block, size in blocks:
        graph = graph_of(block, size)
        counts = {"mult_adds": mult_adds(graph), "params": kernels(graph)}
        millions = {
            "mult_adds_million": round(counts["mult_adds"] / 1e6, 1),
            "params_million": round(counts["params"] / 1e6, 2),
        }
        rows.append({"name": name, **counts, **millions})
    return {"rows": rows}


@route("mobilenet_alpha_rho_cost")
def _(example: Example) -> dict[str, Any]:
    given = example["inputs"]
    alpha, rho = given["alpha"], 5 / 7
    width, size = round(alpha * given["M"]), round(rho * given["DF"])
    thin = mult_adds(graph_of(separable(width, width, 1), [size, size, width]))
    whole = mult_adds(graph_of(separable(given["M"], given["N"], 1), [given["DF"], given["DF"], given["M"]]))
    share = round(alpha**2 * rho**2, 5)
    return {"cost": thin, "ratio_to_alpha1_rho1": round(thin / whole, 6), "alpha2_rho2": share}


SQUEEZED = {
    "ResNet-50": ("resnet50", "se_resnet50"),
    "ResNet-101": ("resnet101", "se_resnet101"),
    "ResNet-152": ("resnet152", "se_resnet152"),
    "ResNeXt-50": ("resnext50_32x4d", "se_resnext50_32x4d"),
    "ResNeXt-101": ("resnext101_32x4d", "se_resnext101_32x4d"),
    "VGG-16": ("vgg16", None),
    "BN-Inception": ("bn_inception", "se_bn_inception"),
    "Inception-ResNet-v2": (None, None),
}
"""Our names; None where the table's network is not known exactly enough to be counted."""


@route("se_overhead_gflops")
def _(example: Example) -> dict[str, Any]:
    """The residual networks are the paper's, with the stride on the first 1×1."""
    rows, printed = example["inputs"]["rows"], example["expected"]["printed_before"]
    before = [counted(SQUEEZED[row][0], stride_on="1x1") for row in rows]
    gaps = [abs(said - ours / 1e9) for said, ours in zip(printed, before, strict=True) if ours]
    return {
        "exact_conv_fc_macs_before": before,
        "exact_conv_fc_macs_after": [counted(SQUEEZED[row][1]) for row in rows],
        "max_abs_gap_before_gflops": round(max(gaps), 2),
    }


def counted(id: str | None, **knobs: Any) -> int | None:
    if id is None:
        return None
    known = {knob.name for knob in explorer.get(id).knobs}
    return mult_adds(zoo(id, **{name: value for name, value in knobs.items() if name in known}))


@route("se_resnet50_extra_params")
def _(example: Example) -> dict[str, Any]:
    graph, plain = zoo("se_resnet50"), zoo("resnet50")
    gates = [node for node in graph if ".se_module.fc" in node.name]
    total = sum(map(cost.params, gates))
    assert total == params(graph) - params(plain)
    return {
        "fc_weights": sum(map(cost.weights, gates)),
        "fc_biases": sum(map(cost.biases, gates)),
        "total": total,
        "relative": round(total / params(plain), 5),
        "fc_macs": sum(map(cost.mult_adds, gates)),
    }


@route("efficientnet_constraint")
def _(example: Example) -> dict[str, Any]:
    alpha, beta, gamma = scaling()
    assert {"alpha": alpha, "beta": beta, "gamma": gamma} == example["inputs"]
    flops = alpha * beta**2 * gamma**2
    return {"product": round(flops, 5), "approximately": round(flops)}


def scaling() -> tuple[float, float, float]:
    setting = explorer.get("efficientnet").setting
    return tuple(float(setting[name]) for name in ("alpha", "beta", "gamma"))


@route("efficientnet_phi_scaling")
def _(example: Example) -> dict[str, Any]:
    (alpha, beta, gamma), phi = scaling(), example["inputs"]["phi"]
    factors = {"depth": alpha, "width": beta, "resolution": gamma, "flops_factor": alpha * beta**2 * gamma**2}
    grown = {name: [round(factor**each, 4) for each in phi] for name, factor in factors.items()}
    released = [[width, depth, side] for width, depth, side, *_ in COEFFICIENTS.values()]
    return grown | {"released_width_depth_resolution": released}


@route("densenet_layer_input_channels")
def _(example: Example) -> dict[str, Any]:
    graph, found = zoo("densenet121"), []
    block = "features.denseblock1"
    for index in range(6):
        channels = graph[f"{block}.denselayer{index + 1}.norm1"].shape[0]
        found.append({"k0": 64, "k": 32, "layer_index_zero_based": index, "input_channels": channels})
    return {"examples": found, "block_output_densenet121_block1": graph[f"{block}.denselayer6.concat"].shape[0]}


@route("densenet121_channel_chain")
def _(example: Example) -> dict[str, Any]:
    graph, chain = zoo("densenet121"), []
    for number, count in enumerate(example["inputs"]["blocks"], 1):
        block = f"features.denseblock{number}.denselayer"
        chain.append([graph[f"{block}1.norm1"].shape[0], graph[f"{block}{count}.concat"].shape[0]])
    return {"block_in_out": chain, "final": graph["classifier"].input_shapes[0][0]}


@route("densenet_vs_resnet_merge")
def _(example: Example) -> dict[str, Any]:
    channels = example["inputs"]["x_channels"]
    added, behind = example["inputs"]["branch_channels"]
    joined = [
        graph_of(Branches(Series(), Conv(width, 3, padding=1), join=join), [8, 8, channels]).output_shape[0]
        for width, join in ((added, "add"), (behind, "concat"))
    ]
    return {"resnet_add": joined[0], "densenet_concat": joined[1]}


@route("densenet_concat_connections")
def _(example: Example) -> dict[str, Any]:
    """With one map from each source, a layer reads as many maps as it has connections."""
    block = graph_of(Series(*[dense_layer(1, bottleneck=False)] * example["inputs"]["L"]), [8, 8, 1])
    return {"direct_connections": sum(node.input_shapes[0][0] for node in block if node.type == "Conv")}


@route("resnet_block_shape_rule")
def _(example: Example) -> dict[str, Any]:
    shapes = [(channels, height, width) for height, width, channels in example["inputs"].values()]
    return {"addable": addable(*shapes) and not addable(shapes[0], (128, 28, 28))}


def addable(*shapes: Shape) -> bool:
    try:
        return Add().output_shape(*shapes) == shapes[0]
    except explorer.ExplorerError:
        return False


@route("resnet_vs_vggD")
def _(example: Example) -> dict[str, Any]:
    resnet, paper, vgg = zoo("resnet50"), zoo("resnet50", stride_on="1x1"), zoo("vgg16")
    convs = [node for node in vgg if node.type == "Conv"]
    return {
        "params_exact": [params(resnet), params(vgg)],
        "macs_exact_resnet50_v1": mult_adds(paper),
        "macs_exact_resnet50_v1_5": mult_adds(resnet),
        "macs_exact_vgg16_conv_only": sum(map(cost.mult_adds, convs)),
        "macs_exact_vgg16_total": mult_adds(vgg),
    }


@route("resnet50_resnext50_totals")
def _(example: Example) -> dict[str, Any]:
    both = zoo("resnet50"), zoo("resnext50_32x4d")
    return {"params_exact": [*map(params, both)], "macs_exact": [*map(mult_adds, both)]}


@route("resnet_bottleneck_vs_basic_params")
def _(example: Example) -> dict[str, Any]:
    channels, width = example["inputs"]["channels"], example["inputs"]["bottleneck"]
    return {
        "bottleneck_weights": kernels(graph_of(bottleneck(width), [56, 56, channels])),
        "basic_two_3x3_256": kernels(graph_of(basic_block(channels), [56, 56, channels])),
        "basic_two_3x3_64": kernels(graph_of(basic_block(width), [56, 56, width])),
    }


@route("resnet_ensemble_paths")
def _(example: Example) -> dict[str, Any]:
    return {"paths": [paths(r) for r in example["inputs"]["r"]]}


def paths(blocks: int) -> int:
    """Count the ways from the input to the output of residual blocks in a row."""
    graph = graph_of(Series(*[Branches(Identity(), Series(), join="add")] * blocks), [1, 1, 1])
    ways = {INPUT: 1}
    for node in graph:
        ways[node.name] = sum(ways[name] for name in node.inputs)
    return ways[graph.output]


@route("resnet_up_to_1202_layers")
def _(example: Example) -> dict[str, Any]:
    blocks = [additions(zoo(f"resnet{depth}")) for depth in example["inputs"]["depth"]]
    return {"n": [count // 3 for count in blocks], "blocks": blocks}


def additions(graph: Graph, stage: str = "") -> int:
    return sum(node.type == "Add" for node in graph if node.name.startswith(stage))


@route("wrn_naming")
def _(example: Example) -> dict[str, Any]:
    """The name counts the convolutions of a CIFAR network, and the depth of one for ImageNet."""
    cifar = [zoo(id) for id in ("wrn_16_8", "wrn_28_10", "wrn_40_10")]
    others = [(zoo("wrn_34_2"), zoo("resnet34")), (zoo("wide_resnet50_2"), zoo("resnet50"))]
    inner = "layer1.1.conv2"
    widths = [[g["conv1"].shape[0], *(g[f"layer{i}.0.add"].shape[0] for i in (1, 2, 3))] for g in cifar]
    counts = [additions(graph, "layer1") for graph in cifar]
    assert all(counts[i] == additions(graph, f"layer{n}") for i, graph in enumerate(cifar) for n in (2, 3))
    return {
        "depth": [sum(n.type == "Conv" for n in g) for g in cifar] + [cost.depth(wide) for wide, _ in others],
        "k": [w[1] // 16 for w in widths] + [wide[inner].shape[0] // thin[inner].shape[0] for wide, thin in others],
        "blocks_per_stage_cifar": [*counts, None, None],
        "widths_cifar": [*widths, None, None],
    }


@route("resnext_cardinality_width")
def _(example: Example) -> dict[str, Any]:
    channels, weights, widths = example["inputs"]["input_channels"], [], []
    for pair in example["inputs"]["pairs"]:
        width = pair["C"] * pair["d"]
        block = bottleneck(width, out_channels=channels, groups=pair["C"])
        weights.append(kernels(graph_of(block, [56, 56, channels])))
        widths.append(width)
    return {"block_weights": weights, "group_conv_width": widths}


@route("lenet5_params")
def _(example: Example) -> dict[str, Any]:
    graph = zoo("lenet5")
    return {"per_layer": [cost.params(node) for node in graph if node.parameters], "total": params(graph)}


@route("vgg16_params_no_bias", "vgg16_first_conv", "vgg16_fc6", "vgg16_fc6_neurons")
def _(example: Example) -> dict[str, Any]:
    graph = zoo("vgg16")
    convs = sum(cost.weights(node) for node in graph if node.type == "Conv")
    fc = kernels(graph) - convs
    match example["id"]:
        case "vgg16_first_conv":
            return {"params": cost.weights(graph["features.0"])}
        case "vgg16_fc6":
            return {"params": cost.weights(graph["classifier.0"])}
        case "vgg16_fc6_neurons":
            return {"neurons": cost.activations(graph["classifier.0"])}
        case _:
            return {
                "no_bias": convs + fc,
                "with_bias": params(graph),
                "conv_no_bias": convs,
                "fc_no_bias": fc,
                "fc_share": round(fc / (convs + fc), 4),
            }


@route("mean_image_shapes")
def _(example: Example) -> dict[str, Any]:
    """The two ways of the slide: a mean for each number of a picture, or one per channel, as we normalise."""
    picture = hwc(explorer.get("resnet20").input_shape)
    return {"mean_image": picture, "per_channel_mean": len(Preprocessing((32, 32), 32).mean)}

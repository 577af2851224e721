"""Whole networks: what they count, and how their channels and blocks are arranged."""

from __future__ import annotations

from typing import Any

import explorer
from explorer import cost
from explorer.blocks import basic_block, bottleneck, dense_layer
from explorer.from_torch import graph_of as foreign
from explorer.graph import INPUT, Graph
from explorer.joins import Add
from explorer.layers import Conv, Identity
from explorer.shapes import Shape
from explorer.spec import Branches, Series
from explorer.vision.preprocess import Preprocessing
from explorer.zoo.efficientnet import COEFFICIENTS
from tests.support import oracles
from tests.worked.routes import Example, graph_of, hwc, kernels, mult_adds, params, route, zoo


@route("googlenet_vs_alexnet_params")
def _(example: Example) -> dict[str, Any]:
    columns = [zoo("alexnet"), zoo("alexnet_one_stream"), foreign(oracles.on_meta("alexnet"), (3, 224, 224))]
    assert [params(graph) for graph in columns] == example["inputs"]["alexnet"]
    assert params(zoo("googlenet")) == example["inputs"]["googlenet"]
    return {"ratios": [round(params(graph) / params(zoo("googlenet")), 2) for graph in columns]}


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

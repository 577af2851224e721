"""Sizes, parameters, costs and windows of single convolutions and of a few in a row."""

from __future__ import annotations

from fractions import Fraction
from itertools import product
from typing import Any

import explorer
from explorer import cost, formula
from explorer.graph import INPUT
from explorer.layers import Conv, Flatten, Linear, MaxPool, ZeroPad
from explorer.receptive_field import pixels, receptive_fields
from explorer.shapes import elements
from explorer.spec import Series
from tests.worked.routes import Example, graph_of, hwc, kernels, mult_adds, params, route, zoo


def convolution(given: dict[str, Any]) -> Conv:
    sizes = {name: given[name] for name in ("stride", "padding") if name in given}
    return Conv(given.get("filters", 1), given["kernel"], **sizes)


@route("conv_filter_depth")
def _(example: Example) -> dict[str, Any]:
    height, width, channels = example["inputs"]["input_hwc"]
    conv = Conv(1, tuple(example["inputs"]["kernel"]))
    return {"filter_shape": hwc(conv.parameters((channels, height, width))["weight"][1:])}


@route("conv_valid_5x5_32", "conv_5x5_8_filters_params")
def _(example: Example) -> dict[str, Any]:
    graph = graph_of(convolution(example["inputs"]), example["inputs"]["input_hwc"])
    found = {"output_hwc": hwc(graph.output_shape), "macs": mult_adds(graph)}
    if "output_neurons" in example["expected"]:
        return found | {"params": params(graph), "output_neurons": elements(graph.output_shape)}
    return found | {"params_with_bias": params(graph)}


@route("conv_same_padding_9x9", "same_padding_3x3", "same_padding_5x5", "same_padding_7x7")
def _(example: Example) -> dict[str, Any]:
    kernel, size = example["inputs"]["kernel"], example["inputs"].get("input_hwc", [32, 32, 1])
    keeping = [p for p in range(kernel) if hwc(graph_of(Conv(1, kernel, padding=p), size).output_shape)[:2] == size[:2]]
    return {"padding": keeping[0]} if len(keeping) == 1 else {}


@route("pad_7x7_to_11x11")
def _(example: Example) -> dict[str, Any]:
    width = example["inputs"]["padding"]
    return {"padded_hw": [*ZeroPad(width, width).output_shape((1, *example["inputs"]["input_hw"]))[1:]]}


def without_rounding(written: str) -> Fraction:
    """Work a written-out output size out, ``⌊(7 − 3)/3⌋ + 1 = 2``, as if it were not rounded down."""
    left = written.partition(" = ")[0].replace("−", "-").replace("⌊", "").replace("⌋", "").replace("·", "*")
    room, _, stride = left.removesuffix(" + 1").rpartition("/")
    return Fraction(eval(room), int(stride)) + 1


@route("stride3_7x7_not_integer", "alexnet_224_conv1_not_integer")
def _(example: Example) -> dict[str, Any]:
    size = example["inputs"]["input_hw"]
    graph = graph_of(convolution(example["inputs"]), [*size, 1])
    node, count = graph.nodes[0], graph.output_shape[1]
    (written,) = formula.output_size(node)
    found = {"raw": str(without_rounding(written)), "integer": "⌊" not in written}
    if "floor" in example["expected"]:
        return found | {"floor": count}
    seen = pixels(receptive_fields(graph)[graph.output], (count - 1,) * 2, graph.input_shape)
    padded = graph_of(convolution(example["inputs"] | {"padding": 1}), [*size, 1])
    unused = size[0] - seen[0][1]
    return found | {
        "output_floor": count,
        "unused_border_columns": unused,
        "output_ceil_with_padding": padded.output_shape[1],
    }


@route("conv_general_formula")
def _(example: Example) -> dict[str, Any]:
    agreed = dict(example["expected"])
    for h, w, c, k, f, s, p in product((9, 15), (21, 27), (1, 3), (2, 5), (1, 3), (1, 2), (0, 1)):
        graph = graph_of(Conv(k, f, s, p), [h, w, c])
        values = {"H1": h, "W1": w, "C1": c, "K": k, "F": f, "S": s, "P": p}
        shape = graph.output_shape
        computed = {"H2": shape[1], "W2": shape[2], "C2": shape[0], "params": params(graph)}
        agreed = {
            name: text for name, text in agreed.items() if eval(text.replace("2P", "2*P"), values) == computed[name]
        }
    return agreed


@route("typical_setting_F3_S1_P1", "typical_setting_F5_S1_P2", "typical_setting_F1_S1_P0")
def _(example: Example) -> dict[str, Any]:
    graph = graph_of(convolution(example["inputs"]), [*example["inputs"]["input_hw"], 1])
    return {"output_hw": [*graph.output_shape[1:]]}


@route("fully_connected_equivalent_params")
def _(example: Example) -> dict[str, Any]:
    assert hwc(explorer.get("mlp").input_shape) == example["inputs"]["input_hwc"]
    dense, conv = zoo("mlp")["fc1"], zoo("one_conv")["conv1"]
    assert hwc(conv.shape) == example["inputs"]["output_hwc"]
    neurons, total = cost.activations(dense), cost.params(dense)
    ratio = round(total / cost.params(conv), 4)
    return {"neurons": neurons, "params_per_neuron": total // neurons, "total_params": total, "ratio_to_conv": ratio}


@route("alexnet_pool1", "pooling_no_parameters")
def _(example: Example) -> dict[str, Any]:
    pool = zoo("alexnet")["pool1"]
    assert (hwc(pool.input_shapes[0]), pool.layer) == ([55, 55, 96], MaxPool(3, 2))
    found = {"output_hwc": hwc(pool.shape), "params": cost.params(pool)}
    return {name: found[name] for name in example["expected"]}


@route("alexnet_size_chain")
def _(example: Example) -> dict[str, Any]:
    graph = graph_of(explorer.get("alexnet").spec, example["inputs"]["input_hwc"])
    named = [n for n in graph if n.name.startswith(("conv", "pool"))]
    return {"chain": [[n.name.upper(), *hwc(n.shape)] for n in named], "flattened": graph["flatten"].shape[0]}


def window(given: dict[str, Any]) -> Conv | MaxPool:
    """Give a layer with this window: a pooling where it takes steps."""
    if given["stride"] > 1:
        return MaxPool(given["kernel"], given["stride"])
    return Conv(1, given["kernel"], dilation=given.get("dilation", 1))


def field(layers: list[Conv | MaxPool]) -> int:
    graph = explorer.lower(Series(*layers), (1, 64, 64))
    return receptive_fields(graph)[graph.output].size[0]


@route(
    "receptive_field_2x3x3", "receptive_field_3x3x3", "receptive_field_1x1_unchanged", "receptive_field_pool_speedup"
)
def _(example: Example) -> dict[str, Any]:
    layers = [window(each) for each in example["inputs"]["layers"]]
    found = {"receptive_field": field(layers)}
    if "without_pool" in example["expected"]:
        found["without_pool"] = field([each for each in layers if isinstance(each, Conv)])
    return found


@route("receptive_field_dilated_3x3")
def _(example: Example) -> dict[str, Any]:
    conv = Conv(1, example["inputs"]["kernel"], dilation=example["inputs"]["dilation"], bias=False)
    return {
        "weights_per_channel_pair": params(graph_of(conv, [32, 32, 1])),
        "effective_kernel": conv.window((1, 32, 32)).extent[0],
    }


def stack(kernel: Any, count: int, channels: int) -> int:
    """Count the weights of so many convolutions in a row that keep the channels."""
    return kernels(graph_of(Series(*[Conv(channels, kernel)] * count), [32, 32, channels]))


@route("stack_3x3_vs_7x7_params", "stack_2x3x3_vs_5x5")
def _(example: Example) -> dict[str, Any]:
    count, large, unit = (3, 7, "C^2") if "C" in example["inputs"] else (2, 5, "K")
    factors = {(stack(3, count, c) / c**2, stack(large, 1, c) / c**2) for c in (1, 4, 10)}
    if len(factors) != 1:
        return {}
    ((small, single),) = factors
    saving = round(1 - small / single, 5)
    return {"stack": f"{small:.0f} {unit}", "single": f"{single:.0f} {unit}", "saving": saving}


@route("stack_3x3_vs_7x7_C64", "stack_3x3_vs_7x7_C256")
def _(example: Example) -> dict[str, Any]:
    return {"stack": stack(3, 3, example["inputs"]["C"]), "single": stack(7, 1, example["inputs"]["C"])}


@route("factor_nxn_to_nx1_1xn")
def _(example: Example) -> dict[str, Any]:
    sizes = example["inputs"]["n"]
    full, factored = [stack(n, 1, 1) for n in sizes], [stack((n, 1), 1, 1) + stack((1, n), 1, 1) for n in sizes]
    saving = [round(1 - few / many, 6) for few, many in zip(factored, full, strict=True)]
    return {"full": full, "factored": factored, "saving": saving}


@route("separable_2d_filter_params")
def _(example: Example) -> dict[str, Any]:
    n = example["inputs"]["filter"]
    return {"full": stack(n, 1, 1), "separable": stack((n, 1), 1, 1) + stack((1, n), 1, 1)}


@route("grouped_conv_2")
def _(example: Example) -> dict[str, Any]:
    given = example["inputs"]

    def weights(groups: int) -> int:
        return kernels(graph_of(Conv(given["cout"], given["kernel"], groups=groups), [27, 27, given["cin"]]))

    refused = []
    for groups in (*given["groups"], given["cin"]):
        try:
            weights(groups)
        except explorer.ExplorerError:
            refused.append(groups)
    return {"weights": [weights(groups) for groups in given["groups"]], "invalid_groups": refused}


@route("depthwise_conv_groups_equals_cin")
def _(example: Example) -> dict[str, Any]:
    given = example["inputs"]
    split, full = (Conv(given["cout"], given["kernel"], groups=groups) for groups in (given["groups"], 1))
    size = [14, 14, given["cin"]]
    return {"weights": kernels(graph_of(split, size)), "full_weights": kernels(graph_of(full, size))}


@route("conv1d_7_words")
def _(example: Example) -> dict[str, Any]:
    graph = explorer.lower(convolution(example["inputs"]), (4, example["inputs"]["length"]))
    return {"output_length": graph.output_shape[1]}


@route("textcnn_kim_params")
def _(example: Example) -> dict[str, Any]:
    given = example["inputs"]
    graph = zoo("text_cnn", vocabulary=0, maps=given["maps"], num_classes=given["classes"])
    convs = [node for node in graph if node.type == "Conv"]
    assert [node.layer.kernel_size for node in convs] == given["widths"]
    assert graph.shape_of(INPUT)[0] == given["embedding"]
    return {
        "conv_params": sum(map(cost.params, convs)),
        "fc_params": cost.params(graph["fc"]),
        "total_without_embedding": params(graph),
    }


@route("mnist_single_layer")
def _(example: Example) -> dict[str, Any]:
    spec = Series(Flatten(), Linear(example["inputs"]["outputs"]))
    return {"params": params(graph_of(spec, [*example["inputs"]["input_hw"], 1]))}

"""The receptive field by a second route: the pixels at which a gradient arrives.

In the twin of a graph everything only adds up and every weight is positive, so that nothing cancels; it has one
channel, as no window depends on the number of channels. Gates are left out, on both sides.
"""

from __future__ import annotations

from dataclasses import replace

import pytest
import torch
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from torch import nn

import explorer
from explorer.graph import INPUT, Graph, Node
from explorer.joins import Add, Concat, Multiply, Operation
from explorer.layers import (
    LIF,
    AdaptiveAvgPool,
    AvgPool,
    BatchNorm,
    Conv,
    Embedding,
    Flatten,
    GlobalAvgPool,
    GlobalMaxPool,
    Identity,
    Linear,
    LocalResponseNorm,
    MaxPool,
    PadChannels,
    ReLU,
    Sigmoid,
    ZeroPad,
    activations,
)
from explorer.network import Network
from explorer.receptive_field import ReceptiveField, pixels, receptive_fields
from explorer.shapes import Shape
from explorer.spec import Branches, Series, Spec

Box = tuple[tuple[int, int], ...]
FLATTENED_AT_ONCE = {"mlp", "highway_fc_mnist"}
NETWORKS = [
    *(each for each in explorer.architectures() if each.id not in FLATTENED_AT_ONCE),
    explorer.get("googlenet", aux_heads=True),
    explorer.get("googlenet", module="naive"),
    explorer.get("resnet34", shortcut="A"),
    explorer.get("resnet50", stride_on="1x1"),
    explorer.get("preact_resnet110", shortcut="A"),
    explorer.get("preact_resnet164", stride_on="1x1"),
    explorer.get("wrn", depth=10, k=1),
    explorer.get("densenet_cifar", depth=40, bottleneck=False, compression=1.0),
    explorer.get("mobilenet_v1", rho=0.571, shallow=True),
    explorer.get("efficientnet", phi=0.5),
    explorer.get("nasnet_a_mobile", padding="same"),
    explorer.get("nasnet_random", seed=3, repeats=1),
]


ELEMENTWISE = (*vars(activations).values(), BatchNorm, LocalResponseNorm)
OF_THE_WHOLE = (GlobalAvgPool, GlobalMaxPool, Flatten, Linear)


def linear(layer: Operation) -> Operation:
    """Give the operation that looks through the same window, on one channel, and only adds up."""
    match layer:
        case Conv():
            return replace(layer, out_channels=1, groups=1, bias=False)
        case MaxPool(kernel, stride, padding, ceil_mode):
            return AvgPool(kernel, stride, padding, ceil_mode)
        case LIF():
            return LIF(decay=1.0, threshold=100.0)  # never fires: a running sum, seen through its surrogate gradient
        case Concat() | Multiply():
            return Add()
        case Embedding() | PadChannels():
            return Identity()
        case _:
            return Identity() if type(layer) in ELEMENTWISE else layer


def twin(graph: Graph) -> Graph:
    """Give the linear, one-channel twin of a graph, up to the first vector or global pooling of each path."""
    shapes: dict[str, Shape] = {INPUT: (1, *graph.input_shape[1:])}
    nodes: list[Node] = []
    for node in graph:
        inputs = tuple(name for name in node.inputs if name in shapes)
        gated = isinstance(node.layer, Multiply) and inputs
        if (inputs == node.inputs or gated) and not isinstance(node.layer, OF_THE_WHOLE):
            layer, given_shapes = linear(node.layer), tuple(shapes[name] for name in inputs)
            shapes[node.name] = layer.output_shape(*given_shapes)
            nodes.append(Node(node.name, layer, inputs, given_shapes, shapes[node.name]))
    return Graph(graph.name, shapes[INPUT], tuple(nodes), nodes[-1].name)


def summing(graph: Graph) -> Network:
    """Give the network of a linear graph, all of its weights positive."""
    network = Network(graph).double().eval()
    for parameter in network.parameters():
        nn.init.constant_(parameter, 1 / parameter[0].numel())
    return network


def seen(network: Network, name: str, positions: list[Shape]) -> list[Box]:
    """Give, for each position of a node (() is all of them), the box of the pixels where the gradient arrives."""
    return all_seen(network, {name: positions})[name]


def all_seen(network: Network, wanted: dict[str, list[Shape]]) -> dict[str, list[Box]]:
    """Give the same for several nodes, for as many positions of each; each position has an image of its own."""
    count = len(next(iter(wanted.values())))
    images = torch.ones(count, *network.graph.input_shape, dtype=torch.double, requires_grad=True)
    outputs, boxes = network.run({INPUT: images}, wanted), {}
    for name, positions in wanted.items():
        picked = [outputs[name][i][(slice(None), *position)].sum() for i, position in enumerate(positions)]
        (gradients,) = torch.autograd.grad(torch.stack(picked).sum(), images, retain_graph=True)
        boxes[name] = [_box(gradient.sum(0)) for gradient in gradients]
    return boxes


def _box(gradient: torch.Tensor) -> Box:
    """Give the bounding box of what is not zero; without an axis where there is nothing."""
    found = gradient.nonzero()
    return (
        tuple((int(low), int(high) + 1) for low, high in zip(found.amin(0), found.amax(0), strict=True))
        if len(found)
        else ()
    )


def expected(field: ReceptiveField, position: Shape, input_shape: Shape) -> Box:
    """Give the pixels seen, by the field; without an axis where it lies in the padding altogether."""
    box = pixels(field, position, input_shape)
    return box if all(first < end for first, end in box) else ()


def overlap(box: Box, whole: Box) -> Box:
    """Give what a map sees of a box: without padding, a stride may leave out the last rows of the image."""
    return tuple((max(a, c), min(b, d)) for (a, b), (c, d) in zip(box, whole, strict=False))


def corners_and_middle(shape: Shape) -> list[Shape]:
    return [tuple(0 for _ in shape), tuple(n // 2 for n in shape), tuple(n - 1 for n in shape)]


def smaller(shape: Shape) -> Shape:
    """Halve large images, about: a field does not depend on the size of the input, and the work does.

    What is left over by 32 is kept, so that what divides goes on dividing.
    """
    return (shape[0], *(n if n < 100 else n % 32 + 32 * (n // 64) for n in shape[1:]))


def unclipped(field: ReceptiveField, position: Shape) -> Box:
    firsts = [s + p * j for s, p, j in zip(field.start, position, field.stride, strict=True)]
    return tuple((first, first + size) for first, size in zip(firsts, field.size, strict=True))


def spread(names: list[str], count: int) -> list[str]:
    """Pick so many names at equal distances, the last one among them."""
    return names[:: -max(1, len(names) // count)]


@pytest.mark.parametrize("architecture", NETWORKS, ids=lambda a: "-".join([a.id, *(str(v) for _, v in a.values)]))
def test_field_is_where_the_gradient_arrives(architecture: explorer.Architecture) -> None:
    graph = explorer.lower(architecture, smaller(architecture.input_shape))
    fields, network = receptive_fields(graph, ignore_gates=True), summing(twin(graph))
    names = [node.name for node in network.graph if fields[node.name].status == "exact"]
    assert len(names) > len(graph) // 3
    positions = {name: corners_and_middle(graph[name].shape[1:]) for name in spread(names, 9)}
    found = all_seen(network, {name: [(), *places] for name, places in positions.items()})
    for name, places in positions.items():
        whole, *boxes = found[name]
        sought = [expected(fields[name], place, graph.input_shape) for place in places]
        assert boxes == [overlap(box, whole) for box in sought], name


def test_full_width_network_sees_the_same() -> None:
    graph = explorer.lower(explorer.get("lenet5"))
    changed = tuple(n._replace(layer=n.layer if isinstance(n.layer, Conv) else linear(n.layer)) for n in graph)
    network, fields = summing(replace(graph, nodes=changed)), receptive_fields(graph)
    for name in ("c1", "s2", "c3", "s4"):
        positions = corners_and_middle(graph[name].shape[1:])
        boxes = [pixels(fields[name], position, graph.input_shape) for position in positions]
        assert seen(network, name, positions) == boxes
    for name in ("flatten", "c5", "output"):
        assert fields[name] == ReceptiveField("whole image", (32, 32), (), (0, 0))
        assert seen(network, name, [()]) == [((0, 32), (0, 32))]


MAP = (2, 24, 31)
ODD_PAIR = Branches(
    Conv(3, 3, padding=1), Series(MaxPool(5, 1, padding=2), Conv(3, (1, 3), padding=(0, 1))), join="add"
)
CASES = {
    "dilated": Series(Conv(2, 3, dilation=3), Conv(2, 3, dilation=2)),
    "rectangular": Series(Conv(2, (1, 7), padding=(0, 3)), Conv(2, (5, 2), (2, 3))),
    "padded pooling with stride 1": Series(MaxPool(3, stride=1, padding=1), AvgPool(3, 1, 1)),
    "zeros on one side, a cut on the other": Series(ZeroPad((2, -3), (-1, 4)), Conv(1, 3, 2), ZeroPad(-1, 1)),
    "ceil mode": Series(MaxPool(3, 2, ceil_mode=True), MaxPool(3, 2, ceil_mode=True), Conv(1, 2)),
    "adaptive": Series(Conv(1, 1), AdaptiveAvgPool((4, 31))),
    "branches": Series(ODD_PAIR, MaxPool(2), ODD_PAIR),
    "residual": Series(Branches(Series(Conv(2, 3, 2, 1), Conv(2, 3, padding=1)), Conv(2, 1, 2), join="add"), ReLU()),
    "concatenation": Branches(Conv(1, 1), Conv(1, 3, padding=1), Conv(1, 5, padding=2), join="concat"),
}


@pytest.mark.parametrize("spec", CASES.values(), ids=CASES)
def test_windows_of_every_kind(spec: Spec) -> None:
    graph = explorer.lower(spec, MAP)
    field, network = receptive_fields(graph)[graph.output], summing(twin(graph))
    start, middle, end = corners_and_middle(graph.output_shape[1:])
    found = seen(network, graph.output, [start, middle, end])
    assert found[1] == unclipped(field, middle), "the case is chosen so that the middle fits"
    assert all(_within(box, pixels(field, at, MAP)) for box, at in zip(found, (start, middle, end), strict=True))


@pytest.mark.parametrize("shape", [(3, 20), (3, 9, 8, 7)], ids=["1-D", "3-D"])
def test_sequences_and_volumes(shape: Shape) -> None:
    graph = explorer.lower(Series(Conv(2, 3, padding=1), PadChannels(5), MaxPool(2), Conv(1, 3)), shape)
    field, network = receptive_fields(graph)[graph.output], summing(twin(graph))
    axes = len(shape) - 1
    assert field == ReceptiveField("exact", (8,) * axes, (2,) * axes, (-1,) * axes)
    positions = corners_and_middle(graph.output_shape[1:])
    assert seen(network, graph.output, positions) == [pixels(field, at, shape) for at in positions]


def test_a_spiking_neuron_looks_back_in_time_and_not_ahead() -> None:
    graph = explorer.lower(Series(Conv(2, (1, 3)), LIF(), Conv(1, (1, 3)), LIF()), MAP)
    field, network = receptive_fields(graph)[graph.output], summing(twin(graph))
    for time in (0, 5, 23):
        seen_there = [pixels(field, (time, 4), MAP)]
        assert seen_there == seen(network, graph.output, [(time, 4)]) == [((0, time + 1), (4, 9))]


def _within(inner: Box, outer: Box) -> bool:
    """Say whether a box lies in another; what sees padding only lies anywhere."""
    return not inner or all(a <= b and c <= d for (b, c), (a, d) in zip(inner, outer, strict=True))


def test_figures_of_the_course() -> None:
    """Two 3×3 see 5×5, three see 7×7; VGG16 sees 212×212 before its classifier."""
    for count, size in ((1, 3), (2, 5), (3, 7)):
        graph = explorer.lower(Series(*[Conv(8, 3, padding=1)] * count), (3, 32, 32))
        assert receptive_fields(graph)[graph.output].size == (size, size)
    assert receptive_fields(explorer.lower(explorer.get("vgg16")))["features.30"].size == (212, 212)
    assert receptive_fields(explorer.lower(explorer.get("alexnet")))["pool3"].size == (195, 195)
    assert receptive_fields(explorer.lower(explorer.get("resnet18")))["layer4.1.relu"].size == (435, 435)


SQUEEZE = Series(GlobalAvgPool(), Conv(2, 1), Sigmoid())
GATED = Series(Conv(2, 3), Branches(Series(), SQUEEZE, join="multiply"), MaxPool(2))


def test_a_gate_sees_the_whole_image_unless_it_is_ignored() -> None:
    graph = explorer.lower(GATED, MAP)
    assert receptive_fields(graph)[graph.output] == ReceptiveField("whole image", MAP[1:], (), (0, 0))
    ignored = receptive_fields(graph, ignore_gates=True)
    assert ignored[graph.output] == ReceptiveField("exact", (4, 4), (2, 2), (0, 0))
    assert ignored["1.1.0"].status == "whole image"


def test_paths_of_different_strides_have_no_common_field() -> None:
    graph = explorer.lower(Branches(AvgPool(2), Conv(1, 5), join="concat"), (1, 8, 8))
    fields = receptive_fields(graph)
    assert (fields["0"].stride, fields["1"].stride) == ((2, 2), (1, 1))
    assert fields["concat"].status == "unknown"
    assert pixels(fields["concat"], (0, 0), (1, 8, 8)) == ((0, 8), (0, 8))


def test_parts_without_a_common_window_are_unknown() -> None:
    graph = explorer.lower(Series(AdaptiveAvgPool(3), Conv(1, 1)), (1, 8, 8))
    assert {field.status for name, field in receptive_fields(graph).items() if name != INPUT} == {"unknown"}


sizes = st.integers(1, 4)
windows = st.builds(
    Conv,
    st.just(1),
    kernel_size=st.tuples(sizes, sizes),
    stride=st.tuples(st.integers(1, 3), st.integers(1, 3)),
    padding=st.tuples(st.integers(0, 2), st.integers(0, 2)),
    dilation=st.tuples(st.integers(1, 3), st.integers(1, 3)),
)
pools = st.builds(
    MaxPool, st.integers(2, 3), stride=st.integers(1, 3), padding=st.integers(0, 1), ceil_mode=st.booleans()
)
runs = st.lists(windows | pools, min_size=1, max_size=4).map(lambda found: Series(*found))
same_size = st.sampled_from([Conv(1, 1), Conv(1, 3, padding=1), Conv(1, 3, padding=2, dilation=2), MaxPool(5, 1, 2)])
IMAGE = (1, 40, 40)


def lowered(spec: Spec) -> Graph:
    try:
        return explorer.lower(spec, IMAGE)
    except explorer.ExplorerError:
        assume(False)
        raise


@settings(max_examples=60, deadline=None)
@given(runs)
def test_law_gradients_stay_inside_and_fill_what_fits(spec: Series) -> None:
    graph = lowered(spec)
    field, network = receptive_fields(graph)[graph.output], summing(twin(graph))
    positions = corners_and_middle(graph.output_shape[1:])
    boxes = seen(network, graph.output, positions)
    assume(all(boxes))  # a position may see padding only
    for box, at in zip(boxes, positions, strict=True):
        assert _within(box, pixels(field, at, IMAGE))
        whole = unclipped(field, at)
        if _within(whole, ((0, 40), (0, 40))):
            assert box == whole


@settings(max_examples=60, deadline=None)
@given(runs, runs)
def test_law_one_after_the_other_composes(first: Series, second: Series) -> None:
    both = lowered(Series(first, second))
    half = lowered(first)
    whole = receptive_fields(both)[both.output]
    a = receptive_fields(half)[half.output]
    rest = explorer.lower(second, half.output_shape)
    b = receptive_fields(rest)[rest.output]
    for axis in (0, 1):
        assert whole.size[axis] == a.size[axis] + (b.size[axis] - 1) * a.stride[axis]
        assert whole.start[axis] == a.start[axis] + b.start[axis] * a.stride[axis]
        assert whole.stride[axis] == a.stride[axis] * b.stride[axis]


@settings(max_examples=60, deadline=None)
@given(runs, st.lists(st.lists(same_size, max_size=3), min_size=2, max_size=3))
def test_law_a_union_holds_each_branch_and_no_more(stem: Series, paths: list[list[Conv | MaxPool]]) -> None:
    graph = lowered(Series(stem, Branches(*(Series(*path) for path in paths), join="concat")))
    fields = receptive_fields(graph)
    union = unclipped(fields[graph.output], (3, 3))
    branches = [unclipped(fields[name], (3, 3)) for name in graph[graph.output].inputs]
    assert all(_within(branch, union) for branch in branches)
    for axis in (0, 1):
        assert union[axis][0] in {branch[axis][0] for branch in branches}
        assert union[axis][1] in {branch[axis][1] for branch in branches}

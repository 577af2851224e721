"""One convolution in parts: the pixels that are seen, and the costs by formulas computed from the original graph."""

from fractions import Fraction
from math import prod

import pytest

import explorer
from explorer import cost
from explorer.layers import BatchNorm, Conv, MaxPool, ReLU
from explorer.receptive_field import receptive_fields
from explorer.shapes import per_axis
from explorer.spec import Series
from explorer.transforms import depthwise_separable, one_axis_each, stacked_3x3
from explorer.zoo.inception_v3 import same
from tests.transforms.support import FAMILIES, changed, named

MAP = (32, 16, 16)
MORE = [explorer.get(id) for id in ("resnet50", "inception_v3", "bn_inception", "nin_imagenet", "nasnet_a_mobile")]
networks = pytest.mark.parametrize("architecture", FAMILIES + MORE, ids=named)


def convolutions(graph):
    """Give each convolution's node with its kernel, spelt out."""
    for node in graph:
        if isinstance(node.layer, Conv):
            yield node, per_axis(node.layer.kernel_size, len(node.shape) - 1)


def normed(graph, node):
    """Say whether the only reader is a batch norm."""
    readers = graph.readers[node.name]
    return len(readers) == 1 and isinstance(graph[readers[0]].layer, BatchNorm)


def added(found, figure):
    return cost.total(found.after, figure) - cost.total(found.before, figure)


def between(graph, node, channels, times):
    """Count the parameters of what stands between the parts but is no convolution."""
    biases = channels * times if node.layer.bias else 0
    return biases + (2 * channels * times if normed(graph, node) else 0)


@networks
def test_stacks_cost_what_their_3x3_cost(architecture):
    found = changed("stacked-3x3", architecture)
    if not found:
        assert not [k for _, kernel in convolutions(explorer.lower(architecture)) if (k := min(kernel)) > 4 and k % 2]
        return
    params = mult_adds = 0
    for node, kernel in convolutions(found.before):
        k = max(kernel)
        if k < 5 or k % 2 == 0 or set(kernel) - {1, k} or (len(kernel) > 1 and kernel.count(k) < 2):
            continue
        channels, width, conv = node.input_shapes[0][0], node.shape[0], node.layer
        taps, count = 3 ** kernel.count(k), (k - 1) // 2
        weights = [taps * width * c // conv.groups for c in (channels, *[width] * (count - 1))]
        params += sum(weights) - cost.weights(node) + between(found.before, node, width, count - 1)
        paddings, sizes = per_axis(conv.padding, len(kernel)), []
        for i in range(1, count):  # all but the last stride by 1, and take their share of the padding first
            around = [min(i, p) if p <= count else i + p - count for p in paddings]
            axes = zip(node.input_shapes[0][1:], kernel, around, strict=True)
            sizes.append(prod(n + 2 * p - 2 * i if size > 1 else n for n, size, p in axes))
        mult_adds += sum(w * p for w, p in zip(weights, (*sizes, cost.positions(node)), strict=True))
        mult_adds -= cost.mult_adds(node)
    assert added(found, cost.params) == params
    assert added(found, cost.mult_adds) == mult_adds


@networks
def test_one_axis_each_costs_what_its_parts_cost(architecture):
    found = changed("one-axis-each", architecture)
    if not found:
        return
    params = 0
    for node, kernel in convolutions(found.before):
        wide = [k for k in kernel if k > 1]
        if len(wide) > 1 and len(set(wide)) == 1 and wide[0] > 2:
            channels, width, groups = node.input_shapes[0][0], node.shape[0], node.layer.groups
            weights = wide[0] * width * (channels + (len(wide) - 1) * width) // groups
            params += weights - cost.weights(node) + between(found.before, node, width, len(wide) - 1)
    assert added(found, cost.params) == params


@networks
def test_depthwise_separable_costs_the_share_of_the_paper(architecture):
    """1/N + 1/D² of the mult-adds, exactly (Howard et al. 2017, section 3.1)."""
    found = changed("depthwise-separable", architecture)
    if not found:
        return
    saved = Fraction(0)
    for node, kernel in convolutions(found.before):
        if f"{node.name}.conv1" in found.after.index:
            share = Fraction(1, node.shape[0]) + Fraction(1, prod(kernel))
            saved += (1 - share) * cost.mult_adds(node)
    assert saved == -added(found, cost.mult_adds) != 0


@pytest.mark.parametrize("id", ["stacked-3x3", "one-axis-each", "depthwise-separable"])
@networks
def test_the_same_pixels_are_seen(id, architecture):
    """But where a spiking neuron comes between the parts, which looks back in time."""
    found = changed(id, architecture)
    if not found or architecture.family == "Spiking network":
        return
    before, after = (receptive_fields(graph, ignore_gates=True) for graph in (found.before, found.after))
    assert {name: field for name, field in after.items() if name in before}.items() <= before.items()
    parts = {name.rpartition(".")[0]: name for name in after if name not in before and ".conv" in name}
    assert parts
    assert all(after[last] == before[whole] for whole, last in parts.items() if whole in before)


def test_the_papers_shares():
    """27·C² for 49·C² (Simonyan & Zisserman), 18/25 and a third less (Szegedy et al.)."""
    cases = [(stacked_3x3, 7, Fraction(27, 49)), (stacked_3x3, 5, Fraction(18, 25)), (one_axis_each, 3, Fraction(2, 3))]
    for change, k, share in cases:
        plain = Series(Conv(32, k, padding=k // 2, bias=False), ReLU())
        counts = [explorer.analyze(spec, MAP).mult_adds for spec in (plain, change(plain, MAP))]
        assert Fraction(counts[1], counts[0]) == share


def test_the_parts_of_a_strided_stem():
    """With the first stride it is the stem of ResNet-D (He, T. et al. 2018, figure 2b), at the width of ResNet."""
    network = explorer.get("resnet50")
    for stride_on, sizes in (("last", [224, 224, 112]), ("first", [112, 112, 112])):
        graph = explorer.lower(stacked_3x3(network, stride_on=stride_on), network.input_shape)
        assert [graph[f"conv1.conv{i}"].shape for i in (1, 2, 3)] == [(64, n, n) for n in sizes]
        assert [graph[f"conv1.{name}1"].type for name in ("bn", "relu")] == ["BatchNorm", "ReLU"]
    stem = [node.shape[1:] for node in explorer.lower(explorer.get("resnet50_d")) if node.name.startswith("conv1.")]
    assert stem == [graph[name].shape[1:] for name in graph.index if name.startswith("conv1.")]


def test_a_first_stride_needs_padding():
    spec = Conv(8, 7, stride=2)
    assert stacked_3x3(spec, MAP, stride_on="first") == stacked_3x3(spec, MAP, stride_on="last")


def test_two_parts_of_a_7x7_are_those_of_inception_v3():
    """The second path of module C (figure 6), with as many maps between as come in."""
    x = (128, 17, 17)
    known = Series(same(128, (1, 7)), same(192, (7, 1)))
    whole = Series(same(192, 7))
    split = one_axis_each(whole, x, middle="in")
    assert [n.layer for n in explorer.lower(split, x)] == [n.layer for n in explorer.lower(known, x)]


@pytest.mark.parametrize("knobs", [{}, {"alpha": 0.5}, {"shallow": True}])
def test_a_full_mobilenet_made_separable_is_mobilenet(knobs):
    full, known = (explorer.get("mobilenet_v1", convolution=kind, **knobs) for kind in ("full", "separable"))
    found = explorer.lower(depthwise_separable(full), full.input_shape)
    assert [node.layer for node in found] == [node.layer for node in explorer.lower(known)]


def test_what_stands_between():
    chain = Series(Conv(8, 5), BatchNorm(), MaxPool(2), Conv(8, 3), MaxPool(2))
    types = [node.type for node in explorer.lower(depthwise_separable(chain, MAP, keep_first=False), MAP)]
    assert types == ["Conv", "BatchNorm", "ReLU", "Conv", "BatchNorm", "MaxPool", "Conv", "ReLU", "Conv", "MaxPool"]
    bare = depthwise_separable(chain, MAP, keep_first=False, between="nothing")
    assert [node.type for node in explorer.lower(bare, MAP)].count("ReLU") == 0


def test_other_axes_and_dilation():
    """A convolution over time and space keeps its time; dilated parts see as far."""
    clip = (3, 8, 16, 16)
    stacked = explorer.lower(stacked_3x3(Conv(8, (1, 5, 5)), clip), clip)
    assert [node.layer.kernel_size for node in stacked if isinstance(node.layer, Conv)] == [(1, 3, 3)] * 2
    split = explorer.lower(one_axis_each(Conv(8, 3, padding=1), clip), clip)
    kernels = [node.layer.kernel_size for node in split if isinstance(node.layer, Conv)]
    assert kernels == [(1, 1, 3), (1, 3, 1), (3, 1, 1)]
    dilated = Conv(8, 5, padding=4, dilation=2)
    before, after = explorer.lower(dilated, MAP), explorer.lower(stacked_3x3(dilated, MAP), MAP)
    assert receptive_fields(after)[after.output] == receptive_fields(before)[before.output]


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (
            stacked_3x3,
            "stacked_3x3: the network has no k×k convolution to stack 3×3 for; allowed: a square convolution",
        ),
        (one_axis_each, "one_axis_each: the network has no n×n convolution with n from 3; allowed"),
        (depthwise_separable, "depthwise_separable: the network has no ordinary convolution to separate; allowed"),
    ],
)
def test_a_network_without_a_place_is_refused(change, words):
    with pytest.raises(explorer.ExplorerError, match=words):
        change(Series(Conv(8), ReLU()), MAP)

"""Pre-activation order: the zoo's own networks, and the laws that hold for every residual network."""

import pytest

import explorer
from explorer import blocks, cost
from explorer.graph import check
from explorer.layers import BatchNorm, Conv, Flatten, GlobalAvgPool, Linear, ReLU
from explorer.receptive_field import receptive_fields
from explorer.spec import Branches, Series
from explorer.transforms import pre_activation, stacked_3x3
from explorer.transforms.bill import last_map
from tests.transforms.support import changed, named

IDS = "resnet20 resnet18 resnet50 wide_resnet50_2 resnext50_32x4d resnet50_d se_resnet50 resnet_rs_200 small_resnet"
RESIDUAL = [explorer.get(id) for id in IDS.split()]
NORM = "BatchNorm"


@pytest.mark.parametrize(
    ("plain", "known"),
    [
        (explorer.get("resnet110", shortcut="A"), explorer.get("preact_resnet110", shortcut="A")),
        (explorer.get("resnet110", shortcut="B"), explorer.get("preact_resnet110", shortcut="B")),
        (explorer.get("resnet200"), explorer.get("preact_resnet200")),
        (explorer.get("resnet200", stride_on="1x1"), explorer.get("preact_resnet200", stride_on="1x1")),
    ],
    ids=named,
)
def test_a_residual_network_turned_round_is_the_zoos(plain, known):
    """Layer by layer on the longest way, not only in total."""
    found, expected = explorer.lower(pre_activation(plain), plain.input_shape), explorer.lower(known)
    for figure in (cost.params, cost.mult_adds, cost.activations):
        assert cost.total(found, figure) == cost.total(expected, figure)
    assert [(n.type, n.shape) for n in found] == [(n.type, n.shape) for n in expected]


@pytest.mark.parametrize("architecture", RESIDUAL, ids=named)
def test_nothing_bends_what_is_added_up(architecture):
    """Sums are read by a batch norm and by the next sum; each convolution of a block reads an activation."""
    found = changed("pre-activation", architecture)
    after = check(found.after)
    sums = [node for node in after if node.type == "Add"]
    assert len(sums) == sum(node.type == "Add" for node in found.before)
    for node in sums:
        assert {after[name].type for name in after.readers[node.name]} <= {NORM, "Add"}
    last = sums[-1]
    assert [after[name].type for name in after.readers[last.name]] == [NORM]


@pytest.mark.parametrize("architecture", RESIDUAL, ids=named)
def test_norms_have_the_channels_that_they_read_now(architecture):
    """Counted from the graph before: each body's norms move to what its convolutions read, and one follows the end."""
    found = changed("pre-activation", architecture)
    before, after = found.before, found.after
    assert cost.total(after, cost.mult_adds) == cost.total(before, cost.mult_adds)
    sums = [node for node in before if node.type == "Add"]
    gone, come = 0, 2 * sums[-1].shape[0]
    for number, node in enumerate(sums):
        for way in node.inputs:
            norms = [way] if before[way].type == NORM else []
            name = way
            while name != node.name and before[name].type not in ("Add", "MaxPool") and name not in stem(before):
                if before[name].type == NORM and name not in norms:
                    norms.append(name)
                name = before[name].inputs[0]
            gone += sum(2 * before[each].shape[0] for each in norms)
            convs = [before[before[each].inputs[0]] for each in norms]
            if len(norms) > 1:
                come += sum(2 * conv.input_shapes[0][0] for conv in (convs[:-1] if not number else convs))
    assert cost.total(after, cost.params) - cost.total(before, cost.params) == come - gone


def stem(graph):
    """Name what comes before the first block."""
    order = list(graph.index)
    return order[: next(i for i, name in enumerate(order) if name.startswith("layer1"))]


@pytest.mark.parametrize("architecture", RESIDUAL, ids=named)
def test_the_last_map_looks_as_far_as_before(architecture):
    found = changed("pre-activation", architecture)
    fields = [receptive_fields(graph, ignore_gates=True)[last_map(graph)] for graph in (found.before, found.after)]
    assert fields[0] == fields[1]


def test_a_block_that_reads_what_is_not_activated_gets_its_first_pair():
    network = Series(conv=Conv(8, 3, padding=1), block=blocks.basic_block(8), last=Conv(4), pool=GlobalAvgPool())
    graph = explorer.lower(pre_activation(network, (8, 8, 8)), (8, 8, 8))
    names = (
        "conv block.bn1 block.relu1 block.conv1 block.bn2 block.relu block.conv2 block.add bn_last relu_last last pool"
    )
    assert list(graph.index) == names.split()


def test_where_the_shape_changes_both_ways_read_the_activation():
    block = blocks.basic_block(16, 2, "projection")
    graph = explorer.lower(pre_activation(Series(Conv(8, 3), block), (8, 9, 9)), (8, 9, 9))
    assert graph["1.conv1"].inputs == graph["1.downsample.0"].inputs == ("1.relu1",)
    assert list(graph.index)[-2:] == ["bn_last", "relu_last"]


def test_parts_that_stand_for_a_convolution_move_as_one():
    block = blocks.residual(
        Series(conv1=Conv(8, 5, padding=2), bn1=BatchNorm(), relu1=ReLU(), conv2=Conv(8), bn2=BatchNorm()),
        8,
        1,
        "identity",
    )
    graph = explorer.lower(pre_activation(stacked_3x3(block, (8, 9, 9)), (8, 9, 9)), (8, 9, 9))
    assert list(graph.index)[:6] == ["bn1", "relu1", "conv1.conv1", "conv1.bn1", "conv1.relu1", "conv1.conv2"]


@pytest.mark.parametrize(
    "spec",
    [
        explorer.get("vgg16").spec,
        explorer.get("preact_resnet110").spec,
        explorer.get("mobilenet_v2").spec,
        explorer.get("inception_resnet_v1").spec,
        Series(Branches(Series(Conv(3, 3, padding=1), ReLU(), BatchNorm()), Series(), join="add"), ReLU()),
        Series(Branches(Series(Conv(3), BatchNorm(), BatchNorm()), Series(), join="add"), ReLU()),
        Series(Branches(Series(Conv(3), BatchNorm()), Series(ReLU()), join="add"), ReLU()),
        Series(Flatten(), Linear(2)),
    ],
)
def test_other_orders_are_refused(spec):
    words = "pre_activation: the network has no residual block to turn round; allowed: a network that adds up blocks"
    with pytest.raises(explorer.ExplorerError, match=words):
        pre_activation(spec, explorer.get("inception_resnet_v1").input_shape)

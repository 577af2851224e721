"""The residual family: what its names, options and knobs promise."""

import re

import pytest

import explorer
from explorer.cost import depth, mult_adds, params, total
from explorer.layers import Conv, Dropout, PadChannels

CIFAR_DEPTHS = (20, 32, 44, 56, 110)


def graph(id, **knobs):
    return explorer.lower(explorer.get(id, **knobs))


@pytest.mark.parametrize(
    "id",
    [each.id for each in explorer.architectures() if re.fullmatch(r"(preact_)?(resnet|plain)\d+", each.id)],
)
def test_the_number_in_a_name_is_the_depth(id):
    assert depth(graph(id)) == int(re.sub(r"\D", "", id))


@pytest.mark.parametrize(("id", "projections"), [("wrn_16_8", 3), ("wrn_28_10", 3), ("wrn_40_10", 3)])
def test_a_wide_network_counts_its_convolutions(id, projections):
    found = graph(id)
    convolutions = sum(isinstance(node.layer, Conv) for node in found)
    assert convolutions == int(id.split("_")[1])
    assert depth(found) == convolutions - projections + 1, "the linear layer, but no projection, is on the longest path"


@pytest.mark.parametrize("number", CIFAR_DEPTHS)
def test_option_a_is_free_and_b_costs_two_projections(number):
    """Section 4.2: with option A a residual network has exactly the parameters of its plain twin."""
    plain, free = graph(f"plain{number}"), graph(f"resnet{number}")
    projected = graph(f"resnet{number}", shortcut="B")
    assert total(plain, params) == total(free, params)
    assert total(projected, params) - total(free, params) == 16 * 32 + 32 * 64 + 2 * (32 + 64)
    assert [node.name for node in free if isinstance(node.layer, PadChannels)] == [
        "layer2.0.downsample.1",
        "layer3.0.downsample.1",
    ]


def test_option_c_projects_in_every_block():
    found = graph("resnet34", shortcut="C")
    assert sum(node.name.endswith("downsample.0") for node in found) == 3 + 4 + 6 + 3
    assert total(graph("resnet34", shortcut="A"), params) == total(graph("plain34"), params)


def test_a_thousand_layers_are_few_blocks():
    """Equal blocks are one value, so that 1,202 layers are lowered as fast as they are few."""
    stages = dict(explorer.get("resnet1202").spec.children)
    for name in ("layer1", "layer2", "layer3"):
        blocks = [child for _, child in stages[name].children]
        assert len(blocks) == 200
        assert len(set(map(id, blocks[1:]))) == 1


def test_cardinality_is_traded_for_width():
    """Table 2 of ResNeXt: the cost stays about that of ResNet-50, 4.1 to 4.2 billion, and so do the parameters."""
    pairs = ((1, 64), (2, 40), (4, 24), (8, 14), (32, 4))
    found = [graph("resnext50_32x4d", cardinality=cardinality, bottleneck_width=width) for cardinality, width in pairs]
    assert all(4.0e9 < total(each, mult_adds) < 4.3e9 for each in found)
    assert all(25.0e6 < total(each, params) < 25.7e6 for each in found)
    assert [each["layer1.0.conv2"].layer.groups for each in found] == [cardinality for cardinality, _ in pairs]


@pytest.mark.parametrize("name", ["wrn_28_10", "wrn"])
def test_dropout_stands_between_the_two_convolutions(name):
    found = graph(name, dropout=0.3)
    dropped = [node for node in found if isinstance(node.layer, Dropout)]
    assert len(dropped) == sum(node.name.endswith("conv2") for node in found)
    assert all(found[f"{node.name.removesuffix('dropout')}conv2"].inputs == (node.name,) for node in dropped)
    assert not any(isinstance(node.layer, Dropout) for node in graph(name))


@pytest.mark.parametrize("knobs", [{"depth": 10, "k": 1}, {"depth": 22, "k": 8}, {"depth": 100, "k": 2}])
def test_a_wide_network_of_any_depth_and_width(knobs):
    found = graph("wrn", **knobs)
    projections = sum("downsample" in node.name for node in found)
    assert depth(found) == knobs["depth"] - 2, "6n blocks of convolutions, the stem and the linear layer"
    assert projections == (2 if knobs["k"] == 1 else 3)
    assert found.shape_of("flatten") == (64 * knobs["k"],)


@pytest.mark.parametrize(("knob", "value"), [("depth", 30), ("depth", 4), ("k", 0), ("dropout", 1.0)])
def test_an_impossible_wide_network_gets_one_sentence(knob, value):
    with pytest.raises(explorer.ExplorerError) as caught:
        explorer.get("wrn", **{knob: value})
    allowed = {"depth": "a whole number from 10 to 1,000 in steps of 6"}.get(knob, "from ")
    assert str(caught.value).startswith(f"knob {knob} is {value!r}; allowed: ")
    assert allowed in str(caught.value)


@pytest.mark.parametrize("number", [10, 20, 50, 100])
def test_a_highway_layer_is_two_layers(number):
    """Section 3.1: 50 units with gates, 71 without: about as many parameters at every depth of the paper."""
    gated, plain = (graph("highway_fc_mnist", depth=number, gates=gates) for gates in (True, False))
    assert depth(gated) == depth(plain) == number + 1
    assert total(gated, params) == 784 * 50 + 50 + (number - 1) * 2 * (50 * 50 + 50) + 510
    assert 0.8 < total(plain, params) / total(gated, params) < 1.25


def test_the_assumed_highway_network_is_of_the_published_size():
    """The paper: 19 layers, about 2.3 million parameters."""
    found = graph("highway_cifar10")
    assert depth(found) == 19
    assert round(total(found, params) / 1e6, 1) == 2.3
    assert sum(node.name.endswith(".carry") for node in found) == 13

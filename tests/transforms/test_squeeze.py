"""Squeeze-and-excitation on anything: what a gate costs, where it goes, and that nothing else changes."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

import explorer
from explorer import blocks, cost
from explorer.graph import check
from explorer.joins import Add, Concat
from explorer.layers import BatchNorm, Conv, Flatten, GlobalAvgPool, Linear, MaxPool, ReLU
from explorer.spec import Branches, Cell, Series, Side, Step
from explorer.text import dump, load
from explorer.transforms import map_layers, squeeze_excitation
from explorer.zoo.highway import highway

WITHOUT_MAPS = ("mlp", "highway_fc_mnist")
NETWORKS = [architecture for architecture in explorer.architectures() if architecture.id not in WITHOUT_MAPS]
MAP = (32, 16, 16)


def gates(spec, shape=MAP):
    """Name the gates of a spec, with their channels."""
    graph = explorer.lower(spec, shape)
    return {node.name.removesuffix(".multiply"): node.shape[0] for node in graph if node.type == "Multiply"}


def test_layers_are_changed_everywhere():
    branches = Branches(Conv(8), Series(Conv(8)), join="add")
    steps = (Step("a", ("x",), branches), Step("sum", ("a", "x"), Add()))
    spec = Series(Cell(("x",), steps, "sum"), ReLU(), aux=Side(Conv(8)))

    def narrower(layer):
        return replace(layer, out_channels=4) if isinstance(layer, Conv) else layer

    assert dump(map_layers(spec, narrower), MAP) == dump(spec, MAP).replace("out_channels: 8", "out_channels: 4")
    assert map_layers(spec, lambda layer: layer) == spec


@pytest.mark.parametrize("architecture", NETWORKS, ids=lambda architecture: architecture.id)
def test_only_gates_are_added_and_they_cost_what_the_paper_says(architecture):
    before = explorer.lower(architecture)
    spec = squeeze_excitation(architecture)
    after = check(explorer.lower(spec, architecture.input_shape))
    old = [node for node in after if node.name in before.index]
    assert [(n.name, n.layer, n.shape) for n in old] == [(n.name, n.layer, n.shape) for n in before]
    channels = [node.shape[0] for node in after if node.type == "Multiply" and node.name not in before.index]
    weights = sum(2 * c * max(1, c // 16) for c in channels)
    assert len(after) - len(before) == 6 * len(channels)
    assert cost.total(after, cost.mult_adds) - cost.total(before, cost.mult_adds) == weights
    assert cost.total(after, cost.params) - cost.total(before, cost.params) == weights + sum(
        c + max(1, c // 16) for c in channels
    )
    assert squeeze_excitation(spec, architecture.input_shape) == spec, "a gate is not gated again"
    assert load(dump(spec, architecture.input_shape)).spec == spec


def test_a_network_of_gated_blocks_stays_as_it_is():
    network = explorer.get("efficientnet_b0")
    assert squeeze_excitation(network) == network.spec


def test_the_gate_of_a_residual_block_closes_its_body():
    block = blocks.bottleneck(8, 2, "projection")
    assert gates(squeeze_excitation(block, MAP)) == {"se_module": 32}
    graph = explorer.lower(squeeze_excitation(block, MAP), MAP)
    assert graph["add"].inputs == ("se_module.multiply", "downsample.1")
    assert graph["se_module.multiply"].inputs[0] == "bn3"


def test_the_gate_of_a_dense_layer_is_on_what_it_adds():
    graph = explorer.lower(squeeze_excitation(blocks.dense_layer(12), MAP), MAP)
    assert graph["concat"].inputs == ("input", "se_module.multiply")


def test_the_gate_of_an_inception_module_follows_its_concatenation():
    module = Series(inception=blocks.inception(8, 8, 16, 8, 16, 8))
    assert gates(squeeze_excitation(module, MAP)) == {"inception.se_module": 48}
    graph = explorer.lower(squeeze_excitation(module, MAP), MAP)
    assert graph["inception.se_module.avgpool"].inputs == ("inception.concat",)


def test_the_gate_of_a_cell_follows_its_concatenation():
    steps = (Step("a", ("x",), Conv(8)), Step("b", ("x",), Conv(8)), Step("all", ("a", "b"), Concat()))
    cell = squeeze_excitation(Cell(("x",), steps, "all"), MAP)
    assert gates(cell) == {"se_module": 16}
    assert squeeze_excitation(cell, MAP) == cell


def test_the_gate_of_a_cell_that_ends_in_a_sum_is_on_the_part_with_the_convolutions():
    """A highway layer: the gate is on what the layer transforms, not on what it carries on."""
    layer = highway(Conv(32, 3, padding=1))
    graph = explorer.lower(squeeze_excitation(layer, MAP), MAP)
    assert graph["add"].inputs == ("se_module.multiply", "carried")
    assert graph["se_module.multiply"].inputs[0] == "transformed"
    assert squeeze_excitation(squeeze_excitation(layer, MAP), MAP) == squeeze_excitation(layer, MAP)


def test_a_cell_that_ends_otherwise_is_looked_into():
    steps = (Step("a", ("x",), blocks.basic_block(32)), Step("b", ("a",), ReLU()))
    assert list(gates(squeeze_excitation(Cell(("x",), steps, "b"), MAP))) == ["a.se_module"]


def test_without_branches_each_convolution_gets_one_after_its_activation():
    chain = Series(
        Conv(8, 3, padding=1), BatchNorm(), ReLU(), Conv(16, 3, padding=1), MaxPool(2), ("", Series(last=Conv(24)))
    )  # fmt: skip
    assert gates(squeeze_excitation(chain, MAP)) == {"se_0": 8, "se_3": 16, "se_last": 24}
    graph = explorer.lower(squeeze_excitation(chain, MAP), MAP)
    assert graph["se_0.avgpool"].inputs == ("2",)
    assert graph["4"].inputs == ("se_3.multiply",)
    assert gates(squeeze_excitation(chain, MAP, placement="stage")) == {"se_3": 16, "se_last": 24}


def test_a_branch_that_is_one_convolution_can_be_gated():
    spec = Branches(a=Conv(8), b=Conv(8), join="add")
    assert list(gates(squeeze_excitation(spec, MAP, placement="convolution"))) == ["a.se_module", "b.se_module"]


def test_auxiliary_heads_get_no_gates():
    head = Series(conv=Conv(4), flatten=Flatten())
    spec = squeeze_excitation(Series(conv=Conv(8), aux=Side(head)), MAP)
    assert list(gates(spec)) == ["se_conv"]


def test_transformed_resnet50_is_se_resnet50_of_the_paper():
    """The totals of the authors' Caffe files: 28,088,024 parameters and 3,860,488,192 mult-adds."""
    plain = explorer.get("resnet50", stride_on="1x1")
    report = explorer.analyze(squeeze_excitation(plain), plain.input_shape)
    assert (report.params, report.mult_adds) == (28_088_024, 3_860_488_192)


@given(st.integers(1, 64), st.integers(1, 40))
def test_the_ratio_divides_the_hidden_layer(channels, ratio):
    graph = explorer.lower(squeeze_excitation(Series(conv=Conv(channels)), MAP, ratio=ratio), MAP)
    assert graph["se_conv.fc1"].shape == (max(1, channels // ratio), 1, 1)


@pytest.mark.parametrize("id", WITHOUT_MAPS)
def test_a_network_of_linear_layers_has_no_place(id):
    with pytest.raises(explorer.ExplorerError, match="no place for a gate; allowed: a network with a convolution"):
        squeeze_excitation(explorer.get(id))


@pytest.mark.parametrize(
    ("spec", "arguments", "words"),
    [
        (Series(Flatten(), Linear(2)), {}, "no place for a gate; allowed: a network with a convolution"),
        (Series(GlobalAvgPool(), Conv(8)), {}, "no place for a gate; allowed: a network with a convolution"),
        (Conv(8), {"placement": "residual"}, "by 'residual'; allowed: placement convolution or stage"),
        (Conv(8), {"placement": "everywhere"}, "allowed: residual, module, convolution, stage"),
        (Conv(8), {"ratio": 0}, "ratio is 0; allowed: a whole number from 1"),
        (Series(Linear(8)), {}, "Linear needs a vector"),
    ],
)
def test_what_cannot_be_done_gets_one_sentence(spec, arguments, words):
    with pytest.raises(explorer.ExplorerError, match=words) as error:
        squeeze_excitation(spec, MAP, **arguments)
    assert "\n" not in str(error.value)

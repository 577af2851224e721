"""The module that runs a Graph: what is computed, what is not, and what it refuses."""

from __future__ import annotations

import pytest
import torch
from torch import Tensor

import explorer
from explorer.graph import INPUT
from explorer.layers import Conv, ReLU
from explorer.network import Network
from explorer.spec import Branches, Series

SPEC = Series(
    stem=Conv(4, 3, padding=1), block=Branches(body=Series(conv=Conv(4), relu=ReLU()), skip=Series(), join="add")
)
IMAGE = torch.linspace(-1, 1, 2 * 25).reshape(1, 2, 5, 5)


@pytest.fixture
def network() -> Network:
    torch.manual_seed(0)
    return Network(explorer.lower(SPEC, (2, 5, 5), name="tiny")).eval()


def test_it_computes_what_the_graph_says(network: Network) -> None:
    stem = network.get_submodule("stem")(IMAGE)
    expected = network.get_submodule("block.body.conv")(stem).relu() + stem
    assert network(IMAGE).equal(expected)


def test_what_is_given_is_not_computed_again(network: Network) -> None:
    def fail(*_: Tensor) -> Tensor:
        raise AssertionError("this node was computed")

    whole = network.run({INPUT: IMAGE}, ("stem", network.graph.output))
    again = network.run({"stem": whole["stem"]}, (network.graph.output,), {"stem": fail})
    assert again[network.graph.output].equal(whole[network.graph.output])
    with pytest.raises(AssertionError, match="this node was computed"):
        network.run({INPUT: IMAGE}, (network.graph.output,), {"stem": fail})


def test_a_node_may_be_computed_in_another_way_for_one_run(network: Network) -> None:
    without = network.run({INPUT: IMAGE}, (network.graph.output, "stem"), {"block.body.relu": torch.zeros_like})
    assert without[network.graph.output].equal(without["stem"])
    assert not network(IMAGE).equal(without[network.graph.output])


def test_a_layer_may_stand_where_others_stand_below() -> None:
    """A child without a name of its own is called as what holds it."""
    spec = Series(a=Series(("b", Conv(3)), ("", ReLU()), ("c", Conv(2))))
    network = Network(explorer.lower(spec, (2, 5, 5)))
    assert sorted(network.state_dict()) == ["a.b.bias", "a.b.weight", "a.c.bias", "a.c.weight"]
    assert network(IMAGE).shape == (1, 2, 5, 5)


def test_any_activation_is_given_back(network: Network) -> None:
    wanted = [node.name for node in network.graph]
    values = network.run({INPUT: IMAGE}, wanted)
    assert list(values) == wanted
    assert {name: tuple(value.shape[1:]) for name, value in values.items()} == {n.name: n.shape for n in network.graph}


@pytest.mark.parametrize(
    ("given", "wanted", "words"),
    [
        ({INPUT: IMAGE}, ["nowhere"], "tiny has no node 'nowhere'"),
        ({INPUT: IMAGE, "nowhere": IMAGE}, ["stem"], "tiny has no node 'nowhere'"),
        ({"block.body.conv": IMAGE}, ["block.add"], "tiny: block.add cannot be computed from block.body.conv alone"),
    ],
)
def test_it_says_what_cannot_be_computed(
    network: Network, given: dict[str, Tensor], wanted: list[str], words: str
) -> None:
    with pytest.raises(explorer.ExplorerError, match=words):
        network.run(given, wanted)

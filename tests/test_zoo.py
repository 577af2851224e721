"""One contract for every network of the zoo, at every setting of its choices."""

from __future__ import annotations

import re
from dataclasses import replace
from itertools import pairwise
from typing import Any
from urllib.parse import urlparse

import pytest
import torch
from torch import nn
from torch.utils.flop_counter import FlopCounterMode

import explorer
from explorer import cost
from explorer.blocks import inception, inception_naive
from explorer.graph import INPUT, Graph, check
from explorer.network import Network
from tests.support import oracles, reference

SETTINGS = [
    explorer.get(architecture.id, **knobs)
    for architecture in explorer.architectures()
    for knobs in ({}, *({knob.name: choice} for knob in architecture.knobs for choice in knob.choices))
]
SETTINGS = list(dict.fromkeys(SETTINGS))


def label(value: Any) -> str:
    """Call a test case by the network and the knobs that are turned."""
    if isinstance(value, explorer.Architecture):
        return "-".join([value.id, *(f"{name}={setting}" for name, setting in value.values)])
    return "-".join([value["architecture"], *(f"{name}={setting}" for name, setting in value["knobs"].items())])


every_setting = pytest.mark.parametrize("architecture", SETTINGS, ids=label)
every_twin = pytest.mark.parametrize("known", reference.twins(), ids=label)
every_reference = pytest.mark.parametrize("known", reference.networks(), ids=label)


def known_graph(known: dict[str, Any]) -> Graph:
    return explorer.lower(explorer.get(known["architecture"], **known["knobs"]))


def on_meta(graph: Graph) -> tuple[Network, dict[str, torch.Tensor]]:
    with torch.device("meta"):
        return Network(graph).eval(), {INPUT: torch.empty(2, *graph.input_shape)}


@every_setting
def test_lowers_to_a_sound_graph(architecture: explorer.Architecture) -> None:
    graph = explorer.lower(architecture)
    assert check(graph) is graph
    assert graph.input_shape == architecture.input_shape
    assert graph.output_shape == (architecture.setting["num_classes"],)


@every_setting
def test_every_shape_is_the_one_that_torch_computes(architecture: explorer.Architecture) -> None:
    graph = explorer.lower(architecture)
    network, given = on_meta(graph)
    computed = network.run(given, [node.name for node in graph])
    assert {name: tuple(value.shape) for name, value in computed.items()} == {n.name: (2, *n.shape) for n in graph}


@every_setting
def test_counts_are_those_of_torch(architecture: explorer.Architecture) -> None:
    graph = explorer.lower(architecture)
    network, given = on_meta(graph)
    with FlopCounterMode(display=False) as counter:
        network.run(given, (graph.output, *graph.sides))
    assert counter.get_total_flops() == 2 * 2 * cost.total(graph, cost.mult_adds)  # two images, two operations each
    assert sum(p.numel() for p in network.parameters()) == cost.total(graph, cost.params)


@every_setting
def test_classes_knob_sets_the_output(architecture: explorer.Architecture) -> None:
    seven = architecture.set(num_classes=7)
    graph = explorer.lower(seven)
    assert [graph.shape_of(name) for name in (graph.output, *graph.sides)] == [(7,)] * (1 + len(graph.sides))


@every_reference
def test_totals_equal_the_reference(known: dict[str, Any]) -> None:
    graph = known_graph(known)
    heads = {name.split(".")[0] for name in graph.sides}
    counted = [node for node in graph if known["heads_counted"] or node.name.split(".")[0] not in heads]
    assert cost.total(graph, cost.params) == known["params"]
    assert sum(map(cost.mult_adds, counted)) == known["mult_adds"]
    assert graph.output_shape == tuple(known["output_shape"])


@every_reference
def test_stages_equal_the_reference(known: dict[str, Any]) -> None:
    graph = known_graph(known)
    order = [node.name for node in graph]
    for stage in known["stages"]:
        nodes = graph.nodes[order.index(stage["first"]) : order.index(stage["last"]) + 1]
        found = (list(nodes[-1].shape), sum(map(cost.params, nodes)), sum(map(cost.mult_adds, nodes)))
        assert found == (stage["shape"], stage["params"], stage["mult_adds"]), stage["stage"]


def test_the_reference_covers_the_published_zoo() -> None:
    covered = {known["architecture"] for known in reference.networks()}
    own = {architecture.id for architecture in explorer.architectures() if architecture.family == "Small"}
    assert covered == {architecture.id for architecture in explorer.architectures()} - own


def test_auxiliary_heads_are_what_the_paper_adds() -> None:
    without, with_heads = (explorer.lower(explorer.get("googlenet", aux_heads=heads)) for heads in (False, True))
    assert cost.total(with_heads, cost.params) - cost.total(without, cost.params) == 6_379_728
    assert cost.total(with_heads, cost.mult_adds) - cost.total(without, cost.mult_adds) == 8_372_224
    assert [with_heads.shape_of(name) for name in with_heads.sides] == [(1000,), (1000,)]


def test_inception_module_of_the_lecture() -> None:
    """The slides' 854 M holds; their 358 M counts one 3×3 twice: its own list sums to 271,351,808."""
    naive = explorer.lower(inception_naive(128, 192, 96), (256, 28, 28))
    narrow = explorer.lower(inception(128, 64, 192, 64, 96, 64), (256, 28, 28))
    assert (cost.total(naive, cost.mult_adds), naive.output_shape) == (854_196_224, (672, 28, 28))
    assert (cost.total(narrow, cost.mult_adds), narrow.output_shape) == (271_351_808, (480, 28, 28))
    assert round(271_351_808 + cost.mult_adds(narrow["branch2.1.conv"]), -6) == 358_000_000


def test_ids_and_records() -> None:
    zoo = explorer.architectures()
    assert len({architecture.id for architecture in zoo}) == len(zoo)
    for architecture in zoo:
        assert architecture.name
        assert architecture.paper
        assert architecture.authors
        assert architecture.family
        assert 1980 < architecture.year < 2030
        assert urlparse(architecture.url).scheme == "https"
        assert architecture.id.isidentifier()
        assert explorer.get(architecture.id) is architecture


def test_history_is_the_order_within_a_family_and_among_families() -> None:
    years: dict[str, list[int]] = {}
    for architecture in explorer.architectures():
        years.setdefault(architecture.family, []).append(architecture.year)
    del years["Small"]
    assert all(found == sorted(found) for found in years.values())
    assert all(earlier[0] <= later[0] for earlier, later in pairwise(years.values()))


def renamed(state: dict[str, torch.Tensor], keys: list[list[str]]) -> dict[str, torch.Tensor]:
    """Give a state dict with our keys; what is renamed to nothing is left out."""
    for pattern, replacement in keys:
        state = {re.sub(pattern, replacement, name): value for name, value in state.items()}
    return {name: value for name, value in state.items() if name}


@every_twin
def test_twin_has_the_same_keys_and_shapes(known: dict[str, Any]) -> None:
    network, _ = on_meta(known_graph(known))
    theirs = oracles.on_meta(known["name"], known["library"], **known["options"])
    expected = renamed(theirs.state_dict(), known["keys"])
    assert {k: v.shape for k, v in network.state_dict().items()} == {k: v.shape for k, v in expected.items()}


def enliven(network: nn.Module, images: torch.Tensor) -> nn.Module:
    """Give norms random weights, large enough for an activation to cut at 6, and the statistics of the images.

    Without the latter the values of a deep network vanish or overflow on their way.
    """
    for name, value in network.state_dict().items():
        if value.ndim == 1:
            value.normal_(2.0 if name.endswith("weight") else 0.0, 0.3)
    norms = [module for module in network.modules() if isinstance(module, nn.BatchNorm2d)]
    for norm in norms:
        norm.momentum = 1.0
        norm.train()
    with torch.inference_mode():
        network(images)
    return network.eval()


@pytest.mark.parametrize("known", [known for known in reference.twins() if known["run"]], ids=label)
def test_twin_computes_the_same(known: dict[str, Any]) -> None:
    torch.manual_seed(0)
    images = torch.randn(2, *known["run"])
    theirs = enliven(oracles.twin(known["name"], known["library"], **known["options"]), images)
    architecture = explorer.get(known["architecture"], **known["knobs"])
    with torch.device("meta"):
        network = Network(explorer.lower(architecture, tuple(known["run"]))).eval()
    network.load_state_dict(renamed(theirs.state_dict(), known["keys"]), assign=True)
    with torch.inference_mode():
        expected = theirs(images)
        scale = expected.std()
        assert scale > 0.1, "nothing is compared when the outputs vanish"
        torch.testing.assert_close(network(images) / scale, expected / scale, rtol=1e-5, atol=1e-5)


@pytest.mark.parametrize(
    ("damage", "words"),
    [
        (lambda g: replace(g, nodes=(*g.nodes, g.nodes[-1])), "two nodes are called"),
        (lambda g: replace(g, nodes=g.nodes[::-1]), "reads"),
        (lambda g: replace(g, nodes=(g.nodes[0]._replace(shape=(1, 1, 1)), *g.nodes[1:])), "which its layer does not"),
        (
            lambda g: replace(g, nodes=(g.nodes[0]._replace(shares="later"), *g.nodes[1:])),
            "shares the parameters of later",
        ),
        (lambda g: replace(g, output="nowhere"), "nowhere"),
        (lambda g: replace(g, output=g.nodes[0].name), "nothing reads"),
    ],
)
def test_the_checker_can_fail(damage: Any, words: str) -> None:
    with pytest.raises(explorer.ExplorerError, match=words):
        check(damage(explorer.lower(explorer.get("lenet5"))))

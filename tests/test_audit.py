"""Every difference from the other counters is explained, over the whole zoo (on small images, as fvcore computes).

``convnet-explorer audit`` does the same for every network at its own size.
"""

from __future__ import annotations

import sys

import pytest

import explorer
from explorer import audit as auditing
from explorer.audit import audit
from explorer.graph import Graph, Node
from explorer.joins import Unknown
from explorer.layers import (
    LIF,
    AvgPool,
    BatchNorm,
    Conv,
    Embedding,
    Flatten,
    GlobalAvgPool,
    Linear,
    MaxPool,
    Sigmoid,
)
from explorer.spec import Branches, Series
from explorer.zoo import Architecture

WITH_HEADS = [explorer.get(id, aux_heads=True) for id in ("googlenet", "googlenet_bn", "inception_v3")]


def words(graph: Graph) -> frozenset[tuple[object, ...]]:
    """Say what a network is made of, as far as a counter may care: layers, their axes, biases and groups."""
    return frozenset(
        (node.type, len(node.shape), getattr(node.layer, "bias", None), getattr(node.layer, "groups", 1) > 1)
        for node in graph
    )


def covering() -> list[Architecture]:
    """List networks, small ones first, that between them have every word of the zoo: counters add up word by word."""
    graphs = {architecture: explorer.lower(architecture) for architecture in (*explorer.architectures(), *WITH_HEADS)}
    chosen: list[Architecture] = []
    seen: frozenset[tuple[object, ...]] = frozenset()
    for architecture, graph in sorted(graphs.items(), key=lambda entry: len(entry[1])):
        if words(graph) - seen:
            chosen.append(architecture)
            seen |= words(graph)
    return chosen


SMALL = Series(
    Conv(8, 3, groups=2),
    BatchNorm(),
    Branches(Series(), Series(GlobalAvgPool(), Conv(8, 1), Sigmoid()), join="multiply"),
    MaxPool(2),
    AvgPool(2),
    Flatten(),
    Linear(5),
    BatchNorm(),
)


@pytest.mark.parametrize("architecture", covering(), ids=lambda a: "-".join([a.id, *(n for n, _ in a.values)]))
def test_nothing_is_left_unexplained(architecture: explorer.Architecture) -> None:
    small = tuple(min(n, 99) for n in architecture.input_shape)
    found = audit(explorer.lower(architecture, small))
    assert [row.counter for row in found.rows] == ["ours", "torchinfo", "fvcore"]
    assert found.unexplained == 0, found.rows
    assert len({row.params for row in found.rows}) == 1


def test_the_words_of_one_and_of_three_dimensions() -> None:
    """An embedding of 10·4 numbers; fvcore does not count the averages of sequences and volumes."""
    sentence = Series(Embedding(10, 4), Conv(2, 3), BatchNorm(), GlobalAvgPool(), Flatten(), Linear(3))
    ours, torchinfo, fvcore = audit(explorer.lower(sentence, (1, 7))).rows
    assert ours.mult_adds == 5 * 2 * 4 * 3 + 2 * 3
    assert torchinfo.extras == (5 * 2 + 3, 2 * 2, 10 * 4)
    assert fvcore.extras == (2 * 5 * 2, 0)
    volume = Series(Conv(2, 3, groups=1), LIF(), GlobalAvgPool(), Flatten(), Linear(3))
    ours, torchinfo, fvcore = audit(explorer.lower(volume, (1, 4, 5, 5))).rows
    assert ours.mult_adds == 2 * 3 * 3 * 2 * 27 + 2 * 3
    assert (torchinfo.unexplained, fvcore.difference) == (0, 0)


def test_each_difference_by_hand() -> None:
    """8·6·6 and 8 biases of convolutions, 5 of the linear layer; two batch norms of 2·8 and 2·5 parameters."""
    ours, torchinfo, fvcore = audit(explorer.lower(SMALL, (4, 8, 8))).rows
    assert ours.mult_adds == 6 * 6 * 8 * 2 * 9 + 8 * 8 + 8 * 5
    assert torchinfo.difference == (8 * 36 + 8 + 5) + (16 + 10)
    assert fvcore.difference == 2 * (8 * 36 + 5) + 8 * 36
    assert torchinfo.explanation == (
        "+ 301: one for each bias, wherever it is added; + 26: one for each batch-norm parameter"
    )


def test_a_counter_that_is_not_installed_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "torchinfo", None)
    monkeypatch.setitem(sys.modules, "fvcore.nn", None)
    _, *others = audit(explorer.lower(SMALL, (4, 8, 8))).rows
    assert [(row.params, row.mult_adds, row.explanation, row.unexplained) for row in others] == [
        (None, None, "not installed", 0)
    ] * 2


def test_what_no_convention_explains_is_shown(monkeypatch: pytest.MonkeyPatch) -> None:
    count, _ = auditing.COUNTERS["torchinfo"]
    monkeypatch.setitem(auditing.COUNTERS, "torchinfo", (count, ()))
    found = audit(explorer.lower(SMALL, (4, 8, 8)))
    assert found.unexplained == 301 + 26
    assert found.rows[1].explanation == "327 unexplained"


def test_unknown_operations_cannot_be_audited() -> None:
    shape = (3, 8, 8)
    node = Node("odd", Unknown("Wavelet", shape), ("input",), (shape,), shape)
    with pytest.raises(explorer.ExplorerError, match="audit: foreign has operations that cannot be run: Wavelet"):
        audit(Graph("foreign", shape, (node,), "odd"))

"""Every difference from the other counters is explained, over the whole zoo (on small images, as fvcore computes)."""

from __future__ import annotations

import sys

import pytest

import explorer
from explorer import audit as auditing
from explorer.audit import audit
from explorer.graph import Graph, Node
from explorer.joins import Unknown
from explorer.layers import AvgPool, BatchNorm, Conv, Flatten, GlobalAvgPool, Linear, MaxPool, Sigmoid
from explorer.spec import Branches, Series

NETWORKS = [*explorer.architectures(), *(explorer.get(id, aux_heads=True) for id in ("googlenet", "googlenet_bn"))]
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


@pytest.mark.parametrize("architecture", NETWORKS, ids=lambda a: "-".join([a.id, *(n for n, _ in a.values)]))
def test_nothing_is_left_unexplained(architecture: explorer.Architecture) -> None:
    small = tuple(min(n, 99) for n in architecture.input_shape)
    found = audit(explorer.lower(architecture, small))
    assert [row.counter for row in found.rows] == ["ours", "torchinfo", "fvcore"]
    assert found.unexplained == 0, found.rows
    assert len({row.params for row in found.rows}) == 1


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

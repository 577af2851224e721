"""Published figures: each agrees with ours, or says why it does not."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest

import explorer
from explorer import cost
from explorer.assets import PUBLISHED
from explorer.joins import Add
from explorer.published import Comparison, Figure, compare, figures

NETWORKS = [
    explorer.get(architecture.id, **knobs)
    for architecture in explorer.architectures()
    if architecture.family != "Small"
    for knobs in ({}, *({knob.name: choice} for knob in architecture.knobs for choice in knob.choices))
]
NETWORKS = list(dict.fromkeys(NETWORKS))
QUANTITIES = {"params", "mult_adds", "top-1 error", "top-5 error"}


def label(architecture: explorer.Architecture) -> str:
    return "-".join([architecture.id, *(f"{name}={value}" for name, value in architecture.values)])


def surprises(architecture: explorer.Architecture) -> list[Comparison]:
    """List the figures that are not ours, rounded, and give no reason."""
    rows = compare(explorer.analyze(architecture))
    return [row for row in rows if row.agrees is False and not row.figure.explanation]


@pytest.mark.parametrize("architecture", NETWORKS, ids=label)
def test_every_difference_is_explained(architecture: explorer.Architecture) -> None:
    assert surprises(architecture) == []


@pytest.mark.parametrize("architecture", NETWORKS, ids=label)
def test_a_figure_that_agrees_is_not_explained_away(architecture: explorer.Architecture) -> None:
    rows = compare(explorer.analyze(architecture))
    assert [row.figure.quote for row in rows if row.agrees and row.figure.explanation] == []


def test_every_default_network_has_figures_but_those_that_nobody_published() -> None:
    without = {a.id for a in explorer.architectures() if not figures(a)}
    assert without == {a.id for a in explorer.architectures() if a.family == "Small"}


def test_a_missing_reason_is_noticed(monkeypatch: pytest.MonkeyPatch) -> None:
    mute = tuple(replace(figure, explanation="") for figure in figures(explorer.get("vgg16")))
    monkeypatch.setattr("explorer.published.figures", lambda _: mute)
    assert [row.figure.quote for row in surprises(explorer.get("vgg16"))] == ["15.3B Flops", "15300 million mult-adds"]


def test_figures_belong_to_a_setting() -> None:
    old, new = (explorer.get("resnet50", stride_on=place) for place in ("1x1", "3x3"))
    assert {row.figure.quote: row.agrees for row in compare(explorer.analyze(old))}["3.86 GFLOPs"] is True
    assert {row.figure.quote: row.agrees for row in compare(explorer.analyze(new))}["3.86 GFLOPs"] is False
    assert figures(explorer.get("resnet50", num_classes=10)) == ()


def test_nothing_is_compared_for_another_input_or_a_foreign_network() -> None:
    larger = explorer.analyze(explorer.get("resnet18"), (3, 256, 256))
    assert {row.ours for row in compare(larger)} == {None}
    assert {row.agrees for row in compare(larger)} == {None}
    assert compare(replace(larger, architecture=None)) == ()


def test_figures_are_well_formed() -> None:
    ids = {architecture.id for architecture in explorer.architectures()}
    for path in PUBLISHED.glob("*.json"):
        for id, records in json.loads(path.read_text("utf-8")).items():
            assert id in ids
            for record in records:
                figure = Figure(**{name: value for name, value in record.items() if name != "knobs"})
                assert figure.quantity in QUANTITIES
                assert figure.quote
                assert figure.source
                assert figure.explanation == "" or figure.explanation[0].isupper() or "error" in figure.quantity
                assert "error" not in figure.quantity or 0 < figure.value < 100


def test_reasons_that_are_sums_are_right() -> None:
    """The reasons given with the figures, counted."""
    vgg16 = explorer.analyze("vgg16")
    assert sum(line.mult_adds for line in vgg16.lines if line.node.type == "Conv") == 15_346_630_656
    resnet101 = explorer.analyze(explorer.get("resnet101", stride_on="1x1"))
    additions = sum(line.activations for line in resnet101.lines if isinstance(line.node.layer, Add))
    assert round((resnet101.mult_adds + additions) / 1e6) == 7_579
    resnet50 = explorer.analyze("resnet50")
    kernels = sum(line.weights for line in resnet50.lines if line.node.type in ("Conv", "Linear"))
    assert (kernels, resnet50.params) == (25_502_912, 25_557_032)
    resnet34, plain34 = explorer.analyze("resnet34"), explorer.analyze("plain34")
    assert (plain34.mult_adds, resnet34.mult_adds - plain34.mult_adds) == (3_644_493_824, 19_267_584)
    alexnet, googlenet = explorer.analyze("alexnet"), explorer.analyze("googlenet")
    assert round(alexnet.params / googlenet.params, 1) == 8.7
    assert round(cost.total(alexnet.graph, cost.Counting(bias=True)) / 1e6, 1) == 725.1

"""Published figures: each agrees with ours, or says why it does not."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest

import explorer
from explorer.assets import PUBLISHED
from explorer.published import Comparison, Figure, compare, everything, figures

NETWORKS = list(everything())
COUNTED = {"params", "mult_adds"}
MEASURED = {"top-1 error", "top-5 error", "average precision"}
DATASETS = (
    "ImageNet",
    "ILSVRC",
    "CIFAR-10 test",
    "CIFAR-100 test",
    "COCO",
    "MNIST",
    "MR (film reviews)",
    "SVHN",
    "Sports-1M",
    "TREC",
    "UCF101",
)
UNPUBLISHED = {
    "small_resnet": "ours",
    "small_vgg": "ours",
    "small_googlenet": "ours",
    "nasnet_random": "drawn by chance",
    "highway_fc_mnist": "the paper shows its training as curves",
    **{f"plain{depth}": "the paper shows its training as curves" for depth in (20, 32, 44, 56, 110)},
}
"""The networks of which nobody published a figure, and why."""


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
    assert without == set(UNPUBLISHED)


def test_a_figure_belongs_to_its_setting_also_where_a_knob_is_a_fraction() -> None:
    coarse, rounded, exact = (explorer.get("mobilenet_v1", alpha=0.5, rho=rho) for rho in (0.71, 0.714, 5 / 7))
    assert figures(coarse) == figures(rounded) == figures(exact)
    assert "1.32 (million parameters)" in [figure.quote for figure in figures(exact)]
    assert figures(explorer.get("mobilenet_v1", alpha=0.5, rho=0.72)) == ()


def test_everything_is_found_again_at_its_setting() -> None:
    assert all(figures(architecture) == listed for architecture, listed in everything().items())


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
                assert figure.quote
                assert figure.source
                if figure.quantity in COUNTED:
                    assert figure.explanation == "" or figure.explanation[0].isupper()
                else:
                    assert figure.quantity in MEASURED
                    assert figure.value is not None
                    assert 0 < figure.value < 100
                    assert figure.explanation.startswith(DATASETS), figure

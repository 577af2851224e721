"""Networks side by side: deltas, ratios, differences, tables."""

from __future__ import annotations

import csv
import io

import pytest

import explorer
from explorer.comparing import lineup_tables
from explorer.comparing.lineup import FIGURES, Lineup, labels, line_up
from explorer.comparing.presets import PRESETS, preset
from explorer.errors import ExplorerError
from explorer.shapes import times


def lineup(*ids: str, reference: int = 0) -> Lineup:
    return line_up([explorer.analyze(id) for id in ids], reference)


def test_two_to_six_networks_and_a_reference_among_them() -> None:
    report = explorer.analyze("lenet5")
    for count in (0, 1, 7):
        with pytest.raises(ExplorerError, match=f"there are {count} networks; allowed: 2 to 6"):
            line_up([report] * count)
    with pytest.raises(ExplorerError, match="the reference is network 3; allowed: 1 to 2"):
        line_up([report] * 2, reference=2)
    assert len(line_up([report] * 6).rungs) == len(line_up([report] * 2).rungs)


def test_figures_are_those_of_the_reports() -> None:
    both = lineup("vgg16", "resnet50", reference=1)
    figures = {figure.key: figure for figure in FIGURES}
    vgg, resnet = (explorer.analyze(id) for id in ("vgg16", "resnet50"))
    assert both.delta(figures["params"], 0) == vgg.params - resnet.params
    assert both.ratio(figures["mult_adds"], 0) == pytest.approx(vgg.mult_adds / resnet.mult_adds)
    assert both.ratio(figures["mult_adds"], 1) == 1
    assert figures["peak_memory"].of(vgg) == vgg.memory().parameters + vgg.memory().peak_activations
    assert [figures[key].of(resnet) for key in ("depth", "weighted_layers")] == [50, 54]


def test_there_is_no_ratio_to_nothing() -> None:
    from explorer.layers import MaxPool

    nothing = explorer.analyze(MaxPool(2), (1, 4, 4))
    assert line_up([nothing, explorer.analyze("lenet5")]).ratio(FIGURES[0], 1) is None
    assert "lenet5" not in lineup_tables.totals(line_up([nothing, nothing])).to_markdown()


def test_equal_networks_do_not_differ() -> None:
    same = lineup("resnet18", "resnet18")
    assert not any(rung.differs(1, 0) for rung in same.rungs)
    assert same.labels == ("ResNet-18 (1)", "ResNet-18 (2)")


def test_only_the_middle_of_resnet_101_differs_from_resnet_50() -> None:
    both = lineup("resnet50", "resnet101")
    assert [rung.key for rung in both.rungs if rung.differs(1, 0)] == ["1/16"]
    both = lineup("resnet50", "resnet101", reference=1)
    assert [rung.key for rung in both.rungs if rung.differs(0, 1)] == ["1/16"]


def test_a_stage_that_is_not_there_differs_from_one_that_is() -> None:
    both = lineup("vgg16", "resnet50")
    (full,) = (rung for rung in both.rungs if rung.key == "1/1")
    assert full.stages[1] is None
    assert full.differs(1, 0)
    assert not full.differs(1, 1)


def test_labels_tell_networks_apart_by_their_knobs() -> None:
    networks = [explorer.get("mobilenet_v1", alpha=alpha) for alpha in (1.0, 0.5, 0.5)]
    assert labels([explorer.analyze(each) for each in networks]) == (
        "MobileNet (v1)",
        "MobileNet (v1), alpha=0.5 (1)",
        "MobileNet (v1), alpha=0.5 (2)",
    )


def test_the_rows_add_up_to_the_networks() -> None:
    both = lineup("googlenet", "inception_v3")
    read = list(csv.DictReader(io.StringIO(lineup_tables.rows(both).to_csv())))
    for label, report in zip(both.labels, both.reports, strict=True):
        mine = [row for row in read if row["network"] == label]
        assert sum(int(row["mult_adds"]) for row in mine) == report.mult_adds
        assert sum(int(row["params"]) for row in mine) == report.params
    assert {row["differs"] for row in read if row["network"] == both.labels[0]} == {"false"}


def test_the_table_of_stages_marks_what_differs_with_a_sign() -> None:
    table = lineup_tables.stages(lineup("plain34", "resnet34"))
    marked = [row[0] for row in table.cells if str(row[2]).startswith("≠")]
    assert marked == ["1/4", "1/8", "1/16", "1/32"]
    assert table.to_latex().count(r"$\neq$") == 4
    assert table.totals == ("mult-adds", "3,644,493,824", "3,663,761,408")


def test_a_table_without_totals_sets_no_row_apart() -> None:
    table = lineup_tables.totals(lineup("plain34", "resnet34"))
    assert table.to_markdown().count("\n") == 4
    assert table.to_latex().count(r"\midrule") == 1
    assert str(table).count("─\n") == 2


def test_everything_as_plain_values() -> None:
    found = lineup_tables.to_dict(lineup("vgg16", "resnet50", reference=1))
    assert found["reference"] == 1
    assert found["networks"][0]["delta"]["params"] == 138357544 - 25557032
    assert found["stages"][0]["networks"][1] is None
    assert [stage["stage"] for stage in found["stages"]][-1] == "head"


@pytest.mark.parametrize("preset", PRESETS, ids=lambda preset: preset.id)
def test_every_preset_can_be_put_side_by_side(preset) -> None:  # type: ignore[no-untyped-def]
    both = line_up([explorer.analyze(network) for network in preset.networks])
    assert len(both.rungs) >= 6
    assert times(both.reports[0].graph.input_shape) in lineup_tables.totals(both).to_markdown()


def test_what_the_presets_say_is_so() -> None:
    _alexnet, vgg, googlenet = map(explorer.analyze, preset("first").networks)
    assert 18 < vgg.params / googlenet.params < 22  # "a twentieth"
    plain, gated, grouped = map(explorer.analyze, preset("blocks50").networks)
    assert 0.08 < gated.params / plain.params - 1 < 0.12  # "a tenth"
    assert 0 < gated.mult_adds / plain.mult_adds - 1 < 0.001  # "hardly any"
    assert 0.9 < grouped.mult_adds / plain.mult_adds < 1.1  # "at the same cost"
    bare, residual = map(explorer.analyze, preset("shortcuts").networks)
    projections = [node for node in residual.graph if "downsample" in node.name and node.type == "Conv"]
    assert len(projections) == 3
    assert residual.params - bare.params == sum(
        line.params for line in residual.lines if "downsample" in line.node.name
    )

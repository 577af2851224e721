"""Block duels: the closed formulas against lowering and torch, the lectures' figures, the crossings."""

from __future__ import annotations

import json
import re
from fractions import Fraction

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from torch.utils.flop_counter import FlopCounterMode

import explorer
from explorer.comparing.duels import DUELS, bout, get
from explorer.comparing.duels.bouts import fight, parts, presets, summary
from explorer.comparing.duels.curve import costs_at, curve
from explorer.comparing.duels.pictures import along, bars
from explorer.comparing.duels.resnext import equal_width
from explorer.comparing.duels.staircase import staircase
from explorer.comparing.duels.terms import FIGURES, MARK, aligned, grouped, total
from explorer.errors import ExplorerError
from explorer.network import Network
from tests.support.reference import DATA

EXAMPLES = {each["id"]: each for each in json.loads((DATA / "worked_examples.json").read_text("utf-8"))}
every_duel = pytest.mark.parametrize("duel", DUELS.values(), ids=DUELS)
every_preset = pytest.mark.parametrize(
    ("duel", "preset"),
    [pytest.param(duel, preset, id=f"{duel.id}-{preset.id}") for duel in DUELS.values() for preset in duel.presets],
)


@st.composite
def fights(draw):
    """Turn the dials of any duel at random, as far as they agree with one another."""
    duel = draw(st.sampled_from(list(DUELS.values())))
    setting = {dial.name: draw(st.sampled_from(dial.values)) for dial in duel.dials}
    try:
        return fight(duel, setting)
    except ExplorerError as error:
        return str(error)


@settings(max_examples=150, deadline=None)
@given(fights())
def test_the_formula_is_what_lowering_counts(fought):
    if isinstance(fought, str):
        assert "allowed" in fought
        assert "\n" not in fought
        return
    for side in fought.sides:
        for figure in FIGURES:
            assert [part.term.value(figure) for part in side.parts] == [part.value(figure) for part in side.parts]
            assert total(side.terms, figure) == side.value(figure), (fought.duel.id, figure)
        named = [name for term in side.terms for name in term.nodes]
        assert sorted(named) == sorted(node.name for node in side.report.graph if node.parameters)
    for figure in FIGURES:
        law = fought.duel.ratio(fought.setting, figure)
        if law and isinstance(law.value, Fraction):
            first, second = (side.value(figure) for side in fought.sides[:2])
            assert law.value == Fraction(second, first)


@every_duel
def test_torch_counts_the_same(duel):
    """At the first preset: a third route, the operations that torch runs."""
    fought = fight(duel, duel.presets[0].setting)
    for side in fought.sides:
        with torch.device("meta"):
            network = Network(side.report.graph).eval()
            image = torch.empty(1, *side.report.graph.input_shape)
        with FlopCounterMode(display=False) as counter:
            assert tuple(network(image).shape[1:]) == side.report.graph.output_shape
        assert counter.get_total_flops() == 2 * side.value("mult_adds")
        assert sum(p.numel() for p in network.parameters()) == side.value("params")


@every_preset
def test_a_preset_stands_on_the_dials(duel, preset):
    duel.refuse_bad(preset.setting)
    for dial in duel.dials:
        assert preset.setting[dial.name] in dial.values
    shapes = {side.report.graph.input_shape for side in fight(duel, preset.setting).sides}
    assert len(shapes) == 1


def test_a_dial_has_no_name_of_a_knob():
    knobs = {knob.name for architecture in explorer.architectures() for knob in architecture.knobs}
    assert not {dial.name for duel in DUELS.values() for dial in duel.dials} & knobs


def test_ids_are_plain_and_differ():
    for duel in DUELS.values():
        for ids in (
            [each.id for each in duel.contenders],
            [each.id for each in duel.presets],
            [each.id for each in duel.sweeps],
            [each.name for each in duel.dials],
        ):
            assert len(ids) == len(set(ids))
            assert all(re.fullmatch("[a-z][a-z0-9]*", each) for each in ids)


# ------------------------------------------------------------------------------------------- the lectures' figures
def test_inception_costs_what_the_slides_list():
    fought = bout("inception")
    naive, narrow = (EXAMPLES[f"inception_{id}_ops"]["expected"] for id in ("naive", "bottleneck"))
    for side, expected in zip(fought.sides, (naive, narrow), strict=True):
        assert side.value("mult_adds") == expected["total"]
        assert side.value("weights") == expected["weights"]
        assert side.report.graph.output_shape[0] == expected["output_hwc"][2]
        assert sorted(part.mult_adds for part in side.parts) == sorted(cost for _name, cost in expected["terms"])


def test_the_slide_that_counts_a_convolution_twice_is_explained_by_its_numbers():
    preset, narrow = get("inception").presets[0], bout("inception").sides[1]
    twice = next(part for part in narrow.parts if part.term.label == "3×3 branch: 3×3").mult_adds
    numbers = (narrow.value("mult_adds"), narrow.value("mult_adds") + twice, twice)
    assert numbers == (271_351_808, 358_055_936, 86_704_128)
    assert all(f"{number:,}" in preset.note for number in numbers)
    assert "358 M" in preset.note
    assert "854 M" in preset.note


def test_googlenets_modules_are_those_of_the_zoo():
    graph = explorer.lower(explorer.get("googlenet"))
    for preset in get("inception").presets[1:]:
        name = preset.id
        shape = next(node.shape for node in graph if node.name == f"{name}.concat")
        assert bout("inception", name).sides[1].report.graph.output_shape == shape
        zoo = sum(explorer.cost.mult_adds(node) for node in graph if node.name.startswith(f"{name}."))
        assert bout("inception", name).sides[1].value("mult_adds") == zoo


def test_small_filters_cost_what_the_lectures_say():
    for channels in (64, 256):
        expected = EXAMPLES[f"stack_3x3_vs_7x7_C{channels}"]["expected"]
        single, stack = (side.value("weights") for side in bout("seven", f"c{channels}").sides)
        assert {"single": single, "stack": stack} == expected
    assert 1 - bout("seven").ratio("weights") == pytest.approx(
        EXAMPLES["stack_3x3_vs_7x7_params"]["expected"]["saving"]
    )
    assert 1 - bout("five").ratio("weights") == EXAMPLES["stack_2x3x3_vs_5x5"]["expected"]["saving"]
    savings = EXAMPLES["factor_nxn_to_nx1_1xn"]["expected"]["saving"]
    found = [1 - bout("split", f"n{n}").ratio("weights") for n in (3, 5, 7)]
    assert found == pytest.approx(savings, abs=1e-6)


def test_small_filters_see_as_far():
    for id in ("five", "seven", "split"):
        assert len({side.receptive_field for side in bout(id).sides}) == 1
    assert bout("seven").sides[1].receptive_field == "7×7"


def test_separable_convolutions_cost_what_mobilenets_table_prints():
    rows = {row["name"]: row for row in EXAMPLES["mobilenet_table3"]["expected"]["rows"]}
    full, separable = bout("separable").sides
    for side, row in ((full, "Convolution"), (separable, "Depthwise Separable Conv")):
        assert (side.value("mult_adds"), side.value("weights")) == (rows[row]["mult_adds"], rows[row]["params"])
    for preset, row in (("narrow", "alpha = 0.75"), ("small", "rho = 0.714")):
        assert bout("separable", preset).sides[1].value("mult_adds") == rows[row]["mult_adds"]
    expected = EXAMPLES["depthwise_ratio_numeric"]
    ratios = [bout("separable", out=n).ratio("mult_adds") for n in expected["inputs"]["N"]]
    assert ratios == pytest.approx(expected["expected"]["ratio"], abs=1e-8)


def test_residual_blocks_have_the_weights_of_the_papers():
    expected = EXAMPLES["resnet_bottleneck_vs_basic_params"]["expected"]
    basic, narrow, _inverted = (side.value("weights") for side in bout("residual").sides)
    assert (basic, narrow) == (expected["basic_two_3x3_256"], expected["bottleneck_weights"])
    assert bout("residual", "thin").sides[0].value("weights") == expected["basic_two_3x3_64"]
    assert all(f"{number:,}" in get("residual").presets[0].note for number in (*expected.values(),))


def test_resnext_keeps_the_cost_of_the_papers_table():
    example = EXAMPLES["resnext_cardinality_width"]
    found = []
    for pair, inside in zip(example["inputs"]["pairs"], example["expected"]["group_conv_width"], strict=True):
        side = bout("resnext", f"c{pair['C']}").sides[1]
        assert equal_width(256, pair["C"]) == pair["d"]
        assert side.parts[1].shape[0] == inside
        found.append(side.value("weights"))
    assert found == example["expected"]["block_weights"]


def test_gates_add_what_se_resnet_50_has_more():
    blocks = {2: 3, 3: 4, 4: 6, 5: 3}
    added = {n: bout("gate", f"stage{n}").difference("params") for n in blocks}
    total_added = sum(blocks[n] * added[n] for n in blocks)
    assert total_added == EXAMPLES["se_resnet50_extra_params"]["expected"]["total"]
    assert total_added == explorer.analyze("se_resnet50").params - explorer.analyze("resnet50").params


def test_sharing_weights_saves_what_the_lecture_counts():
    dense, conv = bout("sharing").sides
    assert conv.value("params") == EXAMPLES["conv_5x5_8_filters_params"]["expected"]["params"]
    expected = EXAMPLES["fully_connected_equivalent_params"]["expected"]
    assert dense.value("params") == expected["total_params"]
    assert 1 / bout("sharing").ratio("params") == pytest.approx(expected["ratio_to_conv"])
    fc6 = [side.value("weights") for side in bout("sharing", "fc6").sides]
    assert fc6 == [EXAMPLES["vgg16_fc6"]["expected"]["params"]] * 2


def test_densenet_climbs_a_staircase():
    for example in EXAMPLES["densenet_layer_input_channels"]["expected"]["examples"]:
        part = bout("dense").sides[0].parts[example["layer_index_zero_based"]]
        assert part.reads == example["input_channels"]
    for number, (first, last) in enumerate(EXAMPLES["densenet121_channel_chain"]["expected"]["block_in_out"], 1):
        narrow = bout("dense", f"block{number}").sides[1].report.graph
        assert (narrow.input_shape[0], narrow.output_shape[0]) == (first, last)


# ------------------------------------------------------------------------------------------------------ crossings
@pytest.mark.parametrize("id", ["inception", "five", "seven", "split", "dense"])
def test_the_crossing_found_by_lowering_is_that_of_the_formula(id):
    duel = get(id)
    for preset in duel.presets:
        sweep, law = duel.sweeps[0], duel.crossing(preset.setting, "weights")
        drawn = curve(duel, preset.setting, sweep, "weights")
        inside = sweep.values[0] < law.value < sweep.values[-1]
        turned = [each for each in drawn.crossings if not each.equal]
        assert len(turned) == inside, (preset.id, float(law.value))
        if inside:
            after = [x for x in (range(int(law.value) + 1, 2000) if sweep.fine else sweep.values) if x > law.value]
            assert turned[0].x == after[0]


def test_from_the_marked_width_on_the_bottleneck_stops_paying():
    assert bout("inception", r3=224, r5=224).difference("mult_adds") < 0
    assert bout("inception", r3=225, r5=225).difference("mult_adds") > 0
    (only,) = curve(
        get("inception"), get("inception").presets[0].setting, get("inception").sweeps[0], "weights"
    ).crossings
    assert (only.x, only.dearer.id, only.cheaper.id) == (225, "bottleneck", "naive")


def test_a_filter_as_large_as_its_input_is_fully_connected():
    duel = get("sharing")
    (end,) = curve(duel, duel.presets[0].setting, duel.sweeps[0], "params").crossings
    assert end.equal
    assert end.x == 32
    assert curve(duel, duel.preset("fc6").setting, duel.sweeps[0], "params").points[-1].x == 7


def test_where_a_contender_cannot_be_there_is_no_point():
    duel = get("sharing")
    setting = {**duel.presets[0].setting, "out": 4096}
    drawn = curve(duel, setting, duel.sweeps[0], "params")
    assert drawn.points[0].x > 1
    assert costs_at(duel, {**setting, "kernel": 1}, "params") is None


@every_duel
def test_every_curve_goes_through_where_the_setting_stands(duel):
    setting = duel.presets[0].setting
    for sweep in duel.sweeps:
        drawn = curve(duel, setting, sweep, duel.figure)
        costs = tuple(side.value(duel.figure) for side in fight(duel, setting).sides)
        here = [point for point in drawn.points if point.x == drawn.now]
        assert not here or here[0].costs == costs
        chart = along(duel, drawn)
        assert len(chart.rows) == len(drawn.points) > 1


# ------------------------------------------------------------------------------------------------- tables and text
@every_preset
def test_the_tables_add_up(duel, preset):
    fought = fight(duel, preset.setting)
    rows = parts(fought).cells
    for side, total_row in zip(fought.sides, summary(fought).cells, strict=True):
        mine = [row for row in rows if row[0] == side.contender.name]
        assert sum(row[7] for row in mine) == side.value("mult_adds") == total_row[2]
        assert sum(row[6] for row in mine) == side.value("params") == total_row[6]
    chart = bars(fought, "mult_adds")
    assert [sum(column) for column in zip(*(row[1:] for row in chart.rows), strict=True)] == [
        side.value("mult_adds") for side in fought.sides
    ]


@every_duel
def test_all_presets_stand_in_one_table(duel):
    table = presets(duel, duel.figure)
    assert len(table.cells) == len(duel.presets)
    assert table.to_latex().count(r"\\") == len(duel.presets) + 1
    assert len(table.to_csv().splitlines()) == len(duel.presets) + 1


def test_a_formula_is_written_in_symbols_and_with_numbers():
    term = bout("inception").sides[1].terms[2]
    box = rf"\textcolor{{{MARK}}}{{\boxed{{\mathbf{{{{}}}}}}}}".replace("{}", "%s")
    assert term.symbols("mult_adds") == rf"H \cdot W \cdot (3 \cdot 3 \cdot {box % 'c_3'}) \cdot N_3"
    assert term.numbers("mult_adds") == rf"28 \cdot 28 \cdot (3 \cdot 3 \cdot {box % '64'}) \cdot 192"
    assert term.numbers("params") == rf"(3 \cdot 3 \cdot {box % '64'} + 1) \cdot 192"
    assert grouped(854196224) == "854{,}196{,}224"


def test_a_formula_is_taken_to_a_latex_document():
    text = aligned(bout("inception").sides[1].terms, "mult_adds")
    assert text.count(r"\\") == 6
    assert r"\textcolor[HTML]{D55E00}{\boxed{\mathbf{64}}}" in text
    assert r"\text{total} &= 271{,}351{,}808" in text
    assert "#" not in text


@every_preset
def test_the_numbers_of_a_formula_multiply_to_its_value(duel, preset):
    for side in fight(duel, preset.setting).sides:
        for term in side.terms:
            for figure in FIGURES:
                assert _worked_out(term.numbers(figure)) == term.value(figure)


def _worked_out(latex: str) -> int:
    plain = latex.replace(rf"\textcolor{{{MARK}}}", "").replace(r"\boxed", "").replace(r"\mathbf", "")
    product = plain.replace("{", "").replace("}", "").replace(r"\cdot", "*")
    assert re.fullmatch(r"[\d*+() ]+", product)
    return int(eval(product))


def test_every_duel_marks_what_makes_the_difference():
    for duel in DUELS.values():
        terms = [term for side in fight(duel, duel.presets[0].setting).sides for term in side.terms]
        assert any(MARK in term.symbols(duel.figure) for term in terms)


# ------------------------------------------------------------------------------------------------------- refusals
@pytest.mark.parametrize(
    ("call", "words"),
    [
        (lambda: get("nothing"), "duel is 'nothing'; allowed: inception, five"),
        (lambda: bout("five", "no"), "duel five: preset is 'no'; allowed: c64"),
        (lambda: bout("five", side=0), "duel five: side is 0; allowed: a whole number from 4 to 112"),
        (lambda: bout("gate", squeeze=3), "duel gate: squeeze is 3; allowed: 1, 2, 4, 8, 16, 32, 64"),
        (lambda: bout("five", size=3), "the setting has side, channels, between, size; it must have side, channels"),
        (lambda: bout("sharing", kernel=32, side=8), "the filter is 32×32; allowed: at most the input's 8×8"),
        (lambda: bout("sharing", kernel=1, side=64, out=4096), "out_features is 16777216; allowed"),
    ],
)
def test_what_cannot_be_gets_one_sentence(call, words):
    with pytest.raises(ExplorerError, match=re.escape(words)):
        call()


def test_the_staircase_climbs_by_the_growth_rate_and_the_bottleneck_is_level():
    chart = staircase(bout("dense", "cifar"))
    assert [row[3] for row in chart.rows] == [16 + 12 * before for before in range(12)]
    assert {row[4] for row in chart.rows} == {4 * 12}
    assert all(start + added == reads for _n, start, added, reads, _level in chart.rows)


def test_a_curve_is_drawn_as_far_as_there_is_something_to_see():
    duel = get("five")
    axes = along(duel, curve(duel, duel.presets[0].setting, duel.sweeps[0], "weights")).figure["layout"]
    assert 89 < axes["xaxis"]["range"][1] < 300
    duel = get("sharing")
    axes = along(duel, curve(duel, duel.presets[0].setting, duel.sweeps[0], "params")).figure["layout"]
    assert axes["yaxis"]["type"] == "log"

"""Each row of an outline says what the report says; where a network breaks, the rows say so and go no further."""

import pytest
from hypothesis import given, settings

import explorer
from explorer import blocks, cost
from explorer.composing import edit
from explorer.composing.outline import draft, outline
from explorer.composing.places import walk
from explorer.errors import ExplorerError
from explorer.graph import check
from explorer.layers import Conv, Flatten, Layer, Linear, MaxPool, ReLU
from explorer.lower import LoweringError, output_shape
from explorer.search_space import cell, random_cell
from explorer.spec import Branches, Series, Side
from tests.support.specs import SPECS
from tests.support.zoo import KINDS


@pytest.mark.parametrize("id", KINDS)
def test_rows_say_what_the_report_says(id):
    report = explorer.analyze(id)
    spec = report.architecture.spec
    rows = outline(spec, report.graph.input_shape)
    assert [row.path for row in rows] == [path for path, _, _ in walk(spec)]
    whole = rows[0]
    assert (whole.shape, whole.params, whole.mult_adds) == (
        report.graph.output_shape,
        report.params,
        report.mult_adds,
    )
    lines = {line.node.name: line for line in report.lines}
    layers = [row for row in rows if isinstance(row.spec, Layer)]
    assert len(layers) == sum(isinstance(node.layer, Layer) for node in report.graph)
    for row in layers:
        line = lines[row.node]
        assert (row.takes, row.shape) == (line.node.input_shapes, line.node.shape)
        assert (row.params, row.mult_adds) == (line.params, line.mult_adds)
        assert row.receptive_field == line.receptive_field
        assert row.label == row.node.rpartition(".")[2]


@pytest.mark.parametrize("id", ["googlenet", "resnet50", "densenet121", "nasnet_random"])
def test_compositions_give_totals(id):
    """What the report's tree adds up by the names of the nodes."""
    report = explorer.analyze(id)
    rows = outline(report.architecture.spec, report.graph.input_shape)
    named = [row for row in rows if row.label and not isinstance(row.spec, Layer)]
    assert len(named) > 5
    for row in named:
        inside = [line for line in report.lines if f"{line.node.name}.".startswith(f"{row.node}.")]
        assert row.params == sum(line.params for line in inside)
        assert row.mult_adds == sum(line.mult_adds for line in inside)


def test_a_composition_has_the_shape_and_the_field_of_its_result():
    rows = outline(Series(a=Conv(4, 3), b=blocks.inception(1, 1, 2, 1, 3, 4), s=Side(Flatten()), e=Series()), (3, 9, 9))
    by_label = {row.label: row for row in rows if row.depth == 1}
    assert by_label["b"].shape == (10, 7, 7)
    assert by_label["b"].receptive_field.size == (7, 7)
    for identity in ("s", "e"):
        assert (by_label[identity].shape, by_label[identity].params) == ((10, 7, 7), 0)
        assert by_label[identity].receptive_field == by_label["b"].receptive_field


@settings(deadline=None)
@given(SPECS)
def test_a_draft_is_the_graph_or_says_why_not(spec):
    found = draft(spec, (3, 16, 16))
    graph, error = lowered(spec, (3, 16, 16))
    if graph:
        assert (found.graph, found.error, found.failing) == (graph, None, None)
        assert all(row.shape and row.receptive_field for row in found.rows)
        return
    assert str(found.error) == found.failing.trouble == str(error)
    assert not isinstance(error, LoweringError) or (found.graph.nodes if found.graph else ()) == error.nodes
    if not isinstance(found.failing.spec, Branches):
        after = found.rows[found.rows.index(found.failing) :]
        assert all(row.shape is None and row.params is None for row in after)


def lowered(spec, shape):
    try:
        return explorer.lower(spec, shape), None
    except ExplorerError as error:
        return None, error


def test_where_it_breaks_the_row_says_why_and_the_graph_stands_up_to_there():
    spec = Series(stem=Conv(8, 3), block=Series(conv=Conv(8, 9), act=ReLU()), fc=Linear(2))
    found = draft(spec, (1, 8, 8))
    assert [bool(row.trouble) for row in found.rows] == [False, False, False, True, False, False]
    assert found.failing.trouble == ("block.conv: Conv cannot take 8×6×6: kernel 9×9 does not fit in a 6×6 input")
    assert found.failing.takes == ((8, 6, 6),)
    assert [node.name for node in check(found.graph)] == ["stem"]
    assert [row.shape for row in found.rows] == [None, (8, 6, 6), None, None, None, None]


@pytest.mark.parametrize(
    ("spec", "path", "words"),
    [
        (Series(), (), "there is no layer; allowed: one or more"),
        (Series(a=Series()), (), "there is no layer"),
        (Series(Conv(8, 9)), (0,), "does not fit"),
        (Series(Branches(Conv(4), Conv(8), join="add"), ReLU()), (0,), "Add needs inputs of one shape"),
        (Series(("", Series(a=ReLU())), ("a", ReLU())), (1,), "two layers are called 'a'"),
        (Series(Conv(8), cell(random_cell(1), 8)), (1,), "a Cell of 2 inputs is given 1"),
        (Series(Side(Linear(2)), ReLU()), (0, 0), "Linear needs a vector"),
    ],
)
def test_the_row_in_trouble_is_the_one_that_cannot_be_lowered(spec, path, words):
    found = draft(spec, (3, 8, 8))
    assert found.failing.path == path
    assert words in found.failing.trouble


def test_an_input_that_cannot_be_is_refused():
    with pytest.raises(ExplorerError, match="each from 1 to 100,000"):
        draft(ReLU(), (3, 1_000_000_000))


def test_after_an_edit_only_what_changed_is_worked_out():
    """Of the 4,210 layers of ResNet-1202, one."""
    spec = explorer.get("resnet1202").spec
    draft(spec, (3, 32, 32))
    edited = edit.change(spec, (3, 17, 0, 0, 1), eps=1.25e-3)
    before = output_shape.cache_info().misses, cost.counts_of.cache_info().misses
    draft(edited, (3, 32, 32))
    assert (output_shape.cache_info().misses, cost.counts_of.cache_info().misses) == (before[0] + 1, before[1] + 1)


def test_rows_tell_the_kinds():
    spec = Series(Branches(MaxPool(2), join="concat"), Side(Flatten()), cell(random_cell(1), 4))
    kinds = {row.kind for row in outline(Series(spec), (3, 8, 8))}
    assert kinds >= {"Series", "Branches", "MaxPool", "Side", "Cell", "Add"}

"""Specs, lowering and the graph: names, errors, invariants."""

from dataclasses import replace

import pytest

import explorer
from explorer.errors import ExplorerError, SpecError
from explorer.graph import INPUT, Graph, Node, call, check
from explorer.joins import Add, Multiply
from explorer.layers import Conv, Flatten, GlobalAvgPool, Linear, MaxPool, ReLU, Sigmoid
from explorer.lower import LoweringError, lower
from explorer.spec import Branches, Cell, Series, Side, Step


def test_children_are_called_by_position_or_by_name():
    graph = lower(Series(Conv(4), ("act", ReLU()), pool=MaxPool(2)), (3, 8, 8))
    assert [node.name for node in graph] == ["0", "act", "pool"]


def test_the_empty_name_adds_nothing_to_the_path():
    graph = lower(Series(block=Series(("", Series(conv=Conv(4))), ("", Series(act=ReLU())))), (3, 8, 8))
    assert [node.name for node in graph] == ["block.conv", "block.act"]


def test_an_empty_series_is_a_shortcut():
    graph = lower(Branches(Conv(3, 3, padding=1), Series(), join="add"), (3, 8, 8))
    assert [(node.name, node.inputs) for node in graph] == [("0", (INPUT,)), ("add", ("0", INPUT))]


def test_a_side_output_lets_its_input_pass():
    graph = lower(Series(conv=Conv(4), aux=Side(Series(pool=GlobalAvgPool())), act=ReLU()), (3, 8, 8))
    assert graph.sides == ("aux.pool",)
    assert graph["act"].inputs == ("conv",)
    assert graph.output == "act"
    assert "side output aux.pool: 4×1×1" in str(graph)


def test_a_cell_names_its_inputs():
    """The squeeze-and-excitation gate, and a two-input sum, which no nesting of branches could reuse."""
    cell = Cell(
        inputs=("x",),
        steps=(
            Step("gate", ("x",), Series(pool=GlobalAvgPool(), fc=Conv(3), sigmoid=Sigmoid())),
            Step("scaled", ("x", "gate"), Multiply()),
            Step("sum", ("x", "scaled"), Add()),
        ),
        output="sum",
    )
    graph = check(lower(cell, (3, 8, 8)))
    assert graph["scaled"].inputs == (INPUT, "gate.sigmoid")
    assert graph["sum"].inputs == (INPUT, "scaled")
    assert graph.output_shape == (3, 8, 8)


@pytest.mark.parametrize(
    ("build", "message"),
    [
        (lambda: Series(("a", ReLU()), ("a", ReLU())), "Series: two children are called 'a'"),
        (lambda: Series(("a.b", ReLU())), "a child is called 'a.b'; allowed: letters, digits, _ and -"),
        (lambda: Series(Conv=ReLU()), "a child is called 'Conv', a word of the language"),
        (lambda: Series(3), "child '0' is 3; allowed: a layer or a composition"),
        (lambda: Branches(ReLU(), join="mean"), "join is 'mean'; allowed: add, concat, multiply"),
        (lambda: Branches(join="add"), "there is no branch"),
        (lambda: Cell(("x",), (Step("a", ("y",), ReLU()),), "a"), "step 'a' reads 'y'; allowed: x"),
        (lambda: Cell(("x",), (Step("x", ("x",), ReLU()),), "x"), "'x' is given twice"),
        (lambda: Cell(("x",), (), "z"), "the output is 'z'; allowed: x"),
    ],
)
def test_a_composition_refuses_what_it_may_not_hold(build, message):
    with pytest.raises(SpecError, match=message):
        build()


def test_an_error_names_place_layer_shape_and_reason():
    spec = Series(features=Series(Conv(8, 3), MaxPool(2), Conv(16, 7)), flatten=Flatten())
    with pytest.raises(LoweringError) as caught:
        lower(spec, (3, 12, 12))
    error = caught.value
    assert str(error) == "features.2: Conv cannot take 8×5×5: kernel 7×7 does not fit in a 5×5 input"
    assert (error.path, error.layer, error.shapes) == ("features.2", Conv(16, 7), ((8, 5, 5),))
    assert [node.name for node in error.nodes] == ["features.0", "features.1"], "the graph up to there is kept"


@pytest.mark.parametrize("shape", [(), (0, 3, 3), (3, 10**6, 3), (3.0, 4, 4), (1, 2, 3, 4, 5)])
def test_an_impossible_input_shape_is_refused(shape):
    with pytest.raises(ExplorerError, match="input shape"):
        lower(ReLU(), shape)


def test_a_spec_needs_an_input_shape():
    with pytest.raises(ExplorerError, match="a spec has no input shape of its own"):
        lower(ReLU())


def test_a_network_needs_a_layer():
    with pytest.raises(ExplorerError, match="there is no layer"):
        lower(Series(), (3, 8, 8))


def test_colliding_paths_are_refused():
    spec = Series(("", Branches(Conv(4), Conv(4), join="add")), ("", Branches(Conv(4), join="add")))
    with pytest.raises(ExplorerError, match="two layers are called '0'"):
        lower(spec, (3, 8, 8))


def test_channels_are_inferred():
    for size in (32, 33, 64):
        graph = lower(Series(Conv(4, 3, 2), Flatten(), Linear(10)), (3, size, size))
        assert graph["2"].parameters["weight"] == (10, 4 * ((size - 3) // 2 + 1) ** 2)


def test_a_node_that_is_not_there_is_named():
    with pytest.raises(ExplorerError, match="lenet5 has no node 'c9'"):
        lower(explorer.get("lenet5"))["c9"]


def test_the_graph_prints_as_a_program():
    graph = lower(Series(conv=Conv(4, (1, 7), padding=(0, 3)), act=ReLU()), (3, 8, 8), name="two")
    assert str(graph).splitlines() == [
        "two(input: 3×8×8) → act: 4×8×8",
        "  conv: 4×8×8 = Conv(out_channels=4, kernel_size=(1, 7), padding=(0, 3)) of input",
        "  act: 4×8×8 = ReLU() of conv",
    ]
    assert call(ReLU()) == "ReLU()"


def _broken(graph: Graph, **change: object) -> Graph:
    return replace(graph, nodes=(graph.nodes[0]._replace(**change), *graph.nodes[1:]))


@pytest.mark.parametrize(
    ("breaks", "message"),
    [
        (lambda g: replace(g, nodes=(*g.nodes, g.nodes[-1])), "two nodes are called 'output'"),
        (lambda g: replace(g, nodes=g.nodes[::-1]), "reads relu6"),
        (lambda g: _broken(g, shape=(6, 27, 27)), "c1 has shape"),
        (lambda g: _broken(g, input_shapes=((3, 32, 32),)), "c1 reads input as"),
        (lambda g: replace(g, output="nowhere"), "the output nowhere is not there"),
        (
            lambda g: replace(g, nodes=(*g.nodes, Node("dead", ReLU(), ("s4",), ((16, 5, 5),), (16, 5, 5)))),
            "nothing reads dead",
        ),
    ],
)
def test_the_checker_can_fail(breaks, message):
    graph = lower(explorer.get("lenet5"))
    assert check(graph) is graph
    with pytest.raises(ExplorerError, match=message):
        check(breaks(graph))


def test_values_are_frozen():
    with pytest.raises(AttributeError):
        Conv(4).out_channels = 5
    with pytest.raises(AttributeError):
        lower(explorer.get("lenet5")).name = "other"
    assert Series(Conv(4), ReLU()) == Series(Conv(4), ReLU())
    assert len({Series(Sigmoid()), Series(ReLU()), Series(ReLU())}) == 2

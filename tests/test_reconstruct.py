"""A graph written as a spec is the same network again."""

from __future__ import annotations

import pytest
from hypothesis import Phase, assume, given, settings

import explorer
from explorer import reconstruct
from explorer.cost import mult_adds, params, total
from explorer.errors import ExplorerError
from explorer.graph import Graph, Node
from explorer.joins import Add, Multiply, Unknown
from explorer.layers import Conv, Linear, ReLU
from explorer.lower import lower
from explorer.reconstruct import spec_of
from explorer.spec import Branches, Cell, Series, Side, Spec, Step
from tests.code.test_names import specs

ZOO = explorer.architectures()


def cells(spec: object) -> int:
    """Count the cells in a spec."""
    match spec:
        case Cell():
            return 1 + sum(cells(step.spec) for step in spec.steps)
        case Series() | Branches():
            return sum(cells(child) for _, child in spec.children)
        case Side():
            return cells(spec.head)
    return 0


@pytest.mark.parametrize("architecture", ZOO, ids=lambda a: a.id)
def test_every_network_comes_back_with_its_names_and_without_a_cell_more(architecture):
    graph = lower(architecture)
    spec = spec_of(graph)
    again = lower(spec, graph.input_shape, name=graph.name)
    assert again.nodes == graph.nodes
    assert (again.output, again.sides) == (graph.output, graph.sides)
    assert cells(spec) == cells(architecture.spec)


def test_side_heads_come_back():
    for id in ("googlenet", "inception_v3", "nasnet_a_mobile"):
        graph = lower(explorer.get(id, aux_heads=True))
        again = lower(spec_of(graph), graph.input_shape, name=graph.name)
        assert sorted(again.sides) == sorted(graph.sides)
        assert {node.name for node in again} == {node.name for node in graph}


def test_a_chain_comes_back_as_it_was_written():
    spec: Spec = explorer.get("vgg16").spec
    assert spec_of(lower(spec, (3, 224, 224))) == spec


@settings(max_examples=60, deadline=None, phases=(Phase.explicit, Phase.reuse, Phase.generate))
@given(specs)
def test_random_networks_come_back(spec):
    try:
        graph = lower(spec, (2, 3, 3))
    except ExplorerError:
        assume(False)
    assume(all(not graph.readers[name] and name not in ("input", graph.output) for name in graph.sides))
    again = lower(spec_of(graph), (2, 3, 3))
    assert (again.output_shape, len(again)) == (graph.output_shape, len(graph))
    for number in (params, mult_adds):
        assert total(again, number) == total(graph, number)


def foreign(*nodes: Node) -> Graph:
    return Graph("foreign", (3, 4, 4), nodes, nodes[-1].name)


def test_what_has_no_word_is_named():
    shapes = ((3, 4, 4),)
    graph = foreign(
        Node("a", Unknown("permute", (3, 4, 4)), ("input",), shapes, (3, 4, 4)),
        Node("b", Unknown("permute", (3, 4, 4)), ("a",), shapes, (3, 4, 4)),
        Node("c", Unknown("roll", (3, 4, 4)), ("b",), shapes, (3, 4, 4)),
    )
    with pytest.raises(ExplorerError, match=r"foreign: the language has no word for permute \(×2\), roll; allowed"):
        spec_of(graph)


def test_shared_parameters_are_refused_and_shared_activations_are_not():
    shape = (3, 4, 4)

    def twice(layer):
        one = Node("one", layer, ("input",), (shape,), shape)
        return foreign(one, Node("two", layer, ("one",), (shape,), shape, shares="one"))

    with pytest.raises(ExplorerError, match="two shares the parameters of one"):
        spec_of(twice(Conv(3)))
    assert spec_of(twice(ReLU())) == Series(one=ReLU(), two=ReLU())


def test_a_side_output_that_is_read_is_refused():
    graph = lower(Series(a=ReLU(), b=Side(Series()), c=ReLU()), (3,))
    with pytest.raises(ExplorerError, match="the side output a is read by other layers; allowed: heads that end there"):
        spec_of(graph)


def test_a_join_whose_name_is_taken_becomes_a_step_of_a_cell():
    shape = (3, 4, 4)
    nodes = [Node("a", Conv(3), ("input",), (shape,), shape)]
    for name, inputs in (("add", ("input", "a")), ("add-2", ("add", "a")), ("multiply", ("add-2", "add-2"))):
        layer = Multiply() if name == "multiply" else Add()
        nodes.append(Node(name, layer, inputs, (shape, shape), shape))
    again = lower(spec_of(foreign(*nodes)), shape)
    assert [node.name for node in again] == ["a", "add", "add-2", "multiply"]


def test_the_proof_can_fail(monkeypatch):
    graph = lower(Series(a=Linear(4), b=ReLU()), (2,))
    monkeypatch.setattr(reconstruct._Flow, "written", lambda self, i: ReLU())
    with pytest.raises(ExplorerError, match="it would not be the same network"):
        spec_of(graph)


def test_steps_may_be_called_as_inputs_usually_are():
    inner = (Step("x", ("p",), Conv(2)), Step("x1", ("q",), ReLU()), Step("s", ("x", "x1"), Add()))
    spec = Cell(("x",), (Step("y", ("x",), Conv(2)), Step("z", ("x", "y"), Cell(("p", "q"), inner, "s"))), "z")
    graph = lower(spec, (2, 3, 3))
    assert lower(spec_of(graph), (2, 3, 3), name=graph.name).nodes == graph.nodes

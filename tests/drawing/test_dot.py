"""DOT: clusters for open groups, a node for every closed box, edges between them."""

import re

import pytest

import explorer
from explorer.drawing.dot import dot
from explorer.drawing.fold import everything, fold
from explorer.graph import Graph, Node
from explorer.joins import Unknown
from tests.support.zoo import KINDS

NODE = re.compile(r'^\s*("(?:[^"\\]|\\.)*"|\w+) \[.*fillcolor', re.M)
EDGE = re.compile(r'^\s*("(?:[^"\\]|\\.)*"|\w+) -> ("(?:[^"\\]|\\.)*"|\w+) \[', re.M)


@pytest.mark.parametrize("id", KINDS)
@pytest.mark.parametrize("state", ["closed", "default", "open"])
def test_edges_run_between_nodes_and_every_node_is_reached(id, state):
    graph = explorer.lower(explorer.get(id))
    opened = {"closed": frozenset(), "default": None, "open": everything(graph)}[state]
    source = dot(graph, opened)
    nodes, edges = NODE.findall(source), EDGE.findall(source)
    assert len(nodes) == len(set(nodes))
    assert {end for edge in edges for end in edge} == set(nodes)
    assert {end for _, end in edges} == set(nodes) - {"input"}
    assert source.count("{") == source.count("}")


def test_open_groups_are_clusters():
    graph = explorer.lower(explorer.get("resnet18"))
    source = dot(graph, frozenset({"layer1", "layer1.0"}))
    assert re.findall(r"subgraph (\S+) \{", source) == ["cluster_layer1", '"cluster_layer1.0…1"']
    assert "layer1.0…1 ×2" in source


def test_edges_carry_shapes():
    source = dot(explorer.lower(explorer.get("lenet5")))
    assert 'input -> c1 [label="1×32×32"]' in source
    assert 'c1 -> s2 [label="6×28×28"]' in source


def test_a_row_whose_first_block_is_drawn_is_wired_through():
    graph = explorer.lower(explorer.get("resnet50"))
    source = dot(graph, frozenset({"layer2", "layer2.1"}))
    assert '"layer2.1.add" -> layer3' in source
    assert '"layer2.0" -> "layer2.1.conv1"' in source
    assert len(fold(graph, frozenset({"layer2", "layer2.1"}))[3].inside) == 2


def test_hostile_names_stay_inside_their_quotes():
    name = 'a"]; evil -> node; x["<b>:\\l'
    node = Node(name, Unknown(name, (4,)), ("input",), ((4,),), (4,))
    source = dot(Graph(name, (4,), (node,), name))
    assert len(NODE.findall(source)) == 2
    assert len(EDGE.findall(source)) == 1
    assert not re.search(r"^\s*evil", source, re.M)

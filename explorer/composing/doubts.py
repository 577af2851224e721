"""What is allowed and yet does nothing, or not what was meant: a second flattening, a bias before batch norm.

A doubt is a pure function of the graph and a node; the table ``DOUBTS`` lists them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import NamedTuple

from explorer.graph import INPUT, Graph, Node
from explorer.layers import (
    AvgPool,
    BatchNorm,
    Conv,
    Dropout,
    Flatten,
    GlobalAvgPool,
    GlobalMaxPool,
    Hardsigmoid,
    Linear,
    MaxPool,
    ReLU,
    ReLU6,
    Sigmoid,
    Softmax,
)
from explorer.shapes import elements

_AGAIN = (Flatten, BatchNorm, ReLU, ReLU6, Softmax, Dropout)
_SQUASHED = (Sigmoid, Softmax, Hardsigmoid)


class Doubt(NamedTuple):
    """A node, and what is doubtful about it, in one sentence."""

    node: str
    sentence: str


def doubts(graph: Graph) -> Iterator[Doubt]:
    """Yield what a reader of the network would ask about, in the order of its nodes.

    >>> from explorer.layers import Conv, ReLU
    >>> from explorer.lower import lower
    >>> from explorer.spec import Series
    >>> graph = lower(Series(Conv(8), ReLU(), ReLU(), Conv(8)), (3, 8, 8))
    >>> [doubt.sentence for doubt in doubts(graph)]
    ['2: a ReLU on the result of a ReLU changes nothing']
    """
    for node in graph:
        for doubt in DOUBTS:
            if found := doubt(graph, node):
                yield Doubt(node.name, f"{node.name}: {found}")


def _before(graph: Graph, node: Node) -> Node | None:
    """Give the node that a node with one input reads."""
    return graph[node.inputs[0]] if len(node.inputs) == 1 and node.inputs[0] != INPUT else None


def again(graph: Graph, node: Node) -> str:
    """Find a layer behind another of its kind."""
    before = _before(graph, node)
    if before is None or not isinstance(node.layer, _AGAIN) or before.type != node.type:
        return ""
    return f"a {node.type} on the result of a {node.type} changes nothing"


def flat(graph: Graph, node: Node) -> str:
    """Find a summary of what is a single number per channel already."""
    x = node.input_shapes[0]
    if isinstance(node.layer, Flatten) and len(x) == 1 and not again(graph, node):
        return "it flattens a vector, which changes nothing"
    pooling = isinstance(node.layer, GlobalAvgPool | GlobalMaxPool | MaxPool | AvgPool)
    return "it pools maps of a single position, which changes nothing" if pooling and elements(x[1:]) == 1 else ""


def idle_bias(graph: Graph, node: Node) -> str:
    """Find a bias that batch normalisation takes away again."""
    before = _before(graph, node)
    if not isinstance(node.layer, BatchNorm) or before is None or graph.readers[before.name] != (node.name,):
        return ""
    if not isinstance(before.layer, Conv | Linear) or not before.layer.bias:
        return ""
    return f"the {before.shape[0]:,} biases of {before.name} do nothing: batch norm subtracts the mean"


def one_linear_map(graph: Graph, node: Node) -> str:
    """Find two linear layers with nothing between them that bends."""
    before = _before(graph, node)
    while before is not None and isinstance(before.layer, Dropout):
        before = _before(graph, before)
    if not isinstance(node.layer, Linear) or before is None or not isinstance(before.layer, Linear):
        return ""
    return f"no activation stands between {before.name} and it: together they are one linear map"


def blind_border(graph: Graph, node: Node) -> str:
    """Find padding so wide that the border sees nothing but zeros."""
    if not isinstance(node.layer, Conv):
        return ""
    window = node.layer.window(node.input_shapes[0])
    if all(padding < extent for padding, extent in zip(window.padding, window.extent, strict=True)):
        return ""
    return "its padding is as wide as its kernel: at the border it sees nothing but zeros"


def unread(graph: Graph, node: Node) -> str:
    """Find a result that nothing reads."""
    return "" if graph.readers[node.name] or node.name in (graph.output, *graph.sides) else "nothing reads its result"


def cut_scores(graph: Graph, node: Node) -> str:
    """Find scores whose negative half is cut off, or that are squashed and normalised."""
    if node.name != graph.output or len(node.shape) != 1:
        return ""
    before = _before(graph, node)
    if isinstance(node.layer, ReLU | ReLU6) and before is not None and isinstance(before.layer, Linear):
        return "it cuts off the negative half of the scores that the network gives"
    if isinstance(node.layer, Softmax) and before is not None and isinstance(before.layer, _SQUASHED):
        return "it normalises what is squashed between 0 and 1 already"
    return ""


DOUBTS: tuple[Callable[[Graph, Node], str], ...] = (
    again, flat, idle_bias, one_linear_map, blind_border, unread, cut_scores
)  # fmt: skip
"""What is looked for, as functions that give a sentence, empty where there is nothing to say."""

"""What transformations look for in a graph: what follows a convolution, the first layers and the last ones."""

from __future__ import annotations

from typing import TYPE_CHECKING

from explorer import layers
from explorer.errors import ExplorerError
from explorer.graph import INPUT, Graph, Node
from explorer.layers import Conv, Layer, Linear
from explorer.lower import lower
from explorer.shapes import Shape
from explorer.spec import Spec

if TYPE_CHECKING:
    from explorer.zoo import Architecture

RECTIFIERS = (
    layers.ReLU, layers.ReLU6, layers.LeakyReLU, layers.ELU, layers.GELU, layers.SiLU, layers.Hardswish,
)  # fmt: skip
ACTIVATIONS = (*RECTIFIERS, layers.Sigmoid, layers.Tanh, layers.Hardsigmoid, layers.LIF)
NORMALISATIONS = (layers.BatchNorm, layers.LocalResponseNorm)
WEIGHTED = (Conv, Linear, layers.Embedding)


def opened(network: Spec | Architecture, input_shape: Shape | None) -> tuple[Spec, Graph]:
    """Give a network's spec and its graph."""
    return network if isinstance(network, Spec) else network.spec, lower(network, input_shape)


def no_place(transformation: str, finds: str, allowed: str) -> ExplorerError:
    """Say that there is nothing to change."""
    return ExplorerError(f"{transformation}: the network has {finds}; allowed: {allowed}")


def follows(graph: Graph, node: Node) -> tuple[Layer, ...]:
    """List the normalisation and the activation behind a node, each the only reader of what comes before.

    >>> import explorer
    >>> graph = explorer.lower(explorer.get("resnet18"))
    >>> [type(layer).__name__ for layer in follows(graph, graph["conv1"])]
    ['BatchNorm', 'ReLU']
    """
    found: list[Layer] = []
    name = node.name
    while len(readers := graph.readers[name]) == 1:
        name = readers[0]
        layer = graph[name].layer
        if not isinstance(layer, (*NORMALISATIONS, *ACTIVATIONS)):
            break
        found.append(layer)
        if isinstance(layer, ACTIVATIONS):
            break
    return tuple(found)


def first_layers(graph: Graph) -> frozenset[str]:
    """Name the layers with weights that read the input, with nothing but layers without weights before them."""
    plain, found = {INPUT}, set[str]()
    for node in graph:
        if plain.issuperset(node.inputs):
            (found if isinstance(node.layer, WEIGHTED) else plain).add(node.name)
    return frozenset(found)


def last_layers(graph: Graph) -> frozenset[str]:
    """Name the layers with weights that give an output, with nothing but layers without weights behind them.

    >>> import explorer
    >>> sorted(last_layers(explorer.lower(explorer.get("googlenet", aux_heads=True))))
    ['aux1.fc2', 'aux2.fc2', 'fc']
    """
    wanted, found = {graph.output, *graph.sides}, set[str]()
    for node in reversed(graph.nodes):
        if node.name in wanted:
            if isinstance(node.layer, WEIGHTED):
                found.add(node.name)
            else:
                wanted.update(node.inputs)
    return frozenset(found)

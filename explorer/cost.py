"""What a node costs: parameters, mult-adds, activations. All derived from shapes; nothing is measured.

Mult-adds are multiply–accumulates of convolutions and linear layers for one image. Bias, normalisation,
activation and pooling are not counted, unless a reader asks for them with a ``Counting``.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from math import prod
from typing import NamedTuple

from explorer.graph import INPUT, Graph, Node, parameters
from explorer.joins import Operation, Unknown
from explorer.layers import AvgPool, BatchNorm, Conv, Linear, LocalResponseNorm, MaxPool
from explorer.receptive_field import past_gates
from explorer.shapes import Shape, elements


def params(node: Node) -> int:
    """Count the trainable parameters."""
    return counts(node).params


def biases(node: Node) -> int:
    """Count biases and normalisation shifts: the parameters called ``bias``."""
    return counts(node).biases


def weights(node: Node) -> int:
    """Count convolution and linear kernels and normalisation scales: all parameters that are not biases."""
    return params(node) - biases(node)


def activations(node: Node) -> int:
    """Count the elements of the output ("neurons")."""
    return elements(node.shape)


def positions(node: Node) -> int:
    """Count the places at which the weights are used: height × width of a convolution's output, 1 for a vector."""
    return prod(node.shape[1:])


def mult_adds(node: Node) -> int:
    """Count multiply–accumulates for one image: output positions × weights of convolutions and linear layers.

    For an unknown operation of a foreign network it is what torch counted.
    """
    return counts(node).mult_adds


class Counts(NamedTuple):
    """What is counted of a node: trainable parameters, the biases among them, and mult-adds."""

    params: int
    biases: int
    mult_adds: int


def counts(node: Node) -> Counts:
    """Count everything at once; parameters that another node owns are counted there."""
    found = counts_of(node.layer, node.input_shapes, node.shape)
    return Counts(0, 0, found.mult_adds) if node.shares else found


@lru_cache(maxsize=1 << 14)
def counts_of(layer: Operation, input_shapes: tuple[Shape, ...], shape: Shape) -> Counts:
    """Count what a layer costs at its shapes; networks repeat themselves, so that the answer is often known."""
    owned = parameters(layer, input_shapes)
    shifts = sum(elements(shape) for name, shape in owned.items() if name.endswith("bias"))
    match layer:
        case Conv() | Linear():
            mult_adds = prod(shape[1:]) * elements(owned["weight"])
        case Unknown(mult_adds=counted):
            mult_adds = counted
        case _:
            mult_adds = 0
    return Counts(sum(map(elements, owned.values())), shifts, mult_adds)


@dataclass(frozen=True, slots=True)
class Counting:
    """A convention for counting operations. As it stands: the product's mult-adds."""

    bias: bool = False
    normalisation: bool = False
    pooling: bool = False
    factor: int = 1

    def __call__(self, node: Node) -> int:
        """Count the operations of a node under this convention."""
        extra = 0
        match node.layer:
            case Conv(bias=True) | Linear(bias=True) if self.bias:
                extra = activations(node)
            case BatchNorm() | LocalResponseNorm() if self.normalisation:
                extra = activations(node)
            case MaxPool() | AvgPool() if self.pooling:
                extra = activations(node) * prod(node.layer.window(node.input_shapes[0]).kernel)
            case _ if self.pooling and node.type in ("GlobalAvgPool", "AdaptiveAvgPool"):
                extra = elements(node.input_shapes[0])
            case _:
                pass
        return self.factor * (mult_adds(node) + extra)

    def __str__(self) -> str:
        counted = [name for name in ("bias", "normalisation", "pooling") if getattr(self, name)]
        base = "mult-adds of convolutions and linear layers" + "".join(f" + {name}" for name in counted)
        return base if self.factor == 1 else f"{self.factor} × ({base})"


def total(graph: Graph, figure: Callable[[Node], int]) -> int:
    """Sum a figure over all nodes.

    >>> import explorer
    >>> f"{total(explorer.lower(explorer.get('vgg16')), params):,}"
    '138,357,544'
    """
    return sum(map(figure, graph.nodes))


def depth(graph: Graph) -> int:
    """Count the convolutions and linear layers on the longest path to the output: the depth that papers speak of.

    The two small layers of a squeeze-and-excitation gate do not count.

    >>> import explorer
    >>> [depth(explorer.lower(explorer.get(id))) for id in ("vgg16", "googlenet", "resnet50", "se_resnet50")]
    [16, 22, 50, 50]
    """
    return depths(graph)[graph.output]


def depths(graph: Graph) -> dict[str, int]:
    """Give the depth of the input, which is 0, and of every node."""
    deepest = {INPUT: 0}
    for node in graph:
        deepest[node.name] = max(deepest[name] for name in past_gates(node)) + isinstance(node.layer, Conv | Linear)
    return deepest

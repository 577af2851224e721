"""The roofline: a layer is bound by how fast the machine multiplies, or by how fast it moves bytes.

Williams, Waterman & Patterson 2009 (Roofline: an insightful visual performance model), here in mult-adds.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import prod
from typing import Literal

from explorer import cost
from explorer.graph import Graph, Node
from explorer.layers import Conv, Dropout, Flatten, Linear
from explorer.memory import BYTES
from explorer.shapes import elements

LoadKind = Literal["convolution", "1×1 convolution", "grouped convolution", "depthwise convolution", "linear", "other"]
VIEWS = (Dropout, Flatten)
"""Layers that give back what they are given, in a network that does not learn: nothing is moved."""


@dataclass(frozen=True, slots=True)
class Roof:
    """What a machine can do: mult-adds per second, and bytes moved per second."""

    mult_adds_per_s: float
    bytes_per_s: float

    @property
    def ridge(self) -> float:
        """Give the mult-adds per byte from which on multiplying is what takes the time.

        >>> Roof(100e9, 20e9).ridge
        5.0
        """
        return self.mult_adds_per_s / self.bytes_per_s

    def best(self, other: Roof) -> Roof:
        """Give the higher of two measurements: other work on the machine only lowers them.

        >>> Roof(2, 30).best(Roof(3, 20))
        Roof(mult_adds_per_s=3, bytes_per_s=30)
        """
        return Roof(max(self.mult_adds_per_s, other.mult_adds_per_s), max(self.bytes_per_s, other.bytes_per_s))

    def rate(self, intensity: float) -> float:
        """Give the mult-adds per second that the machine allows at an intensity, in mult-adds per byte.

        >>> Roof(100e9, 20e9).rate(2), Roof(100e9, 20e9).rate(50)
        (40000000000.0, 100000000000.0)
        """
        return min(self.mult_adds_per_s, intensity * self.bytes_per_s)

    def seconds(self, load: Load) -> float:
        """Give the least time that a load takes: the longer of its multiplying and its moving."""
        return max(load.mult_adds / self.mult_adds_per_s, load.bytes / self.bytes_per_s)


@dataclass(frozen=True, slots=True)
class Load:
    """The work of one layer for a batch: mult-adds, and bytes that have to be moved at least."""

    name: str
    kind: LoadKind
    mult_adds: int
    bytes: int

    @property
    def intensity(self) -> float:
        """Give the mult-adds per byte."""
        return self.mult_adds / self.bytes if self.bytes else 0.0


def loads(graph: Graph, batch: int = 1, precision: str = "float32") -> tuple[Load, ...]:
    """Give the load of every layer: its weights once, what it reads and what it writes for every image.

    >>> import explorer
    >>> for load in loads(explorer.lower(explorer.get("mobilenet_v1")))[3:7:3]:
    ...     print(load.name, load.kind, f"{load.intensity:.1f}")
    blocks.0.0.conv_dw depthwise convolution 1.1
    blocks.0.0.conv_pw 1×1 convolution 5.3
    """
    return tuple(load(node, batch, BYTES[precision]) for node in graph)


def load(node: Node, batch: int, size: int) -> Load:
    """Give the load of a layer, at so many bytes for a number."""
    read = sum(elements(shape) for _name, shape in {*zip(node.inputs, node.input_shapes, strict=True)})
    moved = 0 if isinstance(node.layer, VIEWS) else batch * (read + elements(node.shape)) + _weights(node)
    return Load(node.name, kind(node), batch * cost.mult_adds(node), size * moved)


def _weights(node: Node) -> int:
    """Count what is read of the layer's own: parameters, also where another layer owns them."""
    return sum(elements(shape) for shape in node._replace(shares="").parameters.values())


def kind(node: Node) -> LoadKind:
    """Say what kind of work a layer is."""
    match node.layer:
        case Conv(groups=groups) if groups > 1:
            return "depthwise convolution" if groups == node.input_shapes[0][0] else "grouped convolution"
        case Conv():
            return "1×1 convolution" if prod(_kernel(node)) == 1 else "convolution"
        case Linear():
            return "linear"
        case _:
            return "other"


def _kernel(node: Node) -> tuple[int, ...]:
    window = node.layer.window(node.input_shapes[0]) if isinstance(node.layer, Conv) else None
    return window.kernel if window else ()


def whole(name: str, layers: tuple[Load, ...]) -> Load:
    """Add the loads of a network's layers up."""
    return Load(name, "other", sum(each.mult_adds for each in layers), sum(each.bytes for each in layers))

"""Operations that are no layers: joins of several inputs, and what a foreign module does beyond the language."""

from __future__ import annotations

from dataclasses import dataclass
from math import prod
from typing import Literal

from explorer.errors import ShapeError
from explorer.layers import Layer
from explorer.shapes import Shape, times


@dataclass(frozen=True)
class Add:
    """Sum of inputs of one shape, element by element (a residual connection)."""

    def output_shape(self, *inputs: Shape) -> Shape:
        if len(set(inputs)) != 1:
            raise ShapeError(f"Add needs inputs of one shape, not {_listed(inputs)}")
        return inputs[0]


@dataclass(frozen=True)
class Concat:
    """Inputs behind one another along the channels.

    >>> Concat().output_shape((64, 28, 28), (128, 28, 28))
    (192, 28, 28)
    """

    def output_shape(self, *inputs: Shape) -> Shape:
        if len({x[1:] for x in inputs}) != 1:
            raise ShapeError(f"Concat needs maps of one height and width, not {_listed(inputs)}")
        return (sum(x[0] for x in inputs), *inputs[0][1:])


@dataclass(frozen=True)
class Multiply:
    """Product of the inputs, element by element; a C×1×1 gate scales whole channels."""

    def output_shape(self, *inputs: Shape) -> Shape:
        largest = max(inputs, key=prod)
        fits = all(len(x) == len(largest) and all(n in (1, m) for n, m in zip(x, largest, strict=True)) for x in inputs)
        if not fits:
            raise ShapeError(f"Multiply needs shapes that are equal, or 1 where they differ, not {_listed(inputs)}")
        return largest


def _listed(shapes: tuple[Shape, ...]) -> str:
    return " and ".join(map(times, shapes))


@dataclass(frozen=True)
class Unknown:
    """An operation of a foreign module that the language has no word for, with what is known of it.

    That is its output shape, the parameters it owns, and the mult-adds that torch counted in it.
    """

    kind: str
    shape: Shape
    owns: tuple[tuple[str, Shape], ...] = ()
    mult_adds: int = 0

    def output_shape(self, *inputs: Shape) -> Shape:
        return self.shape


Join = Add | Concat | Multiply
JOINS: dict[str, Join] = {"add": Add(), "concat": Concat(), "multiply": Multiply()}
JoinName = Literal["add", "concat", "multiply"]
Operation = Layer | Add | Concat | Multiply | Unknown
"""What a node of a graph does."""

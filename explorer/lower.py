"""Lowering: a spec and an input shape become a Graph."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, assert_never

from explorer.errors import ExplorerError, ShapeError
from explorer.graph import INPUT, Graph, Node
from explorer.joins import JOINS, Add, Concat, Multiply, Operation
from explorer.layers import Layer
from explorer.shapes import MOST_AXIS, Shape, times
from explorer.spec import Branches, Cell, Series, Side, Spec

if TYPE_CHECKING:
    from explorer.zoo.architecture import Architecture

MOST_NODES = 50_000


class LoweringError(ShapeError):
    """A layer cannot take its input. Knows the path, the layer, the shapes, the reason, and the nodes up to there."""

    def __init__(self, path: str, layer: Operation, shapes: tuple[Shape, ...], reason: str, nodes: tuple[Node, ...]):
        self.path, self.layer, self.shapes, self.reason, self.nodes = path, layer, shapes, reason, nodes
        given = " and ".join(map(times, shapes))
        super().__init__(f"{path}: {type(layer).__name__} cannot take {given}: {reason}")


def lower(spec: Spec | Architecture, input_shape: Shape | None = None, *, name: str = "network") -> Graph:
    """Infer every shape and lay the layers out in execution order.

    Args:
        spec: a spec, or an Architecture of the zoo.
        input_shape: channels and spatial axes, without the batch; an Architecture's own if left out.
        name: what the graph is called; an Architecture's id by default.

    Raises:
        LoweringError: a layer cannot take the shape it is given; the message names the place and the reason.

    >>> from explorer.layers import Conv, MaxPool
    >>> print(lower(Series(conv=Conv(6, 5), pool=MaxPool(2)), (1, 32, 32), name="start"))
    start(input: 1×32×32) → pool: 6×14×14
      conv: 6×28×28 = Conv(out_channels=6, kernel_size=5) of input
      pool: 6×14×14 = MaxPool(kernel_size=2) of conv
    """
    if not isinstance(spec, Spec):
        return lower(spec.spec, input_shape or spec.input_shape, name=spec.id)
    if input_shape is None:
        raise ExplorerError("lower: a spec has no input shape of its own; give one, such as (3, 224, 224)")
    check_input_shape(input_shape)
    builder = Builder(input_shape)
    return builder.graph(name, builder.place(spec, "", (INPUT,)))


def check_input_shape(input_shape: Shape) -> None:
    """Raise ExplorerError unless this can be the shape of an input."""
    if not 1 <= len(input_shape) <= 4 or any(not isinstance(n, int) or not 1 <= n <= MOST_AXIS for n in input_shape):
        raise ExplorerError(
            f"input shape {input_shape!r}: allowed are channels and up to three axes, each from 1 to {MOST_AXIS:,}"
        )


class Builder:
    """Collects the nodes of one lowering, up to what cannot be lowered."""

    def __init__(self, input_shape: Shape) -> None:
        self.shapes: dict[str, Shape] = {INPUT: input_shape}
        self.nodes: dict[str, Node] = {}
        self.sides: list[str] = []

    def graph(self, name: str, output: str) -> Graph:
        """Give what was collected, with the value called ``output`` as its own."""
        if not self.nodes:
            raise ExplorerError(f"{name}: there is no layer; allowed: one or more")
        return Graph(name, self.shapes[INPUT], tuple(self.nodes.values()), output, tuple(self.sides))

    def place(self, spec: Spec | Add | Concat | Multiply, path: str, inputs: tuple[str, ...]) -> str:
        """Add a spec's nodes under a path; give the name of its output."""
        match spec:
            case Layer():
                return self.add(path or spec.__class__.__name__.lower(), spec, (self.single("A layer", path, inputs),))
            case Series():
                for name, child in spec.children:
                    inputs = (self.place(child, below(path, name), inputs),)
                return self.single("Series", path, inputs)
            case Branches():
                ends = [self.place(child, below(path, name), inputs) for name, child in spec.children]
                return self.add(below(path, spec.join), JOINS[spec.join], tuple(ends))
            case Side():
                self.sides.append(self.place(spec.head, path, inputs))
                return self.single("Side", path, inputs)
            case Cell():
                return self.place_cell(spec, path, inputs)
            case Add() | Concat() | Multiply():
                return self.add(path, spec, inputs)
            case _:
                assert_never(spec)

    def place_cell(self, cell: Cell, path: str, inputs: tuple[str, ...]) -> str:
        if len(cell.inputs) != len(inputs):
            raise ExplorerError(f"{path}: a Cell of {len(cell.inputs)} inputs is given {len(inputs)}")
        values = dict(zip(cell.inputs, inputs, strict=True))
        for step in cell.steps:
            values[step.name] = self.place(step.spec, below(path, step.name), tuple(values[i] for i in step.inputs))
        return values[cell.output]

    def single(self, what: str, path: str, inputs: tuple[str, ...]) -> str:
        if len(inputs) != 1:
            raise ExplorerError(f"{path or 'network'}: {what} takes one input, not {len(inputs)}")
        return inputs[0]

    def add(self, path: str, layer: Operation, inputs: tuple[str, ...]) -> str:
        shapes = tuple([self.shapes[name] for name in inputs])
        if path in self.shapes:
            raise ExplorerError(f"two layers are called {path!r}; allowed: different names")
        if len(self.nodes) >= MOST_NODES:
            raise ExplorerError(f"{path}: the network has more than {MOST_NODES:,} layers, the most that are drawn")
        try:
            shape = output_shape(layer, shapes)
        except ShapeError as error:
            raise LoweringError(path, layer, shapes, str(error), tuple(self.nodes.values())) from None
        self.nodes[path] = Node(path, layer, inputs, shapes, shape)
        self.shapes[path] = shape
        return path


@lru_cache(maxsize=1 << 14)
def output_shape(layer: Operation, shapes: tuple[Shape, ...]) -> Shape:
    """Ask a layer for its output's shape; networks repeat themselves, so that the answer is often known."""
    return layer.output_shape(*shapes)


def below(path: str, name: str) -> str:
    """Extend a path; the empty name adds nothing.

    >>> below("layer1.0", "conv1"), below("", "fc"), below("layer1", "")
    ('layer1.0.conv1', 'fc', 'layer1')
    """
    return f"{path}.{name}" if path and name else path or name

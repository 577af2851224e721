"""The Graph: what a spec becomes for an input shape. Nodes in execution order, each with its shape."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, fields
from functools import cached_property
from typing import NamedTuple

from explorer.errors import ExplorerError
from explorer.joins import Operation, Unknown
from explorer.layers import Layer
from explorer.shapes import Shape, times

INPUT = "input"
"""The name by which nodes read the graph's input."""


class Node(NamedTuple):
    """One operation: its name (the path in the spec), what it reads, and the shapes, without the batch axis.

    A foreign network may run one module several times: then ``shares`` names the first node, which owns the
    parameters.
    """

    name: str
    layer: Operation
    inputs: tuple[str, ...]
    input_shapes: tuple[Shape, ...]
    shape: Shape
    shares: str = ""

    @property
    def type(self) -> str:
        """Name the kind of operation, such as 'Conv' or 'Add'."""
        return self.layer.kind if isinstance(self.layer, Unknown) else type(self.layer).__name__

    @property
    def parameters(self) -> dict[str, Shape]:
        """Give the trainable parameters, name → shape."""
        return {} if self.shares else parameters(self.layer, self.input_shapes)


def parameters(layer: Operation, input_shapes: tuple[Shape, ...]) -> dict[str, Shape]:
    """Give the trainable parameters of an operation, name → shape, at the shapes that it reads."""
    if isinstance(layer, Unknown):
        return dict(layer.owns)
    return layer.parameters(input_shapes[0]) if isinstance(layer, Layer) else {}


@dataclass(frozen=True)
class Graph:
    """Nodes in execution order; ``output`` names the last value, ``sides`` those of auxiliary heads."""

    name: str
    input_shape: Shape
    nodes: tuple[Node, ...]
    output: str
    sides: tuple[str, ...] = ()

    @cached_property
    def index(self) -> dict[str, Node]:
        """Find a node by its name."""
        return {node.name: node for node in self.nodes}

    def __getitem__(self, name: str) -> Node:
        try:
            return self.index[name]
        except KeyError:
            raise ExplorerError(f"{self.name} has no node {name!r}; its last node is {self.output!r}") from None

    def __iter__(self) -> Iterator[Node]:
        return iter(self.nodes)

    def __len__(self) -> int:
        return len(self.nodes)

    def shape_of(self, name: str) -> Shape:
        """Give the shape of a node's output, or of the input."""
        return self.input_shape if name == INPUT else self[name].shape

    @property
    def output_shape(self) -> Shape:
        """Give the shape of the main output."""
        return self.shape_of(self.output)

    @cached_property
    def readers(self) -> dict[str, tuple[str, ...]]:
        """Give, for the input and each node, the names of the nodes that read it."""
        found: dict[str, list[str]] = {INPUT: [], **{node.name: [] for node in self.nodes}}
        for node in self.nodes:
            for name in dict.fromkeys(node.inputs):
                found[name].append(node.name)
        return {name: tuple(readers) for name, readers in found.items()}

    def __str__(self) -> str:
        lines = [f"{self.name}({INPUT}: {times(self.input_shape)}) → {self.output}: {times(self.output_shape)}"]
        lines += [f"  {n.name}: {times(n.shape)} = {call(n.layer)} of {', '.join(n.inputs)}" for n in self.nodes]
        lines += [f"  side output {name}: {times(self.shape_of(name))}" for name in self.sides]
        return "\n".join(lines)


def call(layer: Operation) -> str:
    """Write a layer as it is written in Python, without the fields left at their defaults.

    >>> from explorer.layers import Conv
    >>> call(Conv(64, 3, padding=1))
    'Conv(out_channels=64, kernel_size=3, padding=1)'
    """
    given = [(f.name, getattr(layer, f.name)) for f in fields(layer) if getattr(layer, f.name) != f.default]
    return f"{type(layer).__name__}({', '.join(f'{name}={value!r}' for name, value in given)})"


def check(graph: Graph) -> Graph:
    """Give the graph back if its invariants hold; raise ExplorerError at the first that does not.

    Names are unique; a node reads only what stands before it; every shape is the one that the layer
    gives for the shapes it reads; the outputs are there; no result is left unread.
    """
    shapes: dict[str, Shape] = {INPUT: graph.input_shape}
    for node in graph.nodes:
        if node.name in shapes:
            raise ExplorerError(f"{graph.name}: two nodes are called {node.name!r}; allowed: different names")
        for name, shape in zip(node.inputs, node.input_shapes, strict=True):
            if shapes.get(name) != shape:
                raise ExplorerError(f"{graph.name}: {node.name} reads {name} as {shape}, which is {shapes.get(name)}")
        if node.shares and node.shares not in shapes:
            raise ExplorerError(f"{graph.name}: {node.name} shares the parameters of {node.shares}, not there yet")
        if node.layer.output_shape(*node.input_shapes) != node.shape:
            raise ExplorerError(f"{graph.name}: {node.name} has shape {node.shape}, which its layer does not give")
        shapes[node.name] = node.shape
    ends = {graph.output, *graph.sides}
    for name in ends - set(shapes):
        raise ExplorerError(f"{graph.name}: the output {name} is not there")
    for name, readers in graph.readers.items():
        if not readers and name not in ends and name != INPUT:
            raise ExplorerError(f"{graph.name}: nothing reads {name}")
    return graph

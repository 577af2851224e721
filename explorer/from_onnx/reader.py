"""From the nodes of an ONNX graph to a Graph: names, values, and the layers of the table."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import replace
from typing import Any

from explorer.composing.places import fresh
from explorer.errors import ExplorerError
from explorer.from_onnx.operators import OPERATORS, Operator
from explorer.graph import INPUT, Graph
from explorer.layers import Layer, Linear
from explorer.lower import Builder, below
from explorer.shapes import Shape, times

FEW = 64
"""So many values of a constant are read: the shapes and bounds that operators take as inputs."""


class Reader:
    """Reads one graph of a file; ``values`` says which node gives each of its values."""

    def __init__(self, graph: Any, input_shape: Shape) -> None:
        self.builder = Builder(input_shape)
        self.constants = {each.name: each for each in graph.initializer}
        (source,) = (each.name for each in graph.input if each.name not in self.constants)
        self.values = {source: INPUT}
        self.outputs = [each.name for each in graph.output]
        self.left = self.merged(list(graph.node))
        self.blocks = blocks_of(map(module_of, self.left))

    def read(self, name: str) -> Graph:
        """Give the graph; the outputs after the first are side outputs."""
        for node in self.left:
            self.place(node)
        first, *sides = (self.values[output] for output in self.outputs)
        self.builder.sides += sides
        return self.builder.graph(name, first)

    def merged(self, nodes: list[Any]) -> list[Any]:
        """Put away constants and what changes nothing, and refuse what has no word, everything at once."""
        found = []
        for node in nodes:
            if node.op_type == "Constant":
                self.constants[node.output[0]] = attributes(node)["value"]
            elif node.op_type == "Identity" and node.input[0] in self.constants:
                self.constants[node.output[0]] = self.constants[node.input[0]]
            else:
                found.append(node)
        unknown = Counter(n.op_type for n in found if n.op_type not in OPERATORS and n.op_type != "Identity")
        if unknown:
            kinds = ", ".join(f"{kind} (×{n})" if n > 1 else kind for kind, n in unknown.most_common(8))
            raise ExplorerError(f"the language has no word for {kinds}; allowed: {', '.join(OPERATORS)}")
        return found

    def place(self, node: Any) -> None:
        """Add the layers of a node."""
        if node.op_type == "Identity":
            self.values[node.output[0]] = self.source(node.input[0])
            return
        given = [name for name in node.input if name and name not in self.constants]
        if node.op_type == "Add" and len(given) == 1:
            self.values[node.output[0]] = self.biased(node, given[0])
            return
        op = self.operator(node)
        made = OPERATORS[node.op_type](op)
        inputs = tuple(self.source(name) for name in given)
        if not isinstance(made, list):
            if len(inputs) != len([name for name in node.input if name]):
                raise op.refuse("a constant", "values that the network computes")
            at = self.builder.add(op.name, made, inputs)
        else:
            at = self.chained(op, made, inputs)
        self.values[node.output[0]] = at

    def chained(self, op: Operator, layers: list[Layer], inputs: tuple[str, ...]) -> str:
        """Add layers one after the other; those before the last get names of their own."""
        if len(inputs) != 1:
            raise op.refuse(f"{len(inputs)} computed inputs", "one")
        at = inputs[0]
        for layer in layers[:-1]:
            at = self.builder.add(fresh(f"{op.name}_{type(layer).__name__.lower()}", self.builder.shapes), layer, (at,))
        at = self.builder.add(op.name, layers[-1], (at,))
        self.check(op, at)
        return at

    def check(self, op: Operator, at: str) -> None:
        """Hold the parameters that the layer should have against those in the file."""
        ours = tuple(self.builder.nodes[at].parameters.values())
        theirs = [dims for dims in op.dims[1:] if dims is not None][: len(ours)]
        if op.type == "MatMul" or (op.type == "Gemm" and not op.get("transB", 0)):
            theirs[:1] = [theirs[0][::-1]]
        if ours and ours != tuple(theirs):
            raise ExplorerError(
                f"{op.name}: {op.type} has weights of {' and '.join(map(times, theirs))}; at this input it takes "
                f"{' and '.join(map(times, ours))}"
            )

    def biased(self, node: Any, given: str) -> str:
        """Read the sum of a linear layer without a bias and a constant as the linear layer with one."""
        at = self.source(given)
        made = self.builder.nodes.get(at)
        (dims,) = (tuple(self.constants[name].dims) for name in node.input if name in self.constants)
        if made is None or not isinstance(made.layer, Linear) or made.layer.bias or dims != made.shape:
            raise self.operator(node).refuse("a constant", "values that the network computes, or the bias of a MatMul")
        self.builder.nodes[at] = made._replace(layer=replace(made.layer, bias=True))
        return at

    def operator(self, node: Any) -> Operator:
        """Read a node's attributes and the constants among its inputs."""
        constants = [self.constants.get(name) for name in node.input]
        return Operator(
            fresh(self.name(node), self.builder.shapes),
            node.op_type,
            attributes(node),
            tuple(None if each is None else tuple(each.dims) for each in constants),
            tuple(None if each is None else _few(each) for each in constants),
        )

    def name(self, node: Any) -> str:
        """Name a node: by its module, if that is a layer; by what it does within its module, if that is a block."""
        module, last = module_of(node), node.name.split("/")[-1] or node.op_type
        stands_for = module not in self.blocks and last.partition("_")[0] == node.op_type
        return module if module and stands_for else below(module, re.sub(r"[^\w\-]+", "_", last).lower())

    def source(self, value: str) -> str:
        """Say which node gives a value."""
        if value not in self.values:
            raise ExplorerError(f"the value {value!r} is given by no layer; allowed: outputs of the layers before")
        return self.values[value]


def attributes(node: Any) -> dict[str, Any]:
    """Give the attributes of a node by name."""
    from onnx import helper

    plain = ((each.name, helper.get_attribute_value(each)) for each in node.attribute)
    return {name: value.decode() if isinstance(value, bytes) else value for name, value in plain}


def module_of(node: Any) -> str:
    """Name the module that a node stands in, or for: torch writes ``/layer1/layer1.0/conv1/Conv``.

    >>> from types import SimpleNamespace
    >>> module_of(SimpleNamespace(name="/layer1/layer1.0/conv1/Conv"))
    'layer1.0.conv1'
    """
    path = before = ""
    for module in node.name.split("/")[:-1]:  # torch names the children of a list by the list, too: layer1, layer1.0
        inside = before and module.startswith(f"{before}.")
        path = path[: len(path) - len(before)] + module if inside else below(path, module)
        before = module
    return re.sub(r"[^\w.\-]+", "_", path).strip(".")


def blocks_of(modules: Iterable[str]) -> set[str]:
    """Give the modules that hold others.

    >>> sorted(blocks_of(["layer1.0.conv1", "fc"]))
    ['layer1', 'layer1.0']
    """
    return {module[: dot.start()] for module in modules for dot in re.finditer(r"\.", module)}


def _few(tensor: Any) -> tuple[float, ...] | None:
    """Give the values of a small constant."""
    from onnx import numpy_helper

    count = 1
    for side in tensor.dims:
        count *= side
    return tuple(map(float, numpy_helper.to_array(tensor).reshape(-1))) if count <= FEW else None

"""Bytes that a forward pass for one image needs, at a chosen precision."""

from __future__ import annotations

from dataclasses import dataclass

from explorer.cost import activations, params, total
from explorer.graph import INPUT, Graph
from explorer.shapes import elements

BYTES = {"float32": 4, "float16": 2, "bfloat16": 2, "int8": 1}


@dataclass(frozen=True, slots=True)
class Memory:
    """Bytes of the parameters, of all activations together, and of those alive at the worst moment."""

    parameters: int
    activations: int
    peak_activations: int
    peak_node: str


def memory(graph: Graph, precision: str = "float32") -> Memory:
    """Add up the bytes; every node's output has a buffer of its own, let go after its last reader.

    The input counts as an activation. The peak is the largest sum of the buffers that are alive while
    one node runs (what it reads and what it writes included), over the execution order.
    """
    size = BYTES[precision]
    alive = elements(graph.input_shape)
    left = {name: len(readers) for name, readers in graph.readers.items()}
    for name in (graph.output, *graph.sides):
        left[name] = left.get(name, 0) + 1
    peak, where = alive, INPUT
    for node in graph:
        alive += activations(node)
        if alive > peak:
            peak, where = alive, node.name
        for name in set(node.inputs):
            left[name] -= 1
            if not left[name]:
                alive -= elements(graph.shape_of(name))
    everything = elements(graph.input_shape) + total(graph, activations)
    return Memory(size * total(graph, params), size * everything, size * peak, where)

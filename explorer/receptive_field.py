"""Receptive fields: which input pixels an output position can see, exactly, also across branches.

Windows compose along the graph (Araujo, Norris & Sim 2019, "Computing Receptive Fields of Convolutional
Neural Networks"): ``size' = size + (extent − 1)·stride``, ``start' = start − padding·stride``,
``stride' = stride·window stride``. Where branches meet, the union of what they see.
"""

from __future__ import annotations

from functools import lru_cache
from typing import Literal, NamedTuple

from explorer.errors import ShapeError
from explorer.graph import INPUT, Graph, Node
from explorer.joins import Multiply, Unknown
from explorer.layers import Layer
from explorer.shapes import Shape, Window

Status = Literal["exact", "whole image", "unknown"]


class ReceptiveField(NamedTuple):
    """Size, stride and start in input pixels, per spatial axis.

    ``start`` is the coordinate of the first pixel that output 0 sees, negative in the padding; output
    ``i`` sees ``start + i·stride … start + i·stride + size − 1``. For "whole image" the size is the
    input's and there is no stride; for "unknown" there is nothing.
    """

    status: Status
    size: tuple[int, ...] = ()
    stride: tuple[int, ...] = ()
    start: tuple[int, ...] = ()

    def __str__(self) -> str:
        return "×".join(map(str, self.size)) if self.status == "exact" else self.status


UNKNOWN = ReceptiveField("unknown")


def receptive_fields(graph: Graph, ignore_gates: bool = False) -> dict[str, ReceptiveField]:
    """Give the field of the input and of every node.

    With ``ignore_gates`` a C×1×1 factor of a product (a squeeze-and-excitation gate, computed from the
    whole image) does not count.

    >>> import explorer
    >>> graph = explorer.lower(explorer.get("vgg16"))
    >>> receptive_fields(graph)["features.30"]
    ReceptiveField(status='exact', size=(212, 212), stride=(32, 32), start=(-90, -90))
    """
    axes = len(graph.input_shape) - 1
    whole = ReceptiveField("whole image", graph.input_shape[1:], (), (0,) * axes)
    fields = {INPUT: ReceptiveField("exact", (1,) * axes, (1,) * axes, (0,) * axes) if axes else whole}
    for node in graph:
        inputs = past_gates(node) if ignore_gates else node.inputs
        fields[node.name] = _through(node, [fields[name] for name in inputs], whole)
    return fields


def gated(graph: Graph) -> bool:
    """Say whether a node multiplies maps by a gate of one number per channel.

    >>> import explorer
    >>> [gated(explorer.lower(explorer.get(id))) for id in ("efficientnet_b0", "mobilenet_v2")]
    [True, False]
    """
    return any(past_gates(node) != node.inputs for node in graph)


def past_gates(node: Node) -> tuple[str, ...]:
    """Give a node's inputs, but not a gate of one number per channel that multiplies maps."""
    if not isinstance(node.layer, Multiply):
        return node.inputs
    pairs = zip(node.inputs, node.input_shapes, strict=True)
    return tuple(name for name, shape in pairs if shape == node.shape) or node.inputs


def _through(node: Node, seen: list[ReceptiveField], whole: ReceptiveField) -> ReceptiveField:
    statuses = [field.status for field in seen]
    if "unknown" in statuses or isinstance(node.layer, Unknown):
        return UNKNOWN
    if "whole image" in statuses:
        return whole
    if not isinstance(node.layer, Layer):
        return _union(seen)
    try:
        window = window_of(node.layer, node.input_shapes[0])
    except ShapeError:
        return UNKNOWN
    return _compose(seen[0], window) if window else whole


@lru_cache(maxsize=1 << 14)
def window_of(layer: Layer, x: Shape) -> Window | None:
    """Give a layer's window; networks repeat themselves, so that the answer is often known."""
    return layer.window(x)


def _compose(field: ReceptiveField, window: Window) -> ReceptiveField:
    if window is Window.of(len(field.size)):
        return field
    axes = zip(field.size, field.stride, field.start, window.extent, window.stride, window.padding, strict=True)
    size, stride, start = zip(*[(r + (e - 1) * j, j * s, first - p * j) for r, j, first, e, s, p in axes], strict=True)
    return ReceptiveField("exact", size, stride, start)


def _union(fields: list[ReceptiveField]) -> ReceptiveField:
    """Join what several paths see; without a common stride there is no one size for all positions."""
    if len(set(fields)) == 1:
        return fields[0]
    if len({field.stride for field in fields}) != 1:
        return UNKNOWN
    axes = range(len(fields[0].size))
    start = tuple(min(f.start[a] for f in fields) for a in axes)
    end = tuple(max(f.start[a] + f.size[a] for f in fields) for a in axes)
    return ReceptiveField("exact", tuple(e - s for s, e in zip(start, end, strict=True)), fields[0].stride, start)


def pixels(field: ReceptiveField, position: Shape, input_shape: Shape) -> tuple[tuple[int, int], ...]:
    """Give, per axis, the first pixel seen from an output position and the one after the last, clipped to the image."""
    if field.status != "exact":
        return tuple((0, n) for n in input_shape[1:])
    firsts = [s + p * j for s, p, j in zip(field.start, position, field.stride, strict=True)]
    return tuple((max(0, f), min(n, f + r)) for f, r, n in zip(firsts, field.size, input_shape[1:], strict=True))

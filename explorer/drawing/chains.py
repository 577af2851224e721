"""The convolutions of a block, one after the other, as papers write a block down: ``1×1, 64 · 3×3, 64 · 1×1, 256``."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from operator import itemgetter

from explorer.graph import Node
from explorer.joins import Concat, Multiply
from explorer.layers import Conv
from explorer.shapes import elements

Link = tuple[Node, ...]
"""A convolution, or a depthwise one and the 1×1 after it with nothing in between: a separable one."""


def chain(nodes: Sequence[Node]) -> tuple[Node, ...] | None:
    """Give the convolutions on the longest way through a block, past its shortcuts and gates.

    None where several ways are equally its own: branches that are put behind one another.

    >>> import explorer
    >>> def convolutions(id, block):
    ...     return chain([node for node in explorer.lower(explorer.get(id)) if node.name.startswith(block)])
    >>> [node.layer.kernel_size for node in convolutions("resnet50", "layer1.0.")]
    [1, 3, 1]
    >>> convolutions("googlenet", "inception3a.") is None
    True
    """
    ways: dict[str, tuple[Node, ...] | None] = {}
    for node in nodes:
        ways[node.name] = _way(node, ways)
    return ways[nodes[-1].name]


def _way(node: Node, ways: dict[str, tuple[Node, ...] | None]) -> tuple[Node, ...] | None:
    """Give the convolutions up to a node: of a product those of the map, not of the gate; else the longest way."""
    found: list[tuple[int, tuple[Node, ...]]] = []
    for name, shape in zip(node.inputs, node.input_shapes, strict=True):
        way = ways.get(name, ())
        if way is None:
            return None
        found.append((elements(shape) if isinstance(node.layer, Multiply) else len(way), way))
    longest = max(found, key=itemgetter(0))[1] if found else ()
    if isinstance(node.layer, Concat) and any(way != longest[: len(way)] for _, way in found):
        return None
    return (*longest, node) if isinstance(node.layer, Conv) else longest


def links(convolutions: Sequence[Node]) -> Iterator[Link]:
    """Put a depthwise convolution together with the 1×1 that reads it."""
    left = list(convolutions)
    while left:
        first = left.pop(0)
        yield (first, left.pop(0)) if left and is_separable(first, left[0]) else (first,)


def is_separable(first: Node, second: Node) -> bool:
    """Say whether two nodes are a separable convolution: a depthwise one, and the 1×1 that reads it as it is."""
    return is_depthwise(first) and _is_pointwise(second) and second.inputs == (first.name,)


def is_depthwise(node: Node) -> bool:
    """Say whether a convolution has one filter, or a few, for each channel."""
    return isinstance(node.layer, Conv) and 1 < node.layer.groups == node.input_shapes[0][0]


def _is_pointwise(node: Node) -> bool:
    return isinstance(node.layer, Conv) and node.layer.kernel_size in (1, (1, 1)) and node.layer.groups == 1

"""What stands side by side on one level of a picture, whatever is open: layers with their followers, groups, rows.

A layer takes the normalisation, activation and dropout that follow it into its box, a depthwise convolution the 1×1
that makes it a separable one; a branch of a join is drawn without a frame, as papers do, and so is a group that is all
there is in a group, or one layer after its activation; equal blocks in a row stand together.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from itertools import pairwise

from explorer.drawing.chains import is_separable
from explorer.graph import Graph, Node
from explorer.joins import Add, Concat, Multiply
from explorer.layers import (
    ELU,
    GELU,
    LIF,
    BatchNorm,
    Complement,
    Dropout,
    Hardsigmoid,
    Hardswish,
    Identity,
    LeakyReLU,
    ReLU,
    ReLU6,
    Scale,
    Sigmoid,
    SiLU,
    Tanh,
)
from explorer.tree import Group

MOST_IN_BRANCH = 8
LEAST_LAYERS_IN_A_ROW = 6
LEAST_WIDTHS_IN_A_ROW = 3
FOLLOWERS = (
    *(BatchNorm, Dropout, Identity, Scale, Complement, LIF),
    *(ReLU, ReLU6, LeakyReLU, ELU, GELU, SiLU, Hardswish, Sigmoid, Hardsigmoid, Tanh),
)
JOINING = (Add, Concat, Multiply)

Part = tuple[Node, ...] | Group
Run = tuple[Part, ...]
Sign = Callable[[Node], object]


def nodes_of(part: Part) -> tuple[Node, ...]:
    """Give the nodes of a part."""
    return part.nodes if isinstance(part, Group) else part


def path_of(part: Part) -> str:
    """Give the path of a group, or the name of a layer."""
    return part.path if isinstance(part, Group) else part[0].name


class Parts:
    """Divides the groups of one graph into rows of equal parts; what was found is kept."""

    def __init__(self, graph: Graph) -> None:
        self.index, self.readers = graph.index, graph.readers
        self.ends = {graph.output, *graph.sides}
        self.found: dict[str, tuple[Run, ...]] = {}
        self.filled: dict[str, str] = {}  # the first node of a layer's box → the path of the group that it fills

    def runs(self, group: Group) -> tuple[Run, ...]:
        """Give the parts of a group in order, those that are equal and neighbours in one run."""
        if group.path not in self.found:
            self.found[group.path] = tuple(_runs(self._parts(group)))
        return self.found[group.path]

    def _parts(self, group: Group) -> list[Part]:
        """Merge followers into the layers they follow; take the frames of branches away."""
        parts: list[Part] = []
        ended: dict[str, int] = {}  # the last node of each layer's box → its place in parts
        for item in self._unframed(group):
            if isinstance(item, Group):
                parts.append(item)
            elif self._follows(item) and item.inputs[0] in ended:
                place = ended.pop(item.inputs[0])
                ended[item.name] = place
                parts[place] = (*parts[place], item)  # type: ignore[misc]
            else:
                ended[item.name] = len(parts)
                parts.append((item,))
        return parts

    def _unframed(self, group: Group) -> Iterator[Group | Node]:
        joined = {name for item in group.items if _joins(item) for name in item.inputs}  # type: ignore[union-attr]
        for item in group.items:
            alone = len(group.items) == 1 and group.path
            if isinstance(item, Group) and self._is_layer(item):
                self.filled.setdefault(item.nodes[0].name, item.path)
                yield from self._unframed(item)
            elif isinstance(item, Group) and (alone or self._is_branch(item, joined) or self._is_preactivated(item)):
                yield from self._unframed(item)
            else:
                yield item

    def _is_branch(self, item: Group, joined: set[str]) -> bool:
        return item.last.name in joined and sum(not self._follows(node) for node in item.nodes) <= MOST_IN_BRANCH

    def _is_layer(self, item: Group) -> bool:
        """Say whether a group is but one layer and what follows it."""
        return all(b.inputs == (a.name,) and self._follows(b) for a, b in pairwise(item.nodes))

    def _is_preactivated(self, item: Group) -> bool:
        """Say whether a group is an activation, or what else may follow a layer, and one layer after it."""
        chained = all(b.inputs == (a.name,) for a, b in pairwise(item.nodes))
        layers = sum(not self._follows(node) for node in item.nodes[1:])
        return chained and layers == 1 and isinstance(item.nodes[0].layer, FOLLOWERS)

    def _follows(self, node: Node) -> bool:
        """Say whether a node belongs to the box of the one it reads, which nothing else reads."""
        before = self.index.get(node.inputs[0]) if len(node.inputs) == 1 else None
        if not before or not (isinstance(node.layer, FOLLOWERS) or is_separable(before, node)):
            return False
        return self.readers[before.name] == (node.name,) and before.name not in self.ends


def _joins(item: Group | Node) -> bool:
    return isinstance(item, Node) and isinstance(item.layer, JOINING)


def _runs(parts: Sequence[Part]) -> Iterator[Run]:
    """Divide parts into rows of equal ones; a short row of plain layers is no row.

    Blocks that differ only in the channels that they are given, as in DenseNet, are a row too, where they would be
    many rows otherwise.
    """
    sources = list(_sources(parts))
    strict = [_signature(part, known, _shapes) for part, known in zip(parts, sources, strict=True)]
    loose = [_signature(part, known, _extents) for part, known in zip(parts, sources, strict=True)]
    for start, stop in _stretches(loose):
        rows = [(start + a, start + b) for a, b in _stretches(strict[start:stop])]
        if isinstance(parts[start], Group) and len(rows) >= LEAST_WIDTHS_IN_A_ROW:
            rows = [(start, stop)]
        for a, b in rows:
            run = tuple(parts[a:b])
            if isinstance(run[0], Group) or len(run) >= LEAST_LAYERS_IN_A_ROW:
                yield run
            else:
                yield from ((part,) for part in run)


def _stretches(signs: Sequence[object]) -> Iterator[tuple[int, int]]:
    """Give start and stop of each stretch of equal neighbours.

    >>> list(_stretches("aab"))
    [(0, 2), (2, 3)]
    """
    start = 0
    for stop in range(1, len(signs) + 1):
        if stop == len(signs) or signs[stop] != signs[start]:
            yield start, stop
            start = stop


def _sources(parts: Sequence[Part]) -> Iterator[dict[str, object]]:
    """Say, for each part, what its nodes read: a place inside, or how far back the part is that gives it."""
    owner = {node.name: place for place, part in enumerate(parts) for node in nodes_of(part)}
    outside = dict.fromkeys(v for part in parts for n in nodes_of(part) for v in n.inputs if v not in owner)
    owner |= {value: -1 - number for number, value in enumerate(outside)}
    for place, part in enumerate(parts):
        local = {node.name: number for number, node in enumerate(nodes_of(part))}
        read = {value for node in nodes_of(part) for value in node.inputs}
        yield {value: (local[value],) if value in local else place - owner[value] for value in read}


def _signature(part: Part, sources: dict[str, object], sign: Sign) -> tuple[object, ...]:
    """Say what makes parts equal: layers, what ``sign`` says of their shapes, and from how far back they read."""
    signs = ((n.layer, sign(n), tuple(sources[value] for value in n.inputs)) for n in nodes_of(part))
    return (isinstance(part, Group), *signs)


def _shapes(node: Node) -> object:
    return node.input_shapes, node.shape


def _extents(node: Node) -> object:
    return node.shape[1:]

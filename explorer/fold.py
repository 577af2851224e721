"""Folding: which boxes a picture of a graph has, given which groups are open.

A layer takes the normalisation, activation and dropout that follow it into its box; a branch of a join is drawn
without a frame, as papers do; equal blocks in a row become one box with a count. Every group has a path; a row of
equal blocks has one too, such as ``layer3.1…5``. A picture's state is the set of the paths that are open.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

from explorer.graph import Graph, Node
from explorer.joins import Add, Concat, Multiply
from explorer.layers import BatchNorm, Dropout, Identity, ReLU, ReLU6, Sigmoid, SiLU, Tanh
from explorer.tree import Group, tree

MOST_BOXES = 30
MOST_IN_BRANCH = 8
LEAST_LAYERS_IN_A_ROW = 6
FOLLOWERS = (BatchNorm, ReLU, ReLU6, Sigmoid, Tanh, SiLU, Dropout, Identity)
JOINING = (Add, Concat, Multiply)

Part = tuple[Node, ...] | Group


@dataclass(frozen=True)
class Box:
    """A layer with its followers, a group, or a row of equal ones.

    ``inside`` holds the boxes of an open group. ``toggle`` is the path that opens or closes it ("" for a layer);
    ``unroll`` the path that shows each of the ``count`` equal ones by itself.
    """

    path: str
    nodes: tuple[Node, ...]
    count: int = 1
    inside: tuple[Box, ...] = ()
    toggle: str = ""
    unroll: str = ""

    @property
    def is_join(self) -> bool:
        """Say whether this is where branches meet."""
        return not self.toggle and self.count == 1 and isinstance(self.nodes[0].layer, JOINING)

    @cached_property
    def drawn(self) -> frozenset[str]:
        """Give the names of the nodes that have a box of their own inside."""
        if not self.inside:
            return frozenset(node.name for node in self.nodes)
        return frozenset().union(*(box.drawn for box in self.inside))

    def leaves(self) -> Iterator[Box]:
        """Yield the boxes that hold no other."""
        if not self.inside:
            yield self
        for box in self.inside:
            yield from box.leaves()


def fold(graph: Graph, open_paths: frozenset[str] = frozenset()) -> tuple[Box, ...]:
    """Give the boxes of a graph, from the outermost inwards.

    >>> import explorer
    >>> graph = explorer.lower(explorer.get("resnet152"))
    >>> [box.path for box in fold(graph)][:4]
    ['conv1', 'maxpool', 'layer1', 'layer2']
    >>> [(box.path, box.count) for box in fold(graph, frozenset({"layer2"}))[3].inside]
    [('layer2.0', 1), ('layer2.1…7', 7)]
    """
    return _Folder(graph, open_paths).level(tree(graph))


def default_open(graph: Graph, most: int = MOST_BOXES) -> frozenset[str]:
    """Open whole levels of nesting, as long as the picture keeps to ``most`` boxes.

    >>> import explorer
    >>> sorted(default_open(explorer.lower(explorer.get("resnet50"))))
    ['layer1', 'layer2', 'layer3', 'layer4']
    """
    opened: frozenset[str] = frozenset()
    while closed := _closed_groups(fold(graph, opened)):
        wider = opened | closed
        if _size(fold(graph, wider)) > most and _size(fold(graph, opened)) > 1:
            break
        opened = wider
    return opened


def everything(graph: Graph) -> frozenset[str]:
    """Give every path that can be open: no group stays closed, every block of a row stands by itself."""
    opened: frozenset[str] = frozenset()
    while more := _rows(fold(graph, opened)) or _closed_groups(fold(graph, opened)):
        opened |= more
    return opened


def toggled(open_paths: frozenset[str], path: str) -> frozenset[str]:
    """Open a path that was closed, or close one that was open.

    >>> sorted(toggled(frozenset({"layer1", "layer2"}), "layer2"))
    ['layer1']
    """
    return open_paths ^ {path}


def _leaves(boxes: tuple[Box, ...]) -> Iterator[Box]:
    return (leaf for box in boxes for leaf in box.leaves())


def _closed_groups(boxes: tuple[Box, ...]) -> frozenset[str]:
    return frozenset(box.toggle for box in _leaves(boxes) if box.toggle and (box.unroll or box.count == 1))


def _rows(boxes: tuple[Box, ...]) -> frozenset[str]:
    here = {box.unroll or box.toggle for box in boxes if box.count > 1 and (box.unroll or not box.inside)}
    return frozenset(here.union(*(_rows(box.inside) for box in boxes)))


def _size(boxes: tuple[Box, ...]) -> int:
    return sum(not box.is_join for box in _leaves(boxes))


class _Folder:
    """Folds the groups of one graph."""

    def __init__(self, graph: Graph, open_paths: frozenset[str]) -> None:
        self.readers, self.open = graph.readers, open_paths
        self.ends = {graph.output, *graph.sides}

    def level(self, group: Group) -> tuple[Box, ...]:
        """Give the boxes directly inside a group."""
        parts = self.parts(group)
        boxes: list[Box] = []
        for run in self.runs(parts):
            boxes.append(self.row(run) if len(run) > 1 else self.box(run[0]))
        return tuple(boxes)

    def parts(self, group: Group) -> list[Part]:
        """Merge followers into the layers they follow; take the frames of branches away."""
        parts: list[Part] = []
        ended: dict[str, int] = {}  # the last node of each layer's box → its place in parts
        for item in self.unframed(group):
            if isinstance(item, Group):
                parts.append(item)
            elif self.follows(item) and item.inputs[0] in ended:
                place = ended.pop(item.inputs[0])
                ended[item.name] = place
                parts[place] = (*parts[place], item)  # type: ignore[misc]
            else:
                ended[item.name] = len(parts)
                parts.append((item,))
        return parts

    def unframed(self, group: Group) -> Iterator[Group | Node]:
        joined = {name for item in group.items if _joins(item) for name in item.inputs}  # type: ignore[union-attr]
        for item in group.items:
            if isinstance(item, Group) and (self.is_branch(item, joined) or self.is_layer(item)):
                yield from self.unframed(item)
            else:
                yield item

    def is_branch(self, item: Group, joined: set[str]) -> bool:
        return item.last.name in joined and sum(not self.follows(node) for node in item.nodes) <= MOST_IN_BRANCH

    def is_layer(self, item: Group) -> bool:
        """Say whether a group is but one layer and what follows it."""
        pairs = zip(item.nodes, item.nodes[1:], strict=False)
        return all(b.inputs == (a.name,) and self.follows(b) for a, b in pairs)

    def follows(self, node: Node) -> bool:
        """Say whether a node belongs to the box of the one it reads, which nothing else reads."""
        if not isinstance(node.layer, FOLLOWERS):
            return False
        return self.readers.get(node.inputs[0]) == (node.name,) and node.inputs[0] not in self.ends

    def runs(self, parts: list[Part]) -> Iterator[list[Part]]:
        """Divide parts into rows of equal ones; a short row of plain layers is no row."""
        owner = {node.name: place for place, part in enumerate(parts) for node in _nodes(part)}
        outside = dict.fromkeys(v for part in parts for n in _nodes(part) for v in n.inputs if v not in owner)
        owner |= {value: -1 - number for number, value in enumerate(outside)}
        signs = [_signature(part, place, owner) for place, part in enumerate(parts)]
        start = 0
        for stop in range(1, len(parts) + 1):
            if stop < len(parts) and signs[stop] == signs[start]:
                continue
            run = parts[start:stop]
            if isinstance(run[0], Group) or len(run) >= LEAST_LAYERS_IN_A_ROW:
                yield run
            else:
                yield from ([part] for part in run)
            start = stop

    def row(self, run: list[Part]) -> Box:
        """Give one box for equal parts; unrolled, a frame that holds them all."""
        first, last = run[0], run[-1]
        path = f"{_path(first)}…{_path(last).rpartition('.')[2]}"
        nodes = tuple(node for part in run for node in _nodes(part))
        if path in self.open:
            return Box(path, nodes, len(run), tuple(map(self.box, run)), toggle=path)
        if isinstance(first, Group):
            inside = self.level(first) if first.path in self.open else ()
            return Box(path, nodes, len(run), inside, toggle=first.path, unroll=path)
        return Box(path, nodes, len(run), toggle=path)

    def box(self, part: Part) -> Box:
        if not isinstance(part, Group):
            return Box(part[0].name, part)
        inside = self.level(part) if part.path in self.open else ()
        return Box(part.path, part.nodes, inside=inside, toggle=part.path)


def _nodes(part: Part) -> tuple[Node, ...]:
    return part.nodes if isinstance(part, Group) else part


def _path(part: Part) -> str:
    return part.path if isinstance(part, Group) else part[0].name


def _joins(item: Group | Node) -> bool:
    return isinstance(item, Node) and isinstance(item.layer, JOINING)


def _signature(part: Part, place: int, owner: dict[str, int]) -> tuple[object, ...]:
    """Say what makes parts equal: layers, shapes, wiring inside, and from how far back they read."""
    nodes = _nodes(part)
    local = {node.name: number for number, node in enumerate(nodes)}

    def source(name: str) -> object:
        return (local[name],) if name in local else place - owner[name]

    kind = isinstance(part, Group)
    return (kind, *((n.layer, n.input_shapes, n.shape, tuple(map(source, n.inputs))) for n in nodes))

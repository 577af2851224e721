"""Folding: which boxes a picture of a graph has, given which groups are open.

Every group has a path; a row of equal blocks has one too, such as ``layer3.1…5``. A picture's state is the set of
the paths that are open.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from itertools import takewhile

from explorer.drawing.parts import JOINING, Part, Parts, Run, nodes_of, path_of
from explorer.graph import Graph, Node
from explorer.tree import Group, tree

MOST_BOXES, LEAST_BOXES = 30, 8
MOST_DRAWN = 1_500
"""So many boxes a browser draws at once without keeping its reader waiting."""


@dataclass(frozen=True)
class Box:
    """A layer with its followers, a group, or a row of equal ones.

    ``inside`` holds the boxes of an open group. ``toggle`` is the path that opens or closes it ("" for a layer);
    ``unroll`` the path that shows each of the ``count`` equal ones by itself; ``fills`` that of the group without a
    frame that a layer and its followers fill.
    """

    path: str
    nodes: tuple[Node, ...]
    count: int = 1
    inside: tuple[Box, ...] = ()
    toggle: str = ""
    unroll: str = ""
    fills: str = ""

    @property
    def is_join(self) -> bool:
        """Say whether this is where branches meet."""
        return not self.toggle and self.count == 1 and isinstance(self.nodes[0].layer, JOINING)

    @property
    def member(self) -> tuple[Node, ...]:
        """Give the nodes of the first of ``count`` equal ones."""
        return self.nodes[: len(self.nodes) // self.count]

    @cached_property
    def varying(self) -> frozenset[str]:
        """Name the nodes of the first block of a row whose shape is another one in the last block."""
        pairs = zip(self.member, self.nodes[-len(self.member) :], strict=True)
        return frozenset(first.name for first, last in pairs if first.shape != last.shape)

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
    return _Folder(graph).boxes(open_paths)


def default_open(graph: Graph, most: int = MOST_BOXES) -> frozenset[str]:
    """Open whole levels of nesting, as long as the picture keeps to ``most`` boxes; twice as many if it had too few.

    >>> import explorer
    >>> sorted(default_open(explorer.lower(explorer.get("resnet50"))))
    ['layer1', 'layer2', 'layer3', 'layer4']
    """
    folder = _Folder(graph)
    opened: frozenset[str] = frozenset()
    boxes = folder.boxes(opened)
    while closed := _closed_groups(boxes):
        wider = folder.boxes(opened | closed)
        few = _size(boxes)
        if few > 1 and _size(wider) > (most if few >= LEAST_BOXES else 2 * most):
            break
        opened, boxes = opened | closed, wider
    return opened


def everything(graph: Graph) -> frozenset[str]:
    """Give every path that can be open: no group stays closed, every block of a row stands by itself."""
    folder = _Folder(graph)
    return frozenset((*folder.groups(), *folder.rows()))


def unfolded(graph: Graph, most: int = MOST_DRAWN) -> frozenset[str]:
    """Open everything, as long as the picture keeps to ``most`` boxes; else let one block of a row stand for all.

    >>> import explorer
    >>> graph = explorer.lower(explorer.get("resnet50"))
    >>> unfolded(graph) == everything(graph), sorted(everything(graph) - unfolded(graph, most=80))
    (True, ['layer1.1…2', 'layer2.1…3', 'layer3.1…5', 'layer4.1…2'])
    """
    folder = _Folder(graph)
    groups, rows = frozenset(folder.groups()), frozenset(folder.rows())
    for opened in (groups | rows, groups):
        if _all(folder.boxes(opened)) <= most:
            return opened
    return default_open(graph, most)


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


def _size(boxes: tuple[Box, ...]) -> int:
    return sum(not box.is_join for box in _leaves(boxes))


def _all(boxes: tuple[Box, ...]) -> int:
    return len(boxes) + sum(_all(box.inside) for box in boxes)


class _Folder:
    """Folds the groups of one graph."""

    def __init__(self, graph: Graph) -> None:
        self.parts, self.root = Parts(graph), tree(graph)

    def boxes(self, open_paths: frozenset[str]) -> tuple[Box, ...]:
        """Give the outermost boxes."""
        return self.level(self.root, open_paths)

    def level(self, group: Group, open_paths: frozenset[str]) -> tuple[Box, ...]:
        """Give the boxes directly inside a group."""
        return tuple(
            self.row(run, open_paths) if len(run) > 1 else self.box(run[0], open_paths)
            for run in self.parts.runs(group)
        )

    def row(self, run: Run, open_paths: frozenset[str]) -> Box:
        """Give one box for equal parts; unrolled, a frame that holds them all."""
        first, path = run[0], _row_path(run)
        nodes = tuple(node for part in run for node in nodes_of(part))
        if path in open_paths:
            return Box(path, nodes, len(run), tuple(self.box(part, open_paths) for part in run), toggle=path)
        if isinstance(first, Group):
            inside = self.level(first, open_paths) if first.path in open_paths else ()
            return Box(path, nodes, len(run), inside, toggle=first.path, unroll=path)
        return Box(path, nodes, len(run), toggle=path)

    def box(self, part: Part, open_paths: frozenset[str]) -> Box:
        if not isinstance(part, Group):
            return Box(part[0].name, part, fills=self.parts.filled.get(part[0].name, ""))
        inside = self.level(part, open_paths) if part.path in open_paths else ()
        return Box(part.path, part.nodes, inside=inside, toggle=part.path)

    def groups(self) -> Iterator[str]:
        """Yield the paths of the groups that have a frame."""
        return (part.path for run in self.walk(self.root) for part in run if isinstance(part, Group))

    def rows(self) -> Iterator[str]:
        """Yield the paths of the rows of equal parts."""
        return (_row_path(run) for run in self.walk(self.root) if len(run) > 1)

    def walk(self, group: Group) -> Iterator[Run]:
        """Yield all runs, at any depth."""
        for run in self.parts.runs(group):
            yield run
            for part in run:
                if isinstance(part, Group):
                    yield from self.walk(part)


def _row_path(run: Run) -> str:
    """Name a row by its first and last part, what both share written once: ``layer3.1…5``, ``cell2…5``."""
    first, last = path_of(run[0]), path_of(run[-1]).rpartition(".")[2]
    pairs = zip(first.rpartition(".")[2], last, strict=False)
    shared = "".join(a for a, _ in takewhile(lambda pair: pair[0] == pair[1], pairs)).rstrip("0123456789")
    return f"{first}…{last.removeprefix(shared) or last}"

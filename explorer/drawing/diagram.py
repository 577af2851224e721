"""The drawing of a graph: boxes with their places and texts, lines between them. ``svg.py`` makes a picture of it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from explorer import cost
from explorer.drawing import captions
from explorer.drawing.fold import Box, default_open, fold
from explorer.drawing.layout import Point
from explorer.drawing.levels import HEADER, Level, arrange, port_title
from explorer.drawing.mesh import Item
from explorer.graph import Graph
from explorer.shapes import Shape, times

MARGIN = 20.0
Costs = dict[str, tuple[int, int, int]]
"""Parameters, mult-adds and activations of every node."""


@dataclass(frozen=True, slots=True)
class DrawnBox:
    """A rectangle, what is written in it, and the numbers of what it stands for.

    ``toggle`` is the path that opens or closes a group ("" for a layer), ``unroll`` the path that shows the members
    of a row of ``count`` equal ones; ``parent`` is the path of the frame around; ``nodes`` are all nodes inside.
    """

    path: str
    x: float
    y: float
    w: float
    h: float
    kind: str
    title: str
    name: str = ""
    detail: str = ""
    parent: str = ""
    toggle: str = ""
    unroll: str = ""
    open: bool = False
    count: int = 1
    nodes: tuple[str, ...] = ()
    params: int = 0
    mult_adds: int = 0
    activations: int = 0
    shape: Shape = ()

    @property
    def foldable(self) -> bool:
        """Say whether the box opens or closes."""
        return bool(self.toggle)


@dataclass(frozen=True, slots=True)
class Edge:
    """A value on its way: the corners of a line, its shape where that is news, and whether it ends in an arrow."""

    points: tuple[Point, ...]
    label: str
    label_at: Point
    arrow: bool
    value: str
    parent: str


@dataclass(frozen=True)
class Drawing:
    """A picture in CSS pixels; a frame comes before the boxes inside it."""

    title: str
    width: float
    height: float
    boxes: tuple[DrawnBox, ...]
    edges: tuple[Edge, ...]

    def find(self, path: str | None) -> DrawnBox | None:
        """Give the box that shows a node or a group: its own, or the smallest that holds all of it."""
        if not path:
            return None
        for box in self.boxes:
            if box.path == path:
                return box
        inside = {name for box in self.boxes for name in box.nodes if name == path or name.startswith(f"{path}.")}
        holding = [box for box in self.boxes if inside and inside.issubset(box.nodes)]
        return min(holding, key=lambda box: len(box.nodes), default=None)


def draw(graph: Graph, open_paths: frozenset[str] | None = None) -> Drawing:
    """Draw a graph with some groups open; those of ``default_open`` if left out.

    >>> import explorer
    >>> drawing = draw(explorer.lower(explorer.get("vgg16")))
    >>> [box.title for box in drawing.boxes][:4]
    ['input 3×224×224', 'features', 'conv 3×3, 64', 'conv 3×3, 64']
    """
    level = arrange(graph, fold(graph, default_open(graph) if open_paths is None else open_paths))
    left, top = MARGIN + level.layout.left, MARGIN
    width, height = left + level.layout.right + MARGIN, level.height + 2 * MARGIN
    entries, exits = (tuple(_ports(graph, level, first, left, top)) for first in (0, level.first_exit))
    costs = {node.name: (cost.params(node), cost.mult_adds(node), cost.activations(node)) for node in graph}
    boxes = (*entries, *_boxes(level, left, top, costs), *exits)
    edges = tuple(_edges(graph, level, left, top))
    return Drawing(graph.name, round(width, 1), round(height, 1), boxes, edges)


def _boxes(level: Level, left: float, top: float, costs: Costs) -> Iterator[DrawnBox]:
    """Draw the boxes of a level whose origin is at (left, top), each before those inside it."""
    for number, (box, inner) in enumerate(zip(level.boxes, level.inner, strict=True), level.first_box):
        x, y = left + level.layout.xs[number], top + level.layout.ys[number]
        yield _box(box, level.path, level.items[number], x, y, costs)
        if inner:
            yield from _boxes(inner, x, y, costs)


def _box(box: Box, path: str, item: Item, x: float, y: float, costs: Costs) -> DrawnBox:
    params, mult_adds, activations = map(sum, zip(*(costs[node.name] for node in box.nodes), strict=True))
    return DrawnBox(
        path=box.path,
        x=round(x - item.left, 1),
        y=round(y, 1),
        w=round(item.left + item.right, 1),
        h=round(item.height, 1),
        kind=captions.kind(box),
        title=captions.title(box, path),
        name=captions.aside(box, path),
        detail=captions.detail(box),
        parent=path,
        toggle=box.toggle,
        unroll=box.unroll,
        open=bool(box.inside),
        count=box.count,
        nodes=tuple(node.name for node in box.nodes),
        params=params,
        mult_adds=mult_adds,
        activations=activations,
        shape=box.nodes[-1].shape,
    )


def _ports(graph: Graph, level: Level, first: int, left: float, top: float) -> Iterator[DrawnBox]:
    """Draw the values that enter (``first`` = 0) or leave the graph."""
    values = level.wiring.exits if first else level.wiring.entries
    for number, value in enumerate(values, first):
        item, shape = level.items[number], graph.shape_of(value)
        x, y = round(left + level.layout.xs[number] - item.left, 1), round(top + level.layout.ys[number], 1)
        path = f"output of {value}" if first else value
        yield DrawnBox(path, x, y, round(2 * item.left, 1), item.height, "port", port_title(graph, value), shape=shape)


def _edges(graph: Graph, level: Level, left: float, top: float) -> Iterator[Edge]:
    """Draw the lines of a level and of those inside it."""
    for number, inner in enumerate(level.inner, level.first_box):
        if inner:
            yield from _edges(graph, inner, left + level.layout.xs[number], top + level.layout.ys[number])
    for link, route in zip(level.links, level.layout.routes, strict=True):
        points = tuple((round(left + x, 1), round(top + y, 1)) for x, y in route)
        label = times(graph.shape_of(link.value)) if link.label else ""
        down = HEADER - 9 if link.source < level.first_box else 15.0
        target = level.items[link.target]
        arrow = not target.ins and (not target.pin or not level.path)
        yield Edge(points, label, (points[0][0] + 8, round(points[0][1] + down, 1)), arrow, link.value, level.path)

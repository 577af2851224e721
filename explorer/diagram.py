"""The drawing of a graph: boxes with their places and texts, lines between them. Others make SVG or HTML of it.

Every open group is laid out in itself, then stands as one box in the layout of the group around it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from explorer import captions, cost
from explorer.fold import Box, default_open, fold
from explorer.graph import INPUT, Graph
from explorer.layout import Layout, Link, Point, layout
from explorer.mesh import Item
from explorer.shapes import Shape, times
from explorer.wiring import Wiring, ancestors, wiring

MARGIN = 20.0
HEADER = 30.0
PADDING = 18.0
PORT_HEIGHT = 30.0


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
    boxes = fold(graph, default_open(graph) if open_paths is None else open_paths)
    level = _Artist(graph, boxes).level("", boxes, frozenset())
    drawn, edges = level.moved(MARGIN + level.left, MARGIN)
    width, height = level.left + level.right + 2 * MARGIN, level.height + 2 * MARGIN
    return Drawing(graph.name, round(width, 1), round(height, 1), drawn, edges)


@dataclass(frozen=True, slots=True)
class _Level:
    """A group laid out in itself, around x = 0: its extents, where values enter and leave, what it is made of."""

    left: float
    right: float
    height: float
    ins: dict[str, float]
    outs: dict[str, float]
    boxes: tuple[DrawnBox, ...]
    edges: tuple[Edge, ...]

    def moved(self, dx: float, dy: float) -> tuple[tuple[DrawnBox, ...], tuple[Edge, ...]]:
        boxes = tuple(replace(box, x=round(box.x + dx, 1), y=round(box.y + dy, 1)) for box in self.boxes)
        return boxes, tuple(_moved(edge, dx, dy) for edge in self.edges)


def _moved(edge: Edge, dx: float, dy: float) -> Edge:
    points = tuple((round(x + dx, 1), round(y + dy, 1)) for x, y in edge.points)
    at = (round(edge.label_at[0] + dx, 1), round(edge.label_at[1] + dy, 1))
    return replace(edge, points=points, label_at=at)


def _news(boxes: Sequence[Box]) -> frozenset[str]:
    """Name the values whose shape is not that of what their box reads: of the innermost boxes that make them."""
    inner = frozenset().union(*(_news(box.inside) for box in boxes if box.inside))
    return inner | {box.nodes[-1].name for box in boxes if box.nodes[-1].shape != box.nodes[0].input_shapes[0]}


class _Artist:
    """Draws the levels of one graph."""

    def __init__(self, graph: Graph, boxes: Sequence[Box]) -> None:
        self.graph = graph
        self.main = ancestors(graph)
        self.told = _news(boxes) | {INPUT}

    def level(self, path: str, boxes: Sequence[Box], entered: frozenset[str]) -> _Level:
        """Lay out the boxes of one level; ``entered`` are the values whose shape a frame around it shows."""
        wires = wiring(self.graph, boxes)
        fresh = frozenset(wires.entries) - self.told - entered if path else frozenset()
        news = fresh | _news(boxes) - frozenset().union(*(_news(box.inside) for box in boxes))
        inner = [self.level(box.path, box.inside, entered | fresh) if box.inside else None for box in boxes]
        width = max((captions.width(box, path) for box in boxes if not box.is_join and not box.inside), default=0.0)
        items = [
            *(self.port(path, value, "top") for value in wires.entries),
            *(self.item(box, path, width, level) for box, level in zip(boxes, inner, strict=True)),
            *(self.port(path, value, "bottom") for value in wires.exits),
        ]
        first: dict[tuple[int, str], int] = {}
        for number, (source, target, value) in enumerate(wires.wires):
            if value in news and source < target:
                first.setdefault((source, value), number)
        labelled = set(first.values())
        links = [Link(*wire, label=number in labelled) for number, wire in enumerate(wires.wires)]
        found = layout(items, links, HEADER + 6 if path else 0.0)
        return self.compose(path, boxes, inner, wires, items, links, found)

    def item(self, box: Box, path: str, width: float, level: _Level | None) -> Item:
        light = not any(node.name in self.main for node in box.nodes)
        if level:
            side = max(level.left + PADDING, level.right + PADDING, captions.header_width(box, path))
            return Item(side, side, level.height, level.ins, level.outs, light=light)
        own = captions.width(box, path) if box.is_join else width
        return Item(own / 2, own / 2, captions.height(box), light=light)

    def port(self, path: str, value: str, pin: str) -> Item:
        """Give the place where a value crosses a frame; at the outermost level, a box with a word in it."""
        if path:
            return Item(0.0, 0.0, 0.0, pin=pin)
        half = captions.text_width(self.port_title(value, pin)) / 2 + 16
        return Item(half, half, PORT_HEIGHT, pin=pin, light=pin == "bottom" and value != self.graph.output)

    def port_title(self, value: str, pin: str) -> str:
        word = "input" if pin == "top" else "output" if value == self.graph.output else "side output"
        return f"{word} {times(self.graph.shape_of(value))}"

    def compose(
        self,
        path: str,
        boxes: Sequence[Box],
        inner: Sequence[_Level | None],
        wires: Wiring,
        items: Sequence[Item],
        links: Sequence[Link],
        found: Layout,
    ) -> _Level:
        """Draw the boxes of a level where the layout has put them, with all that is inside them."""
        drawn: list[DrawnBox] = []
        edges: list[Edge] = []
        start, end = len(wires.entries), len(wires.entries) + len(boxes)
        if not path:
            drawn += [self.pill(v, "top", items[i], found.xs[i], found.ys[i]) for i, v in enumerate(wires.entries)]
        for place, (box, level) in enumerate(zip(boxes, inner, strict=True), start):
            x, y = found.xs[place], found.ys[place]
            drawn.append(self.box(box, path, items[place], x, y))
            if level:
                more, lines = level.moved(x, y)
                drawn += more
                edges += lines
        if not path:
            exits = enumerate(wires.exits, end)
            drawn += [self.pill(v, "bottom", items[i], found.xs[i], found.ys[i]) for i, v in exits]
        for link, points in zip(links, found.routes, strict=True):
            edges.append(self.edge(path, link, points, link.source < start, items[link.target]))
        ins = {value: found.xs[i] for i, value in enumerate(wires.entries)}
        outs = {value: found.xs[end + i] for i, value in enumerate(wires.exits)}
        height = found.height if wires.exits else found.height + PADDING
        return _Level(found.left, found.right, height, ins, outs, tuple(drawn), tuple(edges))

    def box(self, box: Box, path: str, item: Item, x: float, y: float) -> DrawnBox:
        return DrawnBox(
            path=box.path,
            x=x - item.left,
            y=y,
            w=item.left + item.right,
            h=item.height,
            kind=captions.kind(box),
            title=captions.title(box, path),
            name=captions.name(box, path),
            detail=captions.detail(box),
            parent=path,
            toggle=box.toggle,
            unroll=box.unroll,
            open=bool(box.inside),
            count=box.count,
            nodes=tuple(node.name for node in box.nodes),
            params=sum(map(cost.params, box.nodes)),
            mult_adds=sum(map(cost.mult_adds, box.nodes)),
            activations=sum(map(cost.activations, box.nodes)),
            shape=box.nodes[-1].shape,
        )

    def pill(self, value: str, pin: str, item: Item, x: float, y: float) -> DrawnBox:
        path = INPUT if pin == "top" else f"output of {value}"
        title, shape = self.port_title(value, pin), self.graph.shape_of(value)
        return DrawnBox(path, x - item.left, y, 2 * item.left, item.height, "port", title, shape=shape)

    def edge(self, path: str, link: Link, points: tuple[Point, ...], enters: bool, target: Item) -> Edge:
        label = times(self.graph.shape_of(link.value)) if link.label else ""
        x, y = points[0]
        down = HEADER - 9 if enters else 15.0
        arrow = not target.ins and (not target.pin or not path)
        return Edge(points, label, (x + 8, y + down), arrow, link.value, path)

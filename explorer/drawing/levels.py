"""The levels of a diagram: every open group laid out in itself, then as one box in the group around it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from explorer.drawing import measures
from explorer.drawing.fold import Box
from explorer.drawing.layout import Layout, Link, layout
from explorer.drawing.mesh import Item
from explorer.drawing.wiring import Wiring, ancestors, wiring
from explorer.graph import INPUT, Graph
from explorer.shapes import times

HEADER = 30.0
PADDING = 18.0
PORT_HEIGHT = 30.0


@dataclass(frozen=True)
class Level:
    """The boxes of one group (the empty path: of the whole graph), the levels inside them, and where all stands.

    The items of the layout are the values that enter, the boxes, and the values that leave.
    """

    path: str
    boxes: tuple[Box, ...]
    inner: tuple[Level | None, ...]
    wiring: Wiring
    items: tuple[Item, ...]
    links: tuple[Link, ...]
    layout: Layout

    @property
    def first_box(self) -> int:
        """Give the number of the item that stands for the first box."""
        return len(self.wiring.entries)

    @property
    def first_exit(self) -> int:
        """Give the number of the item that stands for the first value that leaves."""
        return len(self.wiring.entries) + len(self.boxes)

    @property
    def height(self) -> float:
        """Give the height of the frame."""
        return self.layout.height if self.wiring.exits else self.layout.height + PADDING

    @property
    def ins(self) -> dict[str, float]:
        """Give the place of each value that enters."""
        return dict(zip(self.wiring.entries, self.layout.xs, strict=False))

    @property
    def outs(self) -> dict[str, float]:
        """Give the place of each value that leaves."""
        return dict(zip(self.wiring.exits, self.layout.xs[self.first_exit :], strict=True))


def arrange(graph: Graph, boxes: tuple[Box, ...]) -> Level:
    """Lay out the boxes of a graph, with all that is inside them."""
    return _Arranger(graph, boxes).level("", boxes, frozenset())


def port_title(graph: Graph, value: str) -> str:
    """Say what a value is that enters or leaves the graph."""
    word = "input" if value == INPUT else "output" if value == graph.output else "side output"
    return f"{word} {times(graph.shape_of(value))}"


def _news(boxes: Sequence[Box]) -> frozenset[str]:
    """Name the values whose shape is not that of what their box reads: of the innermost boxes that make them."""
    inner = frozenset().union(*(_news(box.inside) for box in boxes if box.inside))
    return inner | {box.nodes[-1].name for box in boxes if (box.nodes[-1].shape,) != box.nodes[0].input_shapes[:1]}


def _silent(boxes: Sequence[Box]) -> frozenset[str]:
    """Name the values whose shape is not told: one block stands for several, and those have other shapes."""
    rows = (box.varying for box in boxes if box.inside and box.unroll)
    return frozenset().union(*rows, *(_silent(box.inside) for box in boxes if box.inside))


class _Arranger:
    """Lays out the levels of one graph."""

    def __init__(self, graph: Graph, boxes: Sequence[Box]) -> None:
        self.graph = graph
        self.main = ancestors(graph)
        self.told = _news(boxes) | {INPUT}
        self.silent = _silent(boxes)

    def level(self, path: str, boxes: tuple[Box, ...], entered: frozenset[str]) -> Level:
        """Lay out the boxes of one level; ``entered`` are the values whose shape a frame around it shows."""
        wires = wiring(self.graph, boxes)
        fresh = frozenset(wires.entries) - self.told - entered if path else frozenset()
        news = (fresh | _news(boxes) - frozenset().union(*(_news(box.inside) for box in boxes))) - self.silent
        inner = tuple(self.level(box.path, box.inside, entered | fresh) if box.inside else None for box in boxes)
        width = max((measures.width(box, path) for box in boxes if not box.is_join and not box.inside), default=0.0)
        items = (
            *(self.port(path, value, "top") for value in wires.entries),
            *(self.item(box, path, width, level) for box, level in zip(boxes, inner, strict=True)),
            *(self.port(path, value, "bottom") for value in wires.exits),
        )
        links = _links(wires, news)
        return Level(path, boxes, inner, wires, items, links, layout(items, links, HEADER + 6 if path else 0.0))

    def item(self, box: Box, path: str, width: float, level: Level | None) -> Item:
        light = self.main.isdisjoint(node.name for node in box.nodes)
        if level:
            inside = max(level.layout.left, level.layout.right) + PADDING
            side = max(inside, measures.header_width(box, path))
            return Item(side, side, level.height, level.ins, level.outs, light=light)
        own = measures.width(box, path) if box.is_join else width
        return Item(own / 2, own / 2, measures.height(box), light=light)

    def port(self, path: str, value: str, pin: str) -> Item:
        """Give the place where a value crosses a frame; at the outermost level, a box with a word in it."""
        if path:
            return Item(0.0, 0.0, 0.0, pin=pin)
        half = measures.text_width(port_title(self.graph, value)) / 2 + 16
        return Item(half, half, PORT_HEIGHT, pin=pin, light=pin == "bottom" and value != self.graph.output)


def _links(wires: Wiring, news: frozenset[str]) -> tuple[Link, ...]:
    """Make links of wires; the first of those that carry a value that is news has its label."""
    first: dict[tuple[int, str], int] = {}
    for number, (source, target, value) in enumerate(wires.wires):
        if value in news and source < target:
            first.setdefault((source, value), number)
    labelled = set(first.values())
    return tuple(Link(*wire, label=number in labelled) for number, wire in enumerate(wires.wires))

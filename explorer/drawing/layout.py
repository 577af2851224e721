"""Layered layout: where the boxes of one level stand, and how the lines between them run. Top to bottom.

The method is that of Sugiyama, Tagawa & Toda (1981): a rank for every box, a lane of its own for every value
that passes a rank, few crossings, then coordinates. It knows rectangles and links, and nothing of networks.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from explorer.drawing.mesh import LANE_GAP, Item, Segment, Vertex, place, untangle

Point = tuple[float, float]

LANE = 2.0
TRACK = 9.0
ABOVE_TRACKS = 12.0
ARROW = 16.0
LABEL = 20.0


@dataclass(frozen=True, slots=True)
class Link:
    """A value that runs from one item to another, by their positions; ``label`` asks for room for a text."""

    source: int
    target: int
    value: str
    label: bool = False


@dataclass(frozen=True, slots=True)
class Layout:
    """Anchors and tops of the items, a polyline per link, and the extents of it all around x = 0."""

    xs: tuple[float, ...]
    ys: tuple[float, ...]
    routes: tuple[tuple[Point, ...], ...]
    left: float
    right: float
    height: float


def layout(items: Sequence[Item], links: Sequence[Link], first_gap: float = 0.0) -> Layout:
    """Place items and route links; ``first_gap`` is the least room below the first rank.

    >>> from explorer.drawing.mesh import Item
    >>> chain = layout([Item(50, 50, 40), Item(50, 50, 40)], [Link(0, 1, "a")])
    >>> chain.xs, chain.ys, chain.routes
    ((0.0, 0.0), (0.0, 68.0), (((0.0, 40.0), (0.0, 68.0)),))
    """
    ranks = _ranks(items, links)
    vertices = [Vertex(item, rank, item.light, False) for item, rank in zip(items, ranks, strict=True)]
    paths = _paths(vertices, links)
    rows: list[list[Vertex]] = [[] for _ in range(max(ranks) + 1)]
    lanes = dict.fromkeys(v for path in paths for s in path for v in (s.upper, s.lower) if v.lane)
    for vertex in sorted((*vertices, *lanes), key=lambda v: v.light):  # what gives way stands on the right
        rows[vertex.rank].append(vertex)
    untangle(rows)
    place(rows)
    height = _stack(rows, first_gap)
    return _result(vertices, rows, links, paths, height)


def _ranks(items: Sequence[Item], links: Sequence[Link]) -> list[int]:
    """Rank by the longest path; a link that runs backwards counts as one that runs forwards."""
    below = int(any(item.pin == "top" for item in items))
    ranks = [0 if item.pin == "top" else below for item in items]
    ahead: list[list[int]] = [[] for _ in items]
    for link in links:
        ahead[min(link.source, link.target)].append(max(link.source, link.target))
    for here, targets in enumerate(ahead):
        for target in targets:
            ranks[target] = max(ranks[target], ranks[here] + 1)
    last = max((rank for rank, item in zip(ranks, items, strict=True) if item.pin != "bottom"), default=0)
    return [last + 1 if item.pin == "bottom" else rank for rank, item in zip(ranks, items, strict=True)]


def _paths(vertices: Sequence[Vertex], links: Sequence[Link]) -> list[list[Segment]]:
    """Cut every link into segments between neighbouring ranks; links with the same value share their lane."""
    readers: dict[tuple[int, str], int] = {}
    for link in links:
        readers[link.source, link.value] = readers.get((link.source, link.value), 0) + 1
    lanes: dict[tuple[int, str, int], Vertex] = {}
    segments: dict[tuple[int, int, str], Segment] = {}
    paths = []
    for number, link in enumerate(links):
        top, bottom = vertices[min(link.source, link.target)], vertices[max(link.source, link.target)]
        own = number if link.source > link.target else -1  # a backward link has a lane to itself
        light = readers[link.source, link.value] > 1 or bottom.light
        path, upper = [], top
        for rank in range(top.rank + 1, bottom.rank + 1):
            lower = bottom
            if rank < bottom.rank:
                key = (link.source if own < 0 else -own - 1, link.value, rank)
                lower = lanes.setdefault(key, Vertex(Item(LANE, LANE, 0.0), rank, light, True))
            name = link.value if own < 0 else f"{link.value}<{own}"
            fresh = Segment(upper, lower, link.value, link.label and upper is top)
            segment = segments.setdefault((id(upper), id(lower), name), fresh)
            segment.label |= fresh.label
            if segment is fresh:
                upper.downs.append(segment)
                lower.ups.append(segment)
            path.append(segment)
            upper = lower
        paths.append(path)
    return paths


def _stack(rows: list[list[Vertex]], first_gap: float) -> float:
    """Give every vertex a y, and every segment the height of its horizontal piece; give the height of it all."""
    y = 0.0
    for number, row in enumerate(rows):
        height = max(v.item.height for v in row)
        for vertex in row:
            vertex.y = y + (height - vertex.item.height) / 2
        y += height
        segments = [segment for vertex in row for segment in vertex.downs]
        if not segments:
            continue
        room = LABEL if any(segment.label for segment in segments) else 0.0
        start = y + max(room + ABOVE_TRACKS, first_gap if number == 0 else 0.0)
        tracks = _tracks([s for s in segments if abs(s.start - s.end) > 0.5])
        for segment, track in tracks.items():
            segment.track = start + track * TRACK
        y = start + max(tracks.values(), default=0) * TRACK + ARROW
    return y


def _tracks(bent: list[Segment]) -> dict[Segment, int]:
    """Share the horizontal pieces out: those of one source or one target together, others where nothing overlaps."""
    leader: dict[object, object] = {}

    def find(key: object) -> object:
        while leader.setdefault(key, key) != key:
            key = leader[key]
        return key

    for s in bent:
        leader[find((id(s.upper), s.value))] = find(id(s.lower))
    spans: dict[object, tuple[float, float]] = {}
    for s in bent:
        low, high = spans.get(find(id(s.lower)), (s.start, s.start))
        spans[find(id(s.lower))] = (min(low, s.start, s.end), max(high, s.start, s.end))
    ends: list[float] = []
    chosen: dict[object, int] = {}
    for key, (low, high) in sorted(spans.items(), key=lambda pair: pair[1]):
        free = next((i for i, end in enumerate(ends) if end + LANE_GAP < low), len(ends))
        ends[free : free + 1] = [high]
        chosen[key] = free
    return {s: chosen[find(id(s.lower))] for s in bent}


def _result(
    vertices: list[Vertex],
    rows: list[list[Vertex]],
    links: Sequence[Link],
    paths: list[list[Segment]],
    height: float,
) -> Layout:
    everything = [v for row in rows for v in row]
    entries = sum(v.item.pin == "top" for v in vertices)
    centre = vertices[0].x if entries <= 1 else _middle(everything)
    routes = []
    for link, path in zip(links, paths, strict=True):
        points = _polyline(path)
        shifted = [(x - centre, y) for x, y in (reversed(points) if link.source > link.target else points)]
        routes.append(tuple(shifted))
    return Layout(
        tuple(v.x - centre for v in vertices),
        tuple(v.y for v in vertices),
        tuple(routes),
        max(v.item.left - v.x for v in everything) + centre,
        max(v.item.right + v.x for v in everything) - centre,
        height,
    )


def _middle(vertices: Sequence[Vertex]) -> float:
    return (min(v.x - v.item.left for v in vertices) + max(v.x + v.item.right for v in vertices)) / 2


def _polyline(path: list[Segment]) -> list[Point]:
    """Run from the bottom of the first vertex to the top of the last, with right angles."""
    first, last = path[0].upper, path[-1].lower
    points: list[Point] = [(path[0].start, first.y + first.item.height)]
    for segment in path:
        if abs(segment.start - segment.end) > 0.5:
            points += [(segment.start, segment.track), (segment.end, segment.track)]
    return list(dict.fromkeys([*points, (points[-1][0], last.y)]))

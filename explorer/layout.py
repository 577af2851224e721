"""Layered layout: where the boxes of one level stand, and how the lines between them run. Top to bottom.

The method is that of Sugiyama, Tagawa & Toda (1981): a rank for every box, a lane of its own for every value
that passes a rank, few crossings, then coordinates. It knows rectangles and links, and nothing of networks.
"""

from __future__ import annotations

from bisect import bisect_right, insort
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from itertools import pairwise

Point = tuple[float, float]

BOX_GAP = 28.0
LANE_GAP = 16.0
LANE = 2.0
TRACK = 9.0
ABOVE_TRACKS = 12.0
ARROW = 16.0
LABEL = 20.0
SWEEPS = 4
LIGHT = 1e-4


@dataclass(frozen=True, slots=True)
class Item:
    """A rectangle around its anchor (extents to the left and to the right) with places where values come and go.

    ``ins`` and ``outs`` give the place of a value relative to the anchor; a value that is not there uses the
    anchor. ``pin`` puts an item in the first ("top") or last ("bottom") rank. ``light`` items give way to others.
    """

    left: float
    right: float
    height: float
    ins: dict[str, float] = field(default_factory=dict)
    outs: dict[str, float] = field(default_factory=dict)
    pin: str = ""
    light: bool = False


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


@dataclass(slots=True, eq=False)
class _Vertex:
    """An item, or the place where a lane passes a rank."""

    item: Item
    rank: int
    light: bool
    lane: bool
    x: float = 0.0
    y: float = 0.0
    order: int = 0
    ups: list[_Segment] = field(default_factory=list)
    downs: list[_Segment] = field(default_factory=list)


@dataclass(slots=True, eq=False)
class _Segment:
    """A piece of a line between neighbouring ranks."""

    upper: _Vertex
    lower: _Vertex
    value: str
    label: bool
    track: float = 0.0

    @property
    def start(self) -> float:
        return self.upper.x + self.upper.item.outs.get(self.value, 0.0)

    @property
    def end(self) -> float:
        return self.lower.x + self.lower.item.ins.get(self.value, 0.0)

    @property
    def weight(self) -> float:
        return LIGHT if self.upper.light or self.lower.light else 1.0


def layout(items: Sequence[Item], links: Sequence[Link], first_gap: float = 0.0) -> Layout:
    """Place items and route links; ``first_gap`` is the least room below the first rank.

    >>> chain = layout([Item(50, 50, 40), Item(50, 50, 40)], [Link(0, 1, "a")])
    >>> chain.xs, chain.ys, chain.routes
    ((0.0, 0.0), (0.0, 68.0), (((0.0, 40.0), (0.0, 68.0)),))
    """
    ranks = _ranks(items, links)
    vertices = [_Vertex(item, rank, item.light, False) for item, rank in zip(items, ranks, strict=True)]
    paths = _paths(vertices, links)
    rows: list[list[_Vertex]] = [[] for _ in range(max(ranks) + 1)]
    lanes = dict.fromkeys(v for path in paths for s in path for v in (s.upper, s.lower) if v.lane)
    for vertex in sorted((*vertices, *lanes), key=lambda v: v.light):  # what gives way stands on the right
        rows[vertex.rank].append(vertex)
    _untangle(rows)
    _place(rows)
    height = _stack(rows, first_gap)
    return _result(vertices, rows, links, paths, height)


def _ranks(items: Sequence[Item], links: Sequence[Link]) -> list[int]:
    """Rank by the longest path; a link that runs backwards counts as one that runs forwards."""
    ranks = [0 if item.pin == "top" or not any(i.pin == "top" for i in items[:1]) else 1 for item in items]
    ahead: list[list[int]] = [[] for _ in items]
    for link in links:
        ahead[min(link.source, link.target)].append(max(link.source, link.target))
    for here, targets in enumerate(ahead):
        for target in targets:
            ranks[target] = max(ranks[target], ranks[here] + 1)
    last = max((rank for rank, item in zip(ranks, items, strict=True) if item.pin != "bottom"), default=0)
    return [last + 1 if item.pin == "bottom" else rank for rank, item in zip(ranks, items, strict=True)]


def _paths(vertices: Sequence[_Vertex], links: Sequence[Link]) -> list[list[_Segment]]:
    """Cut every link into segments between neighbouring ranks; links with the same value share their lane."""
    readers: dict[tuple[int, str], int] = {}
    for link in links:
        readers[link.source, link.value] = readers.get((link.source, link.value), 0) + 1
    lanes: dict[tuple[int, str, int], _Vertex] = {}
    segments: dict[tuple[int, int, str], _Segment] = {}
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
                lower = lanes.setdefault(key, _Vertex(Item(LANE, LANE, 0.0), rank, light, True))
            name = link.value if own < 0 else f"{link.value}<{own}"
            fresh = _Segment(upper, lower, link.value, link.label and upper is top)
            segment = segments.setdefault((id(upper), id(lower), name), fresh)
            segment.label |= fresh.label
            if segment is fresh:
                upper.downs.append(segment)
                lower.ups.append(segment)
            path.append(segment)
            upper = lower
        paths.append(path)
    return paths


def _untangle(rows: list[list[_Vertex]]) -> None:
    """Order each rank so that few lines cross: barycentre sweeps, the best of what was seen."""
    for row in rows:
        _renumber(row)
    best = _crossings(rows)
    for sweep in range(SWEEPS if best else 0):
        before = [list(row) for row in rows]
        down = sweep % 2 == 0
        for row in rows if down else reversed(rows):
            row.sort(key=lambda v: _barycentre([s.upper for s in v.ups] if down else [s.lower for s in v.downs], v))
            _renumber(row)
        found = _crossings(rows)
        if found > best:
            rows[:] = before
            for row in rows:
                _renumber(row)
        best = min(best, found)


def _renumber(row: list[_Vertex]) -> None:
    for order, vertex in enumerate(row):
        vertex.order = order


def _barycentre(neighbours: list[_Vertex], vertex: _Vertex) -> float:
    return sum(n.order for n in neighbours) / len(neighbours) if neighbours else vertex.order


def _crossings(rows: list[list[_Vertex]]) -> int:
    """Count the pairs of segments that cross."""
    count = 0
    for row in rows:
        ends: list[int] = []
        for vertex in row:
            lower = sorted(segment.lower.order for segment in vertex.downs)
            count += sum(len(ends) - bisect_right(ends, end) for end in lower)
            for end in lower:
                insort(ends, end)
    return count


def _place(rows: list[list[_Vertex]]) -> None:
    """Give every vertex an x near those it is linked with; ranks keep their order and their gaps."""
    for sweep in range(2 * SWEEPS + 1):
        for row in reversed(rows) if sweep % 2 else rows:
            _settle(row, [_wish(vertex, upwards=sweep % 2 == 1) for vertex in row])
    ports = [[v for v in row if v.item.pin] for row in (rows[0], rows[-1])]
    if len(rows) > 1 and all(len(found) == 1 for found in ports) and len(rows[-1]) == 1:
        ports[1][0].x = ports[0][0].x


def _wish(vertex: _Vertex, upwards: bool) -> float:
    """Give the mean of the places straight below (or above) what a vertex is linked with."""
    if upwards:
        places = [(s.end - vertex.item.outs.get(s.value, 0.0), s.weight) for s in vertex.downs]
    else:
        places = [(s.start - vertex.item.ins.get(s.value, 0.0), s.weight) for s in vertex.ups]
    return sum(x * w for x, w in places) / sum(w for _, w in places) if places else vertex.x


def _settle(row: list[_Vertex], wishes: list[float]) -> None:
    """Move a rank as near to its wishes as order and gaps allow: weighted least squares, by pooling neighbours."""
    offsets = [0.0]
    for a, b in pairwise(row):
        gap = LANE_GAP if a.lane or b.lane else BOX_GAP
        offsets.append(offsets[-1] + a.item.right + gap + b.item.left)
    pools: list[tuple[float, float, int]] = []
    for vertex, wish, offset in zip(row, wishes, offsets, strict=True):
        value, weight, size = wish - offset, LIGHT if vertex.light else 1.0, 1
        while pools and pools[-1][0] > value:
            other, other_weight, other_size = pools.pop()
            value = (value * weight + other * other_weight) / (weight + other_weight)
            weight, size = weight + other_weight, size + other_size
        pools.append((value, weight, size))
    places = [value for value, _, size in pools for _ in range(size)]
    for vertex, place, offset in zip(row, places, offsets, strict=True):
        vertex.x = round(place + offset, 1)


def _stack(rows: list[list[_Vertex]], first_gap: float) -> float:
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


def _tracks(bent: list[_Segment]) -> dict[_Segment, int]:
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
    vertices: list[_Vertex],
    rows: list[list[_Vertex]],
    links: Sequence[Link],
    paths: list[list[_Segment]],
    height: float,
) -> Layout:
    everything = [v for row in rows for v in row]
    centre = vertices[0].x
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


def _polyline(path: list[_Segment]) -> list[Point]:
    """Run from the bottom of the first vertex to the top of the last, with right angles."""
    first, last = path[0].upper, path[-1].lower
    points: list[Point] = [(path[0].start, first.y + first.item.height)]
    for segment in path:
        if abs(segment.start - segment.end) > 0.5:
            points += [(segment.start, segment.track), (segment.end, segment.track)]
    return _without_repeats([*points, (points[-1][0], last.y)])


def _without_repeats(points: Iterable[Point]) -> list[Point]:
    return list(dict.fromkeys(points))

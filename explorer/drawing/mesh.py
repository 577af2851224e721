"""Ranks of vertices and the segments between them: their order, so that few lines cross, and their x."""

from __future__ import annotations

from bisect import bisect_right, insort
from dataclasses import dataclass, field
from itertools import pairwise

BOX_GAP = 28.0
LANE_GAP = 16.0
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


@dataclass(slots=True, eq=False)
class Vertex:
    """An item, or the place where a lane passes a rank."""

    item: Item
    rank: int
    light: bool
    lane: bool
    x: float = 0.0
    y: float = 0.0
    order: int = 0
    ups: list[Segment] = field(default_factory=list)
    downs: list[Segment] = field(default_factory=list)


@dataclass(slots=True, eq=False)
class Segment:
    """A piece of a line between neighbouring ranks."""

    upper: Vertex
    lower: Vertex
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


def untangle(rows: list[list[Vertex]]) -> None:
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


def _renumber(row: list[Vertex]) -> None:
    for order, vertex in enumerate(row):
        vertex.order = order


def _barycentre(neighbours: list[Vertex], vertex: Vertex) -> float:
    return sum(n.order for n in neighbours) / len(neighbours) if neighbours else vertex.order


def _crossings(rows: list[list[Vertex]]) -> int:
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


def place(rows: list[list[Vertex]]) -> None:
    """Give every vertex an x near those it is linked with; ranks keep their order and their gaps."""
    moved = True
    for sweep in range(2 * SWEEPS + 1):
        up = sweep % 2 == 1
        settled = [_settle(row, [_wish(vertex, up) for vertex in row]) for row in (reversed(rows) if up else rows)]
        if not any(settled) and not moved:
            break
        moved = any(settled)
    ports = [[v for v in row if v.item.pin] for row in (rows[0], rows[-1])]
    if len(rows) > 1 and all(len(found) == 1 for found in ports) and len(rows[-1]) == 1:
        ports[1][0].x = ports[0][0].x


def _wish(vertex: Vertex, upwards: bool) -> float:
    """Give the mean of the places of what a vertex is linked with below (or above).

    Anchors are drawn together, not the places where values come and go: cells with two inputs and one output, each
    below the last one's output, would drift away.
    """
    near = ((s.lower, s.weight) for s in vertex.downs) if upwards else ((s.upper, s.weight) for s in vertex.ups)
    places = [(other.x, weight) for other, weight in near]
    return sum(x * w for x, w in places) / sum(w for _, w in places) if places else vertex.x


def _settle(row: list[Vertex], wishes: list[float]) -> bool:
    """Move a rank as near to its wishes as order and gaps allow; say whether anything moved.

    The nearest in weighted least squares, by pooling neighbours that are in each other's way.
    """
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
    before = [vertex.x for vertex in row]
    places = [value for value, _, size in pools for _ in range(size)]
    for vertex, place, offset in zip(row, places, offsets, strict=True):
        vertex.x = round(place + offset, 1)
    return any(vertex.x != x for vertex, x in zip(row, before, strict=True))

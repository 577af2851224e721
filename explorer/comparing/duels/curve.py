"""The curve of a duel: every contender's cost along a sweep, and where one begins to cost more than another."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import combinations, pairwise

from explorer.comparing.duels.bouts import total
from explorer.comparing.duels.record import Contender, Duel, Setting, Sweep
from explorer.comparing.duels.terms import Figure
from explorer.errors import ExplorerError
from explorer.lower import lower

MOST_POINTS = 96
Costs = tuple[int, ...]
"""What each contender costs."""


@dataclass(frozen=True, slots=True)
class Point:
    """The costs of all contenders at a value of the sweep."""

    x: int
    costs: Costs


@dataclass(frozen=True, slots=True)
class Crossing:
    """From ``x`` on, ``dearer`` costs more than ``cheaper``; up to there it did not.

    ``costs`` are the two costs at ``x``. Where they are equal, the two meet there, at the end of the sweep.
    """

    x: int
    dearer: Contender
    cheaper: Contender
    costs: tuple[int, int]

    @property
    def equal(self) -> bool:
        """Say whether the two cost the same there."""
        return self.costs[0] == self.costs[1]


@dataclass(frozen=True)
class Curve:
    """The points along a sweep, where the setting stands on it, and the crossings."""

    sweep: Sweep
    figure: Figure
    points: tuple[Point, ...]
    crossings: tuple[Crossing, ...]
    now: int | None


def curve(duel: Duel, setting: Setting, sweep: Sweep, figure: Figure) -> Curve:
    """Lower the contenders all along a sweep; where they cannot take the input there is no point.

    >>> from explorer.comparing.duels import get
    >>> duel = get("inception")
    >>> drawn = curve(duel, duel.presets[0].setting, duel.sweeps[0], "mult_adds")
    >>> [(each.x, each.dearer.name) for each in drawn.crossings]
    [(225, 'with 1×1 bottlenecks')]
    """
    points = tuple(_points(duel, setting, sweep, figure))
    crossings = () if sweep.level else _crossings(duel, setting, sweep, figure, points)
    return Curve(sweep, figure, points, tuple(crossings), sweep.now(setting))


def _thinned(values: Sequence[int]) -> list[int]:
    """Keep so many values as a curve needs, the ends among them."""
    step = -(-len(values) // MOST_POINTS)
    return [*values[:-1:step], values[-1]]


def _points(duel: Duel, setting: Setting, sweep: Sweep, figure: Figure) -> Iterator[Point]:
    for x in _thinned(sweep.values):
        costs = costs_at(duel, sweep.at(setting, x), figure)
        if costs is not None:
            yield Point(x, costs)


def costs_at(duel: Duel, setting: Setting, figure: Figure) -> Costs | None:
    """Count a figure of all contenders at a setting; None where one of them cannot be."""
    if duel.check(setting):
        return None
    try:
        shape = duel.input_of(setting)
        return tuple(total(lower(each.make(setting), shape), figure) for each in duel.contenders)
    except ExplorerError:
        return None


def _crossings(
    duel: Duel, setting: Setting, sweep: Sweep, figure: Figure, points: Sequence[Point]
) -> Iterator[Crossing]:
    """Find where the order of two contenders turns round, and where two that differ elsewhere end up equal."""
    for a, b in combinations(range(len(duel.contenders)), 2):

        def sign(costs: Costs, a: int = a, b: int = b) -> int:
            return (costs[b] > costs[a]) - (costs[b] < costs[a])

        apart = [point for point in points if sign(point.costs)]
        for before, after in pairwise(apart):
            if sign(before.costs) != (turned := sign(after.costs)):
                point = _first(duel, setting, sweep, figure, before.x, after, lambda costs: sign(costs) == turned)
                yield _crossing(duel, point, (b, a) if turned > 0 else (a, b))
        for end in (points[0], points[-1]) if apart else ():
            if not sign(end.costs):
                yield _crossing(duel, end, (b, a))


def _first(
    duel: Duel,
    setting: Setting,
    sweep: Sweep,
    figure: Figure,
    before: int,
    after: Point,
    turned: Callable[[Costs], bool],
) -> Point:
    """Give the first value at which the order has turned; of a coarse sweep, the point that is known."""
    while sweep.fine and after.x - before > 1:
        x = (before + after.x) // 2
        costs = costs_at(duel, sweep.at(setting, x), figure)
        if costs is None:
            break
        before, after = (before, Point(x, costs)) if turned(costs) else (x, after)
    return after


def _crossing(duel: Duel, point: Point, pair: tuple[int, int]) -> Crossing:
    dearer, cheaper = pair
    return Crossing(
        point.x, duel.contenders[dearer], duel.contenders[cheaper], (point.costs[dearer], point.costs[cheaper])
    )

"""The Pareto front: what nothing else beats in one respect without losing in another."""

from __future__ import annotations

from collections.abc import Sequence


def front(points: Sequence[Sequence[float]]) -> tuple[int, ...]:
    """Give the places of the points that no other is at least as small as in everything, and smaller in something.

    Equal points stand or fall together.

    >>> front([(1, 9), (2, 5), (2, 7), (4, 4), (5, 4)])
    (0, 1, 3)
    """
    return tuple(i for i, point in enumerate(points) if not any(_beats(other, point) for other in points))


def _beats(one: Sequence[float], other: Sequence[float]) -> bool:
    pairs = list(zip(one, other, strict=True))
    return all(a <= b for a, b in pairs) and any(a < b for a, b in pairs)

"""Which of many points in a chart can have their name beside them without covering another name."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from explorer.drawing.measures import text_width

SIZE = 13.0
GAP = 4.0


class Label(NamedTuple):
    """A name that is to stand above a point: the middle of its lower edge, in CSS pixels from the lower left."""

    text: str
    x: float
    y: float


Box = tuple[float, float, float, float]
"""Left, lower, right and upper edge."""


def spread(wanted: Sequence[Label], width: float, obstacles: Sequence[Box] = ()) -> tuple[int, ...]:
    """Give the places of the labels that are written: each that covers none before it, and stays within the width.

    Nor does a label cover an obstacle, such as the mark of another point.

    >>> spread([Label("VGG16", 100, 50), Label("VGG19", 110, 55), Label("AlexNet", 300, 50)], 400)
    (0, 2)
    """
    taken: list[Box] = [*obstacles]
    kept = []
    for place, label in enumerate(wanted):
        half = text_width(label.text, SIZE) / 2 + GAP
        box = (label.x - half, label.y, label.x + half, label.y + SIZE + GAP)
        inside = box[0] >= 0 and box[2] <= width
        if inside and not any(_meet(box, other) for other in taken):
            taken.append(box)
            kept.append(place)
    return tuple(kept)


def _meet(one: Box, other: Box) -> bool:
    return one[0] < other[2] and other[0] < one[2] and one[1] < other[3] and other[1] < one[3]

"""Which of many points in a chart can have their name beside them without covering another name."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from explorer.drawing.measures import text_width

SIZE = 13.0
GAP = 4.0


Box = tuple[float, float, float, float]
"""Left, lower, right and upper edge."""


class Label(NamedTuple):
    """A name beside a point: the middle of its lower edge, in CSS pixels from the lower left."""

    text: str
    x: float
    y: float

    @property
    def box(self) -> Box:
        """Give the room that the name takes."""
        half = text_width(self.text, SIZE) / 2 + GAP
        return self.x - half, self.y, self.x + half, self.y + SIZE + GAP


def spread(wanted: Sequence[Label], width: float, obstacles: Sequence[Box] = ()) -> tuple[int, ...]:
    """Give the places of the labels that are written: each that covers none before it, and stays within the width.

    Nor does a label cover an obstacle, such as the mark of another point; and no name is written twice.

    >>> spread([Label("VGG16", 100, 50), Label("VGG19", 110, 55), Label("AlexNet", 300, 50)], 400)
    (0, 2)
    """
    taken, kept = [*obstacles], dict[str, int]()
    for place, label in enumerate(wanted):
        left, _, right, _ = label.box
        if label.text not in kept and left >= 0 and right <= width and not any(_meet(label.box, box) for box in taken):
            taken.append(label.box)
            kept[label.text] = place
    return tuple(kept.values())


def _meet(one: Box, other: Box) -> bool:
    return one[0] < other[2] and other[0] < one[2] and one[1] < other[3] and other[1] < one[3]

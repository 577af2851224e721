"""How much room the texts of a box need."""

from __future__ import annotations

from explorer.drawing import captions
from explorer.drawing.fold import Box

TITLE_SIZE, DETAIL_SIZE = 15.0, 12.0
BAND, SIDE, CHEVRON, COST, JOIN = 6.0, 12.0, 20.0, 46.0, 30.0


def text_width(text: str, size: float = TITLE_SIZE, bold: bool = False) -> float:
    """Estimate the width of a text in a wide sans-serif font, so that it fits in narrower ones too.

    >>> text_width("ill") < text_width("WWW")
    True
    """
    return size * (1.11 if bold else 1.0) * sum(_WIDTHS.get(letter, 0.63) for letter in text)


_WIDTHS = {
    letter: width for letters, width in (("ijl.,·:;|' ", 0.33), ("frtI/-", 0.42), ("mwMW×", 0.95)) for letter in letters
}


def badge_width(count: int) -> float:
    """Give the width of the sign that says how many equal blocks a box stands for; one has no sign.

    >>> badge_width(1), badge_width(35)
    (0.0, 43.0)
    """
    return 16.0 + 9.0 * len(f"×{count}") if count > 1 else 0.0


def width(box: Box, within: str) -> float:
    """Give the width that the texts of a box need."""
    title, detail = captions.title(box, within), captions.detail(box)
    if box.is_join:
        if len(box.nodes) == 1 and len(title) == 1:
            return JOIN
        return round(text_width(" · ".join(filter(None, (title, detail))), 14) + 2 * SIDE)
    first = text_width(title, bold=True) + SIDE + max(COST, text_width(captions.aside(box, within), DETAIL_SIZE))
    first += (CHEVRON if box.toggle else 0) + badge_width(box.count)
    return round(max(first, text_width(detail, DETAIL_SIZE)) + BAND + 2 * SIDE)


def header_width(box: Box, within: str) -> float:
    """Give the width that the title of an open group needs."""
    return text_width(captions.title(box, within), bold=True) + CHEVRON + badge_width(box.count) + 3 * SIDE


def height(box: Box) -> float:
    """Give the height that the texts of a box need."""
    if box.is_join:
        return JOIN
    return 50.0 if captions.detail(box) else 34.0

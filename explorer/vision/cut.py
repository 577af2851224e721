"""A part of a photo, cut out: a small network sees a thing best that fills what it is fed. Needs no torch."""

from __future__ import annotations

from PIL import Image

from explorer.errors import ExplorerError
from explorer.vision.images import LEAST_SIDE

Edges = tuple[int, int, int, int]
"""Left, top, right and bottom, in pixels of the photo as it was read (see ``explorer.vision.images``)."""


def cut(photo: Image.Image, edges: Edges) -> Image.Image:
    """Cut a part out of a photo.

    Raises:
        ExplorerError: the edges do not lie on the photo in this order, or too near to each other.

    >>> cut(Image.new("RGB", (640, 480)), (100, 0, 580, 480)).size
    (480, 480)
    """
    if not lies_on(edges, *photo.size):
        width, height = photo.size
        raise ExplorerError(
            f"part: the edges are {','.join(map(str, edges))}; allowed on this photo: 0 ≤ left < right ≤ {width}, "
            f"0 ≤ top < bottom ≤ {height}, at least {LEAST_SIDE} pixels each way"
        )
    return photo.crop(edges)


def lies_on(edges: Edges, width: int, height: int, least: int = LEAST_SIDE) -> bool:
    """Say whether a part of at least so many pixels each way lies on a photo of this size.

    >>> lies_on((0, 0, 8, 8), 640, 480), lies_on((0, 0, 8, 7), 640, 480), lies_on((600, 0, 641, 20), 640, 480)
    (True, False, False)
    """
    left, top, right, bottom = edges
    return 0 <= left <= right - least and right <= width and 0 <= top <= bottom - least and bottom <= height

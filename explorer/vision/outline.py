"""A rectangle drawn on a picture so that it is seen on any ground. Needs no torch."""

from __future__ import annotations

from PIL import Image, ImageDraw

from explorer.vision.preprocess import Box


def outlined(picture: Image.Image, box: Box, width: int = 3) -> Image.Image:
    """Draw a white line between two black ones along the inside of a box."""
    drawn = picture.copy()
    pen = ImageDraw.Draw(drawn)
    left, top, right, bottom = box.pixels()
    for inset, colour in ((0, "black"), (1, "white"), (1 + width, "black")):
        edge = (left + inset, top + inset, right - 1 - inset, bottom - 1 - inset)
        if edge[2] > edge[0] and edge[3] > edge[1]:
            pen.rectangle(edge, outline=colour, width=width if colour == "white" else 1)
    return drawn

"""A rectangle drawn on a picture so that it is seen on any ground. Needs no torch."""

from __future__ import annotations

from PIL import Image, ImageDraw, ImageFont

from explorer.vision.preprocess import Box


def outlined(picture: Image.Image, box: Box, width: int = 3, words: str = "") -> Image.Image:
    """Draw a white line between two black ones along the inside of a box, and words in its upper left corner."""
    drawn = picture.copy()
    pen = ImageDraw.Draw(drawn)
    left, top, right, bottom = box.pixels()
    for inset, colour in ((0, "black"), (1, "white"), (1 + width, "black")):
        edge = (left + inset, top + inset, right - 1 - inset, bottom - 1 - inset)
        if edge[2] > edge[0] and edge[3] > edge[1]:
            pen.rectangle(edge, outline=colour, width=width if colour == "white" else 1)
    if words:
        _label(pen, (left + width + 2, top + width + 2), words, 4 * width + 6)
    return drawn


def _label(pen: ImageDraw.ImageDraw, at: tuple[int, int], words: str, size: int) -> None:
    """Write white words on black."""
    font = ImageFont.load_default(size)
    pen.rectangle(pen.textbbox(at, f" {words} ", font), fill="black")
    pen.text(at, f" {words} ", "white", font)

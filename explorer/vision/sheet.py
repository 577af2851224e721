"""Several pictures on one sheet, each with a line of words; several arrays in one file. Needs no torch."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from io import BytesIO
from math import ceil

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFont

MARGIN, LINE, LETTERS = 12, 26, 16


def sheet(pictures: Sequence[Image.Image], titles: Sequence[str], columns: int = 3, width: int = 480) -> Image.Image:
    """Lay pictures out in rows on white, each brought to one width, its title beneath it."""
    shown = [picture.resize((width, round(picture.height * width / picture.width))) for picture in pictures]
    columns = min(columns, len(shown))
    step = (width + MARGIN, max(picture.height for picture in shown) + LINE + MARGIN)
    size = (step[0] * columns + MARGIN, step[1] * ceil(len(shown) / columns) + MARGIN)
    paper = Image.new("RGB", size, "white")
    pen, font = ImageDraw.Draw(paper), ImageFont.load_default(LETTERS)
    for i, (picture, title) in enumerate(zip(shown, titles, strict=True)):
        left, top = MARGIN + i % columns * step[0], MARGIN + i // columns * step[1]
        paper.paste(picture, (left, top))
        pen.text((left, top + picture.height + 4), title, "black", font)
    return paper


def npz(arrays: Mapping[str, NDArray[np.float32]]) -> bytes:
    """Write arrays by name as NumPy's own archive.

    >>> sorted(np.load(BytesIO(npz({"cat": np.zeros((2, 2), np.float32)}))))
    ['cat']
    """
    out = BytesIO()
    np.savez_compressed(out, **arrays)  # type: ignore[arg-type]
    return out.getvalue()

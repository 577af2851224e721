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


def tiled(pictures: NDArray[np.float32], columns: int = 16) -> NDArray[np.uint8]:
    """Lay small pictures out in rows, a grey line between them.

    Args:
        pictures: ``(N, height, width, 1 or 3)``, from 0 to 1.
        columns: so many in a row.

    Returns:
        One picture, ``(H, W, 3)``.

    >>> tiled(np.ones((3, 5, 5, 1), np.float32), columns=2).shape
    (13, 13, 3)
    """
    count, height, width, _channels = pictures.shape
    columns = min(columns, count)
    wall = np.full((ceil(count / columns) * (height + 1) + 1, columns * (width + 1) + 1, 3), 128, np.uint8)
    for i, picture in enumerate(pictures):
        top, left = i // columns * (height + 1) + 1, i % columns * (width + 1) + 1
        wall[top : top + height, left : left + width] = (255 * picture).round()
    return wall


def npz(arrays: Mapping[str, NDArray[np.float32]]) -> bytes:
    """Write arrays by name as NumPy's own archive.

    >>> sorted(np.load(BytesIO(npz({"cat": np.zeros((2, 2), np.float32)}))))
    ['cat']
    """
    out = BytesIO()
    np.savez_compressed(out, **arrays)  # type: ignore[arg-type]
    return out.getvalue()

"""One patch over a picture: the single step of occlusion, to be made by hand."""

from __future__ import annotations

from typing import Literal, get_args

import torch
from torch import Tensor

from explorer.errors import ExplorerError
from explorer.shapes import times
from explorer.vision.preprocess import Preprocessing

Fill = Literal["mean", "black", "white"]
FILLS: tuple[Fill, ...] = get_args(Fill)


def colour(fill: Fill, preprocessing: Preprocessing) -> tuple[float, ...]:
    """Give the colour of a fill as shares of white, one per channel; "mean" is what is fed as zeros.

    >>> colour("white", Preprocessing((8, 8), 8))
    (1.0, 1.0, 1.0)
    """
    if fill not in FILLS:
        raise ExplorerError(f"fill is {fill!r}; allowed: {', '.join(FILLS)}")
    return preprocessing.mean if fill == "mean" else (float(fill == "white"),) * len(preprocessing.mean)


def hide(image: Tensor, row: int, column: int, side: int, fill: Fill, preprocessing: Preprocessing) -> Tensor:
    """Give a picture with a square hidden; the picture itself is not changed.

    Args:
        image: what is fed, ``(1, C, H, W)``.
        row: of the upper left pixel.
        column: of the upper left pixel.
        side: of the square, in pixels of the picture that is fed.
        fill: what hides.
        preprocessing: how the picture was normalised.

    Raises:
        ExplorerError: the square does not lie on the picture.
    """
    height, width = image.shape[-2:]
    if not (0 <= row <= height - side and 0 <= column <= width - side and side >= 1):
        raise ExplorerError(
            f"a patch of side {side} at ({row}, {column}) is not on a picture of {times((height, width))}"
        )
    parts = zip(colour(fill, preprocessing), preprocessing.mean, preprocessing.std, strict=True)
    fed = torch.tensor([(value - mean) / std for value, mean, std in parts], dtype=image.dtype, device=image.device)
    hidden = image.clone()
    hidden[..., row : row + side, column : column + side] = fed.reshape(-1, 1, 1)
    return hidden

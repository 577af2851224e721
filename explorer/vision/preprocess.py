"""From a photo to what a network is fed, and back from what it was fed to the place in the photo. Needs no torch."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, get_args

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageOps

from explorer.errors import ExplorerError

Interpolation = Literal["bilinear", "bicubic"]
IMAGENET_MEAN = (0.485, 0.456, 0.406)
IMAGENET_STD = (0.229, 0.224, 0.225)


@dataclass(frozen=True, slots=True)
class Box:
    """A rectangle in the photo's pixels; edges may fall between pixels."""

    left: float
    top: float
    right: float
    bottom: float

    @property
    def width(self) -> float:
        """Give the width in pixels."""
        return self.right - self.left

    @property
    def height(self) -> float:
        """Give the height in pixels."""
        return self.bottom - self.top

    def inside(self, x: float, y: float) -> tuple[float, float]:
        """Give a point of the photo as shares of the box: (0, 0) is its upper left corner, (1, 1) the lower right."""
        return (x - self.left) / self.width, (y - self.top) / self.height

    def outside(self, u: float, v: float) -> tuple[float, float]:
        """Give back the point of the photo: the inverse of ``inside``.

        >>> box = Box(10, 0, 30, 20)
        >>> box.outside(*box.inside(25, 5))
        (25.0, 5.0)
        """
        return self.left + u * self.width, self.top + v * self.height

    def pixels(self) -> tuple[int, int, int, int]:
        """Round to whole pixels, at least one each way."""
        left, top = round(self.left), round(self.top)
        return left, top, max(left + 1, round(self.right)), max(top + 1, round(self.bottom))


@dataclass(frozen=True, slots=True)
class Preprocessing:
    """Resize the shorter side to ``resize``, cut ``size`` (height, width) from the centre, normalise each channel.

    With ``light_on_dark`` a picture that is mostly light is inverted: for what has learned light strokes on dark.
    """

    size: tuple[int, int]
    resize: int
    mean: tuple[float, ...] = IMAGENET_MEAN
    std: tuple[float, ...] = IMAGENET_STD
    interpolation: Interpolation = "bilinear"
    light_on_dark: bool = False

    def __post_init__(self) -> None:
        if self.resize < max(self.size):
            raise ExplorerError(f"preprocessing: resize is {self.resize}; allowed: at least the crop, {max(self.size)}")
        if len(self.mean) != len(self.std) or len(self.mean) not in (1, 3):
            raise ExplorerError(
                f"preprocessing: mean {self.mean} and std {self.std}; allowed: one or three numbers each"
            )
        if self.interpolation not in get_args(Interpolation):
            allowed = ", ".join(get_args(Interpolation))
            raise ExplorerError(f"preprocessing: interpolation is {self.interpolation!r}; allowed: {allowed}")

    def box(self, width: int, height: int) -> Box:
        """Find, in a photo of this size, the part that is fed.

        >>> Preprocessing((224, 224), 256).box(640, 512)
        Box(left=96.0, top=32.0, right=544.0, bottom=480.0)
        """
        scale = min(width, height) / self.resize
        across, down = min(self.size[1] * scale, width), min(self.size[0] * scale, height)  # not over by rounding
        left, top = (width - across) / 2, (height - down) / 2
        return Box(left, top, left + across, top + down)

    def crop(self, photo: Image.Image) -> Image.Image:
        """Cut and resize in one step, smoothing as it shrinks: the picture that is fed, grey if it has one channel."""
        box = self.box(*photo.size)
        how = Image.Resampling[self.interpolation.upper()]
        fed = photo.resize((self.size[1], self.size[0]), how, (box.left, box.top, box.right, box.bottom))
        fed = fed.convert("L") if len(self.mean) == 1 else fed
        return ImageOps.invert(fed) if self.light_on_dark and np.median(np.asarray(fed)) > 127.5 else fed

    def __call__(self, photo: Image.Image) -> NDArray[np.float32]:
        """Give the batch of one that is fed: float ``(1, channels, height, width)``."""
        pixels = np.asarray(self.crop(photo), dtype=np.float32).reshape(*self.size, -1) / 255
        normalised = (pixels - np.asarray(self.mean, np.float32)) / np.asarray(self.std, np.float32)
        return np.ascontiguousarray(normalised.transpose(2, 0, 1)[None])

"""Layers that lay values out anew, or add zeros around them."""

from __future__ import annotations

from dataclasses import dataclass
from math import prod

from explorer import fields
from explorer.errors import ShapeError
from explorer.layers.base import Layer, spatial_axes
from explorer.shapes import Shape, Size, Window, per_axis, times


@dataclass(frozen=True)
class Flatten(Layer):
    """Lay a map out as a vector.

    >>> Flatten().output_shape((512, 7, 7))
    (25088,)
    """

    def output_shape(self, x: Shape) -> Shape:
        return (prod(x),)

    def window(self, x: Shape) -> None:
        return None


@dataclass(frozen=True)
class ZeroPad(Layer):
    """Zeros before and after a map along its spatial axes; a negative number cuts as many values off.

    What ``padding`` of a convolution cannot say: more on one side than on the other, or a shift by one.

    >>> ZeroPad(before=-1, after=1).output_shape((96, 56, 56))
    (96, 56, 56)
    """

    before: Size = fields.size("zeros above and to the left; negative: cut off", 0, low=-fields.MOST_SIZE)
    after: Size = fields.size("zeros below and to the right; negative: cut off", 0, low=-fields.MOST_SIZE)

    def output_shape(self, x: Shape) -> Shape:
        spatial = spatial_axes(self, x, self.before, self.after)
        before, after = per_axis(self.before, len(spatial)), per_axis(self.after, len(spatial))
        padded = tuple(n + b + a for n, b, a in zip(spatial, before, after, strict=True))
        if any(n <= -min(b, a, b + a, 0) for n, b, a in zip(spatial, before, after, strict=True)):
            raise ShapeError(f"nothing would be left of a {times(spatial)} map")
        return (x[0], *padded)

    def window(self, x: Shape) -> Window:
        return Window.of(len(x) - 1, padding=self.before)


@dataclass(frozen=True)
class PadChannels(Layer):
    """Maps of zeros behind the others, up to a number of channels (He et al. 2015, shortcut option A).

    >>> PadChannels(32).output_shape((16, 16, 16))
    (32, 16, 16)
    """

    out_channels: int = fields.integer("channels that there are then")

    def output_shape(self, x: Shape) -> Shape:
        if self.out_channels < x[0]:
            raise ShapeError(f"{x[0]} channels are more than {self.out_channels} already")
        return (self.out_channels, *x[1:])

"""Shapes without the batch axis, sizes per axis, and the windows that layers look through."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache, cached_property
from math import prod

Shape = tuple[int, ...]
"""Channels first, then the spatial axes: ``(3, 224, 224)``; a vector is ``(4096,)``."""

MOST_AXIS = 100_000
"""The most channels, or places along an axis, that an input may have."""

Size = int | tuple[int, ...]
"""One number for every spatial axis, or one number per axis."""


def per_axis(size: Size, axes: int) -> tuple[int, ...]:
    """Spell a size out for a number of spatial axes.

    >>> per_axis(3, 2), per_axis((1, 7), 2)
    ((3, 3), (1, 7))
    """
    return (size,) * axes if isinstance(size, int) else size


def times(sizes: tuple[int, ...]) -> str:
    """Write a shape as people do.

    >>> times((64, 224, 224))
    '64×224×224'
    """
    return "×".join(map(str, sizes))


def axes(shape: Shape) -> str:
    """Name the axes of a vector, a sequence, a map or a clip.

    >>> axes((3, 224, 224)), axes((3, 16, 112, 112))
    ('C×H×W', 'C×T×H×W')
    """
    return ("C", "C×L", "C×H×W", "C×T×H×W")[len(shape) - 1]


def positions(shape: Shape) -> str:
    """Say what stands at a place of an input: pixels of an image, else positions.

    >>> positions((3, 224, 224)), positions((300, 50))
    ('pixels', 'positions')
    """
    return "pixels" if len(shape) == 3 else "positions"


def elements(shape: Shape) -> int:
    """Count the numbers in a tensor of this shape.

    >>> elements((64, 224, 224))
    3211264
    """
    return prod(shape)


@dataclass(frozen=True)
class Window:
    """The part of the input that one output position looks at, per spatial axis, in input positions."""

    kernel: tuple[int, ...]
    stride: tuple[int, ...]
    padding: tuple[int, ...]
    dilation: tuple[int, ...]

    @classmethod
    @cache
    def of(cls, axes: int, kernel: Size = 1, stride: Size = 1, padding: Size = 0, dilation: Size = 1) -> Window:
        """Spell the four sizes out; without any, the window of an element-wise layer."""
        return cls(per_axis(kernel, axes), per_axis(stride, axes), per_axis(padding, axes), per_axis(dilation, axes))

    @cached_property
    def extent(self) -> tuple[int, ...]:
        """Input positions from the first to the last one seen: ``dilation·(kernel − 1) + 1``."""
        return tuple([d * (k - 1) + 1 for k, d in zip(self.kernel, self.dilation, strict=True)])

    def positions(self, spatial: Shape, ceil_mode: bool = False) -> Shape:
        """Count the places where the window fits, per axis: ``⌊(n − extent + 2·padding)/stride⌋ + 1``.

        With ``ceil_mode`` the last window may hang over the end, if it starts inside the input or
        its left padding (torch's rule). The result may be smaller than one: the window does not fit.

        >>> Window.of(2, kernel=3, stride=2).positions((55, 55))
        (27, 27)
        """
        axes = zip(spatial, self.extent, self.stride, self.padding, strict=True)
        return tuple([_fits(n, e, s, p, ceil_mode) for n, e, s, p in axes])


def _fits(n: int, extent: int, stride: int, padding: int, ceil_mode: bool) -> int:
    room = n - extent + 2 * padding
    if not ceil_mode:
        return room // stride + 1
    count = -(-room // stride) + 1
    return count - 1 if (count - 1) * stride >= n + padding else count

"""Layers that sum maps up: the largest or the mean of each window, or of a whole map."""

from __future__ import annotations

from dataclasses import dataclass
from math import prod

from explorer import fields
from explorer.errors import ShapeError
from explorer.layers.base import Layer, slide, spatial_axes
from explorer.shapes import Shape, Size, Window, per_axis, times


@dataclass(frozen=True)
class _Pool(Layer):
    kernel_size: Size = fields.size("height and width of the window")
    stride: Size | None = fields.size("step between two positions; the kernel's size if left out", None, optional=True)
    padding: Size = fields.size("border that never wins (max) or counts as zeros (average)", 0, low=0)
    ceil_mode: bool = fields.flag("let the last window hang over the border", False)

    def output_shape(self, x: Shape) -> Shape:
        spatial = spatial_axes(
            self, x, self.kernel_size, self.padding, *(() if self.stride is None else (self.stride,))
        )
        window = self.window(x)
        if any(2 * p > k for p, k in zip(window.padding, window.kernel, strict=True)):
            raise ShapeError(f"padding {times(window.padding)} is more than half of the kernel {times(window.kernel)}")
        return (x[0], *slide(window, spatial, self.ceil_mode))

    def window(self, x: Shape) -> Window:
        stride = self.kernel_size if self.stride is None else self.stride
        return Window.of(len(x) - 1, self.kernel_size, stride, self.padding)


@dataclass(frozen=True)
class MaxPool(_Pool):
    """Largest value of each window.

    >>> MaxPool(3, stride=2).output_shape((96, 55, 55))
    (96, 27, 27)
    """


@dataclass(frozen=True)
class AvgPool(_Pool):
    """Mean of each window (zeros of the padding included, as torch does by default)."""

    count_include_pad: bool = fields.flag("count the padding's zeros in the mean", True)


@dataclass(frozen=True)
class AdaptiveAvgPool(Layer):
    """Mean over as many equal parts as asked for; the identity when the map has that size already."""

    output_size: Size = fields.size("height and width of the output", 1)

    def output_shape(self, x: Shape) -> Shape:
        spatial_axes(self, x, self.output_size)
        return (x[0], *per_axis(self.output_size, len(x) - 1))

    def window(self, x: Shape) -> Window | None:
        output = self.output_shape(x)[1:]
        if prod(output) == 1:
            return None
        kernel = tuple(n // m for n, m in zip(x[1:], output, strict=True))
        if any(k * m != n for k, m, n in zip(kernel, output, x[1:], strict=True)):
            raise ShapeError(f"{times(output)} parts of a {times(x[1:])} map have no common window")
        return Window.of(len(x) - 1, kernel, kernel)


@dataclass(frozen=True)
class _GlobalPool(Layer):
    def output_shape(self, x: Shape) -> Shape:
        return (x[0], *(1 for _ in spatial_axes(self, x)))

    def window(self, x: Shape) -> None:
        return None


@dataclass(frozen=True)
class GlobalAvgPool(_GlobalPool):
    """Mean of each map (Lin et al. 2013, Network in Network): C×H×W → C×1×1.

    >>> GlobalAvgPool().output_shape((512, 7, 7))
    (512, 1, 1)
    """


@dataclass(frozen=True)
class GlobalMaxPool(_GlobalPool):
    """Largest value of each map; along a sentence, "max over time" (Kim 2014): C×L → C×1.

    >>> GlobalMaxPool().output_shape((100, 48))
    (100, 1)
    """

"""Boxes on a map, one per position, and which boxes a window makes of them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import prod

import numpy as np
from numpy.typing import NDArray

from explorer.shapes import Shape, Window

Numbers = NDArray[np.int32]


@dataclass(frozen=True, eq=False)
class Boxes:
    """One box per position on the same map: first row and column of each, and their common height and width."""

    tops: Numbers
    lefts: Numbers
    height: int
    width: int

    def share(self, shape: Shape) -> float:
        """Give a box's share of the map."""
        return self.height * self.width / prod(shape[1:])

    def same(self, other: Boxes) -> bool:
        """Say whether the boxes lie at the same places."""
        sizes = (self.height, self.width) == (other.height, other.width)
        return sizes and bool((self.tops == other.tops).all() and (self.lefts == other.lefts).all())

    def numbers(self, shape: Shape, inner: Boxes | None = None) -> Numbers:
        """Number the pixels of each box as rows of a storage, ``(N, height, width)``.

        The storage holds the map of the whole picture, pixel by pixel, then one row for all that lies outside of
        it, then the pixels of the inner boxes, which hide what is beneath them. Without inner boxes there is no
        map of the whole picture, but one map for each position.
        """
        rows, columns = shape[1:]
        first = rows * columns if inner else 0
        inner = inner or Boxes(self.tops * 0, self.lefts * 0, rows, columns)
        y, x = _along(self.tops, self.height), _along(self.lefts, self.width)
        outside = ((y < 0) | (y >= rows))[:, :, None] | ((x < 0) | (x >= columns))[:, None, :]
        numbers = np.where(outside, first, (y * columns)[:, :, None] + x[:, None, :] if first else 0)
        y, x = y - inner.tops[:, None], x - inner.lefts[:, None]
        inside = ((y >= 0) & (y < inner.height))[:, :, None] & ((x >= 0) & (x < inner.width))[:, None, :]
        y += np.arange(len(y), dtype=np.int32)[:, None] * inner.height
        return np.where(inside, (first + 1 + y * inner.width)[:, :, None] + x[:, None, :], numbers)


def _along(first: Numbers, size: int) -> Numbers:
    steps: Numbers = np.arange(size, dtype=np.int32)
    return first[:, None] + steps


def reached(boxes: Boxes, window: Window, shape: Shape) -> Boxes:
    """Give the boxes of outputs whose windows meet the given boxes, clipped to the map and of one size."""
    tops, height = _reached_along(boxes.tops, boxes.height, window, 0, shape[1])
    lefts, width = _reached_along(boxes.lefts, boxes.width, window, 1, shape[2])
    return Boxes(tops, lefts, height, width)


def _reached_along(first: Numbers, size: int, window: Window, axis: int, n: int) -> tuple[Numbers, int]:
    stride, padding, extent = window.stride[axis], window.padding[axis], window.extent[axis]
    low = -((extent - 1 - padding - first) // stride)
    high = (first + size - 1 + padding) // stride
    return _of_one_size(_clipped(low, n), _clipped(high, n), n)


def _clipped(numbers: Numbers, n: int) -> Numbers:
    return np.minimum(np.maximum(numbers, 0), n - 1)


def _of_one_size(low: Numbers, high: Numbers, n: int) -> tuple[Numbers, int]:
    size = max(1, int((high - low).max()) + 1)
    return np.minimum(low, n - size), size


def hull(boxes: Sequence[Boxes], shape: Shape) -> Boxes:
    """Give boxes that hold, position by position, those of several inputs."""
    tops, height = _hull_along([(b.tops, b.height) for b in boxes], shape[1])
    lefts, width = _hull_along([(b.lefts, b.width) for b in boxes], shape[2])
    return Boxes(tops, lefts, height, width)


def _hull_along(spans: list[tuple[Numbers, int]], n: int) -> tuple[Numbers, int]:
    low = np.min([first for first, _ in spans], axis=0)
    high = np.max([first + size - 1 for first, size in spans], axis=0)
    return _of_one_size(low, high, n)


def seen(boxes: Boxes, window: Window) -> Boxes:
    """Give the boxes that the outputs look at; they may reach beyond the map, into its padding."""
    (top, left), (down, right) = window.padding, window.stride
    height = (boxes.height - 1) * down + window.extent[0]
    width = (boxes.width - 1) * right + window.extent[1]
    return Boxes(boxes.tops * down - top, boxes.lefts * right - left, height, width)

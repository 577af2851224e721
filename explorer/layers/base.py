"""What a layer is: a frozen value that knows the shape it gives, the parameters it owns, and its window."""

from __future__ import annotations

from dataclasses import dataclass

from explorer import fields
from explorer.errors import ShapeError
from explorer.shapes import Shape, Size, Window, times


@dataclass(frozen=True)
class Layer:
    """A layer with one input. As it stands here: element-wise, without parameters."""

    def __post_init__(self) -> None:
        fields.refuse_problems(self)

    def output_shape(self, x: Shape) -> Shape:
        """Give the shape of the output for an input of shape ``x``; raise ShapeError if it cannot be taken."""
        return x

    def parameters(self, x: Shape) -> dict[str, Shape]:
        """Give the trainable parameters, name → shape, for an input of shape ``x``."""
        return {}

    def window(self, x: Shape) -> Window | None:
        """Give the window of one output position; None when each output sees the whole input."""
        return Window.of(len(x) - 1)


def spatial_axes(layer: Layer, x: Shape, *sizes: Size) -> Shape:
    """Give the spatial axes of a map; refuse vectors, and sizes given for another number of axes."""
    if len(x) < 2:
        raise ShapeError(f"{type(layer).__name__} needs a map (channels and spatial axes), not a vector of {times(x)}")
    for size in sizes:
        if isinstance(size, tuple) and len(size) != len(x) - 1:
            raise ShapeError(f"the size {times(size)} has {len(size)} axes, the input has {len(x) - 1} spatial axes")
    return x[1:]


def slide(window: Window, spatial: Shape, ceil_mode: bool = False) -> Shape:
    """Count the window's positions; say so in plain words when it does not fit."""
    positions = window.positions(spatial, ceil_mode)
    if min(positions) < 1:
        padded = tuple(n + 2 * p for n, p in zip(spatial, window.padding, strict=True))
        dilated = "" if window.extent == window.kernel else f" (dilated to {times(window.extent)})"
        around = "padded " if any(window.padding) else ""
        size = times(padded) if len(padded) > 1 else f"length-{padded[0]}"
        raise ShapeError(f"kernel {times(window.kernel)}{dilated} does not fit in a {around}{size} input")
    return positions

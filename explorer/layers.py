"""The layers. Each knows three things: the shape it gives, the parameters it owns, the window it looks through.

Names and defaults are torch's; the number of spatial axes is that of the input, so ``Conv`` is
``nn.Conv2d`` on a ``(C, H, W)`` map. Plain Python: this arithmetic is the subject of the course.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import prod

from explorer import fields
from explorer.errors import ShapeError
from explorer.shapes import Shape, Size, Window, per_axis, times


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


def _spatial(layer: Layer, x: Shape, *sizes: Size) -> Shape:
    """Give the spatial axes of a map; refuse vectors, and sizes given for another number of axes."""
    if len(x) < 2:
        raise ShapeError(f"{type(layer).__name__} needs a map (channels and spatial axes), not a vector of {times(x)}")
    for size in sizes:
        if isinstance(size, tuple) and len(size) != len(x) - 1:
            raise ShapeError(f"the size {times(size)} has {len(size)} axes, the input has {len(x) - 1} spatial axes")
    return x[1:]


def _slide(window: Window, spatial: Shape, ceil_mode: bool = False) -> Shape:
    """Count the window's positions; say so in plain words when it does not fit."""
    positions = window.positions(spatial, ceil_mode)
    if min(positions) < 1:
        padded = tuple(n + 2 * p for n, p in zip(spatial, window.padding, strict=True))
        dilated = "" if window.extent == window.kernel else f" (dilated to {times(window.extent)})"
        where = "padded " if any(window.padding) else ""
        raise ShapeError(f"kernel {times(window.kernel)}{dilated} does not fit in a {where}{times(padded)} input")
    return positions


@dataclass(frozen=True)
class Conv(Layer):
    """Convolution (cross-correlation, as in torch).

    >>> Conv(64, 3, padding=1).output_shape((3, 224, 224))
    (64, 224, 224)
    >>> Conv(64, 3, padding=1).parameters((3, 224, 224))
    {'weight': (64, 3, 3, 3), 'bias': (64,)}
    """

    out_channels: int = fields.integer("number of filters")
    kernel_size: Size = fields.size("height and width of a filter", 1)
    stride: Size = fields.size("step between two positions", 1)
    padding: Size = fields.size("zeros added at each border", 0, low=0)
    dilation: Size = fields.size("step between two taps of a filter", 1)
    groups: int = fields.integer("groups of channels that do not see each other", 1)
    bias: bool = fields.flag("one trainable shift per filter", True)

    def output_shape(self, x: Shape) -> Shape:
        spatial = _spatial(self, x, self.kernel_size, self.stride, self.padding, self.dilation)
        for channels, name in ((x[0], "input channels"), (self.out_channels, "out_channels")):
            if channels % self.groups:
                raise ShapeError(f"{self.groups} groups do not divide {channels} {name}")
        return (self.out_channels, *_slide(self.window(x), spatial))

    def parameters(self, x: Shape) -> dict[str, Shape]:
        weight = (self.out_channels, x[0] // self.groups, *per_axis(self.kernel_size, len(x) - 1))
        return {"weight": weight, "bias": (self.out_channels,)} if self.bias else {"weight": weight}

    def window(self, x: Shape) -> Window:
        return Window.of(len(x) - 1, self.kernel_size, self.stride, self.padding, self.dilation)


@dataclass(frozen=True)
class Linear(Layer):
    """Fully connected layer on a vector.

    >>> Linear(4096).parameters((25088,))
    {'weight': (4096, 25088), 'bias': (4096,)}
    """

    out_features: int = fields.integer("number of neurons")
    bias: bool = fields.flag("one trainable shift per neuron", True)

    def output_shape(self, x: Shape) -> Shape:
        if len(x) != 1:
            raise ShapeError(f"Linear needs a vector, not a map of {times(x)}: put a Flatten before it")
        return (self.out_features,)

    def parameters(self, x: Shape) -> dict[str, Shape]:
        weight = (self.out_features, x[0])
        return {"weight": weight, "bias": (self.out_features,)} if self.bias else {"weight": weight}

    def window(self, x: Shape) -> None:
        return None


@dataclass(frozen=True)
class _Pool(Layer):
    kernel_size: Size = fields.size("height and width of the window")
    stride: Size | None = fields.size("step between two positions; the kernel's size if left out", None, optional=True)
    padding: Size = fields.size("border that never wins (max) or counts as zeros (average)", 0, low=0)
    ceil_mode: bool = fields.flag("let the last window hang over the border", False)

    def output_shape(self, x: Shape) -> Shape:
        spatial = _spatial(self, x, self.kernel_size, self.padding, *(() if self.stride is None else (self.stride,)))
        window = self.window(x)
        if any(2 * p > k for p, k in zip(window.padding, window.kernel, strict=True)):
            raise ShapeError(f"padding {times(window.padding)} is more than half of the kernel {times(window.kernel)}")
        return (x[0], *_slide(window, spatial, self.ceil_mode))

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
        _spatial(self, x, self.output_size)
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
class GlobalAvgPool(Layer):
    """Mean of each map (Lin et al. 2013, Network in Network): C×H×W → C×1×1.

    >>> GlobalAvgPool().output_shape((512, 7, 7))
    (512, 1, 1)
    """

    def output_shape(self, x: Shape) -> Shape:
        return (x[0], *(1 for _ in _spatial(self, x)))

    def window(self, x: Shape) -> None:
        return None


@dataclass(frozen=True)
class BatchNorm(Layer):
    """Batch normalisation (Ioffe & Szegedy 2015): a scale and a shift per channel.

    The running statistics are not parameters.

    >>> BatchNorm().parameters((64, 56, 56))
    {'weight': (64,), 'bias': (64,)}
    """

    eps: float = fields.number("added to the variance", 1e-5)
    momentum: float = fields.number("share of the new batch in the running statistics", 0.1, high=1.0)

    def parameters(self, x: Shape) -> dict[str, Shape]:
        return {"weight": x[:1], "bias": x[:1]}


@dataclass(frozen=True)
class LocalResponseNorm(Layer):
    """Local response normalisation over neighbouring channels (Krizhevsky et al. 2012, section 3.3).

    ``x / (k + alpha/size · Σ x²)^beta``, as in torch and Caffe; the paper does not divide by the size, so that its
    α = 10⁻⁴ over 5 maps is 5·10⁻⁴ here.
    """

    size: int = fields.integer("neighbouring channels", 5)
    alpha: float = fields.number("weight of the neighbours", 1e-4)
    beta: float = fields.number("exponent", 0.75)
    k: float = fields.number("constant", 1.0)

    def output_shape(self, x: Shape) -> Shape:
        _spatial(self, x)
        return x


@dataclass(frozen=True)
class ReLU(Layer):
    """max(0, x)."""


@dataclass(frozen=True)
class ReLU6(Layer):
    """min(6, max(0, x))."""


@dataclass(frozen=True)
class Sigmoid(Layer):
    """1 / (1 + e⁻ˣ)."""


@dataclass(frozen=True)
class Tanh(Layer):
    """Hyperbolic tangent."""


@dataclass(frozen=True)
class SiLU(Layer):
    """x · sigmoid(x), also called swish."""


@dataclass(frozen=True)
class Softmax(Layer):
    """Exponentials over channels, divided by their sum."""


@dataclass(frozen=True)
class Identity(Layer):
    """What comes in goes out."""


@dataclass(frozen=True)
class Dropout(Layer):
    """Zero a share of the values in training (Srivastava et al. 2014); the identity at inference."""

    p: float = fields.number("share of values set to zero in training", 0.5, high=1.0)


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

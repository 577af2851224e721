"""Element-wise layers: non-linearities, and what leaves a value alone at inference."""

from __future__ import annotations

from dataclasses import dataclass

from explorer import fields
from explorer.layers.base import Layer


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
class GELU(Layer):
    """x · Φ(x), with the distribution function Φ of the normal distribution (Hendrycks & Gimpel 2016)."""


@dataclass(frozen=True)
class Hardsigmoid(Layer):
    """min(6, max(0, x + 3)) / 6."""


@dataclass(frozen=True)
class Hardswish(Layer):
    """x · hardsigmoid(x) (Howard et al. 2019)."""


@dataclass(frozen=True)
class LeakyReLU(Layer):
    """x where it is positive, else a small share of it."""

    negative_slope: float = fields.number("slope of the negative half", 0.01)


@dataclass(frozen=True)
class ELU(Layer):
    """x where it is positive, else alpha·(eˣ − 1) (Clevert et al. 2015)."""

    alpha: float = fields.number("what the negative half runs to, with a minus", 1.0)


@dataclass(frozen=True)
class Scale(Layer):
    """factor · x, with a factor that is not trained (residual scaling, Szegedy et al. 2016, section 3.3)."""

    factor: float = fields.number("what every value is multiplied by", 1.0, low=-1e9)


@dataclass(frozen=True)
class Complement(Layer):
    """1 − x: the carry gate that belongs to a transform gate (Srivastava et al. 2015)."""


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

"""Normalisation over the batch and over neighbouring channels."""

from __future__ import annotations

from dataclasses import dataclass

from explorer import fields
from explorer.layers.base import Layer, spatial_axes
from explorer.shapes import Shape


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
        spatial_axes(self, x)
        return x

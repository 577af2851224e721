"""Neurons that compute in time. Time is the first spatial axis of a map: C×T, C×T×H×W."""

from __future__ import annotations

from dataclasses import dataclass

from explorer import fields
from explorer.layers.base import Layer, spatial_axes
from explorer.shapes import Shape, Window


@dataclass(frozen=True)
class LIF(Layer):
    """Leaky integrate-and-fire neurons, one per value; what comes out are spikes, 0 or 1.

    The membrane potential is ``u[t] = decay·u[t−1] + x[t]``; where it passes the threshold the neuron fires,
    and the threshold is taken off (Gerstner & Kistler 2002, chapter 4; reset by subtraction).

    >>> LIF().output_shape((12, 8, 24, 24))
    (12, 8, 24, 24)
    >>> LIF().window((12, 8, 24, 24)).kernel
    (8, 1, 1)
    """

    decay: float = fields.number("share of the potential that is left after a time step", 0.9, high=1.0)
    threshold: float = fields.number("potential at which a neuron fires", 1.0)

    def output_shape(self, x: Shape) -> Shape:
        spatial_axes(self, x)
        return x

    def window(self, x: Shape) -> Window:
        """Look back over all time steps up to the present one."""
        still = (1,) * (len(x) - 2)
        return Window.of(len(x) - 1, kernel=(x[1], *still), padding=(x[1] - 1, *(0 for _ in still)))

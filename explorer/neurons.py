"""Spiking neurons in torch: stepped through time, with a surrogate for the gradient that a spike does not have."""

from __future__ import annotations

from typing import Any

import torch
from torch import Tensor, nn

SLOPE = 25.0


class _Spike(torch.autograd.Function):
    """1 where the potential passes the threshold; backwards, the derivative of a fast sigmoid.

    ``1 / (1 + slope·|u|)²`` (Zenke & Ganguli 2018, "SuperSpike").
    """

    @staticmethod
    def forward(ctx: Any, above: Tensor) -> Tensor:
        ctx.save_for_backward(above)
        return (above > 0).to(above.dtype)

    @staticmethod
    def backward(ctx: Any, *gradients: Tensor) -> Tensor:
        above: Tensor = ctx.saved_tensors[0]
        return gradients[0] / (1 + SLOPE * above.abs()) ** 2


def _fire(above: Tensor) -> Tensor:
    spikes: Tensor = _Spike.apply(above)  # type: ignore[no-untyped-call]
    return spikes


class LeakyIntegrateAndFire(nn.Module):
    """Leaky integrate-and-fire neurons over ``(N, C, T, …)``; nothing is kept between two calls.

    >>> fire = LeakyIntegrateAndFire(decay=0.5, threshold=1.0)
    >>> fire(torch.tensor([[[0.8, 0.8, 0.8, 0.0]]]))
    tensor([[[0., 1., 0., 0.]]])
    """

    def __init__(self, decay: float, threshold: float) -> None:
        super().__init__()
        self.decay, self.threshold = decay, threshold

    def forward(self, x: Tensor) -> Tensor:
        potential, spikes = torch.zeros_like(x[:, :, 0]), []
        for current in x.unbind(2):
            potential = self.decay * potential + current
            spikes.append(_fire(potential - self.threshold))
            potential = potential - self.threshold * spikes[-1]
        return torch.stack(spikes, 2)

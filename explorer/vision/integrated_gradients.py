"""Integrated gradients (Sundararajan, Taly & Yan 2017)."""

from __future__ import annotations

from collections.abc import Callable

import torch
from torch import Tensor

from explorer.errors import ExplorerError
from explorer.graph import INPUT
from explorer.network import Network
from explorer.vision.attribution import Attribution, attribution
from explorer.vision.gradients import check_picture, over_channels, pixel_gradients
from explorer.vision.occlusion import Tick
from explorer.vision.scarcity import tried

MOST_STEPS = 4096


def integrated_gradients(
    network: Network,
    image: Tensor,
    target: int,
    *,
    baseline: Tensor | float = 0.0,
    steps: int = 32,
    batch: int = 8,
    tick: Tick = lambda done: None,
) -> Attribution:
    """Split the difference of two scores, the picture's and a baseline's, exactly among the pixels.

    ``IG_i = (x_i − x'_i) · ∫₀¹ ∂S_c(x' + α(x − x'))/∂x_i dα`` (equation 1 of "Axiomatic Attribution for
    Deep Networks", arXiv:1703.01365), summed over the channels. Completeness: the map sums to
    ``S_c(x) − S_c(x')``. The integral is a mean over the middles of equal steps, so that this holds up to
    an error that falls as the steps grow (20 to 300 in the paper).

    Args:
        network: any that takes pictures and gives one score a class, in ``eval()``.
        image: what is fed, ``(1, C, H, W)``.
        target: index of a class.
        baseline: the picture that shows nothing, in the values that are fed; 0 is the mean colour.
        steps: how many pictures on the straight way from the baseline stand for all.
        batch: pictures that go through the network together.
        tick: called after every batch.

    Returns:
        A signed map of one cell per pixel; ``raw`` holds the parts of the channels, ``(C, H, W)``.

    Raises:
        ExplorerError: the network takes no pictures, or the number of steps or the baseline is no such thing.
    """
    scores = check_picture(network, image, target)
    if not 1 <= steps <= MOST_STEPS:
        raise ExplorerError(f"integrated-gradients: steps is {steps}; allowed: 1 to {MOST_STEPS}")
    start = _baseline(baseline, image)
    way = image - start
    shares = (torch.arange(steps, dtype=image.dtype, device=image.device) + 0.5) / steps

    def slopes(some: Tensor) -> Tensor:
        return pixel_gradients(network, start + some.reshape(-1, 1, 1, 1) * way, target, scores)[1]

    with torch.no_grad():
        score = network.run({INPUT: image}, (scores,))[scores][0, target]
        parts = (way * _mean(slopes, shares, batch, tick))[0]
    map, noise = over_channels(parts)
    return attribution("integrated-gradients", INPUT, target, score, map, parts, noise)


def _mean(slopes: Callable[[Tensor], Tensor], shares: Tensor, batch: int, tick: Tick) -> Tensor:
    """Give the mean of the slopes at all shares of the way; in smaller batches, where the memory does not suffice."""
    total, done = torch.zeros(()), 0
    while done < len(shares):
        some = shares[done : done + batch]
        found = tried(lambda: slopes(some))  # noqa: B023
        if found is not None:
            total, done = total.to(found) + found.sum(0), done + len(some)
            tick(done / len(shares))
        elif len(some) > 1:
            batch = len(some) // 2
        else:
            raise ExplorerError(f"integrated-gradients: {shares.device} has no memory left for one picture")
    return total / len(shares)


def _baseline(baseline: Tensor | float, image: Tensor) -> Tensor:
    start = torch.as_tensor(baseline, dtype=image.dtype, device=image.device)
    if start.ndim and start.shape != image.shape:
        raise ExplorerError(
            f"integrated-gradients: the baseline has shape {tuple(start.shape)}; "
            f"allowed: one number, or a picture of shape {tuple(image.shape)}"
        )
    return start.expand_as(image)

"""Does a map name the pixels that matter? Deletion and insertion (Petsiuk, Das & Saenko 2018)."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor
from torch.nn import functional

from explorer.errors import ExplorerError
from explorer.graph import INPUT
from explorer.network import Network
from explorer.vision.attribution import Map
from explorer.vision.gradients import check_picture
from explorer.vision.occlusion import Tick
from explorer.vision.overlay import upsample

SIGMA = 5.0
MOST_STEPS = 1024


@dataclass(frozen=True, slots=True)
class Curve:
    """The target's probability after each step of a way from one picture to another."""

    probabilities: tuple[float, ...]

    @property
    def area(self) -> float:
        """Give the area under the curve over the share of pixels that were changed, 0 to 1, by trapezoids.

        >>> Curve((1.0, 0.5, 0.0)).area
        0.5
        """
        p = self.probabilities
        return (sum(p) - (p[0] + p[-1]) / 2) / (len(p) - 1)


def deletion(
    network: Network,
    image: Tensor,
    target: int,
    map: Map,
    *,
    fill: float = 0.0,
    steps: int = 32,
    batch: int = 16,
    tick: Tick = lambda done: None,
) -> Curve:
    """Take the pixels away, those with most evidence first; the sooner the probability falls, the better the map.

    Section 4.1 of "RISE: Randomized Input Sampling for Explanation of Black-box Models",
    arXiv:1806.07421. A small area under the curve is good. It judges the map by pictures that no camera
    takes, which the network may mistake for anything: a hint, not a proof.

    Args:
        network: any that takes pictures and gives one score a class, in ``eval()``.
        image: what is fed, ``(1, C, H, W)``.
        target: index of a class.
        map: of any size; it is enlarged to the picture. Of equal pixels the upper left goes first.
        fill: what stands in the place of a pixel, in the values that are fed; 0 is the mean colour.
        steps: how many equal shares of the pixels go one after the other.
        batch: pictures that go through the network together.
        tick: called after every batch.

    Raises:
        ExplorerError: the network takes no pictures, or there are no such steps.
    """
    return _curve(network, target, map, image, torch.full_like(image, fill), steps, batch, tick)


def insertion(
    network: Network,
    image: Tensor,
    target: int,
    map: Map,
    *,
    steps: int = 32,
    batch: int = 16,
    tick: Tick = lambda done: None,
) -> Curve:
    """Bring the pixels back into a blurred picture, those with most evidence first; a large area is good.

    As ``deletion``, the other way round. The start is blurred rather than plain, as the edges of what is
    brought into a plain picture would be evidence themselves (section 4.1 of RISE).
    """
    return _curve(network, target, map, blurred(image), image, steps, batch, tick)


def _curve(
    network: Network, target: int, map: Map, start: Tensor, end: Tensor, steps: int, batch: int, tick: Tick
) -> Curve:
    """Go from one picture to the other in equal steps, in the order of the map."""
    scores = check_picture(network, start, target)
    if not 1 <= steps <= MOST_STEPS:
        raise ExplorerError(f"faithfulness: steps is {steps}; allowed: 1 to {MOST_STEPS}")
    rank = torch.from_numpy(ranks(map, *start.shape[-2:])).to(start.device)
    found: list[float] = []
    with torch.no_grad():
        for first in range(0, steps + 1, batch):
            taken = torch.arange(first, min(first + batch, steps + 1), device=start.device) * rank.numel() // steps
            pictures = torch.where(rank < taken.reshape(-1, 1, 1, 1), end, start)
            found += network.run({INPUT: pictures}, (scores,))[scores].softmax(1)[:, target].tolist()
            tick(len(found) / (steps + 1))
    return Curve(tuple(found))


def ranks(map: Map, height: int, width: int) -> np.ndarray[tuple[int, int], np.dtype[np.int64]]:
    """Give each pixel its place in the order of the evidence, 0 for the most; of equal ones the upper left first.

    >>> ranks(np.array([[0.1, 0.7]], dtype=np.float32), 1, 2)
    array([[1, 0]])
    """
    order = np.argsort(-upsample(map, width, height), axis=None, kind="stable")
    places = np.empty(height * width, dtype=np.int64)
    places[order] = np.arange(height * width)
    return places.reshape(height, width)


def blurred(image: Tensor, sigma: float = SIGMA) -> Tensor:
    """Blur a picture by a Gaussian of so many pixels, its border repeated beyond it.

    >>> blurred(torch.ones(1, 1, 4, 4)).allclose(torch.ones(1, 1, 4, 4))
    True
    """
    reach = round(3 * sigma)
    at = torch.arange(-reach, reach + 1, dtype=image.dtype, device=image.device)
    bell = (-(at**2) / (2 * sigma**2)).exp()
    row = (bell / bell.sum()).reshape(1, 1, 1, -1)
    channels = image.transpose(0, 1)  # one picture per channel
    for weight, sides in ((row, (reach, reach, 0, 0)), (row.transpose(2, 3), (0, 0, reach, reach))):
        channels = functional.conv2d(functional.pad(channels, sides, "replicate"), weight)
    return channels.transpose(0, 1)

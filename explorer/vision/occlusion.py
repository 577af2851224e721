"""Occlusion sensitivity (Zeiler & Fergus 2014)."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import chain

import torch
from torch import Tensor

from explorer.errors import ExplorerError
from explorer.graph import INPUT
from explorer.network import Network
from explorer.vision import incremental
from explorer.vision.attribution import ROUNDING, Attribution, attribution, check_request
from explorer.vision.incremental import Place

Tick = Callable[[float], None]
"""Told the share that is done, 0 to 1; it stops the work by raising."""

MOST_POSITIONS = 65_536

WORTH = 0.8
"""Share of the mult-adds above which whole pictures go through the network: bookkeeping costs time too."""


def occlusion(
    network: Network,
    image: Tensor,
    target: int,
    *,
    patch: int | None = None,
    stride: int | None = None,
    fill: float | tuple[float, ...] = 0.0,
    batch: int = 32,
    tick: Tick = lambda done: None,
) -> Attribution:
    """Hide one patch of the picture after another; where the target's probability falls, there was evidence.

    Section 4.2 of "Visualizing and Understanding Convolutional Networks", arXiv:1311.2901. For a patch
    at p: ``drop(p) = P(c | picture) − P(c | picture with p hidden)``. A pixel gets the mean drop of the
    patches that cover it. Nothing of the network but its output is used.

    Args:
        network: any that gives one score a class, in ``eval()``.
        image: what is fed, ``(1, C, H, W)``.
        target: index of a class.
        patch: side of the square, in pixels of the picture that is fed; a quarter of it by default.
        stride: step between two squares; half a patch by default. The last square of a row ends at the border.
        fill: what hides, in the values that are fed, one number or one per channel; 0 is the mean colour.
        batch: pictures that go through the network together.
        tick: called after every batch.

    Returns:
        A signed map of one cell per pixel; ``raw`` holds the drop of every patch.

    Raises:
        ExplorerError: a patch or stride that the picture cannot take.
    """
    scores = check_request(network, image, target)
    height, width = image.shape[-2:]
    patch = max(1, min(height, width) // 4) if patch is None else patch
    stride = max(1, patch // 2) if stride is None else stride
    _check(patch, stride, height, width)
    places = [(top, left) for top in starts(height, patch, stride) for left in starts(width, patch, stride)]
    colour = _colour(fill, image)
    drops = []
    with torch.no_grad():
        score = network.run({INPUT: image}, (scores,))[scores]
        for after in scores_hidden(network, image, places, patch, colour, batch, scores):
            drops.append(score.softmax(1)[0, target] - after.softmax(1)[:, target])
            tick(sum(map(len, drops)) / len(places))
    drop = torch.cat(drops)
    raw = drop.reshape(len(starts(height, patch, stride)), -1)
    shown = spread(drop, places, patch, height, width)
    return attribution("occlusion", INPUT, target, score[0, target], shown, raw, ROUNDING)


def starts(length: int, patch: int, stride: int) -> list[int]:
    """Give the first pixels of the patches along one axis; the last patch ends at the border.

    >>> starts(10, 4, 2), starts(10, 4, 4)
    ([0, 2, 4, 6], [0, 4, 6])
    """
    return sorted({*range(0, length - patch + 1, stride), length - patch})


def scores_hidden(
    network: Network, image: Tensor, places: list[Place], patch: int, colour: Tensor, batch: int, scores: str
) -> Iterator[Tensor]:
    """Give the scores of the picture with each patch hidden in turn, ``batch`` at a time.

    What a patch cannot reach is not computed again (see ``incremental``), unless that saves too little.
    """
    chunks = [tuple(places[first : first + batch]) for first in range(0, len(places), batch)]
    plans = (incremental.plan(network.graph, chunk, patch, scores) for chunk in chunks)
    first = next(plans)
    if first.share > WORTH:
        for pictures in hidden(image, places, patch, colour, batch):
            yield network.run({INPUT: pictures}, (scores,))[scores]
        return
    base: dict[str, Tensor] = {}
    for plan in chain((first,), plans):
        base |= incremental.base_rows(network, image, plan.wanted - base.keys())
        yield incremental.run(network, plan, base, colour, patch, scores)


def hidden(image: Tensor, places: list[tuple[int, int]], patch: int, colour: Tensor, batch: int) -> Iterator[Tensor]:
    """Give the picture with each patch hidden in turn, so many at a time."""
    for first in range(0, len(places), batch):
        chosen = places[first : first + batch]
        pictures = image.repeat(len(chosen), 1, 1, 1)
        for picture, (top, left) in zip(pictures, chosen, strict=True):
            picture[:, top : top + patch, left : left + patch] = colour
        yield pictures


def spread(drop: Tensor, places: list[tuple[int, int]], patch: int, height: int, width: int) -> Tensor:
    """Give each pixel the mean drop of the patches that cover it."""
    total, count = torch.zeros(height, width), torch.zeros(height, width)
    for value, (top, left) in zip(drop.float().cpu(), places, strict=True):
        total[top : top + patch, left : left + patch] += value
        count[top : top + patch, left : left + patch] += 1
    return total / count


def _colour(fill: float | tuple[float, ...], image: Tensor) -> Tensor:
    """Give the fill as one pixel."""
    colour = torch.as_tensor(fill, dtype=image.dtype, device=image.device).reshape(-1, 1, 1)
    if len(colour) not in (1, image.shape[1]):
        raise ExplorerError(
            f"occlusion: fill is {fill}; allowed: one number, or one for each of {image.shape[1]} channels"
        )
    return colour


def _check(patch: int, stride: int, height: int, width: int) -> None:
    if not 1 <= patch <= min(height, width):
        raise ExplorerError(f"occlusion: patch is {patch}; allowed: 1 to {min(height, width)} pixels")
    if not 1 <= stride <= patch:
        raise ExplorerError(
            f"occlusion: stride is {stride}; allowed: 1 to the patch, {patch}, so that no pixel is left out"
        )
    if len(starts(height, patch, stride)) * len(starts(width, patch, stride)) > MOST_POSITIONS:
        raise ExplorerError(f"occlusion: patch {patch}, stride {stride}: allowed are up to {MOST_POSITIONS:,} patches")

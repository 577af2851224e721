"""Occlusion sensitivity (Zeiler & Fergus 2014)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Literal

import numpy as np
import torch
from torch import Tensor

from explorer.errors import ExplorerError
from explorer.graph import INPUT
from explorer.network import Network
from explorer.vision.attribution import ROUNDING, Attribution, Map, attribution
from explorer.vision.gradients import check_picture
from explorer.vision.hidden import Hider
from explorer.vision.incremental import Place
from explorer.vision.incremental import Tick as Tick

MOST_POSITIONS = 65_536

FIRST_LOOK = 25
"""Most patches of the first, coarse map."""


def occlusion(
    network: Network,
    image: Tensor,
    target: int,
    *,
    patch: int | None = None,
    stride: int | None = None,
    fill: float | tuple[float, ...] = 0.0,
    evidence: Literal["probability", "logit"] = "probability",
    half: bool = False,
    tick: Tick = lambda done: None,
) -> Attribution:
    """Hide one patch of the picture after another; where the target's probability falls, there was evidence.

    Section 4.2 of "Visualizing and Understanding Convolutional Networks", arXiv:1311.2901. For a patch
    at p: ``drop(p) = P(c | picture) − P(c | picture with p hidden)``. A pixel gets the mean drop of the
    patches that cover it. Nothing of the network but its output is used, and what a patch cannot reach is
    not computed again (``incremental``). The last patch of a row ends at the border, whole; Captum's
    begins a full stride after the one before it and is cut off there.

    Args:
        network: any that gives one score a class, in ``eval()``.
        image: what is fed, ``(1, C, H, W)``.
        target: index of a class.
        patch: side of the square, in pixels of the picture that is fed; a quarter of it by default.
        stride: step between two squares; half a patch by default. The last square of a row ends at the border.
        fill: what hides, in the values that are fed, one number or one per channel; 0 is the mean colour.
        evidence: what is to fall, the probability, or the score before the softmax ("logit"), in which other
            classes have no say.
        half: half precision; on CUDA only.
        tick: called after every layer of every chunk.

    Returns:
        A signed map of one cell per pixel (see ``supporting`` and ``opposing``); ``raw`` holds the drop of every patch.

    Raises:
        ExplorerError: a patch or stride that the picture cannot take.
    """
    *_, found = refined(
        network, image, target, patch=patch, stride=stride, fill=fill, evidence=evidence, half=half, tick=tick
    )
    return found


def refined(
    network: Network,
    image: Tensor,
    target: int,
    *,
    patch: int | None = None,
    stride: int | None = None,
    fill: float | tuple[float, ...] = 0.0,
    evidence: Literal["probability", "logit"] = "probability",
    half: bool = False,
    tick: Tick = lambda done: None,
) -> Iterator[Attribution]:
    """Give maps from coarse to fine, each of all patches so far; the last one is that of ``occlusion``.

    The first map takes at most 25 patches, spread evenly; each further one halves the step between
    them, until it is the stride. No patch is computed twice. While there are gaps between the patches,
    the drop of each stands for the pixels around it too. For a page: ``backend.follow``.

    Args: as those of ``occlusion``.
    """
    scores = check_picture(network, image, target)
    height, width = image.shape[-2:]
    patch = max(1, min(height, width) // 4) if patch is None else patch
    stride = max(1, patch // 2) if stride is None else stride
    _check(patch, stride, height, width)
    if half and image.device.type != "cuda":
        raise ExplorerError(f"occlusion: half precision on {image.device}; allowed: on CUDA")
    tops, lefts = starts(height, patch, stride), starts(width, patch, stride)
    hide, drops = Hider(network, image, patch, _colour(fill, image), scores, half), dict[Place, Tensor]()
    with torch.no_grad():
        score = network.run({INPUT: image}, (scores,))[scores]
    before = _of_target(score, target, evidence)
    for step in steps(len(tops), len(lefts)):
        down, across = every(tops, step), every(lefts, step)
        places = [(top, left) for top in down for left in across]
        new, known, whole = [p for p in places if p not in drops], len(drops), len(tops) * len(lefts)
        after = hide(new, lambda share: tick((known + share * len(new)) / whole))  # noqa: B023
        drops |= dict(zip(new, before - _of_target(after, target, evidence), strict=True))
        drop = torch.stack([drops[place] for place in places])
        shown = spread(drop, places, patch, height, width, max(patch, step * stride))
        raw, noise = drop.reshape(len(down), len(across)), ROUNDING * max(1.0, float(before.abs()))
        yield attribution("occlusion", INPUT, target, score[0, target], shown, raw, noise)


def supporting(found: Attribution) -> Map:
    """Give the positive evidence: where hiding makes the class less likely."""
    return np.clip(found.map, 0, None)


def opposing(found: Attribution) -> Map:
    """Give the negative evidence: where hiding makes the class more likely, as something else was seen there."""
    return np.clip(-found.map, 0, None)


def steps(rows: int, columns: int) -> list[int]:
    """Give the steps through a grid of patches, from coarse to fine: powers of two, the last one 1.

    >>> steps(13, 13), steps(29, 29), steps(3, 3)
    ([4, 2, 1], [8, 4, 2, 1], [1])
    """
    found = [1]
    while len(every(range(rows), found[0])) * len(every(range(columns), found[0])) > FIRST_LOOK:
        found.insert(0, 2 * found[0])
    return found


def every(numbers: Sequence[int], step: int) -> list[int]:
    """Give every so manieth of the numbers, and the last.

    >>> every([0, 2, 4, 6, 7], 2), every([0, 2, 4, 6, 7], 3)
    ([0, 4, 7], [0, 6, 7])
    """
    return sorted({*numbers[::step], numbers[-1]})


def starts(length: int, patch: int, stride: int) -> list[int]:
    """Give the first pixels of the patches along one axis; the last patch ends at the border.

    >>> starts(10, 4, 2), starts(10, 4, 4)
    ([0, 2, 4, 6], [0, 4, 6])
    """
    return sorted({*range(0, length - patch + 1, stride), length - patch})


def spread(drop: Tensor, places: list[Place], patch: int, height: int, width: int, reach: int = 0) -> Tensor:
    """Give each pixel the mean drop of the patches that cover it; a larger reach makes squares of that side of them."""
    total, count = torch.zeros(height, width), torch.zeros(height, width)
    side = max(patch, reach)
    for value, (top, left) in zip(drop.float().cpu(), places, strict=True):
        first, second = top - (side - patch) // 2, left - (side - patch) // 2
        square = (slice(max(0, first), first + side), slice(max(0, second), second + side))
        total[square] += value
        count[square] += 1
    return total / count


def _of_target(scores: Tensor, target: int, evidence: str) -> Tensor:
    return (scores.float().softmax(1) if evidence == "probability" else scores.float())[:, target]


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

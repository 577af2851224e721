"""The classes that a network finds most likely."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import torch
from torch import Tensor

from explorer.graph import INPUT
from explorer.network import Network
from explorer.vision.attribution import check_request


@dataclass(frozen=True, slots=True)
class Guess:
    """One class, with its score before the softmax and its probability after it."""

    index: int
    name: str
    score: float
    probability: float


def predict(network: Network, image: Tensor, classes: Sequence[str], k: int = 5) -> tuple[Guess, ...]:
    """Give the k most likely classes, the likeliest first (all of them, if there are fewer).

    Args:
        network: one that gives one score a class, in ``eval()``.
        image: what is fed, ``(1, C, H, W)``.
        classes: their names, in the order of the scores.
        k: how many to give.
    """
    node = check_request(network, image, 0)
    with torch.no_grad():
        scores = network.run({INPUT: image}, (node,))[node][0].float().cpu()
    probabilities = scores.softmax(0)
    best = probabilities.argsort(descending=True, stable=True)[:k].tolist()
    return tuple(Guess(i, classes[i], float(scores[i]), float(probabilities[i])) for i in best)

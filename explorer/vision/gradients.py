"""Gradients of a class score with respect to the picture: what the methods that answer per pixel share."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import torch
from torch import Tensor

from explorer.errors import ExplorerError
from explorer.graph import INPUT
from explorer.network import AS_IT_IS, Network
from explorer.shapes import times
from explorer.vision.attribution import ROUNDING, check_request


def check_picture(network: Network, image: Tensor, target: int) -> str:
    """Refuse what has no gradient per pixel; give the name of the node that holds the class scores.

    Raises:
        ExplorerError: the network takes something else than pictures, or ``check_request`` refuses.
    """
    graph = network.graph
    if len(graph.input_shape) != 3:
        raise ExplorerError(
            f"{graph.name} takes {times(graph.input_shape)}; allowed for a map of pixels: networks that take C×H×W"
        )
    return check_request(network, image, target)


def pixel_gradients(
    network: Network,
    pictures: Tensor,
    target: int,
    scores: str,
    instead: Mapping[str, Callable[..., Tensor]] = AS_IT_IS,
) -> tuple[Tensor, Tensor]:
    """Give the target's score of each picture, ``(N,)``, and its gradient there, ``(N, C, H, W)``.

    ``instead`` is that of ``Network.run``: other functions in the place of some nodes, for this run only.
    """
    with torch.enable_grad():
        pictures = pictures.detach().requires_grad_()
        score = network.run({INPUT: pictures}, (scores,), instead)[scores][:, target]
        (gradient,) = torch.autograd.grad(score.sum(), pictures)
    return score.detach(), gradient


def over_channels(parts: Tensor) -> tuple[Tensor, float]:
    """Sum parts ``(C, H, W)`` of the score over the channels; give the sum, and how large rounding alone can be."""
    return parts.sum(0), ROUNDING * float(parts.abs().sum(0).max())

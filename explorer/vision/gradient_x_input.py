"""Gradient × input (Shrikumar, Greenside, Shcherbina & Kundaje 2016)."""

from __future__ import annotations

from torch import Tensor

from explorer.graph import INPUT
from explorer.network import Network
from explorer.vision.attribution import Attribution, attribution
from explorer.vision.gradients import check_picture, over_channels, pixel_gradients


def gradient_x_input(network: Network, image: Tensor, target: int) -> Attribution:
    """Multiply each pixel by the slope of the target's score there.

    ``x_i · ∂S_c/∂x_i`` ("Not Just a Black Box: Learning Important Features Through Propagating
    Activation Differences", arXiv:1605.01713), summed over the channels. In a network of ReLUs without
    biases these parts sum to the score; with biases they leave out what the biases add.

    Args:
        network: any that takes pictures and gives one score a class, in ``eval()``.
        image: what is fed, ``(1, C, H, W)``; a pixel of the mean colour is 0 and gets nothing.
        target: index of a class.

    Returns:
        A signed map of one cell per pixel; ``raw`` holds the parts of the channels, ``(C, H, W)``.

    Raises:
        ExplorerError: the network takes no pictures.
    """
    scores = check_picture(network, image, target)
    score, gradient = pixel_gradients(network, image, target, scores)
    parts = image[0] * gradient[0]
    map, noise = over_channels(parts)
    return attribution("gradient-x-input", INPUT, target, score[0], map, parts, noise)

"""Gradient-weighted class activation maps (Selvaraju et al. 2017)."""

from __future__ import annotations

import torch
from torch import Tensor

from explorer.graph import INPUT
from explorer.network import Network
from explorer.vision.attribution import Attribution, attribution, check_layer, check_request, weighted_sum


def grad_cam(network: Network, image: Tensor, target: int, layer: str | None = None) -> Attribution:
    """Weigh the maps of a layer with the mean gradient of the target's score, and keep what is positive.

    ``α_k = (1/Z) Σ_ij ∂y_c/∂A_ij^k`` and ``L = ReLU(Σ_k α_k A^k)`` (equations 1 and 2 of "Grad-CAM:
    Visual Explanations from Deep Networks via Gradient-based Localization", arXiv:1610.02391), with
    ``y_c`` the score before the softmax. At the last maps of a network with global average pooling and
    one linear layer this is the positive part of CAM, divided by the number of cells.

    The maps are computed once; only what follows them is run again to take the gradient. Nothing is
    hooked and no parameter gathers a gradient, so threads may share the network.

    Args:
        network: any that gives one score a class, in ``eval()``.
        image: what is fed, ``(1, C, H, W)``.
        target: index of a class.
        layer: name of a layer with maps; by default the last.

    Returns:
        A map without negative values; ``raw`` is the weighted sum before the ReLU.

    Raises:
        ExplorerError: the layer has no maps, or does not lead to the class scores.
    """
    scores = check_request(network, image, target)
    layer = check_layer(network.graph, layer)
    with torch.no_grad():
        maps = network.run({INPUT: image}, (layer,))[layer]
    score, gradient = score_and_gradient(network, image, layer, maps, scores, target)
    raw, noise = weighted_sum(gradient[0].mean((1, 2)), maps[0])
    return attribution("grad-cam", layer, target, score, raw.relu(), raw, noise)


def score_and_gradient(
    network: Network, image: Tensor, layer: str, maps: Tensor, scores: str, target: int
) -> tuple[Tensor, Tensor]:
    """Give the target's score and its gradient with respect to a layer's maps, the rest of the network as it is."""
    with torch.enable_grad():
        maps = maps.detach().requires_grad_()
        score = network.run({INPUT: image, layer: maps}, (scores,))[scores][0, target]
        (gradient,) = torch.autograd.grad(score, maps)
    return score.detach(), gradient

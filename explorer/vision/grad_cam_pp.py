"""Grad-CAM++ (Chattopadhay, Sarkar, Howlader & Balasubramanian 2018)."""

from __future__ import annotations

import torch
from torch import Tensor

from explorer.graph import INPUT
from explorer.network import Network
from explorer.vision.attribution import Attribution, attribution, check_layer, check_request, weighted_sum
from explorer.vision.grad_cam import score_and_gradient


def grad_cam_pp(network: Network, image: Tensor, target: int, layer: str | None = None) -> Attribution:
    """Weigh the maps of a layer by their positive gradients, each cell's with a coefficient of its own.

    With ``Y = exp(S)`` of the score S: ``w_k = Σ_ij α_ij^k · ReLU(∂Y/∂A_ij^k)``, where ``α_ij^k =
    ∂²Y/∂A² / (2·∂²Y/∂A² + Σ_ab A_ab^k · ∂³Y/∂A³)``, and ``L = ReLU(Σ_k w_k A^k)`` (equations 5, 10 and
    13 of "Grad-CAM++: Improved Visual Explanations for Deep Convolutional Networks", arXiv:1710.11063).
    As S is piecewise linear, the n-th derivative of Y is ``exp(S)·gⁿ`` with ``g = ∂S/∂A`` (its equations
    16 to 19), so that ``α = 1 / (2 + g·Σ_ab A_ab)``. The factor ``exp(S)``, common to all weights, is
    left out, as it changes no share of the map. Only maps after a ReLU keep the denominator from zero.

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
    raw, noise = weighted_sum(weights(gradient[0], maps[0]), maps[0])
    return attribution("grad-cam-pp", layer, target, score, raw.relu(), raw, noise)


def weights(gradient: Tensor, maps: Tensor) -> Tensor:
    """Give one weight per map from the gradient of the score and the maps, both ``(K, h, w)``.

    >>> weights(torch.tensor([[[1.0, -1.0]]]), torch.tensor([[[3.0, 5.0]]]))  # 1 / (2 + 1·8)
    tensor([0.1000])
    """
    positive = gradient.relu()
    return (positive / (2 + positive * maps.sum((1, 2), keepdim=True))).sum((1, 2))

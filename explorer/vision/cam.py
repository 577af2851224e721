"""Class activation maps (Zhou, Khosla, Lapedriza, Oliva & Torralba 2016)."""

from __future__ import annotations

import torch
from torch import Tensor, nn

from explorer.errors import ExplorerError
from explorer.graph import INPUT
from explorer.network import Network
from explorer.vision.attribution import Attribution, attribution, check_request, weighted_sum
from explorer.vision.maps import gap_head


def cam(network: Network, image: Tensor, target: int, layer: str | None = None) -> Attribution:
    """Weigh the last maps with the target's weights of the linear layer that follows their averages.

    ``M_c(x, y) = Σ_k w_k^c f_k(x, y)`` (equation 2 of "Learning Deep Features for Discriminative
    Localization", arXiv:1512.04150): the score of class c is the mean of this map plus the bias, so
    each cell says how much its place adds to the score. Where the averages are the scores (Network in
    Network), the map of class c is the last map number c.

    Args:
        network: one that ends in global average pooling and at most one linear layer, in ``eval()``.
        image: what is fed, ``(1, C, H, W)``.
        target: index of a class.
        layer: the map that is pooled; the method knows no other.

    Returns:
        A signed map of the size of that layer's maps.

    Raises:
        ExplorerError: the network ends otherwise, or another layer is asked for.
    """
    scores = check_request(network, image, target)
    where, linear = gap_head(network.graph)
    if layer not in (None, where):
        raise ExplorerError(f"CAM at {layer}: allowed is {where} only, the map that is pooled; grad-cam takes others")
    with torch.no_grad():
        values = network.run({INPUT: image}, (where, scores))
        if linear is None:
            map, noise = values[where][0, target], 0.0
        else:
            head = network.get_submodule(linear)
            assert isinstance(head, nn.Linear)
            map, noise = weighted_sum(head.weight[target], values[where][0])
    return attribution("cam", where, target, values[scores][0, target], map, map, noise)

"""The effective receptive field (Luo, Li, Urtasun & Zemel 2016): what a cell really looks at, of all it could."""

from __future__ import annotations

import numpy as np
import torch
from torch import Tensor

from explorer.errors import ExplorerError
from explorer.graph import INPUT
from explorer.network import Network
from explorer.shapes import times
from explorer.vision.attribution import Map, check_layer, check_request


def effective_field(network: Network, image: Tensor, layer: str, row: int, column: int) -> Map:
    """Say how strongly each pixel of a picture moves one cell of a layer's maps.

    ``|∂ Σ_k A_ij^k / ∂x|``, summed over the colours: a signal of 1 at the cell, in every map, sent back to the
    picture (section 2 of "Understanding the Effective Receptive Field in Deep Convolutional Neural Networks",
    arXiv:1701.04128; there for random weights, here for these weights and this picture). Outside the theoretical
    receptive field it is zero; inside, it gathers near the middle.

    Args:
        network: any that gives one score a class, in ``eval()``.
        image: what is fed, ``(1, C, H, W)``.
        layer: name of a layer with maps.
        row: of the cell, from 0.
        column: of the cell, from 0.

    Returns:
        A map ``(H, W)`` without negative values.

    Raises:
        ExplorerError: the layer has no maps, or no such cell.
    """
    check_request(network, image, 0)
    shape = network.graph.shape_of(check_layer(network.graph, layer))
    if not (0 <= row < shape[1] and 0 <= column < shape[2]):
        raise ExplorerError(f"{layer} has {times(shape[1:])} cells; there is no cell ({row}, {column})")
    with torch.enable_grad():
        picture = image.detach().requires_grad_()
        cell = network.run({INPUT: picture}, (layer,))[layer][0, :, row, column]
        (gradient,) = torch.autograd.grad(cell.sum(), picture)
    field: Map = gradient[0].abs().sum(0).float().cpu().numpy()
    return field


def cells_holding(field: Map, share: float = 0.9) -> int:
    """Count the fewest pixels that together hold a share of the whole; none for a field that is all zero.

    >>> cells_holding(np.array([[0.0, 6.0], [3.0, 1.0]], dtype=np.float32))
    2
    """
    total = float(field.sum())
    if not total:
        return 0
    gathered = np.cumsum(np.sort(field, axis=None)[::-1], dtype=np.float64)
    return int(np.searchsorted(gathered, share * gathered[-1] * (1 - 1e-9))) + 1

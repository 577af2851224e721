"""What single units respond to: their maps, the filters that see pixels, and the patches that excite them most."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor, nn

from explorer.errors import ExplorerError
from explorer.graph import INPUT, Graph
from explorer.layers import Conv
from explorer.network import Network
from explorer.receptive_field import pixels, receptive_fields
from explorer.shapes import times
from explorer.vision.attribution import Map, check_layer, check_request

NINE = 9


def feature_maps(network: Network, image: Tensor, layer: str) -> Map:
    """Give all maps of a layer for a picture, ``(K, h, w)``, in their own unit.

    Args:
        network: any that gives one score a class, in ``eval()``.
        image: what is fed, ``(1, C, H, W)``.
        layer: name of a layer with maps.

    Raises:
        ExplorerError: the layer has no maps.
    """
    check_request(network, image, 0)
    layer = check_layer(network.graph, layer)
    with torch.no_grad():
        maps: Map = network.run({INPUT: image}, (layer,))[layer][0].float().cpu().numpy()
    return maps


def first_filters(network: Network) -> tuple[str, Map]:
    """Give the layer whose filters see the pixels themselves, and its filters as pictures.

    Figure 3 of Krizhevsky et al. 2012, "ImageNet Classification with Deep Convolutional Neural Networks".
    Each filter is stretched so that its least weight is 0, its greatest 1; one without any differences is 0.5.

    Returns:
        The layer's name, and ``(K, height, width, C)`` with values from 0 to 1, where C is 1 or 3.

    Raises:
        ExplorerError: no convolution reads the picture itself, or the picture has neither one nor three channels.

    >>> import explorer
    >>> name, filters = first_filters(Network(explorer.lower(explorer.get("lenet5"))))
    >>> name, filters.shape
    ('c1', (6, 5, 5, 1))
    """
    graph = network.graph
    name = _first_convolution(graph)
    convolution = network.module_of(name)
    assert isinstance(convolution, nn.Conv2d)
    weights = convolution.weight.detach().float().cpu().permute(0, 2, 3, 1).numpy()
    low, high = (extreme(axis=(1, 2, 3), keepdims=True) for extreme in (weights.min, weights.max))
    spread = high - low
    flat = spread == 0
    return name, np.where(flat, np.float32(0.5), (weights - low) / np.where(flat, 1, spread))


def _first_convolution(graph: Graph) -> str:
    found = [node for node in graph if isinstance(node.layer, Conv) and node.inputs == (INPUT,)]
    if not found:
        raise ExplorerError(f"{graph.name}: no convolution reads the picture itself, so no filter can be shown as one")
    per_group = found[0].parameters["weight"][1]
    if len(graph.input_shape) != 3 or per_group not in (1, 3):
        raise ExplorerError(
            f"{found[0].name}: its filters read {per_group} channels of {times(graph.input_shape)}; "
            "allowed: pictures of one or three"
        )
    return found[0].name


@dataclass(frozen=True, slots=True)
class Patch:
    """The place of a picture where a unit responds most: what it can see from there, in pixels that are fed."""

    picture: int
    response: float
    cell: tuple[int, int]
    rows: tuple[int, int]
    columns: tuple[int, int]

    def cut(self, image: Tensor) -> Tensor:
        """Cut the patch out of its picture ``(…, H, W)``."""
        return image[..., slice(*self.rows), slice(*self.columns)]


def top_patches(
    network: Network, gallery: Iterable[Tensor], layer: str, unit: int, count: int = NINE
) -> tuple[Patch, ...]:
    """Find the pictures of a gallery that excite a unit most, and where in each.

    Section 4 and figure 2 of Zeiler & Fergus 2014, "Visualizing and Understanding Convolutional
    Networks", arXiv:1311.2901: the nine strongest responses of a feature map, one per picture. The patch is the
    unit's receptive field at its strongest place, clipped at the border; the whole picture where the field is.

    Args:
        network: any that gives one score a class, in ``eval()``.
        gallery: what is fed, ``(1, C, H, W)`` each; looked at one after the other, none is kept.
        layer: name of a layer with maps.
        unit: number of the map, from 0.
        count: how many patches at most.

    Returns:
        The strongest first; pictures that do not excite the unit at all are left out.

    Raises:
        ExplorerError: the layer has no maps, or not so many.
    """
    graph = network.graph
    shape = graph.shape_of(check_layer(graph, layer))
    if not 0 <= unit < shape[0]:
        raise ExplorerError(f"{layer}: unit is {unit}; allowed: 0 to {shape[0] - 1}")
    field = receptive_fields(graph)[layer]
    found = []
    for number, image in enumerate(gallery):
        map = feature_maps(network, image, layer)[unit]
        row, column = divmod(int(map.argmax()), map.shape[1])
        if map[row, column] > 0:
            rows, columns = pixels(field, (row, column), graph.input_shape)
            found.append(Patch(number, float(map[row, column]), (row, column), rows, columns))
    return tuple(sorted(found, key=lambda patch: -patch.response)[:count])

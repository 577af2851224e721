"""What an attribution method gives: a map of the evidence for one class."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from torch import Tensor

from explorer.errors import ExplorerError
from explorer.graph import Graph
from explorer.network import Network
from explorer.shapes import times
from explorer.vision.maps import last_map, layers_with_maps, scores_node
from explorer.vision.method_names import Method

Map = NDArray[np.float32]
ROUNDING = 1e-6
"""Some units in the last place of single precision."""


@dataclass(frozen=True, eq=False)
class Attribution:
    """A map of one class over the picture that was fed; its cells tile that picture evenly.

    ``map`` is the method's result, in its own unit: positive where there is evidence for the class,
    negative where there is evidence against it (Grad-CAM cuts that off). ``raw`` is what stood before
    the last step: before the ReLU for Grad-CAM, one value per patch for occlusion, one per channel and
    pixel for methods that answer per pixel. ``noise`` is what rounding alone can make of nothing; evidence
    is what is larger.
    """

    method: Method
    layer: str
    target: int
    score: float
    map: Map
    raw: Map
    noise: float = 0.0

    @property
    def empty(self) -> bool:
        """Say whether nothing speaks for the class: then there is no heat to show."""
        return not bool((self.map > self.noise).any())

    @property
    def heat(self) -> Map:
        """Give the evidence for the class as shares of its largest value, 0 to 1; all zero for an empty map.

        What speaks against the class counts as no evidence. An empty map stays empty: dividing it by
        its own tiny range would show noise as if it were a finding.
        """
        return np.zeros_like(self.map) if self.empty else np.clip(self.map, 0, None) / self.map.max()


def attribution(
    method: Method, layer: str, target: int, score: Tensor, map: Tensor, raw: Tensor, noise: float
) -> Attribution:
    """Bring a method's tensors to the processor as an Attribution; refuse numbers that are not finite."""
    shown, before = (each.detach().float().cpu().numpy() for each in (map, raw))
    if not (np.isfinite(shown).all() and score.isfinite()):
        raise ExplorerError(
            f"{method} at {layer}: the map or its score holds numbers that are not finite; check the weights"
        )
    return Attribution(method, layer, target, float(score), shown, before, noise)


def weighted_sum(weights: Tensor, maps: Tensor) -> tuple[Tensor, float]:
    """Sum maps ``(K, h, w)`` by their weights ``(K,)``; give the sum, and how large rounding alone can make it."""
    parts = weights[:, None, None] * maps
    return parts.sum(0), ROUNDING * float(parts.abs().sum(0).max())


def check_request(network: Network, image: Tensor, target: int) -> str:
    """Refuse what no method can take; give the name of the node that holds the class scores.

    Raises:
        ExplorerError: the batch is not one image of the network's shape, the target is no class of it,
            or the network is in training mode.
    """
    graph = network.graph
    if tuple(image.shape) != (1, *graph.input_shape):
        raise ExplorerError(
            f"{graph.name}: the image has shape {times(tuple(image.shape))}; allowed: 1×{times(graph.input_shape)}"
        )
    if network.training:
        raise ExplorerError(f"{graph.name} is in training mode; allowed: a network in eval()")
    scores = scores_node(graph)
    classes = graph.shape_of(scores)[0]
    if not 0 <= target < classes:
        raise ExplorerError(f"{graph.name}: target is {target}; allowed: classes 0 to {classes - 1}")
    return scores


def check_layer(graph: Graph, layer: str | None) -> str:
    """Give the layer, by default the last map; refuse one that has no maps or leads elsewhere."""
    layer = layer or last_map(graph)
    if layer not in layers_with_maps(graph):
        shape = times(graph.shape_of(layer))
        raise ExplorerError(
            f"{graph.name}: {layer} gives {shape}; allowed: a layer with maps that lead to the class scores, "
            f"such as {last_map(graph)}"
        )
    return layer

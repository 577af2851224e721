"""Does a map depend on what the network has learned? Parameter randomisation (Adebayo et al. 2018)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from explorer.errors import ExplorerError
from explorer.network import Network
from explorer.vision.attribution import Attribution, Map
from explorer.vision.maps import leading
from explorer.vision.occlusion import Tick

Look = Callable[[Network], Attribution]


@dataclass(frozen=True, eq=False)
class Forgotten:
    """How much of a map is left when a layer, and all after it, has forgotten what it learned.

    ``similarity`` is Spearman's rank correlation of the two maps, without their signs: 1 for the same
    order of cells, about 0 for nothing in common. A map without any differences has none: 0.
    """

    layer: str
    similarity: float
    attribution: Attribution


def cascade(
    network: Network, look: Look, steps: int = 5, seed: int = 0, tick: Tick = lambda done: None
) -> tuple[Forgotten, ...]:
    """Make a network forget layer by layer from the head to the stem, and compare the maps with the first one.

    The cascading randomisation of "Sanity Checks for Saliency Maps", arXiv:1810.03292, section 3. A map
    that stays as it was does not say what the network learned: it may just draw the edges of the photo. A
    layer forgets by having the numbers of each of its tensors shuffled, so that their sizes stay (the paper
    draws new ones). The network itself is not changed.

    Args:
        network: what has learned, in ``eval()``.
        look: the method with all that it needs, ``lambda network: grad_cam(network, image, target)``.
        steps: at how many depths to look, evenly from the last layer with parameters alone to all of them.
        seed: of the shuffling.
        tick: called after every step.

    Raises:
        ExplorerError: there are no such steps, or the method refuses.
    """
    layers = [node.name for node in reversed(leading(network.graph)) if node.parameters]
    if not 2 <= steps <= len(layers):
        raise ExplorerError(f"sanity: steps is {steps}; allowed: 2 to {len(layers)}, the layers with parameters")
    depths = [1 + (len(layers) - 1) * i // (steps - 1) for i in range(steps)]
    before, found = look(network), []
    for depth in depths:
        after = look(forgetful(network, layers[:depth], seed))
        found.append(Forgotten(layers[depth - 1], rank_correlation(before.map, after.map), after))
        tick(len(found) / steps)
    return tuple(found)


def forgetful(network: Network, layers: list[str], seed: int = 0) -> Network:
    """Give a network whose named layers have their numbers shuffled; it shares all others with the one given."""
    generator = torch.Generator().manual_seed(seed)
    with torch.device("meta"):
        other = Network(network.graph)
    other.load_state_dict(network.state_dict(), assign=True)
    for name in layers:
        module = other.module_of(name)
        shuffled = {key: _shuffled(value, generator) for key, value in module.state_dict().items()}
        module.load_state_dict(shuffled, assign=True)
    return other.eval().requires_grad_(False)


def _shuffled(numbers: Tensor, generator: torch.Generator) -> Tensor:
    order = torch.randperm(numbers.numel(), generator=generator).to(numbers.device)
    return numbers.flatten()[order].reshape(numbers.shape)


def rank_correlation(a: Map, b: Map) -> float:
    """Give Spearman's correlation of the sizes of two maps' values; equal values share their mean rank.

    >>> round(rank_correlation(np.array([1.0, 2.0, 3.0]), np.array([-10.0, 20.0, 15.0])), 6)
    0.5
    """
    one, other = (_ranks(np.abs(each).ravel()) for each in (a, b))
    if not (one.std() and other.std()):
        return 0.0
    return float(np.corrcoef(one, other)[0, 1])


def _ranks(values: Map) -> NDArray[np.float64]:
    _, place, count = np.unique(values, return_inverse=True, return_counts=True)
    ranks: NDArray[np.float64] = (np.cumsum(count) - (count - 1) / 2)[place]
    return ranks

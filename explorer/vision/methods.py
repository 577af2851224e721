"""The methods by name: one table, from which the command line and the page choose."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from torch import Tensor

from explorer.errors import ExplorerError
from explorer.network import Network
from explorer.vision.attribution import Attribution
from explorer.vision.cam import cam
from explorer.vision.grad_cam import grad_cam
from explorer.vision.occlusion import Tick, occlusion

Run = Callable[[Network, Tensor, int, str | None, Tick], Attribution]


@dataclass(frozen=True, slots=True)
class Described:
    """A method: its name, what it does, where it was published, whether it reads a layer, and how to run it."""

    name: str
    summary: str
    paper: str
    url: str
    takes_layer: bool
    run: Run


METHODS: dict[str, Described] = {
    "grad-cam": Described(
        "Grad-CAM",
        "The maps of a layer, weighed by how much the class score grows with each; what speaks against is cut.",
        "Selvaraju et al. 2017",
        "https://arxiv.org/abs/1610.02391",
        True,
        lambda network, image, target, layer, tick: grad_cam(network, image, target, layer),
    ),
    "cam": Described(
        "CAM",
        "Each cell of the last maps says how much it adds to the class score: the exact split of that score.",
        "Zhou et al. 2016",
        "https://arxiv.org/abs/1512.04150",
        False,
        lambda network, image, target, layer, tick: cam(network, image, target, layer),
    ),
    "occlusion": Described(
        "Occlusion sensitivity",
        "Parts of the photo are hidden in turn; where the probability falls, there was evidence.",
        "Zeiler & Fergus 2014",
        "https://arxiv.org/abs/1311.2901",
        False,
        lambda network, image, target, layer, tick: occlusion(network, image, target, tick=tick),
    ),
}


def attribute(
    method: str,
    network: Network,
    image: Tensor,
    target: int,
    layer: str | None = None,
    tick: Tick = lambda done: None,
) -> Attribution:
    """Run a method by its name.

    Raises:
        ExplorerError: there is no such method, or it cannot take this network, layer or target.
    """
    if method not in METHODS:
        raise ExplorerError(f"method is {method!r}; allowed: {', '.join(METHODS)}")
    if layer is not None and method == "occlusion":
        raise ExplorerError(
            f"occlusion at {layer}: it hides parts of the picture and reads no layer; leave the layer out"
        )
    return METHODS[method].run(network, image, target, layer, tick)

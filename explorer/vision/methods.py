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
from explorer.vision.grad_cam_pp import grad_cam_pp
from explorer.vision.gradient_x_input import gradient_x_input
from explorer.vision.integrated_gradients import integrated_gradients
from explorer.vision.occlusion import Tick, occlusion
from explorer.vision.rectified import deconvnet, guided_backprop

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
    "grad-cam-pp": Described(
        "Grad-CAM++",
        "As Grad-CAM, but cells where the class score grows count most, so that several things of one class all show. "
        "What speaks against the class has no say.",
        "Chattopadhay et al. 2018",
        "https://arxiv.org/abs/1710.11063",
        True,
        lambda network, image, target, layer, tick: grad_cam_pp(network, image, target, layer),
    ),
    "integrated-gradients": Described(
        "Integrated gradients",
        "Each pixel's share in the score that the photo has over a plain picture of the mean colour; all shares sum to "
        "that difference. It says what the score is made of, not what would happen without a part.",
        "Sundararajan et al. 2017",
        "https://arxiv.org/abs/1703.01365",
        False,
        lambda network, image, target, layer, tick: integrated_gradients(network, image, target, tick=tick),
    ),
    "gradient-x-input": Described(
        "Gradient × input",
        "Each pixel times the slope of the class score there: quick, but noisy, and true only for small changes.",
        "Shrikumar et al. 2016",
        "https://arxiv.org/abs/1605.01713",
        False,
        lambda network, image, target, layer, tick: gradient_x_input(network, image, target),
    ),
    "guided-backprop": Described(
        "Guided backpropagation",
        "The edges and textures that passed through the network and helped on the way. Sharp, but nearly the same for "
        "every class: it does not say what decided.",
        "Springenberg et al. 2015",
        "https://arxiv.org/abs/1412.6806",
        False,
        lambda network, image, target, layer, tick: guided_backprop(network, image, target),
    ),
    "deconvnet": Described(
        "Deconvnet",
        "The class score sent back through the network as if it ran in reverse; the first such pictures. They show "
        "patterns that the network knows, and hardly depend on the class.",
        "Zeiler & Fergus 2014",
        "https://arxiv.org/abs/1311.2901",
        False,
        lambda network, image, target, layer, tick: deconvnet(network, image, target),
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
    described = METHODS[method]
    if layer is not None and not described.takes_layer and method != "cam":
        raise ExplorerError(
            f"{method} at {layer}: it looks at the picture itself and reads no layer; leave the layer out"
        )
    return described.run(network, image, target, layer, tick)

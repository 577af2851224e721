"""Guided backpropagation (Springenberg et al. 2015) and the deconvnet (Zeiler & Fergus 2014)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import torch
from torch import Tensor

from explorer.errors import ExplorerError
from explorer.graph import INPUT, Graph
from explorer.layers import ReLU, ReLU6
from explorer.network import Network
from explorer.vision.attribution import Attribution, attribution
from explorer.vision.gradients import check_picture, pixel_gradients
from explorer.vision.maps import leading
from explorer.vision.method_names import Method

Function = Callable[[Tensor], Tensor]


def guided_backprop(network: Network, image: Tensor, target: int) -> Attribution:
    """Follow the score back to the pixels, at each ReLU only where both its input and the gradient are positive.

    ``R^l = (f^l > 0) · (R^{l+1} > 0) · R^{l+1}`` at a ReLU, the gradient elsewhere (figure 1 of "Striving
    for Simplicity: The All Convolutional Net", arXiv:1412.6806). What it draws is sharp, but hardly
    depends on the class, nor on the weights of the last layers (Adebayo et al. 2018): it shows which
    edges passed, not what decided.

    Args:
        network: one with ReLUs that gives one score a class, in ``eval()``.
        image: what is fed, ``(1, C, H, W)``.
        target: index of a class.

    Returns:
        A map of one cell per pixel, the largest size of the signal over the channels; ``raw`` is the
        signal itself, ``(C, H, W)``, which the paper shows as a picture.

    Raises:
        ExplorerError: the network has no ReLU, or takes no pictures.
    """
    return _rectified("guided-backprop", network, image, target, _guided)


def deconvnet(network: Network, image: Tensor, target: int) -> Attribution:
    """Follow the score back to the pixels, at each ReLU only where the signal from above is positive.

    ``R^l = (R^{l+1} > 0) · R^{l+1}`` at a ReLU; max pooling sends the signal to where its maximum was
    (the switches), convolutions are transposed, as in the gradient (section 2.1 of "Visualizing and
    Understanding Convolutional Networks", arXiv:1311.2901; that all but the ReLU is the gradient: Simonyan
    et al. 2014, section 4). As with guided backpropagation, the picture hardly depends on the class.

    Args:
        network: one with ReLUs that gives one score a class, in ``eval()``.
        image: what is fed, ``(1, C, H, W)``.
        target: index of a class.

    Returns:
        A map of one cell per pixel, the largest size of the signal over the channels; ``raw`` is the
        signal itself, ``(C, H, W)``.

    Raises:
        ExplorerError: the network has no ReLU, or takes no pictures.
    """
    return _rectified("deconvnet", network, image, target, _straight)


def _rectified(
    method: Method, network: Network, image: Tensor, target: int, rule: Callable[[Function], Function]
) -> Attribution:
    scores = check_picture(network, image, target)
    instead = {name: rule(network.module_of(name)) for name in _relus(network.graph, method)}
    score, gradient = pixel_gradients(network, image, target, scores, instead)
    return attribution(method, INPUT, target, score[0], gradient[0].abs().amax(0), gradient[0], 0.0)


def _relus(graph: Graph, method: Method) -> list[str]:
    names = [node.name for node in leading(graph) if isinstance(node.layer, ReLU | ReLU6)]
    if not names:
        raise ExplorerError(
            f"{graph.name}: {method} changes what a ReLU sends back, and there is none; "
            "allowed for this network: gradient-x-input, integrated-gradients"
        )
    return names


class _Rectified(torch.autograd.Function):
    """A value that goes on as it is; backwards, only what is positive of the gradient goes the given way."""

    @staticmethod
    def forward(ctx: Any, way_back: Tensor, value: Tensor) -> Tensor:
        return value.view_as(value)

    @staticmethod
    def backward(ctx: Any, *gradients: Tensor) -> tuple[Tensor, None]:
        return gradients[0].clamp(min=0), None


def _guided(relu: Function) -> Function:
    def compute(x: Tensor) -> Tensor:
        y = relu(x)
        return _rectify(y, y.detach())

    return compute


def _straight(relu: Function) -> Function:
    return lambda x: _rectify(x, relu(x.detach()))


def _rectify(way_back: Tensor, value: Tensor) -> Tensor:
    rectified: Tensor = _Rectified.apply(way_back, value)  # type: ignore[no-untyped-call]
    return rectified

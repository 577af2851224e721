"""Guided backpropagation, the deconvnet and Grad-CAM++ a second time: by hooks on the modules of a plain copy."""

from __future__ import annotations

import copy
from collections.abc import Callable
from typing import Any

import torch
from torch import Tensor, nn

from explorer.network import Network


def _guided(module: nn.Module, before: Any, after: tuple[Tensor]) -> tuple[Tensor]:
    return (torch.relu(before[0]),)


def _straight(module: nn.Module, before: Any, after: tuple[Tensor]) -> tuple[Tensor]:
    return (torch.relu(after[0]),)


RULES: dict[str, Callable[..., Any] | None] = {
    "guided-backprop": _guided,
    "deconvnet": _straight,
    "gradient-x-input": None,
}


def pixel_signal(network: Network, image: Tensor, target: int, method: str) -> Tensor:
    """Give what arrives at the pixels, ``(C, H, W)``, with the method's rule hooked to each ReLU of a copy."""
    plain = copy.deepcopy(network)
    if rule := RULES[method]:
        for module in plain.modules():
            if isinstance(module, nn.ReLU):
                module.register_full_backward_hook(rule)
    picture = image.clone().requires_grad_()
    plain(picture)[0, target].backward()
    assert picture.grad is not None
    return picture.grad[0] * (image[0] if method == "gradient-x-input" else 1)


def grad_cam_pp(network: Network, image: Tensor, target: int, layer: str) -> Tensor:
    """Give the Grad-CAM++ map from hooked activations and gradients, term by term of equations 10 and 13."""
    plain, kept = copy.deepcopy(network), {}

    def keep(module: nn.Module, inputs: Any, output: Tensor) -> None:
        output.retain_grad()
        kept["maps"] = output

    plain.get_submodule(layer).register_forward_hook(keep)
    plain(image.clone().requires_grad_())[0, target].backward()
    maps, gradient = kept["maps"].detach()[0], kept["maps"].grad[0]
    denominator = 2 * gradient**2 + maps.sum((1, 2), keepdim=True) * gradient**3
    alpha = torch.where(gradient != 0, gradient**2 / denominator, torch.zeros(()))
    weights = (alpha * torch.relu(gradient)).sum((1, 2))
    return torch.relu((weights[:, None, None] * maps).sum(0))

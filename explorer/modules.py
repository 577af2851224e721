"""From a layer of the language to the torch module that computes it."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

import torch
from torch import Tensor, nn

from explorer import joins, layers
from explorer.errors import ExplorerError
from explorer.graph import Node
from explorer.shapes import per_axis

_CONVOLUTIONS: dict[int, Callable[..., nn.Module]] = {1: nn.Conv1d, 2: nn.Conv2d, 3: nn.Conv3d}
_MAX_POOLS: dict[int, Callable[..., nn.Module]] = {1: nn.MaxPool1d, 2: nn.MaxPool2d, 3: nn.MaxPool3d}
_AVG_POOLS: dict[int, Callable[..., nn.Module]] = {1: nn.AvgPool1d, 2: nn.AvgPool2d, 3: nn.AvgPool3d}
_ADAPTIVE_POOLS: dict[int, Callable[..., nn.Module]] = {
    1: nn.AdaptiveAvgPool1d,
    2: nn.AdaptiveAvgPool2d,
    3: nn.AdaptiveAvgPool3d,
}
_BATCH_NORMS: dict[int, Callable[..., nn.Module]] = {
    0: nn.BatchNorm1d,
    1: nn.BatchNorm1d,
    2: nn.BatchNorm2d,
    3: nn.BatchNorm3d,
}


class Add(nn.Module):
    """Sum of the inputs."""

    def forward(self, *inputs: Tensor) -> Tensor:
        total = inputs[0]
        for each in inputs[1:]:
            total = total + each
        return total


class Concat(nn.Module):
    """Inputs behind one another along the channels."""

    def forward(self, *inputs: Tensor) -> Tensor:
        return torch.cat(inputs, dim=1)


class Multiply(nn.Module):
    """Product of the inputs."""

    def forward(self, *inputs: Tensor) -> Tensor:
        product = inputs[0]
        for each in inputs[1:]:
            product = product * each
        return product


_PLAIN: dict[type, Callable[[], nn.Module]] = {
    joins.Add: Add,
    joins.Concat: Concat,
    layers.Flatten: nn.Flatten,
    layers.Identity: nn.Identity,
    joins.Multiply: Multiply,
    layers.ReLU: nn.ReLU,
    layers.ReLU6: nn.ReLU6,
    layers.Sigmoid: nn.Sigmoid,
    layers.SiLU: nn.SiLU,
    layers.Softmax: partial(nn.Softmax, dim=1),
    layers.Tanh: nn.Tanh,
}


def module(node: Node) -> nn.Module:
    """Give the torch module of a node, freshly initialised; no module works in place.

    Raises:
        ExplorerError: the node is an unknown operation of a foreign network.
    """
    channels, axes = node.input_shapes[0][0], len(node.input_shapes[0]) - 1
    match node.layer:
        case layers.Conv() as conv:
            sizes = (per_axis(n, axes) for n in (conv.kernel_size, conv.stride, conv.padding, conv.dilation))
            return _CONVOLUTIONS[axes](channels, conv.out_channels, *sizes, conv.groups, conv.bias)
        case layers.Linear() as linear:
            return nn.Linear(channels, linear.out_features, linear.bias)
        case layers.BatchNorm() as norm:
            return _BATCH_NORMS[axes](channels, norm.eps, norm.momentum)
        case layers.MaxPool() as pool:
            return _MAX_POOLS[axes](**_pooling(pool))
        case layers.AvgPool() as pool:
            return _AVG_POOLS[axes](**_pooling(pool), count_include_pad=pool.count_include_pad)
        case layers.AdaptiveAvgPool(size):
            return _ADAPTIVE_POOLS[axes](per_axis(size, axes))
        case layers.GlobalAvgPool():
            return _ADAPTIVE_POOLS[axes](1)
        case layers.LocalResponseNorm() as norm:
            return nn.LocalResponseNorm(norm.size, norm.alpha, norm.beta, norm.k)
        case layers.Dropout(p):
            return nn.Dropout(p)
        case plain if type(plain) in _PLAIN:
            return _PLAIN[type(plain)]()
        case _:
            raise ExplorerError(f"{node.name}: {node.type} cannot be run; allowed: the layers of the language")


def _pooling(pool: layers.MaxPool | layers.AvgPool) -> dict[str, Any]:
    return {
        "kernel_size": pool.kernel_size,
        "stride": pool.stride,
        "padding": pool.padding,
        "ceil_mode": pool.ceil_mode,
    }

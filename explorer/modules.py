"""From a layer of the language to the torch module that computes it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import torch
from torch import Tensor, nn

from explorer import joins, layers
from explorer.errors import ExplorerError
from explorer.graph import Node
from explorer.neurons import LeakyIntegrateAndFire
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


class Scale(nn.Module):
    """The input times a number."""

    def __init__(self, factor: float) -> None:
        super().__init__()
        self.factor = factor

    def forward(self, x: Tensor) -> Tensor:
        return self.factor * x


class Complement(nn.Module):
    """One minus the input."""

    def forward(self, x: Tensor) -> Tensor:
        return 1 - x


class GlobalMaxPool(nn.Module):
    """Largest value of each map, the axes kept."""

    def forward(self, x: Tensor) -> Tensor:
        return x.amax(dim=tuple(range(2, x.ndim)), keepdim=True)


class Pad(nn.Module):
    """Zeros around the input (cut off where negative), in the order of ``torch.nn.functional.pad``."""

    def __init__(self, sizes: tuple[int, ...]) -> None:
        super().__init__()
        self.sizes = sizes

    def forward(self, x: Tensor) -> Tensor:
        return nn.functional.pad(x, self.sizes)


class Words(nn.Embedding):
    """The vectors of words as the channels of a sequence: ``(N, 1, L)`` numbers of words → ``(N, D, L)``."""

    def forward(self, x: Tensor) -> Tensor:
        return super().forward(x[:, 0].long()).transpose(1, 2)


def _conv(conv: layers.Conv, channels: int, axes: int) -> nn.Module:
    sizes = (per_axis(n, axes) for n in (conv.kernel_size, conv.stride, conv.padding, conv.dilation))
    return _CONVOLUTIONS[axes](channels, conv.out_channels, *sizes, conv.groups, conv.bias)


def _pooling(pool: layers.MaxPool | layers.AvgPool) -> dict[str, Any]:
    return {
        "kernel_size": pool.kernel_size,
        "stride": pool.stride,
        "padding": pool.padding,
        "ceil_mode": pool.ceil_mode,
    }


def _zero_pad(pad: layers.ZeroPad, channels: int, axes: int) -> nn.Module:
    pairs = zip(per_axis(pad.before, axes), per_axis(pad.after, axes), strict=True)
    return Pad(tuple(n for pair in reversed(list(pairs)) for n in pair))


_MAKERS: dict[type, Callable[[Any, int, int], nn.Module]] = {
    joins.Add: lambda layer, channels, axes: Add(),
    joins.Concat: lambda layer, channels, axes: Concat(),
    joins.Multiply: lambda layer, channels, axes: Multiply(),
    layers.AdaptiveAvgPool: lambda layer, channels, axes: _ADAPTIVE_POOLS[axes](per_axis(layer.output_size, axes)),
    layers.AvgPool: lambda layer, channels, axes: _AVG_POOLS[axes](
        **_pooling(layer), count_include_pad=layer.count_include_pad
    ),
    layers.BatchNorm: lambda layer, channels, axes: _BATCH_NORMS[axes](channels, layer.eps, layer.momentum),
    layers.Complement: lambda layer, channels, axes: Complement(),
    layers.Conv: _conv,
    layers.Dropout: lambda layer, channels, axes: nn.Dropout(layer.p),
    layers.ELU: lambda layer, channels, axes: nn.ELU(layer.alpha),
    layers.Embedding: lambda layer, channels, axes: Words(layer.num_embeddings, layer.embedding_dim),
    layers.Flatten: lambda layer, channels, axes: nn.Flatten(),
    layers.GELU: lambda layer, channels, axes: nn.GELU(),
    layers.GlobalAvgPool: lambda layer, channels, axes: _ADAPTIVE_POOLS[axes](1),
    layers.GlobalMaxPool: lambda layer, channels, axes: GlobalMaxPool(),
    layers.Hardsigmoid: lambda layer, channels, axes: nn.Hardsigmoid(),
    layers.Hardswish: lambda layer, channels, axes: nn.Hardswish(),
    layers.Identity: lambda layer, channels, axes: nn.Identity(),
    layers.LIF: lambda layer, channels, axes: LeakyIntegrateAndFire(layer.decay, layer.threshold),
    layers.LeakyReLU: lambda layer, channels, axes: nn.LeakyReLU(layer.negative_slope),
    layers.Linear: lambda layer, channels, axes: nn.Linear(channels, layer.out_features, layer.bias),
    layers.LocalResponseNorm: lambda layer, channels, axes: nn.LocalResponseNorm(
        layer.size, layer.alpha, layer.beta, layer.k
    ),
    layers.MaxPool: lambda layer, channels, axes: _MAX_POOLS[axes](**_pooling(layer)),
    layers.PadChannels: lambda layer, channels, axes: Pad((0,) * 2 * axes + (0, layer.out_channels - channels)),
    layers.ReLU: lambda layer, channels, axes: nn.ReLU(),
    layers.ReLU6: lambda layer, channels, axes: nn.ReLU6(),
    layers.Scale: lambda layer, channels, axes: Scale(layer.factor),
    layers.SiLU: lambda layer, channels, axes: nn.SiLU(),
    layers.Sigmoid: lambda layer, channels, axes: nn.Sigmoid(),
    layers.Softmax: lambda layer, channels, axes: nn.Softmax(dim=1),
    layers.Tanh: lambda layer, channels, axes: nn.Tanh(),
    layers.ZeroPad: _zero_pad,
}


def module(node: Node) -> nn.Module:
    """Give the torch module of a node, freshly initialised; no module works in place.

    Raises:
        ExplorerError: the node is an unknown operation of a foreign network.
    """
    make = _MAKERS.get(type(node.layer))
    if make is None:
        raise ExplorerError(f"{node.name}: {node.type} cannot be run; allowed: the layers of the language")
    return make(node.layer, node.input_shapes[0][0], len(node.input_shapes[0]) - 1)

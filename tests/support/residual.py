"""Residual networks that no library has, written a second time in plain torch: oracles of structure and order.

The child names are those of the zoo; what has no parameters has no name.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Literal

import torch
from torch import Tensor, nn
from torch.nn.functional import max_pool2d, pad, relu

Shortcut = Literal["A", "B", "none"]


def convolution(channels: int, width: int, kernel: int, stride: int = 1) -> nn.Conv2d:
    return nn.Conv2d(channels, width, kernel, stride, kernel // 2, bias=False)


def padded(x: Tensor, channels: int, stride: int) -> Tensor:
    """Take every second pixel if so strided, and put zeros behind the channels: option A."""
    return pad(x[:, :, ::stride, ::stride], (0, 0, 0, 0, 0, channels - x.shape[1]))


class Unit(nn.Module):
    """The first residual unit: convolution, norm, ReLU, convolution, norm, sum, ReLU."""

    def __init__(self, channels: int, width: int, stride: int, shortcut: Shortcut) -> None:
        super().__init__()
        self.conv1, self.bn1 = convolution(channels, width, 3, stride), nn.BatchNorm2d(width)
        self.conv2, self.bn2 = convolution(width, width, 3), nn.BatchNorm2d(width)
        if shortcut == "B" and channels != width:
            self.downsample = nn.Sequential(convolution(channels, width, 1, stride), nn.BatchNorm2d(width))
        self.width, self.stride, self.shortcut = width, stride, shortcut

    def forward(self, x: Tensor) -> Tensor:
        y = self.bn2(self.conv2(relu(self.bn1(self.conv1(x)))))
        if self.shortcut == "none":
            return relu(y)
        return relu(y + (self.downsample(x) if hasattr(self, "downsample") else padded(x, self.width, self.stride)))


class PreUnit(nn.Module):
    """The second residual unit: norm, ReLU, convolution, two or three times, and a sum that stays as it is."""

    def __init__(
        self,
        channels: int,
        width: int,
        stride: int,
        kernels: tuple[int, ...],
        strided: int,
        first: str,
        shortcut: Shortcut,
    ) -> None:
        super().__init__()
        widths = [channels, *[width] * (len(kernels) - 1), width if len(kernels) == 2 else 4 * width]
        for i, kernel in enumerate(kernels, 1):
            if i > 1 or first != "opened":
                setattr(self, f"bn{i}", nn.BatchNorm2d(widths[i - 1]))
            setattr(self, f"conv{i}", convolution(widths[i - 1], widths[i], kernel, stride if i == strided else 1))
        self.changes = channels != widths[-1]
        if shortcut == "B" and self.changes:
            self.downsample = convolution(channels, widths[-1], 1, stride)
        self.width, self.stride, self.count, self.splits_late = widths[-1], stride, len(kernels), first != "raw"

    def forward(self, x: Tensor) -> Tensor:
        opened = relu(self.bn1(x)) if hasattr(self, "bn1") else x
        y = self.conv1(opened)
        for i in range(2, self.count + 1):
            y = getattr(self, f"conv{i}")(relu(getattr(self, f"bn{i}")(y)))
        kept = opened if self.changes or self.splits_late else x
        return y + (self.downsample(kept) if hasattr(self, "downsample") else padded(kept, self.width, self.stride))


class Stages(nn.Module):
    """Stem, stages of units, and a linear layer on the means."""

    def __init__(
        self,
        stem: int,
        widths: tuple[int, ...],
        counts: tuple[int, ...],
        unit: Callable[..., nn.Module],
        wider: int = 1,
    ) -> None:
        super().__init__()
        self.large = len(widths) == 4
        self.conv1 = nn.Conv2d(3, stem, 7, 2, 3, bias=False) if self.large else convolution(3, stem, 3)
        channels = stem
        for stage, (width, count) in enumerate(zip(widths, counts, strict=True), 1):
            units = []
            for i in range(count):
                units.append(unit(channels, width, 2 if stage > 1 and i == 0 else 1, stage == 1 and i == 0))
                channels = wider * width
            setattr(self, f"layer{stage}", nn.Sequential(*units))
        self.count, self.fc = len(widths), nn.Linear(channels, 1000 if self.large else 10)

    def stem(self, x: Tensor) -> Tensor:
        x = self.conv1(x)
        x = relu(self.bn1(x)) if hasattr(self, "bn1") else x
        return max_pool2d(x, 3, 2, 1) if self.large else x

    def forward(self, x: Tensor) -> Tensor:
        x = self.stem(x)
        for stage in range(1, self.count + 1):
            x = getattr(self, f"layer{stage}")(x)
        x = relu(self.bn(x)) if hasattr(self, "bn") else x
        return self.fc(x.mean((2, 3)))


def resnet(depth: int, shortcut: Shortcut) -> nn.Module:
    """The CIFAR network of the first paper."""
    found = Stages(16, (16, 32, 64), ((depth - 2) // 6,) * 3, lambda c, w, s, _: Unit(c, w, s, shortcut))
    found.bn1 = nn.BatchNorm2d(16)
    return found


def preact(depth: int, shortcut: Shortcut = "B", bottleneck: bool = False, strided: int = 1) -> nn.Module:
    """The CIFAR network of the second paper: its first unit splits after norm and ReLU."""
    kernels, per_unit = ((1, 3, 1), 9) if bottleneck else ((3, 3), 6)

    def unit(channels: int, width: int, stride: int, first: bool) -> nn.Module:
        return PreUnit(channels, width, stride, kernels, strided, "late" if first else "raw", shortcut)

    found = Stages(16, (16, 32, 64), ((depth - 2) // per_unit,) * 3, unit, 4 if bottleneck else 1)
    found.bn = nn.BatchNorm2d(256 if bottleneck else 64)
    return found


def preact_imagenet(counts: tuple[int, ...]) -> nn.Module:
    """The ImageNet network of the second paper: norm and ReLU after the stem serve its first unit."""

    def unit(channels: int, width: int, stride: int, first: bool) -> nn.Module:
        return PreUnit(channels, width, stride, (1, 3, 1), 2, "opened" if first else "raw", "B")

    found = Stages(64, (64, 128, 256, 512), tuple(counts), unit, 4)
    found.bn1, found.bn = nn.BatchNorm2d(64), nn.BatchNorm2d(2048)
    return found


def wide(depth: int, k: int) -> nn.Module:
    """WRN-depth-k for CIFAR."""

    def unit(channels: int, width: int, stride: int, first: bool) -> nn.Module:
        return PreUnit(channels, width, stride, (3, 3), 1, "raw", "B")

    found = Stages(16, (16 * k, 32 * k, 64 * k), ((depth - 4) // 6,) * 3, unit)
    found.bn = nn.BatchNorm2d(64 * k)
    return found


class Highway(nn.Module):
    """H(x)·T(x) + x·(1 − T(x))."""

    def __init__(self, make: Callable[[], nn.Module]) -> None:
        super().__init__()
        self.H, self.T = make(), make()

    def forward(self, x: Tensor) -> Tensor:
        gate = torch.sigmoid(self.T(x))
        return relu(self.H(x)) * gate + x * (1 - gate)


class HighwayCifar(nn.Module):
    """The 19-layer network: highway layers where the number of maps stays, else plain ones."""

    def __init__(self) -> None:
        super().__init__()
        channels = 3
        for stage, widths in enumerate(((32, 32, 32, 48, 48), (80,) * 6, (128,) * 6), 1):
            layers: list[nn.Module] = []
            for width in widths:

                def conv(channels: int = channels, width: int = width) -> nn.Module:
                    return nn.Conv2d(channels, width, 3, padding=1)

                layers.append(Highway(conv) if width == channels else nn.ModuleDict({"H": conv()}))
                channels = width
            setattr(self, f"stage{stage}", nn.ModuleList(layers))
        self.conv, self.fc = nn.Conv2d(128, 500, 1), nn.Linear(500, 10)

    def forward(self, x: Tensor) -> Tensor:
        for stage in (self.stage1, self.stage2, self.stage3):
            for layer in stage:
                x = layer(x) if isinstance(layer, Highway) else relu(layer["H"](x))
            x = max_pool2d(x, 2) if stage is not self.stage3 else x
        return self.fc(relu(self.conv(x)).mean((2, 3)))


class HighwayMnist(nn.Module):
    """A plain layer of 50 units and nine highway layers."""

    def __init__(self) -> None:
        super().__init__()
        self.first = nn.ModuleDict({"H": nn.Linear(784, 50)})
        self.layers = nn.Sequential(*[Highway(lambda: nn.Linear(50, 50)) for _ in range(9)])
        self.fc = nn.Linear(50, 10)

    def forward(self, x: Tensor) -> Tensor:
        return self.fc(self.layers(relu(self.first["H"](x.flatten(1)))))


NETWORKS: dict[str, Callable[..., nn.Module]] = {
    "resnet": resnet,
    "preact": preact,
    "preact_imagenet": preact_imagenet,
    "wide": wide,
    "highway_cifar": HighwayCifar,
    "highway_mnist": HighwayMnist,
}

"""The named building blocks of the papers, as functions that return specs.

Child names are torchvision's, so that published checkpoints load as they are.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Literal

from explorer.layers import AvgPool, BatchNorm, Conv, GlobalAvgPool, Layer, MaxPool, PadChannels, ReLU, Sigmoid
from explorer.shapes import Size
from explorer.spec import Branches, Series

Shortcut = Literal["identity", "projection", "padding", "average", "none"]
"""How the input of a block reaches the sum at its end.

As it is; through a 1×1 convolution (option B); sub-sampled, with maps of zeros behind it (option A); through average
pooling and a 1×1 (ResNet-D); not at all (a plain network).
"""


def conv_relu(out_channels: int, kernel_size: Size = 1, stride: Size = 1, padding: Size = 0) -> Series:
    """Convolution with bias, then ReLU: the unit of the networks before batch normalisation."""
    return Series(conv=Conv(out_channels, kernel_size, stride, padding), relu=ReLU())


def conv_bn_relu(
    out_channels: int, kernel_size: Size = 1, stride: Size = 1, padding: Size = 0, eps: float = 1e-5
) -> Series:
    """Convolution without bias, batch normalisation, ReLU (Ioffe & Szegedy 2015)."""
    conv = Conv(out_channels, kernel_size, stride, padding, bias=False)
    return Series(conv=conv, bn=BatchNorm(eps=eps), relu=ReLU())


def basic_block(width: int, stride: int = 1, shortcut: Shortcut = "identity") -> Series:
    """Two 3×3 convolutions and a shortcut (He et al. 2015, figure 5 left)."""
    body = Series(
        conv1=Conv(width, 3, stride, padding=1, bias=False),
        bn1=BatchNorm(),
        relu1=ReLU(),
        conv2=Conv(width, 3, padding=1, bias=False),
        bn2=BatchNorm(),
    )
    return residual(body, width, stride, shortcut)


def bottleneck(
    width: int,
    stride: int = 1,
    shortcut: Shortcut = "identity",
    stride_on: Literal["1x1", "3x3"] = "3x3",
    *,
    out_channels: int | None = None,
    groups: int = 1,
    gate: Branches | None = None,
) -> Series:
    """1×1 that narrows, 3×3, 1×1 that widens, and a shortcut (He et al. 2015, figure 5 right).

    ``stride_on`` says which convolution takes the stride: the first 1×1 (the paper, "v1") or the 3×3
    ("v1.5", torchvision). ``out_channels`` is fourfold the width if left out; with ``groups`` the 3×3 is that
    of ResNeXt (Xie et al. 2016, figure 3c). A ``gate`` closes the body (Hu et al. 2018, figure 3).
    """
    first, second = (stride, 1) if stride_on == "1x1" else (1, stride)
    out_channels = out_channels or 4 * width
    body: dict[str, Layer | Branches] = {
        "conv1": Conv(width, 1, first, bias=False),
        "bn1": BatchNorm(),
        "relu1": ReLU(),
        "conv2": Conv(width, 3, second, padding=1, groups=groups, bias=False),
        "bn2": BatchNorm(),
        "relu2": ReLU(),
        "conv3": Conv(out_channels, 1, bias=False),
        "bn3": BatchNorm(),
    }
    return residual(Series(**body, **({"se": gate} if gate else {})), out_channels, stride, shortcut)


def residual(body: Series, out_channels: int, stride: int, shortcut: Shortcut) -> Series:
    """Add a shortcut to a body and close with ReLU; with ``"none"`` the body alone, a plain block."""
    if shortcut == "none":
        return Series(("", body), relu=ReLU())
    path = _shortcut(out_channels, stride, shortcut)
    return Series(("", Branches(("", body), ("downsample", path), join="add")), relu=ReLU())


def _shortcut(out_channels: int, stride: int, kind: Shortcut) -> Series:
    match kind:
        case "projection":
            return Series(Conv(out_channels, 1, stride, bias=False), BatchNorm())
        case "padding":
            return Series(AvgPool(1, stride), PadChannels(out_channels))
        case "average":
            halve = {"0": AvgPool(2, stride, ceil_mode=True, count_include_pad=False)} if stride > 1 else {}
            return Series(*halve.items(), ("1", Conv(out_channels, bias=False)), ("2", BatchNorm()))
        case _:
            return Series()


def inception(
    conv1x1: int,
    reduce3x3: int,
    conv3x3: int,
    reduce5x5: int,
    conv5x5: int,
    pool_proj: int,
    unit: Callable[..., Series] = conv_relu,
) -> Branches:
    """Inception module with 1×1 bottlenecks (Szegedy et al. 2014, figure 2b); widths in the order of table 1.

    ``unit`` is the convolution with what follows it: ``conv_bn_relu`` gives the module batch normalisation.
    """
    return Branches(
        branch1=unit(conv1x1),
        branch2=Series(unit(reduce3x3), unit(conv3x3, 3, padding=1)),
        branch3=Series(unit(reduce5x5), unit(conv5x5, 5, padding=2)),
        branch4=Series(MaxPool(3, stride=1, padding=1), unit(pool_proj)),
        join="concat",
    )


def inception_naive(conv1x1: int, conv3x3: int, conv5x5: int) -> Branches:
    """Inception module without bottlenecks (Szegedy et al. 2014, figure 2a): pooling keeps all its channels."""
    return Branches(
        branch1=conv_relu(conv1x1),
        branch2=conv_relu(conv3x3, 3, padding=1),
        branch3=conv_relu(conv5x5, 5, padding=2),
        branch4=MaxPool(3, stride=1, padding=1),
        join="concat",
    )


def dense_layer(growth_rate: int, bottleneck: bool = True) -> Branches:
    """Add ``growth_rate`` maps behind those that came in (Huang et al. 2016, equation 2): BN, ReLU, then convolution.

    With ``bottleneck`` a 1×1 convolution first narrows all maps to four times as many as are added (DenseNet-B).

    >>> from explorer.lower import lower
    >>> lower(dense_layer(32), (256, 56, 56)).output_shape
    (288, 56, 56)
    """
    grow = Conv(growth_rate, 3, padding=1, bias=False)
    body = Series(norm1=BatchNorm(), relu1=ReLU(), conv1=grow)
    if bottleneck:
        narrow = Series(norm1=BatchNorm(), relu1=ReLU(), conv1=Conv(4 * growth_rate, 1, bias=False))
        body = Series(("", narrow), norm2=BatchNorm(), relu2=ReLU(), conv2=grow)
    return Branches(("", Series()), ("", body), join="concat")


def squeeze_excitation(channels: int, squeezed: int, activation: Layer = ReLU()) -> Branches:
    """Scale every channel by a gate that two small layers compute from all channel means.

    Squeeze, excitation and scale of Hu et al. 2018 (equations 2 to 4, figure 2), with biases: ``2·C·S + S + C``
    parameters for ``channels`` C and ``squeezed`` S, the same mult-adds without the biases.

    >>> from explorer.lower import lower
    >>> print(lower(squeeze_excitation(64, 4), (64, 56, 56), name="gate"))
    gate(input: 64×56×56) → multiply: 64×56×56
      avgpool: 64×1×1 = GlobalAvgPool() of input
      fc1: 4×1×1 = Conv(out_channels=4) of avgpool
      activation: 4×1×1 = ReLU() of fc1
      fc2: 64×1×1 = Conv(out_channels=64) of activation
      scale_activation: 64×1×1 = Sigmoid() of fc2
      multiply: 64×56×56 = Multiply() of input, scale_activation
    """
    gate = Series(
        avgpool=GlobalAvgPool(),
        fc1=Conv(squeezed),
        activation=activation,
        fc2=Conv(channels),
        scale_activation=Sigmoid(),
    )
    return Branches(("", Series()), ("", gate), join="multiply")

"""MobileNet (Howard et al. 2017; timm's state-dict keys) and MobileNetV2 (Sandler et al. 2018; torchvision's)."""

from __future__ import annotations

from typing import Literal

from explorer.inverted import conv_norm, inverted_residual, whole_channels
from explorer.layers import BatchNorm, Conv, Dropout, Flatten, GlobalAvgPool, Linear, ReLU6
from explorer.shapes import Shape
from explorer.spec import Series, Spec
from explorer.zoo.architecture import Architecture, Knob, classes_knob

Convolution = Literal["separable", "full"]

V1_STAGES = ((64, 1, 1), (128, 2, 2), (256, 2, 2), (512, 6, 2), (1024, 2, 2))
"""Width, blocks and stride of the first block: table 1 of the first paper."""

V2_STAGES = ((1, 16, 1, 1), (6, 24, 2, 2), (6, 32, 3, 2), (6, 64, 4, 2), (6, 96, 3, 1), (6, 160, 3, 2), (6, 320, 1, 1))
"""Expansion t, width c, blocks n and stride s of the first block: table 2 of the second paper."""


def mobilenet_v1(alpha: float, rho: float, convolution: Convolution, shallow: bool, num_classes: int) -> Spec:
    """Give MobileNet, its widths multiplied by α; ``rho`` is a matter of the input alone (``input_of_v1``).

    With full convolutions it is the network that table 4 of the paper compares with, shallow that of table 5, without
    the five blocks at 14×14.
    """
    block = separable if convolution == "separable" else full
    channels = stem = _narrowed(32, alpha)
    stages = []
    for width, count, stride in V1_STAGES:
        blocks = []
        for number in range(1 if shallow and width == 512 else count):
            blocks.append(block(channels, _narrowed(width, alpha), 1 if number else stride))
            channels = _narrowed(width, alpha)
        stages.append(Series(*blocks))
    return Series(
        conv_stem=Conv(stem, 3, stride=2, padding=1, bias=False),
        bn1=BatchNorm(),
        act1=ReLU6(),
        blocks=Series(*stages),
        avgpool=GlobalAvgPool(),
        flatten=Flatten(),
        classifier=Linear(num_classes),
    )


def separable(channels: int, out_channels: int, stride: int) -> Series:
    """Depthwise separable convolution (figure 3 right): 3×3 on each map by itself, then 1×1 across the maps."""
    return Series(
        conv_dw=Conv(channels, 3, stride, padding=1, groups=channels, bias=False),
        bn1=BatchNorm(),
        act1=ReLU6(),
        conv_pw=Conv(out_channels, bias=False),
        bn2=BatchNorm(),
        act2=ReLU6(),
    )


def full(channels: int, out_channels: int, stride: int) -> Series:
    """The ordinary 3×3 convolution that a separable one stands for (figure 3 left)."""
    return Series(conv=Conv(out_channels, 3, stride, padding=1, bias=False), bn1=BatchNorm(), act1=ReLU6())


def _narrowed(channels: int, alpha: float) -> int:
    """Multiply a width by α, rounded down, at least 8, as the authors' code does."""
    return max(8, int(alpha * channels))


def input_of_v1(rho: float, **others: object) -> Shape:
    """Give the input for a resolution multiplier ρ: 224·ρ pixels, to the nearest multiple of 32.

    >>> [input_of_v1(rho)[1] for rho in (1, 0.857, 5 / 7, 0.571)]
    [224, 192, 160, 128]
    """
    side = max(32, 32 * round(7 * rho))
    return (3, side, side)


def mobilenet_v2(alpha: float, num_classes: int) -> Spec:
    """Give MobileNetV2, its widths multiplied by α, but for the last one where α is below 1."""
    channels = whole_channels(alpha * 32)
    features: list[Spec] = [conv_norm(channels, 3, stride=2, activation=ReLU6())]
    for expansion, width, count, stride in V2_STAGES:
        for number in range(count):
            out_channels = whole_channels(alpha * width)
            features.append(inverted_residual(channels, out_channels, expansion, 1 if number else stride))
            channels = out_channels
    features.append(conv_norm(whole_channels(max(1.0, alpha) * 1280), activation=ReLU6()))
    return Series(
        features=Series(*features),
        avgpool=GlobalAvgPool(),
        flatten=Flatten(),
        classifier=Series(Dropout(0.2), Linear(num_classes)),
    )


ARCHITECTURES = (
    Architecture(
        id="mobilenet_v1",
        name="MobileNet (v1)",
        family="MobileNet",
        year=2017,
        authors="Howard, Zhu, Chen, Kalenichenko, Wang, Weyand, Andreetto, Adam",
        paper="MobileNets: Efficient Convolutional Neural Networks for Mobile Vision Applications",
        url="https://arxiv.org/abs/1704.04861",
        input_shape=(3, 224, 224),
        input_of=input_of_v1,
        build=mobilenet_v1,
        knobs=(
            Knob("alpha", 1.0, "width multiplier α: share of the filters in every layer", low=0.25, high=1.0),
            Knob(
                "rho", 1.0, "resolution multiplier ρ: 0.857, 0.714, 0.571 give 192, 160, 128 pixels", low=0.1, high=1.0
            ),
            Knob("convolution", "separable", "depthwise separable, or the full 3×3 of table 4", ("separable", "full")),
            Knob("shallow", False, "without the five blocks at 14×14, as in table 5", (False, True)),
            classes_knob(),
        ),
        notes="Each 3×3 convolution is split in a depthwise one, which sees one map, and a 1×1: about 1/N + 1/9 of the "
        "mult-adds for N filters. α scales parameters and mult-adds by about α², ρ mult-adds alone by ρ². The paper "
        "draws ReLU; its code, and timm, have ReLU6. The last depthwise convolution is printed with stride 2, which "
        "does not go with its 7×7 maps: it is 1.",
    ),
    Architecture(
        id="mobilenet_v2",
        name="MobileNetV2",
        family="MobileNet",
        year=2018,
        authors="Sandler, Howard, Zhu, Zhmoginov, Chen",
        paper="MobileNetV2: Inverted Residuals and Linear Bottlenecks",
        url="https://arxiv.org/abs/1801.04381",
        input_shape=(3, 224, 224),
        build=mobilenet_v2,
        knobs=(
            Knob("alpha", 1.0, "width multiplier α; 0.35 to 1.4 in the paper", low=0.25, high=2.0),
            classes_knob(),
        ),
        notes="The bottleneck of ResNet turned inside out: the shortcut joins narrow maps, the depthwise convolution "
        "works on six times as many, and nothing non-linear touches the narrow ones. Widths are multiples of 8; the "
        "1280 filters of the last convolution do not shrink with α.",
    ),
)

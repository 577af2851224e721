"""Xception (Chollet 2016); state-dict keys are those of timm's ``legacy_xception``."""

from __future__ import annotations

from explorer.layers import BatchNorm, Conv, Flatten, GlobalAvgPool, Linear, MaxPool, ReLU
from explorer.spec import Branches, Series, Spec
from explorer.zoo.architecture import Architecture, classes_knob

# Output widths of the separable convolutions of each block that halves the map.
ENTRY = ((128, 128), (256, 256), (728, 728))
MIDDLE = (728, 728, 728)
EXIT = (728, 1024)


def separable(in_channels: int, out_channels: int) -> Series:
    """Depthwise 3×3, then pointwise 1×1 with nothing between them (section 2)."""
    depthwise = Conv(in_channels, 3, padding=1, groups=in_channels, bias=False)
    return Series(conv1=depthwise, pointwise=Conv(out_channels, bias=False))


def xception(num_classes: int) -> Spec:
    """Give Xception (figure 5): entry flow, eight times the middle flow, exit flow."""
    entry = [_block(64, ENTRY[0], first_relu=False), _block(128, ENTRY[1]), _block(256, ENTRY[2])]
    middle = [_block(728, MIDDLE)] * 8
    blocks = [*entry, *middle, _block(728, EXIT)]
    return Series(
        conv1=Conv(32, 3, stride=2, bias=False),
        bn1=BatchNorm(),
        act1=ReLU(),
        conv2=Conv(64, 3, bias=False),
        bn2=BatchNorm(),
        act2=ReLU(),
        **{f"block{i}": block for i, block in enumerate(blocks, 1)},
        conv3=separable(1024, 1536),
        bn3=BatchNorm(),
        act3=ReLU(),
        conv4=separable(1536, 2048),
        bn4=BatchNorm(),
        act4=ReLU(),
        global_pool=GlobalAvgPool(),
        flatten=Flatten(),
        fc=Linear(num_classes),
    )


def _block(in_channels: int, widths: tuple[int, ...], first_relu: bool = True) -> Branches:
    """Give separable convolutions and a shortcut; where the width changes, the block halves the map too."""
    rep: list[Spec] = []
    for before, width in zip((in_channels, *widths), widths, strict=False):
        rep += [ReLU(), separable(before, width), BatchNorm()]
    if not first_relu:
        rep = rep[1:]
    if widths[-1] == in_channels:
        return Branches(rep=Series(*rep), skip=Series(), join="add")
    skip = Series(skip=Conv(widths[-1], 1, stride=2, bias=False), skipbn=BatchNorm())
    return Branches(("rep", Series(*rep, MaxPool(3, stride=2, padding=1))), ("", skip), join="add")


ARCHITECTURES = (
    Architecture(
        id="xception",
        name="Xception",
        family="Xception",
        year=2016,
        authors="Chollet",
        paper="Xception: Deep Learning with Depthwise Separable Convolutions",
        url="https://arxiv.org/abs/1610.02357",
        input_shape=(3, 299, 299),
        build=xception,
        knobs=(classes_knob(),),
        notes="Inception taken to the extreme: one tower for each channel. As many parameters as Inception v3 "
        "(22,855,952, as the paper prints) and better accuracy. Nothing stands between the depthwise and the pointwise "
        "part: a ReLU there does worse (figure 10). Poolings pad by 1 on each side, as in timm; Keras pads like "
        "TensorFlow, where a map is even only below and to the right.",
    ),
)

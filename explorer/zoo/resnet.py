"""ResNet and its plain twins (He, Zhang, Ren & Sun 2015); state-dict keys are torchvision's."""

from __future__ import annotations

from functools import partial
from typing import Literal

from explorer.blocks import Shortcut, basic_block, bottleneck
from explorer.layers import BatchNorm, Conv, Flatten, GlobalAvgPool, Linear, MaxPool, ReLU
from explorer.spec import Series, Spec
from explorer.zoo.architecture import Architecture, Knob, classes_knob

StrideOn = Literal["1x1", "3x3"]
WIDTHS = (64, 128, 256, 512)


def resnet(stages: tuple[Series, ...], num_classes: int) -> Spec:
    """Give the ImageNet frame: 7×7 stem, max pooling, four stages, global average pooling, one linear layer."""
    return Series(
        conv1=Conv(64, 7, stride=2, padding=3, bias=False),
        bn1=BatchNorm(),
        relu=ReLU(),
        maxpool=MaxPool(3, stride=2, padding=1),
        **{f"layer{i}": stage for i, stage in enumerate(stages, 1)},
        avgpool=GlobalAvgPool(),
        flatten=Flatten(),
        fc=Linear(num_classes),
    )


def basic_resnet(blocks: tuple[int, ...], num_classes: int) -> Spec:
    """Give a ResNet of basic blocks: projections only where a stage changes the shape (option B)."""
    stages = []
    for stage, (width, count) in enumerate(zip(WIDTHS, blocks, strict=True)):
        first = basic_block(width, 2, "projection") if stage else basic_block(width)
        stages.append(Series(first, *[basic_block(width)] * (count - 1)))
    return resnet(tuple(stages), num_classes)


def bottleneck_resnet(blocks: tuple[int, ...], num_classes: int, stride_on: StrideOn) -> Spec:
    """Give a ResNet of bottlenecks; the first of every stage projects, as the width grows fourfold."""
    stages = []
    for stage, (width, count) in enumerate(zip(WIDTHS, blocks, strict=True)):
        first = bottleneck(width, 2 if stage else 1, "projection", stride_on)
        stages.append(Series(first, *[bottleneck(width)] * (count - 1)))
    return resnet(tuple(stages), num_classes)


def plain(blocks: tuple[int, ...], num_classes: int) -> Spec:
    """Give the plain twin: the same layers without shortcuts, hence without projections."""
    shortcut: Shortcut = "none"
    stages = []
    for stage, (width, count) in enumerate(zip(WIDTHS, blocks, strict=True)):
        first = basic_block(width, 2 if stage else 1, shortcut)
        stages.append(Series(first, *[basic_block(width, shortcut=shortcut)] * (count - 1)))
    return resnet(tuple(stages), num_classes)


_record = partial(
    Architecture,
    family="ResNet",
    year=2015,
    authors="He, Zhang, Ren, Sun",
    paper="Deep Residual Learning for Image Recognition",
    url="https://arxiv.org/abs/1512.03385",
    input_shape=(3, 224, 224),
    knobs=(classes_knob(),),
)
_stride_on = Knob("stride_on", "3x3", "the convolution that halves the map: 3x3 is v1.5, 1x1 the paper", ("3x3", "1x1"))
_bottleneck_record = partial(
    _record,
    knobs=(classes_knob(), _stride_on),
    notes="The paper halves the map in the first 1×1 of a stage (v1); torchvision and most checkpoints do it in "
    "the 3×3 (v1.5), which costs more mult-adds and gains accuracy. Parameters are the same.",
)

ARCHITECTURES = (
    _record(id="resnet18", name="ResNet-18", build=partial(basic_resnet, (2, 2, 2, 2))),
    _record(id="resnet34", name="ResNet-34", build=partial(basic_resnet, (3, 4, 6, 3))),
    _bottleneck_record(id="resnet50", name="ResNet-50", build=partial(bottleneck_resnet, (3, 4, 6, 3))),
    _bottleneck_record(id="resnet101", name="ResNet-101", build=partial(bottleneck_resnet, (3, 4, 23, 3))),
    _bottleneck_record(id="resnet152", name="ResNet-152", build=partial(bottleneck_resnet, (3, 8, 36, 3))),
    _record(
        id="plain18",
        name="Plain-18",
        build=partial(plain, (2, 2, 2, 2)),
        notes="ResNet-18 without its shortcuts: the paper's control, here in the same frame.",
    ),
    _record(
        id="plain34",
        name="Plain-34",
        build=partial(plain, (3, 4, 6, 3)),
        notes="ResNet-34 without its shortcuts. It trains worse than Plain-18: the degradation that residual "
        "learning was made to cure.",
    ),
)

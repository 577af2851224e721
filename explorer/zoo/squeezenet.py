"""SqueezeNet (Iandola et al. 2016); state-dict keys are torchvision's."""

from __future__ import annotations

from functools import partial

from explorer.layers import Conv, Dropout, Flatten, GlobalAvgPool, Layer, MaxPool, ReLU
from explorer.spec import Branches, Series, Spec
from explorer.zoo.architecture import Architecture, classes_knob

Plan = tuple[tuple[int, int] | None, ...]

# Squeeze and expand widths of each fire module; None is a pooling.
V1_0: Plan = (None, (16, 64), (16, 64), (32, 128), None, (32, 128), (48, 192), (48, 192), (64, 256), None, (64, 256))
V1_1: Plan = (None, (16, 64), (16, 64), None, (32, 128), (32, 128), None, (48, 192), (48, 192), (64, 256), (64, 256))


def fire(squeeze: int, expand: int) -> Series:
    """Fire module (figure 1): 1×1 filters that squeeze, then as many 1×1 as 3×3 filters that expand."""
    expand1x1 = Series(expand1x1=Conv(expand), expand1x1_activation=ReLU())
    expand3x3 = Series(expand3x3=Conv(expand, 3, padding=1), expand3x3_activation=ReLU())
    return Series(
        ("squeeze", Conv(squeeze)),
        ("squeeze_activation", ReLU()),
        ("", Branches(("", expand1x1), ("", expand3x3), join="concat")),
    )


def squeezenet(first: Layer, plan: Plan, num_classes: int) -> Spec:
    """Give a SqueezeNet: one convolution, fire modules and poolings, and 1×1 filters that score the classes."""
    pool = MaxPool(3, stride=2, ceil_mode=True)
    return Series(
        features=Series(first, ReLU(), *(fire(*widths) if widths else pool for widths in plan)),
        classifier=Series(Dropout(), Conv(num_classes), ReLU(), GlobalAvgPool()),
        flatten=Flatten(),
    )


_record = partial(
    Architecture,
    family="SqueezeNet",
    year=2016,
    authors="Iandola, Han, Moskewicz, Ashraf, Dally, Keutzer",
    paper="SqueezeNet: AlexNet-level accuracy with 50x fewer parameters and <0.5MB model size",
    url="https://arxiv.org/abs/1602.07360",
    input_shape=(3, 224, 224),
    knobs=(classes_knob(),),
)

ARCHITECTURES = (
    _record(
        id="squeezenet1_0",
        name="SqueezeNet 1.0",
        build=partial(squeezenet, Conv(96, 7, stride=2), V1_0),
        notes="AlexNet's accuracy with a fiftieth of its parameters; the half megabyte of the title is after "
        "compression. The authors' Caffe file takes 227×227 pixels and pads its last 1×1 filters, which costs "
        "861 M mult-adds; torchvision's network, this one, does not.",
    ),
    _record(
        id="squeezenet1_1",
        name="SqueezeNet 1.1",
        build=partial(squeezenet, Conv(64, 3, stride=2), V1_1),
        notes="3×3 filters in the first layer and earlier pooling: 2.3 times fewer mult-adds than 1.0 at the same "
        "accuracy. Published by the authors after the paper.",
    ),
)

"""Inception-ResNet (Szegedy et al. 2016), as published and as drawn; state-dict keys are timm's."""

from __future__ import annotations

from functools import partial
from typing import Literal

from explorer.layers import Conv, Dropout, Flatten, GlobalAvgPool, Linear, MaxPool, ReLU, Scale
from explorer.spec import Branches, Series, Spec
from explorer.zoo.architecture import Architecture, Knob, classes_knob
from explorer.zoo.inception_v3 import same, valid
from explorer.zoo.inception_v4 import COLUMN, ROW, beside, pooled, reduction_a, stem

SCALES = (0.17, 0.10, 0.20)
"""Residual scaling of the modules A, B and C in the published code; the paper says between 0.1 and 0.3."""


def residual_module(paths: Branches, out_channels: int, scale: float, last_relu: bool = True) -> Series:
    """Inception module whose 1×1 convolution without activation gives a scaled residual (section 3.3, figure 20)."""
    scaled = [] if scale == 1 else [("scale", Scale(scale))]
    body = Series(("", paths), ("conv2d", Conv(out_channels)), *scaled)
    added = Branches(("", body), ("shortcut", Series()), join="add")
    return Series(("", added), act=ReLU()) if last_relu else Series(("", added))


def module_a(channels: int, widths: tuple[int, int] = (48, 64)) -> Series:
    """Module of the 35×35 grid (figures 10 and 16); ``widths`` are those of the two 3×3 in its longest path."""
    paths = beside(
        same(32), Series(same(32), same(32, 3)), Series(same(32), same(widths[0], 3), same(widths[1], 3))
    )  # fmt: skip
    return residual_module(paths, channels, SCALES[0])


def module_b(channels: int, widths: tuple[int, int, int, int] = (192, 128, 160, 192)) -> Series:
    """Module of the 17×17 grid (figures 11 and 17)."""
    alone, first, row, column = widths
    paths = beside(same(alone), Series(same(first), same(row, ROW), same(column, COLUMN)))
    return residual_module(paths, channels, SCALES[1])


def module_c(
    channels: int, widths: tuple[int, int] = (224, 256), scale: float = SCALES[2], last_relu: bool = True
) -> Series:
    """Module of the 8×8 grid (figures 13 and 19)."""
    row, column = widths
    paths = beside(same(192), Series(same(192), same(row, (1, 3)), same(column, (3, 1))))
    return residual_module(paths, channels, scale, last_relu)


def reduction_b(second: int, third: tuple[int, int]) -> Branches:
    """Reduction from 17×17 to 8×8 (figures 12 and 18)."""
    return beside(
        Series(same(256), valid(384, 3, stride=2)),
        Series(same(256), valid(second, 3, stride=2)),
        Series(same(256), same(third[0], 3), valid(third[1], 3, stride=2)),
        MaxPool(3, stride=2),
    )


def inception_resnet_v1(num_classes: int) -> Spec:
    """Give Inception-ResNet-v1 as the paper draws it (figures 10 to 15)."""
    entry = (
        valid(32, 3, stride=2),
        valid(32, 3),
        same(64, 3),
        MaxPool(3, stride=2),
        same(80),
        valid(192, 3),
        valid(256, 3, stride=2),
    )
    return Series(
        stem=Series(*entry),
        inception_a=Series(*[module_a(256, (32, 32))] * 5),
        reduction_a=reduction_a(192, 192, 256, 384),
        inception_b=Series(*[module_b(896, (128, 128, 128, 128))] * 10),
        reduction_b=reduction_b(256, (256, 256)),
        inception_c=Series(*[module_c(1792, (192, 192))] * 5),
        **_head(num_classes),
    )


def inception_resnet_v2(num_classes: int, form: Literal["code", "paper"]) -> Spec:
    """Give Inception-ResNet-v2: the network of the published code, or the one that the paper draws."""
    if form == "paper":
        return Series(
            stem=Series(*stem()),
            inception_a=Series(*[module_a(384)] * 5),
            reduction_a=reduction_a(256, 256, 384, 384),
            inception_b=Series(*[module_b(1152)] * 10),
            reduction_b=reduction_b(288, (288, 320)),
            inception_c=Series(*[module_c(2144)] * 5),
            **_head(num_classes),
        )
    return Series(
        conv2d_1a=valid(32, 3, stride=2),
        conv2d_2a=valid(32, 3),
        conv2d_2b=same(64, 3),
        maxpool_3a=MaxPool(3, stride=2),
        conv2d_3b=same(80),
        conv2d_4a=valid(192, 3),
        maxpool_5a=MaxPool(3, stride=2),
        mixed_5b=beside(
            same(96), Series(same(48), same(64, 5)), Series(same(64), same(96, 3), same(96, 3)), pooled(64)
        ),
        repeat=Series(*[module_a(320)] * 10),
        mixed_6a=reduction_a(256, 256, 384, 384),
        repeat_1=Series(*[module_b(1088)] * 20),
        mixed_7a=reduction_b(288, (288, 320)),
        repeat_2=Series(*[module_c(2080)] * 9),
        block8=module_c(2080, scale=1.0, last_relu=False),
        conv2d_7b=same(1536),
        **_head(num_classes),
    )  # fmt: skip


def _head(num_classes: int) -> dict[str, Spec]:
    return {
        "global_pool": GlobalAvgPool(),
        "flatten": Flatten(),
        "head_drop": Dropout(0.2),
        "classif": Linear(num_classes),
    }


_record = partial(
    Architecture,
    family="Inception",
    year=2016,
    authors="Szegedy, Ioffe, Vanhoucke, Alemi",
    paper="Inception-v4, Inception-ResNet and the Impact of Residual Connections on Learning",
    url="https://arxiv.org/abs/1602.07261",
    input_shape=(3, 299, 299),
)

ARCHITECTURES = (
    _record(
        id="inception_resnet_v1",
        name="Inception-ResNet-v1",
        build=inception_resnet_v1,
        knobs=(classes_knob(),),
        notes="Inception modules with a shortcut, at about the cost of Inception v3. No batch norm stands on the "
        "sums; a residual is scaled by 0.1 to 0.3 before it is added, or training dies (the factors are those of "
        "the code of v2). Ports made for faces have a sixth module C and another head: they are not this network.",
    ),
    _record(
        id="inception_resnet_v2",
        name="Inception-ResNet-v2",
        build=inception_resnet_v2,
        knobs=(
            classes_knob(),
            Knob(
                "form", "code", "the network of the published code, or the one that the paper draws", ("code", "paper")
            ),
        ),
        notes="Two networks have this name. The published code, whose weights everybody uses: 10, 20 and 10 modules on "
        "320, 1088 and 2080 maps, 55.8 M parameters. The paper's figures: the stem of Inception v4, then 5, 10 and 5 "
        "modules on 384, 1152 and 2144 maps, 32.4 M; where they print 1154 and 2048 maps, the concatenations give "
        "1152 and 2144.",
    ),
)

"""Inception v3 (Szegedy et al. 2015): factorised convolutions; state-dict keys are torchvision's."""

from __future__ import annotations

from functools import partial

from explorer.blocks import conv_bn_relu
from explorer.joins import Concat
from explorer.layers import AvgPool, Dropout, Flatten, GlobalAvgPool, Linear, MaxPool
from explorer.shapes import Size, per_axis
from explorer.spec import Branches, Cell, Series, Side, Spec, Step
from explorer.zoo.architecture import Architecture, Knob, classes_knob

valid = partial(conv_bn_relu, eps=1e-3)
"""Convolution without padding ("V" in the figures of the papers), batch norm, ReLU."""


def same(out_channels: int, kernel_size: Size = 1) -> Series:
    """Convolution that keeps the map's size, batch norm, ReLU."""
    height, width = per_axis(kernel_size, 2)
    return valid(out_channels, kernel_size, padding=(height // 2, width // 2))


def inception_v3(num_classes: int, aux_heads: bool) -> Spec:
    """Give Inception v3: table 1 of the paper, with modules A, C and E and the two grid reductions B and D."""
    aux = Series(
        pool=AvgPool(5, stride=3),
        conv0=valid(128),
        conv1=valid(768, 5),
        avgpool=GlobalAvgPool(),
        flatten=Flatten(),
        fc=Linear(num_classes),
    )
    return Series(
        Conv2d_1a_3x3=valid(32, 3, stride=2),
        Conv2d_2a_3x3=valid(32, 3),
        Conv2d_2b_3x3=same(64, 3),
        maxpool1=MaxPool(3, stride=2),
        Conv2d_3b_1x1=valid(80),
        Conv2d_4a_3x3=valid(192, 3),
        maxpool2=MaxPool(3, stride=2),
        Mixed_5b=module_a(32),
        Mixed_5c=module_a(64),
        Mixed_5d=module_a(64),
        Mixed_6a=reduction_b(),
        Mixed_6b=module_c(128),
        Mixed_6c=module_c(160),
        Mixed_6d=module_c(160),
        Mixed_6e=module_c(192),
        **({"AuxLogits": Side(aux)} if aux_heads else {}),
        Mixed_7a=reduction_d(),
        Mixed_7b=module_e(),
        Mixed_7c=module_e(),
        avgpool=GlobalAvgPool(),
        dropout=Dropout(),
        flatten=Flatten(),
        fc=Linear(num_classes),
    )


def module_a(pool_features: int) -> Branches:
    """Two 3×3 in place of a 5×5 (figure 5); the published code keeps one 5×5 beside them."""
    return _joined(
        Series(branch1x1=same(64)),
        Series(branch5x5_1=same(48), branch5x5_2=same(64, 5)),
        Series(branch3x3dbl_1=same(64), branch3x3dbl_2=same(96, 3), branch3x3dbl_3=same(96, 3)),
        Series(pool=AvgPool(3, stride=1, padding=1), branch_pool=same(pool_features)),
    )


def reduction_b() -> Branches:
    """Grid reduction from 35×35 to 17×17: convolution and pooling side by side (figure 10)."""
    return _joined(
        Series(branch3x3=valid(384, 3, stride=2)),
        Series(branch3x3dbl_1=same(64), branch3x3dbl_2=same(96, 3), branch3x3dbl_3=valid(96, 3, stride=2)),
        Series(pool=MaxPool(3, stride=2)),
    )


def module_c(width: int) -> Branches:
    """1×7 then 7×1 in place of a 7×7 (figure 6, n = 7)."""
    row, column = (1, 7), (7, 1)
    return _joined(
        Series(branch1x1=same(192)),
        Series(branch7x7_1=same(width), branch7x7_2=same(width, row), branch7x7_3=same(192, column)),
        Series(
            branch7x7dbl_1=same(width),
            branch7x7dbl_2=same(width, column),
            branch7x7dbl_3=same(width, row),
            branch7x7dbl_4=same(width, column),
            branch7x7dbl_5=same(192, row),
        ),
        Series(pool=AvgPool(3, stride=1, padding=1), branch_pool=same(192)),
    )


def reduction_d() -> Branches:
    """Grid reduction from 17×17 to 8×8."""
    return _joined(
        Series(branch3x3_1=same(192), branch3x3_2=valid(320, 3, stride=2)),
        Series(
            branch7x7x3_1=same(192),
            branch7x7x3_2=same(192, (1, 7)),
            branch7x7x3_3=same(192, (7, 1)),
            branch7x7x3_4=valid(192, 3, stride=2),
        ),
        Series(pool=MaxPool(3, stride=2)),
    )


def module_e() -> Cell:
    """1×3 and 3×1 side by side, for many maps on the coarsest grid (figure 7)."""
    row, column = (1, 3), (3, 1)
    steps = (
        Step("branch1x1", ("x",), same(320)),
        Step("branch3x3_1", ("x",), same(384)),
        Step("branch3x3_2a", ("branch3x3_1",), same(384, row)),
        Step("branch3x3_2b", ("branch3x3_1",), same(384, column)),
        Step("branch3x3dbl_1", ("x",), same(448)),
        Step("branch3x3dbl_2", ("branch3x3dbl_1",), same(384, 3)),
        Step("branch3x3dbl_3a", ("branch3x3dbl_2",), same(384, row)),
        Step("branch3x3dbl_3b", ("branch3x3dbl_2",), same(384, column)),
        Step("pool", ("x",), AvgPool(3, stride=1, padding=1)),
        Step("branch_pool", ("pool",), same(192)),
    )
    parts = ("branch1x1", "branch3x3_2a", "branch3x3_2b", "branch3x3dbl_3a", "branch3x3dbl_3b", "branch_pool")
    return Cell(("x",), (*steps, Step("concat", parts, Concat())), "concat")


def _joined(*paths: Series) -> Branches:
    return Branches(*(("", path) for path in paths), join="concat")


ARCHITECTURES = (
    Architecture(
        id="inception_v3",
        name="Inception v3",
        family="Inception",
        year=2015,
        authors="Szegedy, Vanhoucke, Ioffe, Shlens, Wojna",
        paper="Rethinking the Inception Architecture for Computer Vision",
        url="https://arxiv.org/abs/1512.00567",
        input_shape=(3, 299, 299),
        build=inception_v3,
        knobs=(classes_knob(), Knob("aux_heads", False, "the auxiliary classifier that helps training", (False, True))),
        notes="Three ideas against cost: 5×5 becomes two 3×3, n×n becomes 1×n and n×1, and the grid is reduced by "
        "convolution and pooling side by side, so that nothing narrows. This is the published code; table 1 of the "
        "paper draws another stem and counts five 17×17 modules. The auxiliary head exists only in training: "
        "3,326,696 parameters more.",
    ),
)

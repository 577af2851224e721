"""Inception v4 (Szegedy et al. 2016); state-dict keys are timm's."""

from __future__ import annotations

from explorer.joins import Concat
from explorer.layers import AvgPool, Dropout, Flatten, GlobalAvgPool, Linear, MaxPool
from explorer.spec import Branches, Cell, Series, Spec, Step
from explorer.zoo.architecture import Architecture, classes_knob
from explorer.zoo.inception_v3 import same, valid

ROW, COLUMN = (1, 7), (7, 1)


def inception_v4(num_classes: int) -> Spec:
    """Give Inception v4 (figure 9): stem, 4 modules A, 7 modules B and 3 modules C, with a reduction after A and B."""
    return Series(
        features=Series(
            *stem(),
            *[module_a()] * 4,
            reduction_a(192, 224, 256, 384),
            *[module_b()] * 7,
            reduction_b(),
            *[module_c()] * 3,
        ),
        global_pool=GlobalAvgPool(),
        flatten=Flatten(),
        head_drop=Dropout(0.2),
        last_linear=Linear(num_classes),
    )


def stem() -> tuple[Spec, ...]:
    """Stem of Inception v4 and of the paper's Inception-ResNet-v2 (figure 3)."""
    return (
        valid(32, 3, stride=2),
        valid(32, 3),
        same(64, 3),
        Branches(maxpool=MaxPool(3, stride=2), conv=valid(96, 3, stride=2), join="concat"),
        beside(Series(same(64), valid(96, 3)), Series(same(64), same(64, ROW), same(64, COLUMN), valid(96, 3))),
        Branches(conv=valid(192, 3, stride=2), maxpool=MaxPool(3, stride=2), join="concat"),
    )


def module_a() -> Branches:
    """Module of the 35×35 grid (figure 4)."""
    return beside(same(96), Series(same(64), same(96, 3)), Series(same(64), same(96, 3), same(96, 3)), pooled(96))


def reduction_a(reduce3x3: int, first3x3: int, second3x3: int, conv3x3: int) -> Branches:
    """Reduction from 35×35 to 17×17 (figure 7), also of the Inception-ResNets; k, l, m and n of table 1."""
    return beside(
        valid(conv3x3, 3, stride=2),
        Series(same(reduce3x3), same(first3x3, 3), valid(second3x3, 3, stride=2)),
        MaxPool(3, stride=2),
    )


def module_b() -> Branches:
    """Module of the 17×17 grid (figure 5)."""
    return beside(
        same(384),
        Series(same(192), same(224, ROW), same(256, COLUMN)),
        Series(same(192), same(192, COLUMN), same(224, ROW), same(224, COLUMN), same(256, ROW)),
        pooled(128),
    )


def reduction_b() -> Branches:
    """Reduction from 17×17 to 8×8 (figure 8)."""
    return beside(
        Series(same(192), valid(192, 3, stride=2)),
        Series(same(256), same(256, ROW), same(320, COLUMN), valid(320, 3, stride=2)),
        MaxPool(3, stride=2),
    )


def module_c() -> Cell:
    """Module of the 8×8 grid, with 1×3 and 3×1 side by side (figure 6)."""
    row, column = (1, 3), (3, 1)
    steps = (
        Step("branch0", ("x",), same(256)),
        Step("branch1_0", ("x",), same(384)),
        Step("branch1_1a", ("branch1_0",), same(256, row)),
        Step("branch1_1b", ("branch1_0",), same(256, column)),
        Step("branch2_0", ("x",), same(384)),
        Step("branch2_1", ("branch2_0",), same(448, column)),
        Step("branch2_2", ("branch2_1",), same(512, row)),
        Step("branch2_3a", ("branch2_2",), same(256, row)),
        Step("branch2_3b", ("branch2_2",), same(256, column)),
        Step("branch3", ("x",), pooled(256)),
    )
    parts = ("branch0", "branch1_1a", "branch1_1b", "branch2_3a", "branch2_3b", "branch3")
    return Cell(("x",), (*steps, Step("concat", parts, Concat())), "concat")


def beside(*paths: Spec) -> Branches:
    """Paths called ``branch0``, ``branch1``, …, their maps behind one another."""
    return Branches(*((f"branch{i}", path) for i, path in enumerate(paths)), join="concat")


def pooled(out_channels: int) -> Series:
    """Average pooling that does not count its padding, then a 1×1 convolution."""
    return Series(AvgPool(3, stride=1, padding=1, count_include_pad=False), same(out_channels))


ARCHITECTURES = (
    Architecture(
        id="inception_v4",
        name="Inception v4",
        family="Inception",
        year=2016,
        authors="Szegedy, Ioffe, Vanhoucke, Alemi",
        paper="Inception-v4, Inception-ResNet and the Impact of Residual Connections on Learning",
        url="https://arxiv.org/abs/1602.07261",
        input_shape=(3, 299, 299),
        build=inception_v4,
        knobs=(classes_knob(),),
        notes="More modules than v3, and all alike within a stage. As accurate without residual connections as "
        "Inception-ResNet-v2 with them, only slower to train. In the stem the code has 1×7 before 7×1, the paper's "
        "figure the other way round; nothing that is counted depends on it.",
    ),
)

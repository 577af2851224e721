"""ResNet for ImageNet and its plain twins (He, Zhang, Ren & Sun 2015); state-dict keys are torchvision's."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from typing import Any, Literal

from explorer.blocks import Shortcut, basic_block, bottleneck
from explorer.layers import BatchNorm, Conv, Flatten, GlobalAvgPool, Linear, MaxPool, ReLU
from explorer.spec import Series, Spec
from explorer.zoo.architecture import Architecture, Knob, classes_knob

StrideOn = Literal["1x1", "3x3"]

WIDTHS = (64, 128, 256, 512)
STEM = Conv(64, 7, stride=2, padding=3, bias=False)
POOL = MaxPool(3, stride=2, padding=1)
OPTIONS: dict[str, tuple[Shortcut, Shortcut]] = {
    "A": ("identity", "padding"),
    "B": ("identity", "projection"),
    "C": ("projection", "projection"),
    "none": ("none", "none"),
}
"""Section 4.1: the shortcut where the shape stays, and where it changes."""


def resnet(
    stages: dict[str, Spec],
    num_classes: int,
    conv1: Spec = STEM,
    maxpool: Spec = POOL,
) -> Spec:
    """Give the ImageNet frame: 7×7 stem, max pooling, the stages, global average pooling, one linear layer."""
    return Series(
        conv1=conv1,
        bn1=BatchNorm(),
        relu=ReLU(),
        maxpool=maxpool,
        **stages,
        avgpool=GlobalAvgPool(),
        flatten=Flatten(),
        fc=Linear(num_classes),
    )


def stages(
    block: Callable[[int, int, Any], Spec],
    widths: Sequence[int],
    blocks: Sequence[int],
    *,
    first: str,
    changed: str,
    same: str,
) -> dict[str, Spec]:
    """Lay blocks, functions of width, stride and shortcut, out in stages, of which each but the first halves the map.

    Three shortcuts: that of the very first block, of the later ones that change the shape, and of all others.
    """
    found: dict[str, Spec] = {}
    for stage, (width, count) in enumerate(zip(widths, blocks, strict=True), 1):
        opening = block(width, 1, first) if stage == 1 else block(width, 2, changed)
        found[f"layer{stage}"] = Series(opening, *[block(width, 1, same)] * (count - 1))
    return found


def basic_resnet(
    blocks: tuple[int, ...], num_classes: int, shortcut: str = "B", widths: tuple[int, ...] = WIDTHS
) -> Spec:
    """Give a ResNet of basic blocks with shortcuts of an option; wider maps than the stem's are projected at once."""
    same, changed = OPTIONS[shortcut]
    first = same if widths[0] == WIDTHS[0] else changed
    return resnet(stages(basic_block, widths, blocks, first=first, changed=changed, same=same), num_classes)


def bottleneck_resnet(
    blocks: tuple[int, ...], num_classes: int, stride_on: StrideOn = "3x3", groups: int = 1, group_width: int = 64
) -> Spec:
    """Give a ResNet of bottlenecks."""
    return resnet(bottleneck_stages(blocks, stride_on, groups, group_width), num_classes)


def bottleneck_stages(
    blocks: tuple[int, ...], stride_on: StrideOn, groups: int = 1, group_width: int = 64
) -> dict[str, Spec]:
    """Give stages of bottlenecks; the first of every stage projects, as the width grows fourfold.

    With ``groups`` they are a ResNeXt's; the 3×3 of the first stage has so many groups of ``group_width`` filters each.
    """

    def block(width: int, stride: int, shortcut: Shortcut) -> Spec:
        narrow = groups * group_width * width // WIDTHS[0]
        return bottleneck(narrow, stride, shortcut, stride_on, out_channels=4 * width, groups=groups)

    return stages(block, WIDTHS, blocks, first="projection", changed="projection", same="identity")


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
_shortcut = Knob(
    "shortcut",
    "B",
    "shortcut option: A zero-padding, B projection where the shape changes, C everywhere",
    ("A", "B", "C"),
)
STRIDE_ON = Knob("stride_on", "3x3", "the convolution that halves the map: 3x3 is v1.5, 1x1 the paper", ("3x3", "1x1"))
_basic_record = partial(
    _record,
    knobs=(classes_knob(), _shortcut),
    notes="Where a stage halves the map and doubles the channels, the input no longer fits the sum. Option A takes "
    "every second pixel and adds maps of zeros, without parameters; B, the usual one, projects with a 1×1 "
    "convolution; C projects in every block, which gains little and costs much. The paper does not say how A "
    "sub-samples: here, as in the authors' port, by 1×1 pooling with stride 2.",
)
_bottleneck_record = partial(
    _record,
    knobs=(classes_knob(), STRIDE_ON),
    notes="The paper halves the map in the first 1×1 of a stage (v1); torchvision and most checkpoints do it in "
    "the 3×3 (v1.5), which costs more mult-adds and gains accuracy. Parameters are the same.",
)

ARCHITECTURES = (
    _basic_record(id="resnet18", name="ResNet-18", build=partial(basic_resnet, (2, 2, 2, 2))),
    _basic_record(id="resnet34", name="ResNet-34", build=partial(basic_resnet, (3, 4, 6, 3))),
    _bottleneck_record(id="resnet50", name="ResNet-50", build=partial(bottleneck_resnet, (3, 4, 6, 3))),
    _bottleneck_record(id="resnet101", name="ResNet-101", build=partial(bottleneck_resnet, (3, 4, 23, 3))),
    _bottleneck_record(id="resnet152", name="ResNet-152", build=partial(bottleneck_resnet, (3, 8, 36, 3))),
    _record(
        id="plain18",
        name="Plain-18",
        build=partial(basic_resnet, (2, 2, 2, 2), shortcut="none"),
        notes="ResNet-18 without its shortcuts: the paper's control, here in the same frame.",
    ),
    _record(
        id="plain34",
        name="Plain-34",
        build=partial(basic_resnet, (3, 4, 6, 3), shortcut="none"),
        notes="ResNet-34 without its shortcuts. It trains worse than Plain-18: the degradation that residual "
        "learning was made to cure.",
    ),
)

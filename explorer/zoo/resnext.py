"""ResNeXt (Xie, Girshick, Dollár, Tu & He 2016); state-dict keys are torchvision's."""

from __future__ import annotations

from functools import partial

from explorer.spec import Spec
from explorer.zoo.architecture import Architecture, Knob, classes_knob
from explorer.zoo.resnet import bottleneck_resnet


def resnext(blocks: tuple[int, ...], cardinality: int, bottleneck_width: int, num_classes: int) -> Spec:
    """Give ResNeXt (C×d): each 3×3 has C groups, of d filters in the first stage and twice as many in each next."""
    return bottleneck_resnet(blocks, num_classes, groups=cardinality, group_width=bottleneck_width)


def _record(depth: int, blocks: tuple[int, ...], cardinality: int, width: int, notes: str) -> Architecture:
    return Architecture(
        id=f"resnext{depth}_{cardinality}x{width}d",
        name=f"ResNeXt-{depth} ({cardinality}×{width}d)",
        family="ResNeXt",
        year=2016,
        authors="Xie, Girshick, Dollár, Tu, He",
        paper="Aggregated Residual Transformations for Deep Neural Networks",
        url="https://arxiv.org/abs/1611.05431",
        input_shape=(3, 224, 224),
        build=partial(resnext, blocks),
        knobs=(
            Knob("cardinality", cardinality, "paths side by side, C: groups of the 3×3 convolutions", high=64),
            Knob("bottleneck_width", width, "filters of each path in the first stage, d", high=64),
            classes_knob(),
        ),
        notes=notes,
    )


_IDEA = (
    "A bottleneck split into C equal paths whose sum is one grouped 3×3 convolution (figure 3c). The paper keeps the "
    "cost of ResNet and trades width for cardinality: 1×64d (ResNet itself), 2×40d, 4×24d, 8×14d and 32×4d cost about "
    "the same, and the error falls from left to right."
)

ARCHITECTURES = (
    _record(50, (3, 4, 6, 3), 32, 4, _IDEA),
    _record(101, (3, 4, 23, 3), 32, 4, _IDEA),
    _record(101, (3, 4, 23, 3), 32, 8, "Twice the width of 32×4d, and about twice its cost. torchvision's."),
    _record(101, (3, 4, 23, 3), 64, 4, "Twice the cardinality of 32×4d, and about twice its cost (table 4)."),
)

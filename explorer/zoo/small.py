"""Small networks that train on an ordinary computer; the one that ships with its weights."""

from __future__ import annotations

from explorer.blocks import basic_block
from explorer.layers import BatchNorm, Conv, Flatten, GlobalAvgPool, Linear, ReLU
from explorer.spec import Series, Spec
from explorer.zoo.architecture import Architecture, classes_knob

STAGES = ((32, 1, 1), (64, 2, 2), (128, 2, 2), (256, 2, 1))
"""Width, blocks and stride of each stage."""


def small_resnet(num_classes: int) -> Spec:
    """Give a ResNet of basic blocks for 64×64 photos: a 3×3 stem without max pooling, and 8×8 maps at the end."""
    stages, channels = [], STAGES[0][0]
    for width, blocks, stride in STAGES:
        first = basic_block(width, stride, "projection" if (stride, width) != (1, channels) else "identity")
        stages.append(Series(first, *[basic_block(width)] * (blocks - 1)))
        channels = width
    return Series(
        conv1=Conv(STAGES[0][0], 3, stride=2, padding=1, bias=False),
        bn1=BatchNorm(),
        relu=ReLU(),
        **{f"layer{i}": stage for i, stage in enumerate(stages, 1)},
        avgpool=GlobalAvgPool(),
        flatten=Flatten(),
        fc=Linear(num_classes),
    )


ARCHITECTURES = (
    Architecture(
        id="small_resnet",
        name="Small ResNet (64×64 photos)",
        family="Small",
        year=2015,
        authors="He, Zhang, Ren, Sun (blocks)",
        paper="Deep Residual Learning for Image Recognition",
        url="https://arxiv.org/abs/1512.03385",
        input_shape=(3, 64, 64),
        build=small_resnet,
        knobs=(classes_knob(12),),
        notes="Not a published network: the basic blocks of ResNet in a frame for 64×64 photos, small enough to "
        "train on two processor cores in little over an hour. The last map, 8×8, is averaged straight into the "
        "linear layer, so class activation maps are exact.",
    ),
)

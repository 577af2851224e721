"""Small networks for 64×64 photos that train on an ordinary computer; they ship with their weights."""

from __future__ import annotations

from functools import partial

from explorer.blocks import basic_block, conv_bn_relu, inception
from explorer.layers import (
    AdaptiveAvgPool,
    BatchNorm,
    Conv,
    Dropout,
    Flatten,
    GlobalAvgPool,
    Linear,
    MaxPool,
    ReLU,
)
from explorer.spec import Series, Spec
from explorer.zoo.architecture import Architecture, classes_knob

STAGES = ((32, 1, 1), (64, 2, 2), (128, 2, 2), (256, 2, 1))
"""Width, blocks and stride of each stage of the ResNet."""
BLOCKS = ((24,), (48,), (96, 96), (192, 192))
"""Filters of the 3×3 convolutions of the VGG; each block ends in max pooling."""
MODULES = {
    "3a": (32, 48, 64, 16, 32, 32),
    "3b": (64, 64, 96, 16, 32, 32),
    "4a": (64, 64, 128, 16, 32, 32),
    "4b": (96, 96, 160, 16, 48, 48),
    "4c": (128, 128, 224, 32, 64, 64),
}
"""Widths of the Inception modules, in the order of GoogLeNet's table 1."""


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


def small_vgg(num_classes: int) -> Spec:
    """Give a VGG for 64×64 photos: blocks of 3×3 with batch normalisation, then linear layers on the 4×4 maps."""
    features: list[Spec] = []
    for block in BLOCKS:
        for width in block:
            features += [Conv(width, 3, padding=1, bias=False), BatchNorm(), ReLU()]
        features.append(MaxPool(2))
    return Series(
        features=Series(*features),
        avgpool=AdaptiveAvgPool(4),
        flatten=Flatten(),
        classifier=Series(Linear(512), ReLU(), Dropout(), Linear(num_classes)),
    )


def small_googlenet(num_classes: int) -> Spec:
    """Give a GoogLeNet for 64×64 photos: two 3×3, then five Inception modules, all with batch normalisation."""
    modules = {name: inception(*widths, unit=conv_bn_relu) for name, widths in MODULES.items()}
    return Series(
        conv1=conv_bn_relu(24, 3, padding=1),
        maxpool1=MaxPool(3, stride=2, padding=1),
        conv2=conv_bn_relu(48, 3, padding=1),
        maxpool2=MaxPool(3, stride=2, padding=1),
        inception3a=modules["3a"],
        inception3b=modules["3b"],
        maxpool3=MaxPool(3, stride=2, padding=1),
        inception4a=modules["4a"],
        inception4b=modules["4b"],
        inception4c=modules["4c"],
        avgpool=GlobalAvgPool(),
        flatten=Flatten(),
        fc=Linear(num_classes),
    )


_record = partial(Architecture, family="Small", input_shape=(3, 64, 64), knobs=(classes_knob(12),))

ARCHITECTURES = (
    _record(
        id="small_vgg",
        name="Small VGG",
        year=2014,
        authors="Simonyan, Zisserman (plan)",
        paper="Very Deep Convolutional Networks for Large-Scale Image Recognition",
        url="https://arxiv.org/abs/1409.1556",
        build=small_vgg,
        notes="Not a published network: the plan of VGG in a frame for 64×64 photos, with batch normalisation. Its "
        "linear layers, with most of the parameters, mix all places of the last maps: there is no class activation "
        "map, only what gradients (Grad-CAM) and occlusion say.",
    ),
    _record(
        id="small_googlenet",
        name="Small GoogLeNet",
        year=2014,
        authors="Szegedy et al. (modules)",
        paper="Going Deeper with Convolutions",
        url="https://arxiv.org/abs/1409.4842",
        build=small_googlenet,
        notes="Not a published network: the Inception modules of GoogLeNet in a frame for 64×64 photos, with batch "
        "normalisation. The last map, 8×8, is averaged straight into the linear layer, so class activation maps are "
        "exact.",
    ),
    _record(
        id="small_resnet",
        name="Small ResNet",
        year=2015,
        authors="He, Zhang, Ren, Sun (blocks)",
        paper="Deep Residual Learning for Image Recognition",
        url="https://arxiv.org/abs/1512.03385",
        build=small_resnet,
        notes="Not a published network: the basic blocks of ResNet in a frame for 64×64 photos, small enough to "
        "train on two processor cores in little over an hour. The last map, 8×8, is averaged straight into the "
        "linear layer, so class activation maps are exact.",
    ),
)

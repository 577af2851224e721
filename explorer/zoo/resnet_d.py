"""What became of ResNet: 200 layers, ResNet-D (He, T. et al. 2018), ResNet-RS (Bello et al. 2021); keys are timm's."""

from __future__ import annotations

from functools import partial

from explorer.blocks import Shortcut, bottleneck, squeeze_excitation
from explorer.layers import BatchNorm, Conv, ReLU
from explorer.spec import Series, Spec
from explorer.zoo.architecture import Architecture, classes_knob
from explorer.zoo.resnet import STRIDE_ON, WIDTHS, bottleneck_resnet, resnet, stages

BLOCKS_200 = (3, 24, 36, 3)

DEEP_STEM = Series(
    Conv(32, 3, stride=2, padding=1, bias=False),
    BatchNorm(),
    ReLU(),
    Conv(32, 3, padding=1, bias=False),
    BatchNorm(),
    ReLU(),
    Conv(64, 3, padding=1, bias=False),
)
"""Three 3×3 convolutions where ResNet has one 7×7 (figure 2b)."""


def resnet_d(num_classes: int) -> Spec:
    """Give ResNet-50-D: the deep stem, and shortcuts that average before they project (figure 2c)."""
    found = stages(bottleneck, WIDTHS, (3, 4, 6, 3), first="average", changed="average", same="identity")
    return resnet(found, num_classes, DEEP_STEM)


def resnet_rs(num_classes: int) -> Spec:
    """Give ResNet-RS-200: ResNet-D, a squeeze-and-excitation gate in each block, no max pooling."""

    def block(width: int, stride: int, shortcut: Shortcut) -> Spec:
        return bottleneck(width, stride, shortcut, gate=squeeze_excitation(4 * width, width))

    found = stages(block, WIDTHS, BLOCKS_200, first="average", changed="average", same="identity")
    downsampling = Series(Conv(64, 3, stride=2, padding=1, bias=False), BatchNorm(), ReLU())
    return resnet(found, num_classes, DEEP_STEM, downsampling)


ARCHITECTURES = (
    Architecture(
        id="resnet200",
        name="ResNet-200",
        family="ResNet",
        year=2016,
        authors="He, Zhang, Ren, Sun",
        paper="Identity Mappings in Deep Residual Networks",
        url="https://arxiv.org/abs/1603.05027",
        input_shape=(3, 224, 224),
        build=partial(bottleneck_resnet, BLOCKS_200),
        knobs=(classes_knob(), STRIDE_ON),
        notes="The blocks of the first paper, 200 layers deep: what the second paper compares pre-activation with, and "
        "what ResNet-RS starts from.",
    ),
    Architecture(
        id="resnet50_d",
        name="ResNet-50-D",
        family="ResNet",
        year=2018,
        authors="He, Zhang, Zhang, Zhang, Xie, Li",
        paper="Bag of Tricks for Image Classification with Convolutional Neural Networks",
        url="https://arxiv.org/abs/1812.01187",
        input_shape=(3, 224, 224),
        build=resnet_d,
        knobs=(classes_knob(),),
        notes="Three changes that cost little: the 3×3 takes the stride instead of the first 1×1 (B, as torchvision's "
        "ResNet-50 does), three 3×3 convolutions replace the 7×7 of the stem (C), and the shortcut averages 2×2 before "
        "its 1×1 convolution, which with stride 2 would not look at three quarters of the values (D).",
    ),
    Architecture(
        id="resnet_rs_200",
        name="ResNet-RS-200",
        family="ResNet",
        year=2021,
        authors="Bello, Fedus, Du, Cubuk, Srinivas, Lin, Shlens, Zoph",
        paper="Revisiting ResNets: Improved Training and Scaling Strategies",
        url="https://arxiv.org/abs/2103.07579",
        input_shape=(3, 256, 256),
        build=resnet_rs,
        knobs=(classes_knob(),),
        notes="What the paper adds to a 200-layer ResNet: squeeze-and-excitation with a quarter of the channels, and "
        "the stem and shortcuts of ResNet-D. In place of the max pooling stands a 3×3 convolution of stride 2, as in "
        "the authors' code; the paper lets the next block halve the map. Most of the gain from 79.0 % to 83.4 % comes "
        "from training and regularisation. The dropout before the last layer is left out.",
    ),
)

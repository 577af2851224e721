"""Squeeze-and-Excitation networks (Hu et al. 2018): known networks with gates; keys are timm's legacy ones."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from typing import Literal

from explorer.layers import BatchNorm, Conv, Dropout, Flatten, GlobalAvgPool, Layer, Linear, MaxPool, ReLU
from explorer.spec import Branches, Series, Spec
from explorer.transforms.gates import Placement
from explorer.transforms.rewrite import map_layers
from explorer.transforms.squeeze import squeeze_excitation
from explorer.zoo import vgg
from explorer.zoo.architecture import Architecture, Knob, classes_knob
from explorer.zoo.bn_inception import bn_inception
from explorer.zoo.inception_resnet import inception_resnet_v2
from explorer.zoo.resnet import WIDTHS, StrideOn, bottleneck_stages, stages

IMAGE, LARGER = (3, 224, 224), (3, 299, 299)
STEM = Series(conv1=Conv(64, 7, stride=2, padding=3, bias=False), bn1=BatchNorm(), relu1=ReLU())


def senet(stem: Series, blocks: dict[str, Spec], dropout: float, ratio: int, num_classes: int) -> Spec:
    """Put gates on the residual branches, and the frame of the authors' Caffe files around: pooling without padding."""
    frame = Series(
        layer0=stem,
        pool0=MaxPool(3, stride=2, ceil_mode=True),
        **blocks,
        global_pool=GlobalAvgPool(),
        flatten=Flatten(),
        **({"drop": Dropout(dropout)} if dropout else {}),
        last_linear=Linear(num_classes),
    )
    return squeeze_excitation(frame, IMAGE, ratio=ratio, placement="residual")


def se_resnet(
    blocks: tuple[int, ...], num_classes: int, ratio: int, stride_on: StrideOn = "1x1", groups: int = 1, width: int = 64
) -> Spec:
    """Give SE-ResNet, or SE-ResNeXt with groups of ``width`` filters."""
    return senet(STEM, bottleneck_stages(blocks, stride_on, groups, width), 0, ratio, num_classes)


def senet154(num_classes: int, ratio: int) -> Spec:
    """Give SENet-154: SE-ResNeXt-152 (64×4d) with a stem of three 3×3, half as wide a first 1×1, 3×3 projections."""
    stem: dict[str, Layer] = {}
    for i, (width, stride) in enumerate(((64, 2), (64, 1), (128, 1)), 1):
        stem |= {f"conv{i}": Conv(width, 3, stride, padding=1, bias=False), f"bn{i}": BatchNorm(), f"relu{i}": ReLU()}
    found = stages(_wide_bottleneck, WIDTHS, (3, 8, 36, 3), first="1x1", changed="3x3", same="identity")
    return senet(Series(**stem), found, 0.2, ratio, num_classes)


def _wide_bottleneck(width: int, stride: int, shortcut: Literal["1x1", "3x3", "identity"]) -> Spec:
    body = Series(
        conv1=Conv(2 * width, bias=False),
        bn1=BatchNorm(),
        relu1=ReLU(),
        conv2=Conv(4 * width, 3, stride, padding=1, groups=64, bias=False),
        bn2=BatchNorm(),
        relu2=ReLU(),
        conv3=Conv(4 * width, bias=False),
        bn3=BatchNorm(),
    )
    path = Series()
    if shortcut != "identity":
        kernel_size = int(shortcut[0])
        path = Series(Conv(4 * width, kernel_size, stride, padding=kernel_size // 2, bias=False), BatchNorm())
    return Series(("", Branches(("", body), ("downsample", path), join="add")), relu=ReLU())


def se_vgg16(num_classes: int, ratio: int, placement: Placement) -> Spec:
    """Give VGG16 with batch norm, and gates after each convolution or at the end of each stage."""
    plain = vgg.vgg(vgg.D, num_classes, batch_norm=True)
    return squeeze_excitation(plain, IMAGE, ratio=ratio, placement=placement)


def se_bn_inception(num_classes: int, ratio: int) -> Spec:
    """Give BN-Inception, without the biases before batch norm, and a gate after each module."""
    plain = map_layers(bn_inception(num_classes), lambda x: replace(x, bias=False) if isinstance(x, Conv) else x)
    return squeeze_excitation(plain, IMAGE, ratio=ratio, placement="module")


def se_inception_resnet_v2(num_classes: int, ratio: int) -> Spec:
    """Give Inception-ResNet-v2 (the published code's) with a gate on each residual."""
    plain = inception_resnet_v2(num_classes, "code")
    return squeeze_excitation(plain, LARGER, ratio=ratio, placement="residual")


_ratio = Knob("ratio", 16, "how many times fewer channels a gate has inside", high=64)
_record = partial(
    Architecture,
    family="SENet",
    year=2017,
    authors="Hu, Shen, Albanie, Sun, Wu",
    paper="Squeeze-and-Excitation Networks",
    url="https://arxiv.org/abs/1709.01507",
    input_shape=IMAGE,
    knobs=(classes_knob(), _ratio),
)
_RESNET = (
    "A gate on the residual branch of each block, before the sum (figure 3): a tenth more parameters, next to no more "
    "mult-adds. As in the authors' files, the first 1×1 of a stage halves the map; the stem's pooling has no padding."
)
_RESNEXT = "ResNeXt with a gate on the residual branch of each block; here the 3×3 halves the map, as in ResNeXt."

ARCHITECTURES = (
    _record(id="se_resnet50", name="SE-ResNet-50", build=partial(se_resnet, (3, 4, 6, 3)), notes=_RESNET),
    _record(id="se_resnet101", name="SE-ResNet-101", build=partial(se_resnet, (3, 4, 23, 3)), notes=_RESNET),
    _record(id="se_resnet152", name="SE-ResNet-152", build=partial(se_resnet, (3, 8, 36, 3)), notes=_RESNET),
    _record(
        id="se_resnext50_32x4d",
        name="SE-ResNeXt-50 (32×4d)",
        build=partial(se_resnet, (3, 4, 6, 3), stride_on="3x3", groups=32, width=4),
        notes=_RESNEXT,
    ),
    _record(
        id="se_resnext101_32x4d",
        name="SE-ResNeXt-101 (32×4d)",
        build=partial(se_resnet, (3, 4, 23, 3), stride_on="3x3", groups=32, width=4),
        notes=_RESNEXT,
    ),
    _record(
        id="senet154",
        name="SENet-154",
        build=senet154,
        notes="The network that won the ImageNet challenge of 2017: 152 layers, 64 groups; a stem of three 3×3, 3×3 "
        "projections, half as many filters in the first 1×1 of each block, and dropout before the last layer.",
    ),
    _record(
        id="se_vgg16",
        name="SE-VGG-16",
        build=se_vgg16,
        knobs=(
            classes_knob(),
            _ratio,
            Knob("placement", "convolution", "a gate after each convolution, or each stage", ("convolution", "stage")),
        ),
        notes="The paper gives figures for an SE-VGG-16 with batch norm, but not where its gates are. Assumed: after "
        "each of the 13 convolutions, or at the end of each of the 5 stages. Both fit the printed mult-adds.",
    ),
    _record(
        id="se_bn_inception",
        name="SE-BN-Inception",
        build=se_bn_inception,
        notes="A gate after the concatenation of each module (figure 2), also of the two that halve the map. As in the "
        "authors' Caffe file, and unlike BN-Inception's, convolutions have no biases before batch norm.",
    ),
    _record(
        id="se_inception_resnet_v2",
        name="SE-Inception-ResNet-v2",
        build=se_inception_resnet_v2,
        input_shape=LARGER,
        notes="The paper gives figures, but neither the form of the network nor where its gates are. Assumed: the form "
        "of the published code, a gate at the end of each of the 40 residuals, after their scaling. The paper's 11.76 "
        "billion mult-adds are not those of that form.",
    ),
)

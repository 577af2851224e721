"""Pre-activation ResNet (He, Zhang, Ren & Sun 2016)."""

from __future__ import annotations

from functools import partial
from typing import Literal

from explorer.layers import BatchNorm, Conv, Flatten, GlobalAvgPool, Linear, ReLU
from explorer.preactivation import StrideOn, preact_basic_block, preact_bottleneck
from explorer.spec import Series, Spec
from explorer.zoo import resnet, resnet_cifar
from explorer.zoo.architecture import Architecture, Knob, classes_knob
from explorer.zoo.resnet import stages

CIFAR_STEM: dict[str, Spec] = {"conv1": Conv(16, 3, padding=1, bias=False)}
IMAGENET_STEM: dict[str, Spec] = {
    "conv1": resnet.STEM,
    "bn1": BatchNorm(),
    "relu1": ReLU(),
    "maxpool": resnet.POOL,
}


def preact_resnet(stem: dict[str, Spec], layers: dict[str, Spec], num_classes: int) -> Spec:
    """Give the frame: the stem, the stages, one more batch norm and ReLU, global average pooling, one linear layer."""
    return Series(
        **stem,
        **layers,
        bn=BatchNorm(),
        relu=ReLU(),
        avgpool=GlobalAvgPool(),
        flatten=Flatten(),
        fc=Linear(num_classes),
    )


def basic(depth: int, num_classes: int, shortcut: Literal["A", "B"]) -> Spec:
    """Give the CIFAR network of basic blocks with 6n + 2 layers."""
    blocks = ((depth - 2) // 6,) * 3
    widths = resnet_cifar.WIDTHS
    changed = "padding" if shortcut == "A" else "projection"
    layers = stages(preact_basic_block, widths, blocks, first="activated", changed=changed, same="identity")
    return preact_resnet(CIFAR_STEM, layers, num_classes)


def cifar(depth: int, num_classes: int, stride_on: StrideOn) -> Spec:
    """Give the CIFAR network of bottlenecks with 9n + 2 layers."""
    blocks = ((depth - 2) // 9,) * 3
    block = partial(preact_bottleneck, stride_on=stride_on)
    layers = stages(block, resnet_cifar.WIDTHS, blocks, first="projection", changed="projection", same="identity")
    return preact_resnet(CIFAR_STEM, layers, num_classes)


def imagenet(blocks: tuple[int, ...], num_classes: int, stride_on: StrideOn) -> Spec:
    """Give the ImageNet network of bottlenecks; the first batch norm and ReLU come before the pooling."""
    block = partial(preact_bottleneck, stride_on=stride_on)
    layers = stages(block, resnet.WIDTHS, blocks, first="opened", changed="projection", same="identity")
    return preact_resnet(IMAGENET_STEM, layers, num_classes)


_IDEA = (
    "Batch norm and ReLU stand before each convolution, and nothing after the sum, so that the shortcuts form one "
    "unaltered path from the first block to the last. Where the shape changes, the 1×1 of the shortcut reads what the "
    "first batch norm and ReLU of the block give. "
)
_STRIDE = (
    "The authors' CIFAR code halves the map in the first 1×1 of a stage; here the 3×3 does, as in their ImageNet "
    "network and the other networks of the zoo, unless the knob says otherwise. Parameters are the same."
)
_record = partial(
    Architecture,
    family="Pre-activation ResNet",
    year=2016,
    authors="He, Zhang, Ren, Sun",
    paper="Identity Mappings in Deep Residual Networks",
    url="https://arxiv.org/abs/1603.05027",
    input_shape=(3, 32, 32),
)
_shortcut = Knob("shortcut", "B", "shortcut option where the shape changes: A zero-padding, B projection", ("A", "B"))
_stride_on = Knob("stride_on", "3x3", "the convolution that halves the map", ("3x3", "1x1"))
_bottleneck_record = partial(_record, knobs=(classes_knob(10), _stride_on), notes=_IDEA + _STRIDE)

ARCHITECTURES = (
    _record(
        id="preact_resnet110",
        name="Pre-activation ResNet-110 (CIFAR)",
        build=partial(basic, 110),
        knobs=(classes_knob(10), _shortcut),
        notes=_IDEA + "The first block activates before it splits, as the paper has it. The paper does not say which "
        "shortcut changes the shape: with A, as in the first paper, the parameters are exactly those of ResNet-110.",
    ),
    _bottleneck_record(id="preact_resnet164", name="Pre-activation ResNet-164 (CIFAR)", build=partial(cifar, 164)),
    _bottleneck_record(id="preact_resnet1001", name="Pre-activation ResNet-1001 (CIFAR)", build=partial(cifar, 1001)),
    _bottleneck_record(
        id="preact_resnet200",
        name="Pre-activation ResNet-200",
        build=partial(imagenet, (3, 24, 36, 3)),
        input_shape=(3, 224, 224),
        knobs=(classes_knob(), _stride_on),
        notes=_IDEA
        + "As the paper has it, and the published network, the first block takes the batch norm and ReLU of "
        "the stem for its own; some ports give it a second pair, with 128 parameters more.",
    ),
)

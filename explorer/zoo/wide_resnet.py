"""Wide ResNet (Zagoruyko & Komodakis 2016); the bottleneck networks have torchvision's state-dict keys."""

from __future__ import annotations

from functools import partial

from explorer.preactivation import preact_basic_block
from explorer.spec import Spec
from explorer.zoo import resnet, resnet_cifar
from explorer.zoo.architecture import Architecture, Knob, classes_knob
from explorer.zoo.preact_resnet import CIFAR_STEM, preact_resnet


def wrn(depth: int, k: int, num_classes: int, dropout: float) -> Spec:
    """Give WRN-N-k for CIFAR (table 1): (N − 4)/6 pre-activation blocks in each of three stages, k times wider."""
    widths = tuple(k * width for width in resnet_cifar.WIDTHS)
    layers = resnet.stages(
        partial(preact_basic_block, dropout=dropout),
        widths,
        ((depth - 4) // 6,) * 3,
        first="identity" if k == 1 else "projection",
        changed="projection",
        same="identity",
    )
    return preact_resnet(CIFAR_STEM, layers, num_classes)


_record = partial(
    Architecture,
    family="Wide ResNet",
    year=2016,
    authors="Zagoruyko, Komodakis",
    paper="Wide Residual Networks",
    url="https://arxiv.org/abs/1605.07146",
)
_dropout = Knob("dropout", 0.0, "share of values zeroed between the two convolutions of a block", low=0, high=0.9)
_cifar_record = partial(
    _record,
    input_shape=(3, 32, 32),
    knobs=(classes_knob(10), _dropout),
    notes="WRN-N-k: N convolutions and k times the maps of the first residual networks, in pre-activation blocks. "
    "Fewer, wider layers run in parallel: WRN-40-4 matches 1,001 thin layers with about as many parameters and trains "
    "eight times as fast. N counts convolutions only, the three projections among them, so that the longest path has "
    "N − 3 and the linear layer. The paper trains without dropout or with 0.3 in the blocks, 0.4 on SVHN.",
)

ARCHITECTURES = (
    _cifar_record(id="wrn_16_8", name="WRN-16-8 (CIFAR, SVHN)", build=partial(wrn, 16, 8)),
    _cifar_record(id="wrn_28_10", name="WRN-28-10 (CIFAR)", build=partial(wrn, 28, 10)),
    _cifar_record(id="wrn_40_10", name="WRN-40-10 (CIFAR)", build=partial(wrn, 40, 10)),
    _cifar_record(
        id="wrn",
        name="WRN-N-k (CIFAR, any depth and width)",
        build=wrn,
        knobs=(
            Knob("depth", 40, "convolutions N, 6n + 4", low=10, high=1000, step=6),
            Knob("k", 4, "widening factor k", high=100),
            classes_knob(10),
            _dropout,
        ),
    ),
    _record(
        id="wide_resnet50_2",
        name="Wide ResNet-50-2",
        build=partial(resnet.bottleneck_resnet, (3, 4, 6, 3), group_width=128),
        input_shape=(3, 224, 224),
        knobs=(classes_knob(),),
        notes="ResNet-50 whose 3×3 convolutions are twice as wide; what the blocks add up stays as wide as it was. Not "
        "pre-activation: the paper's ImageNet networks are not.",
    ),
    _record(
        id="wide_resnet101_2",
        name="Wide ResNet-101-2",
        build=partial(resnet.bottleneck_resnet, (3, 4, 23, 3), group_width=128),
        input_shape=(3, 224, 224),
        knobs=(classes_knob(),),
        notes="ResNet-101 whose 3×3 convolutions are twice as wide. torchvision's; the paper has no such network.",
    ),
    _record(
        id="wrn_34_2",
        name="WRN-34-2",
        build=partial(resnet.basic_resnet, (3, 4, 6, 3), widths=tuple(2 * width for width in resnet.WIDTHS)),
        input_shape=(3, 224, 224),
        knobs=(classes_knob(),),
        notes="ResNet-34 with twice the maps behind the 64 of the stem, so that the first block projects too. Not "
        "pre-activation. The paper takes it as the backbone of a detector.",
    ),
)

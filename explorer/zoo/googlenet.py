"""GoogLeNet, the first Inception network (Szegedy et al. 2014), and the batch-norm variant of torchvision."""

from __future__ import annotations

from functools import partial
from typing import Literal

from explorer.blocks import conv_bn_relu, conv_relu, inception, inception_naive
from explorer.layers import (
    AdaptiveAvgPool,
    AvgPool,
    Conv,
    Dropout,
    Flatten,
    GlobalAvgPool,
    Layer,
    Linear,
    LocalResponseNorm,
    MaxPool,
    ReLU,
)
from explorer.spec import Branches, Series, Side, Spec
from explorer.zoo.architecture import Architecture, Knob, classes_knob

# Table 1 of the paper: #1×1, #3×3 reduce, #3×3, #5×5 reduce, #5×5, pool proj.
MODULES = {
    "3a": (64, 96, 128, 16, 32, 32),
    "3b": (128, 128, 192, 32, 96, 64),
    "4a": (192, 96, 208, 16, 48, 64),
    "4b": (160, 112, 224, 24, 64, 64),
    "4c": (128, 128, 256, 24, 64, 64),
    "4d": (112, 144, 288, 32, 64, 64),
    "4e": (256, 160, 320, 32, 128, 128),
    "5a": (256, 160, 320, 32, 128, 128),
    "5b": (384, 192, 384, 48, 128, 128),
}
Module = Literal["bottleneck", "naive"]
Stem = Literal["plain", "separable"]


def googlenet(num_classes: int, aux_heads: bool, module: Module, stem: Stem) -> Spec:
    """Give GoogLeNet as in the paper: biases, 5×5 branches, local response normalisation, no batch norm."""
    norm = LocalResponseNorm(5, alpha=1e-4, beta=0.75, k=1.0)
    pool = MaxPool(3, stride=2, ceil_mode=True)
    modules = {name: _module(widths, module) for name, widths in MODULES.items()}
    head = _head(AvgPool(5, stride=3), conv_relu(128), num_classes)
    entry: dict[str, Spec] = {
        "conv1": separable7x7() if stem == "separable" else conv_relu(64, 7, stride=2, padding=3),
        "maxpool1": pool,
        "norm1": norm,
        "conv2": conv_relu(64),
        "conv3": conv_relu(192, 3, padding=1),
        "norm2": norm,
        "maxpool2": pool,
    }
    return _body(entry, modules, {"maxpool3": pool, "maxpool4": pool}, head if aux_heads else None, 0.4, num_classes)


def separable7x7() -> Series:
    """Eight 7×7 filters for each colour, then 1×1: the first layer that table 1 counts (Ioffe & Szegedy 2015)."""
    return Series(depthwise=Conv(24, 7, stride=2, padding=3, groups=3, bias=False), conv=Conv(64), relu=ReLU())


def googlenet_bn(num_classes: int, aux_heads: bool) -> Spec:
    """Give torchvision's GoogLeNet: batch norm, no biases, 3×3 where the paper has 5×5, last pooling 2×2."""
    unit = partial(conv_bn_relu, eps=1e-3)
    pool = MaxPool(3, stride=2, ceil_mode=True)

    def module(conv1x1: int, reduce3x3: int, conv3x3: int, reduce5x5: int, conv5x5: int, pool_proj: int) -> Spec:
        return Branches(
            branch1=unit(conv1x1),
            branch2=Series(unit(reduce3x3), unit(conv3x3, 3, padding=1)),
            branch3=Series(unit(reduce5x5), unit(conv5x5, 3, padding=1)),
            branch4=Series(MaxPool(3, stride=1, padding=1, ceil_mode=True), unit(pool_proj)),
            join="concat",
        )

    head = _head(AdaptiveAvgPool(4), unit(128), num_classes)
    stem: dict[str, Spec] = {
        "conv1": unit(64, 7, stride=2, padding=3),
        "maxpool1": pool,
        "conv2": unit(64),
        "conv3": unit(192, 3, padding=1),
        "maxpool2": pool,
    }
    pools: dict[str, Spec] = {"maxpool3": pool, "maxpool4": MaxPool(2, stride=2, ceil_mode=True)}
    modules = {name: module(*widths) for name, widths in MODULES.items()}
    return _body(stem, modules, pools, head if aux_heads else None, 0.2, num_classes)


def _module(widths: tuple[int, int, int, int, int, int], kind: Module) -> Spec:
    if kind == "bottleneck":
        return inception(*widths)
    conv1x1, _, conv3x3, _, conv5x5, _ = widths
    return inception_naive(conv1x1, conv3x3, conv5x5)


def _head(pool: Layer, conv: Spec, num_classes: int) -> Spec:
    """Give an auxiliary classifier."""
    return Series(
        pool=pool,
        conv=conv,
        flatten=Flatten(),
        fc1=Linear(1024),
        relu=ReLU(),
        dropout=Dropout(0.7),
        fc2=Linear(num_classes),
    )


def _body(
    stem: dict[str, Spec],
    modules: dict[str, Spec],
    pools: dict[str, Spec],
    head: Spec | None,
    dropout: float,
    num_classes: int,
) -> Spec:
    """Lay stem, nine modules, pooling, side outputs after 4a and 4d, and the classifier one after the other."""
    children = dict(stem)
    for name, module in modules.items():
        if name == "4a":
            children["maxpool3"] = pools["maxpool3"]
        if name == "5a":
            children["maxpool4"] = pools["maxpool4"]
        children[f"inception{name}"] = module
        if head and name in ("4a", "4d"):
            children["aux1" if name == "4a" else "aux2"] = Side(head)
    return Series(
        **children, avgpool=GlobalAvgPool(), flatten=Flatten(), dropout=Dropout(dropout), fc=Linear(num_classes)
    )


_record = partial(
    Architecture,
    family="Inception",
    year=2014,
    authors="Szegedy, Liu, Jia, Sermanet, Reed, Anguelov, Erhan, Vanhoucke, Rabinovich",
    paper="Going Deeper with Convolutions",
    url="https://arxiv.org/abs/1409.4842",
    input_shape=(3, 224, 224),
)
_aux_heads = Knob("aux_heads", False, "the two auxiliary classifiers that help training", (False, True))

ARCHITECTURES = (
    _record(
        id="googlenet",
        name="GoogLeNet (Inception v1)",
        build=googlenet,
        knobs=(
            classes_knob(),
            _aux_heads,
            Knob("module", "bottleneck", "with 1×1 bottlenecks (figure 2b) or naive (2a)", ("bottleneck", "naive")),
            Knob("stem", "plain", "the first 7×7: an ordinary convolution, or separable", ("plain", "separable")),
        ),
        notes="22 layers with parameters, 27 with pooling. The auxiliary heads exist only in training: 6,379,728 "
        "parameters more. With naive modules nothing narrows the maps, so that every module is wider than the last. "
        "Table 1 prints 2.7 K parameters and 34 M operations for the first layer, and 1.5 billion in all: those of a "
        "separable 7×7, with eight filters for each colour. The published Caffe model has an ordinary one.",
    ),
    _record(
        id="googlenet_bn",
        name="GoogLeNet with batch norm (torchvision)",
        build=googlenet_bn,
        knobs=(classes_knob(), _aux_heads),
        notes="The variant whose weights are published: batch norm instead of biases and local response "
        "normalisation, 3×3 convolutions where the paper has 5×5, 2×2 for the last max pooling.",
    ),
)

"""Comparisons that a lecture shows, ready made: what each is about, and its networks."""

from __future__ import annotations

from dataclasses import dataclass

from explorer.zoo import Architecture, get


@dataclass(frozen=True, slots=True)
class Preset:
    """A comparison by its id: what to look at, in a sentence, and the networks, the first of them the reference."""

    id: str
    name: str
    lesson: str
    networks: tuple[Architecture, ...]


def _zoo(*ids: str) -> tuple[Architecture, ...]:
    return tuple(map(get, ids))


PRESETS: tuple[Preset, ...] = (
    Preset(
        "workhorses",
        "VGG16, ResNet-50, MobileNet",
        "Three ways to spend: VGG16 in its fully connected head and in wide maps, ResNet-50 in depth, MobileNet in 1×1 "
        "convolutions.",
        _zoo("vgg16", "resnet50", "mobilenet_v1"),
    ),
    Preset(
        "first",
        "AlexNet, VGG16, GoogLeNet",
        "From 2012 to 2014: GoogLeNet is deeper than VGG16 and has a twentieth of its parameters, for it has no fully "
        "connected layers but the last.",
        _zoo("alexnet", "vgg16", "googlenet"),
    ),
    Preset(
        "vgg",
        "VGG11, 13, 16, 19",
        "Only the number of 3×3 convolutions per stage changes; the head, and with it most parameters, stays.",
        _zoo("vgg11", "vgg13", "vgg16", "vgg19"),
    ),
    Preset(
        "resnets",
        "ResNet-18, 34, 50, 101, 152",
        "From 50 layers on the blocks have bottlenecks; then depth goes into the stage of 14×14 maps.",
        _zoo("resnet18", "resnet34", "resnet50", "resnet101", "resnet152"),
    ),
    Preset(
        "inceptions",
        "Inception v1, v2, v3, v4",
        "Factorised convolutions make room for wider and more modules at the same stages.",
        _zoo("googlenet", "bn_inception", "inception_v3", "inception_v4"),
    ),
    Preset(
        "shortcuts",
        "Plain-34, ResNet-34",
        "Shortcuts cost nothing but three projections: what they change is that the network can be trained.",
        _zoo("plain34", "resnet34"),
    ),
    Preset(
        "blocks50",
        "ResNet-50, SE-ResNet-50, ResNeXt-50",
        "The same skeleton (ResNet-50 as published, its stride on the first 1×1): gates add a tenth of the parameters "
        "and hardly any mult-adds; groups trade width for cardinality at the same cost.",
        (get("resnet50", stride_on="1x1"), *_zoo("se_resnet50", "resnext50_32x4d")),
    ),
    Preset(
        "small",
        "SqueezeNet, MobileNet v1, v2, EfficientNet-B0",
        "Networks for a telephone: squeezed, separable, inverted, scaled.",
        _zoo("squeezenet1_0", "mobilenet_v1", "mobilenet_v2", "efficientnet_b0"),
    ),
    Preset(
        "dense",
        "ResNet-50, DenseNet-121, DenseNet-201",
        "Adding or concatenating: DenseNet reuses every earlier map and keeps its layers narrow.",
        _zoo("resnet50", "densenet121", "densenet201"),
    ),
)


def preset(id: str) -> Preset:
    """Find a preset.

    >>> [each.name for each in preset("shortcuts").networks]
    ['Plain-34', 'ResNet-34']
    """
    return next(each for each in PRESETS if each.id == id)

"""EfficientNet (Tan & Le 2019), B0 to B7 and with free compound scaling; state-dict keys are torchvision's."""

from __future__ import annotations

from functools import partial
from math import ceil

from explorer.inverted import conv_norm, mbconv, whole_channels
from explorer.layers import Dropout, Flatten, GlobalAvgPool, Linear, SiLU
from explorer.shapes import Shape
from explorer.spec import Series, Spec
from explorer.zoo.architecture import Architecture, Knob, classes_knob

STAGES = (
    (1, 3, 1, 16, 1),
    (6, 3, 2, 24, 2),
    (6, 5, 2, 40, 2),
    (6, 3, 2, 80, 3),
    (6, 5, 1, 112, 3),
    (6, 5, 2, 192, 4),
    (6, 3, 1, 320, 1),
)
"""Expansion, kernel, stride of the first block, width and blocks of B0: table 1 of the paper."""

COEFFICIENTS = {
    "b0": (1.0, 1.0, 224, 0.2, 1e-5),
    "b1": (1.0, 1.1, 240, 0.2, 1e-5),
    "b2": (1.1, 1.2, 260, 0.3, 1e-5),
    "b3": (1.2, 1.4, 300, 0.3, 1e-5),
    "b4": (1.4, 1.8, 380, 0.4, 1e-5),
    "b5": (1.6, 2.2, 456, 0.4, 1e-3),
    "b6": (1.8, 2.6, 528, 0.5, 1e-3),
    "b7": (2.0, 3.1, 600, 0.5, 1e-3),
}
"""Width, depth, resolution and dropout as published, and torchvision's constant of batch normalisation."""


def efficientnet(width: float, depth: float, dropout: float, eps: float, num_classes: int) -> Spec:
    """Give B0 with its widths multiplied, rounded to multiples of 8, and its stages lengthened, rounded up."""
    channels = whole_channels(width * 32)
    stages = [conv_norm(channels, 3, stride=2, activation=SiLU(), eps=eps)]
    for expansion, kernel_size, stride, filters, count in STAGES:
        blocks, out_channels = [], whole_channels(width * filters)
        for number in range(ceil(depth * count)):
            first = number == 0
            blocks.append(mbconv(channels, out_channels, expansion, kernel_size, stride if first else 1, eps))
            channels = out_channels
        stages.append(Series(*blocks))
    stages.append(conv_norm(whole_channels(width * 1280), activation=SiLU(), eps=eps))
    return Series(
        features=Series(*stages),
        avgpool=GlobalAvgPool(),
        flatten=Flatten(),
        classifier=Series(Dropout(dropout), Linear(num_classes)),
    )


def compound(phi: float, alpha: float, beta: float, gamma: float, num_classes: int) -> Spec:
    """Scale B0 by equation 3: depth α^φ, width β^φ; the resolution γ^φ is that of the input."""
    return efficientnet(beta**phi, alpha**phi, 0.2, 1e-5, num_classes)


def compound_input(phi: float, gamma: float, **others: object) -> Shape:
    """Give the input at resolution γ^φ, in whole pixels.

    >>> [compound_input(phi, 1.15)[1] for phi in (0, 0.5, 1, 2)]
    [224, 240, 258, 296]
    """
    side = round(224 * gamma**phi)
    return (3, side, side)


_record = partial(
    Architecture,
    family="EfficientNet",
    year=2019,
    authors="Tan, Le",
    paper="EfficientNet: Rethinking Model Scaling for Convolutional Neural Networks",
    url="https://arxiv.org/abs/1905.11946",
    knobs=(classes_knob(),),
)
_NOTES = {
    "b0": "Found by architecture search at 224×224: MobileNetV2's inverted bottlenecks with squeeze-and-excitation and "
    "SiLU. The batch normalisation of B0 to B4 has eps 10⁻⁵ here, as in torchvision; the paper's code has 10⁻³ "
    "throughout. The stochastic depth of the training has no weights and is left out.",
    "b2": "Input as in the paper, 260 pixels; torchvision evaluates its weights at 288.",
    **dict.fromkeys(("b5", "b6", "b7"), "The batch normalisation has eps 10⁻³, as in torchvision."),
}
_SCALED = "Width ×{}, depth ×{}, at {} pixels: B0 scaled by the published, rounded coefficients."


def _scaled(variant: str) -> Architecture:
    width, depth, side, dropout, eps = COEFFICIENTS[variant]
    notes = _NOTES.get(variant, "")
    return _record(
        id=f"efficientnet_{variant}",
        name=f"EfficientNet-{variant.upper()}",
        input_shape=(3, side, side),
        build=partial(efficientnet, width, depth, dropout, eps),
        notes=" ".join(filter(None, ("" if variant == "b0" else _SCALED.format(width, depth, side), notes))),
    )


ARCHITECTURES = (
    *map(_scaled, COEFFICIENTS),
    _record(
        id="efficientnet",
        name="EfficientNet (free scaling)",
        input_shape=(3, 224, 224),
        input_of=compound_input,
        build=compound,
        knobs=(
            Knob("phi", 0.0, "compound coefficient φ: each step about doubles the mult-adds", low=0, high=8),
            Knob("alpha", 1.2, "depth is α^φ", low=1, high=2),
            Knob("beta", 1.1, "width is β^φ", low=1, high=1.42),
            Knob("gamma", 1.15, "resolution is γ^φ", low=1, high=1.42),
            classes_knob(),
        ),
        notes="φ = 0 is B0. Mult-adds grow by (α·β²·γ²)^φ, about: with 1.2, 1.1 and 1.15 that is 1.92^φ. The published "
        "networks follow the formula roughly: B1 is φ = ½ but keeps the width, B2 is φ = 1 (260 pixels where "
        "it gives 258), B3 is φ = 2, and B7 with width 2.0, depth 3.1 and 600 pixels lies at φ = 7.3, 6.2 or 7.0, "
        "as one reckons by width, depth or resolution.",
    ),
)

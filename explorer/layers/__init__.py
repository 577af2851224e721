"""The layers. Each knows three things: the shape it gives, the parameters it owns, the window it looks through.

Names and defaults are torch's; the number of spatial axes is that of the input, so ``Conv`` is
``nn.Conv2d`` on a ``(C, H, W)`` map and ``nn.Conv1d`` on a ``(C, L)`` sequence. Plain Python: this
arithmetic is the subject of the course.
"""

from explorer.layers.activations import (
    ELU,
    GELU,
    Complement,
    Dropout,
    Hardsigmoid,
    Hardswish,
    Identity,
    LeakyReLU,
    ReLU,
    ReLU6,
    Scale,
    Sigmoid,
    SiLU,
    Softmax,
    Tanh,
)
from explorer.layers.base import Layer
from explorer.layers.normalisation import BatchNorm, LocalResponseNorm
from explorer.layers.pooling import AdaptiveAvgPool, AvgPool, GlobalAvgPool, GlobalMaxPool, MaxPool
from explorer.layers.reshaping import Flatten, PadChannels, ZeroPad
from explorer.layers.spiking import LIF
from explorer.layers.weighted import Conv, Embedding, Linear

__all__ = [
    "ELU",
    "GELU",
    "LIF",
    "AdaptiveAvgPool",
    "AvgPool",
    "BatchNorm",
    "Complement",
    "Conv",
    "Dropout",
    "Embedding",
    "Flatten",
    "GlobalAvgPool",
    "GlobalMaxPool",
    "Hardsigmoid",
    "Hardswish",
    "Identity",
    "Layer",
    "LeakyReLU",
    "Linear",
    "LocalResponseNorm",
    "MaxPool",
    "PadChannels",
    "ReLU",
    "ReLU6",
    "Scale",
    "SiLU",
    "Sigmoid",
    "Softmax",
    "Tanh",
    "ZeroPad",
]

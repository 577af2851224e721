"""Blocks of pre-activation networks: batch norm and ReLU before each convolution (He et al. 2016).

"Identity Mappings in Deep Residual Networks": what is added up goes on as it is, so that a signal reaches every block
unaltered, forward and backward.
"""

from __future__ import annotations

from typing import Literal

from explorer.layers import AvgPool, BatchNorm, Conv, Dropout, Layer, PadChannels, ReLU
from explorer.spec import Branches, Series, Spec

PreactShortcut = Literal["identity", "activated", "projection", "padding", "opened"]
"""How the input of a block reaches the sum.

As it is; or after the first batch norm and ReLU, which then stand before the split: those alone, with a 1×1 convolution
behind them, or sub-sampled and with maps of zeros; or through a 1×1 where batch norm and ReLU came before the block.
"""
StrideOn = Literal["1x1", "3x3"]


def preact_basic_block(width: int, stride: int = 1, shortcut: PreactShortcut = "identity", dropout: float = 0) -> Spec:
    """Twice batch norm, ReLU and a 3×3, and a shortcut (He et al. 2016, figure 4e).

    With ``dropout`` between the convolutions it is the block of Wide ResNet (Zagoruyko & Komodakis 2016, figure 1d).

    >>> from explorer.lower import lower
    >>> [node.type for node in lower(preact_basic_block(16), (16, 32, 32))]
    ['BatchNorm', 'ReLU', 'Conv', 'BatchNorm', 'ReLU', 'Conv', 'Add']
    """
    between: dict[str, Layer] = {"bn2": BatchNorm(), "relu2": ReLU()}
    if dropout:
        between["dropout"] = Dropout(dropout)
    body: dict[str, Layer] = {
        "conv1": Conv(width, 3, stride, padding=1, bias=False),
        **between,
        "conv2": Conv(width, 3, padding=1, bias=False),
    }
    return _preactivated(body, width, stride, shortcut)


def preact_bottleneck(
    width: int, stride: int = 1, shortcut: PreactShortcut = "identity", stride_on: StrideOn = "3x3"
) -> Spec:
    """1×1, 3×3 and a 1×1 that widens fourfold, each after batch norm and ReLU, and a shortcut (He et al. 2016).

    ``stride_on`` says which convolution takes the stride: the first 1×1 (the authors' code) or the 3×3.
    """
    first, second = (stride, 1) if stride_on == "1x1" else (1, stride)
    body: dict[str, Layer] = {
        "conv1": Conv(width, 1, first, bias=False),
        "bn2": BatchNorm(),
        "relu2": ReLU(),
        "conv2": Conv(width, 3, second, padding=1, bias=False),
        "bn3": BatchNorm(),
        "relu3": ReLU(),
        "conv3": Conv(4 * width, bias=False),
    }
    return _preactivated(body, 4 * width, stride, shortcut)


def _preactivated(body: dict[str, Layer], out_channels: int, stride: int, shortcut: PreactShortcut) -> Spec:
    """Put the first batch norm and ReLU before the body, or before the split, and add the shortcut."""
    first: dict[str, Layer] = {"bn1": BatchNorm(), "relu1": ReLU()}
    path: Spec = Series()
    match shortcut:
        case "identity":
            return Branches(("", Series(**first, **body)), ("downsample", path), join="add")
        case "projection" | "opened":
            path = Conv(out_channels, 1, stride, bias=False)
        case "padding":
            path = Series(AvgPool(1, stride), PadChannels(out_channels))
        case "activated":
            pass
    before = first if shortcut != "opened" else {}
    return Series(*before.items(), ("", Branches(("", Series(**body)), ("downsample", path), join="add")))

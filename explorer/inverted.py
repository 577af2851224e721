"""Inverted bottlenecks: narrow ends, a wide depthwise convolution between them (MobileNetV2, EfficientNet).

Child names are torchvision's, so that published checkpoints load as they are.
"""

from __future__ import annotations

from explorer.blocks import squeeze_excitation
from explorer.layers import BatchNorm, Conv, Layer, ReLU6, SiLU
from explorer.spec import Branches, Series, Spec


def conv_norm(
    out_channels: int,
    kernel_size: int = 1,
    stride: int = 1,
    groups: int = 1,
    activation: Layer | None = None,
    eps: float = 1e-5,
) -> Series:
    """Convolution that keeps the map's size but for its stride, batch normalisation, and an activation if given."""
    conv = Conv(out_channels, kernel_size, stride, padding=kernel_size // 2, groups=groups, bias=False)
    return Series(conv, BatchNorm(eps=eps), *([activation] if activation else []))


def inverted_residual(channels: int, out_channels: int, expansion: int, stride: int = 1) -> Spec:
    """Widen, look at each map by itself, narrow without an activation (Sandler et al. 2018, figure 4d and table 1).

    The shortcut joins the narrow ends, where they have one shape; with expansion 1 there is nothing to widen.

    >>> from explorer.lower import lower
    >>> lower(inverted_residual(24, 24, 6), (24, 56, 56)).output
    'add'
    """
    wide = _wide(channels, expansion, 3, stride, ReLU6())
    body = Series(conv=Series(*wide, Conv(out_channels, bias=False), BatchNorm()))
    return _with_shortcut(body) if stride == 1 and channels == out_channels else body


def mbconv(
    channels: int, out_channels: int, expansion: int, kernel_size: int = 3, stride: int = 1, eps: float = 1e-5
) -> Spec:
    """Inverted bottleneck with SiLU and a squeeze-and-excitation gate on its wide maps (Tan & Le 2019, table 1).

    The gate is squeezed to a quarter of the channels that come in.

    >>> from explorer.cost import mult_adds
    >>> from explorer.lower import lower
    >>> [mult_adds(node) for node in lower(mbconv(16, 24, 6, stride=2), (16, 112, 112)) if mult_adds(node)]
    [19267584, 2709504, 384, 384, 7225344]
    """
    width = expansion * channels
    wide = _wide(channels, expansion, kernel_size, stride, SiLU(), eps)
    gate = squeeze_excitation(width, max(1, channels // 4), SiLU())
    body = Series(block=Series(*wide, gate, conv_norm(out_channels, eps=eps)))
    return _with_shortcut(body) if stride == 1 and channels == out_channels else body


def _wide(
    channels: int, expansion: int, kernel_size: int, stride: int, activation: Layer, eps: float = 1e-5
) -> tuple[Series, ...]:
    """Give the wide half: a 1×1 that widens, then a depthwise convolution."""
    width = expansion * channels
    depthwise = conv_norm(width, kernel_size, stride, width, activation, eps)
    return (depthwise,) if expansion == 1 else (conv_norm(width, activation=activation, eps=eps), depthwise)


def _with_shortcut(body: Series) -> Branches:
    return Branches(("", Series()), ("", body), join="add")


def whole_channels(channels: float, divisor: int = 8) -> int:
    """Round a scaled number of channels to a multiple of 8, but never down by more than a tenth.

    The rule of MobileNetV2's and EfficientNet's published code.

    >>> whole_channels(0.75 * 24), whole_channels(0.35 * 32), whole_channels(0.35 * 16)
    (24, 16, 8)
    """
    rounded = max(divisor, int(channels + divisor / 2) // divisor * divisor)
    return rounded if rounded >= 0.9 * channels else rounded + divisor

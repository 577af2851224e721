"""3×3 convolutions with a quarter of the products (Winograd's minimal filtering, F(4×4, 3×3)).

A tile of 4×4 outputs sees 6×6 inputs: ``Y = Aᵀ [(G w Gᵀ) ⊙ (Bᵀ x B)] A``, 36 products instead of 144. Lavin & Gray,
"Fast Algorithms for Convolutional Neural Networks", arXiv:1509.09308. Rounding costs some 10⁻⁶ of the output.
"""

from __future__ import annotations

import torch
from torch import Tensor

from explorer.joins import Operation
from explorer.layers import Conv
from explorer.shapes import Window

SIDE = 4
"""Side of a tile of outputs."""

SEES = SIDE + 2
"""Side of what a tile sees."""

AT_ONCE = 256
"""Tiles whose products lie in memory at the same time."""

ENOUGH = 128
"""Channels, read and written, from which on the products saved outweigh the transforms."""

_B = torch.tensor(
    [
        [4, 0, -5, 0, 1, 0],
        [0, -4, -4, 1, 1, 0],
        [0, 4, -4, -1, 1, 0],
        [0, -2, -1, 2, 1, 0],
        [0, 2, -1, -2, 1, 0],
        [0, 4, 0, -5, 0, 1.0],
    ]
)
_G = torch.tensor([[6, 0, 0], [-4, -4, -4], [-4, 4, -4], [1, 2, 4], [1, -2, 4], [0, 0, 24.0]]) / 24
_A = torch.tensor([[1, 1, 1, 1, 1, 0], [0, 1, -1, 2, -2, 0], [0, 1, 1, 4, 4, 0], [0, 1, -1, 8, -8, 1.0]])
_INPUTS, _WEIGHTS, _OUTPUTS = (torch.kron(each, each) for each in (_B, _G, _A))


def pays(layer: Operation, window: Window, channels: int) -> bool:
    """Say whether a convolution is one for tiles: 3×3, step 1, and enough channels to outweigh the transforms."""
    if not isinstance(layer, Conv) or layer.groups > 1 or min(channels, layer.out_channels) < ENOUGH:
        return False
    return window.kernel == window.extent == (3, 3) and window.stride == (1, 1)


def tiles(height: int, width: int) -> tuple[int, int]:
    """Count the tiles that cover a box, down and across.

    >>> tiles(14, 8)
    (4, 2)
    """
    return -(-height // SIDE), -(-width // SIDE)


def inputs_in_order(numbers: Tensor) -> Tensor:
    """Order the numbers of what boxes see, ``(N, 4t + 2, 4u + 2)``, by place in the tile, then by tile, ``(36, T)``."""
    return numbers.unfold(1, SEES, SIDE).unfold(2, SEES, SIDE).permute(3, 4, 0, 1, 2).reshape(SEES**2, -1)


def outputs_in_order(count: int, height: int, width: int) -> Tensor:
    """Number the rows of what ``convolve`` gives in the order of the boxes' pixels, ``(N, height, width)`` flat."""
    down, across = tiles(height, width)
    numbers = torch.arange(SIDE * SIDE * count * down * across).reshape(SIDE, SIDE, count, down, across)
    boxes = numbers.permute(2, 3, 0, 4, 1).reshape(count, SIDE * down, SIDE * across)
    return boxes[:, :height, :width].flatten()


def transformed(weight: Tensor) -> Tensor:
    """Transform weights ``(O, C, 3, 3)`` for ``convolve``, ``(36, C, O)``."""
    outputs, channels = weight.shape[:2]
    return (_WEIGHTS @ weight.reshape(-1, 9).T).reshape(SEES**2, outputs, channels).transpose(1, 2)


def convolve(storage: Tensor, rows: Tensor, weight: Tensor, bias: Tensor) -> Tensor:
    """Convolve tiles of pixels that lie anywhere in a storage of rows.

    Args:
        storage: one row of C channels a pixel.
        rows: numbers of the pixels that the tiles see, ``(36, T)``.
        weight: ``(36, C, O)``, transformed.
        bias: ``(O,)``.

    Returns:
        Rows of O channels, ``(16·T, O)``, by place in the tile and then by tile.
    """
    (channels, outputs), count = weight.shape[1:], rows.shape[1]
    room = SEES**2 * min(AT_ONCE, count) * max(channels, outputs)
    one, other = storage.new_empty(room), storage.new_empty(room)
    result = storage.new_empty(SIDE**2, count, outputs)
    for first in range(0, count, AT_ONCE):
        chosen = rows[:, first : first + AT_ONCE]
        n = chosen.shape[1]
        seen = one[: SEES**2 * n * channels].view(SEES**2 * n, channels)
        torch.index_select(storage, 0, chosen.reshape(-1), out=seen)
        spectrum = other[: seen.numel()].view(SEES**2, n * channels)
        torch.mm(_INPUTS, seen.view(SEES**2, n * channels), out=spectrum)
        product = one[: SEES**2 * n * outputs].view(SEES**2, n, outputs)
        torch.bmm(spectrum.view(SEES**2, n, channels), weight, out=product)
        found = other[: SIDE**2 * n * outputs].view(SIDE**2, n * outputs)
        torch.mm(_OUTPUTS, product.view(SEES**2, n * outputs), out=found)
        torch.add(found.view(SIDE**2, n, outputs), bias, out=result[:, first : first + n])
    return result.view(-1, outputs)

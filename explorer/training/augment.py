"""Random changes to a whole batch of photos at once; each photo gets its own. Seed them with ``torch.manual_seed``."""

from __future__ import annotations

import math

import torch
from torch import Tensor
from torch.nn.functional import affine_grid, grid_sample

MEAN = (0.485, 0.456, 0.406)
STD = (0.229, 0.224, 0.225)


def normalise(images: Tensor) -> Tensor:
    """Subtract the mean and divide by the deviation of each channel; images ``(N, 3, H, W)`` from 0 to 1."""
    return (images - torch.tensor(MEAN).view(3, 1, 1)) / torch.tensor(STD).view(3, 1, 1)


def augment(images: Tensor, size: int, strength: float = 1.0) -> Tensor:
    """Crop, flip, recolour and hide a patch.

    Args:
        images: uint8 ``(N, 3, H, W)``.
        size: side of the squares to give, in pixels.
        strength: how much is changed, from 0 to 1.

    Returns:
        float ``(N, 3, size, size)`` from 0 to 1; mid-grey where a patch is hidden.
    """
    images = crop_and_flip(images.float() / 255, size, smallest=1 - 0.65 * strength)
    images = recolour(images, light=0.25 * strength, colour=0.4 * strength)
    return cutout(images, p=0.3 * strength)


def crop_and_flip(images: Tensor, size: int, smallest: float = 0.35) -> Tensor:
    """Resize a random part, at least ``smallest`` of the area and up to 4:3, to a square; mirror one in two."""
    n = len(images)
    area, ratio = _uniform(n, smallest, 1.0), _uniform(n, -math.log(4 / 3), math.log(4 / 3)).exp()
    width, height = (area * ratio).sqrt().clamp(max=1), (area / ratio).sqrt().clamp(max=1)
    theta = torch.zeros(n, 2, 3)
    theta[:, 0, 0] = width * (torch.randint(0, 2, (n,)) * 2 - 1)
    theta[:, 1, 1] = height
    theta[:, 0, 2] = _uniform(n, -1, 1) * (1 - width)
    theta[:, 1, 2] = _uniform(n, -1, 1) * (1 - height)
    grid = affine_grid(theta, [n, 3, size, size], align_corners=False)
    return grid_sample(images, grid, padding_mode="reflection", align_corners=False)


def recolour(images: Tensor, light: float = 0.25, colour: float = 0.4) -> Tensor:
    """Change brightness and contrast by up to ``light``, saturation by up to ``colour``."""
    n = len(images)
    brightness, contrast, saturation = (
        _uniform(n, 1 - amount, 1 + amount).view(n, 1, 1, 1) for amount in (light, light, colour)
    )
    images = images * brightness
    mean = images.mean((1, 2, 3), keepdim=True)
    images = mean + (images - mean) * contrast
    grey = images.mean(1, keepdim=True)
    return (grey + (images - grey) * saturation).clamp(0, 1)


def cutout(images: Tensor, share: float = 0.35, p: float = 0.3) -> Tensor:
    """Hide, with probability p, a square of ``share`` of the side, anywhere (DeVries & Taylor 2017)."""
    n, size = len(images), images.shape[-1]
    pixel, reach = torch.arange(size), size * share / 2
    column, row = ((pixel - torch.randint(0, size, (n, 1))).abs() < reach for _ in range(2))
    hidden = column[:, None, None, :] & row[:, None, :, None] & (torch.rand(n, 1, 1, 1) < p)
    return torch.where(hidden, torch.tensor(MEAN).view(3, 1, 1), images)


def _uniform(n: int, low: float, high: float) -> Tensor:
    return torch.empty(n).uniform_(low, high)

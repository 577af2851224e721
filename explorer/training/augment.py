"""Random changes to a whole batch of images at once; each gets its own. Seed them with ``torch.manual_seed``.

Random numbers are drawn on the processor, so that a run is the same wherever the images are.
"""

from __future__ import annotations

import math

import torch
from torch import Tensor
from torch.nn.functional import affine_grid, grid_sample, max_pool2d

from explorer.vision.preprocess import IMAGENET_MEAN, IMAGENET_STD

SCALES = {3: (IMAGENET_MEAN, IMAGENET_STD), 1: ((0.0,), (1.0,))}
"""Mean and deviation by the number of channels: those of photos, and for digits none, so that 0 is their ground."""


def normalise(images: Tensor) -> Tensor:
    """Subtract the mean and divide by the deviation of each channel; images ``(N, C, H, W)`` from 0 to 1."""
    mean, std = (images.new_tensor(each).view(-1, 1, 1) for each in SCALES[images.shape[1]])
    return (images - mean) / std


def augment_photos(images: Tensor, size: int, strength: float = 1.0) -> Tensor:
    """Crop or zoom out, flip, recolour and hide a patch.

    Args:
        images: uint8 ``(N, 3, H, W)``.
        size: side of the squares to give, in pixels.
        strength: how much is changed, from 0 to 1.

    Returns:
        float ``(N, 3, size, size)`` from 0 to 1; mid-grey where a patch is hidden.
    """
    images = crop_and_flip(images.float() / 255, size, smallest=1 - 0.65 * strength, largest=1 + strength)
    images = recolour(images, light=0.25 * strength, colour=0.4 * strength)
    return cutout(images, p=0.3 * strength)


def augment_digits(images: Tensor, size: int, strength: float = 1.0) -> Tensor:
    """Turn, slant, resize and move; another pen; other paper and light. As ``augment_photos``, with one channel."""
    images = thicken(images.float() / 255, p=0.25 * strength)
    return scan(slant(images, size, strength), strength)


def crop_and_flip(images: Tensor, size: int, smallest: float = 0.35, largest: float = 2.0) -> Tensor:
    """Resize a random window, ``smallest`` to ``largest`` times the image, up to 4:3, to a square; mirror one in two.

    A window larger than the image holds all of it, and beyond its rim its reflection: so objects are also seen small.
    """
    n = len(images)
    area = _uniform(n, math.log(smallest), math.log(largest)).exp()
    ratio = _uniform(n, -math.log(4 / 3), math.log(4 / 3)).exp()
    width, height = (area * ratio).sqrt(), (area / ratio).sqrt()
    theta = torch.zeros(n, 2, 3)
    theta[:, 0, 0] = width * (torch.randint(0, 2, (n,)) * 2 - 1)
    theta[:, 1, 1] = height
    theta[:, 0, 2] = _uniform(n, -1, 1) * (1 - width)
    theta[:, 1, 2] = _uniform(n, -1, 1) * (1 - height)
    grid = affine_grid(theta.to(images.device), [n, images.shape[1], size, size], align_corners=False)
    return grid_sample(images, grid, padding_mode="reflection", align_corners=False)


def recolour(images: Tensor, light: float = 0.25, colour: float = 0.4) -> Tensor:
    """Change brightness and contrast by up to ``light``, saturation by up to ``colour``."""
    n = len(images)
    brightness, contrast, saturation = (
        _uniform(n, 1 - amount, 1 + amount).view(n, 1, 1, 1).to(images.device) for amount in (light, light, colour)
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
    return torch.where(hidden.to(images.device), images.new_tensor(IMAGENET_MEAN).view(3, 1, 1), images)


def slant(images: Tensor, size: int, strength: float = 1.0) -> Tensor:
    """Turn by up to 17°, slant, resize to 3/4 … 4/3 and move by up to an eighth; the ground goes on at the rim."""
    n = len(images)
    angle, shear = _uniform(n, -0.3, 0.3) * strength, _uniform(n, -0.2, 0.2) * strength
    across, down = (((_uniform(n, -1, 1) * math.log(4 / 3)) * strength).exp() for _ in range(2))
    theta = torch.zeros(n, 2, 3)
    theta[:, 0, 0], theta[:, 0, 1] = angle.cos() * across, (shear - angle.sin()) * down
    theta[:, 1, 0], theta[:, 1, 1] = angle.sin() * across, angle.cos() * down
    theta[:, :, 2] = torch.empty(n, 2).uniform_(-0.25, 0.25) * strength
    grid = affine_grid(theta.to(images.device), [n, images.shape[1], size, size], align_corners=False)
    return grid_sample(images, grid, padding_mode="border", align_corners=False)


def thicken(images: Tensor, p: float = 0.25) -> Tensor:
    """Draw, with probability p, with a broader pen."""
    broad = torch.rand(len(images), 1, 1, 1) < p
    return torch.where(broad.to(images.device), max_pool2d(images, 3, stride=1, padding=1), images)


def scan(images: Tensor, strength: float = 1.0) -> Tensor:
    """Give ink and paper other shades, and noise, as a photo of a page has them."""
    n = len(images)
    paper, ink, noise = _uniform(n, 0, 0.35), _uniform(n, 0.5, 1.0), _uniform(n, 0, 0.06)
    paper, ink, noise = (each.view(n, 1, 1, 1) * strength for each in (paper, 1 - ink, noise))
    grain = torch.randn(images.shape) * noise
    shaded = paper.to(images.device) + images * (1 - ink - paper).to(images.device)
    return (shaded + grain.to(images.device)).clamp(0, 1)


def _uniform(n: int, low: float, high: float) -> Tensor:
    return torch.empty(n).uniform_(low, high)

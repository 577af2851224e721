"""Photos for training, read from packed files: JPEG bytes one after the other, with offsets, labels and splits."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from io import BytesIO
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
import torch
from PIL import Image
from torch import Tensor

NONE = -1
"""The label of a photo that shows none of the classes, and the kind of a photo whose kind is not known."""


@dataclass(frozen=True)
class Photos:
    """Photos in memory: uint8 images ``(N, 3, H, W)``, class labels ``(N,)`` and finer kinds ``(N,)``."""

    images: Tensor
    labels: Tensor
    kinds: Tensor

    def __len__(self) -> int:
        return len(self.images)

    def where(self, mask: Tensor) -> Photos:
        """Keep the photos of a mask."""
        return Photos(self.images[mask], self.labels[mask], self.kinds[mask])

    def chunk(self, parts: int) -> list[Photos]:
        """Share the photos out, in order, as ``torch.chunk`` does."""
        return [
            Photos(*each)
            for each in zip(*(t.chunk(parts) for t in (self.images, self.labels, self.kinds)), strict=True)
        ]


@dataclass(frozen=True)
class Dataset:
    """What the small network learns from: photos to train on, photos held out, and the names of the classes."""

    train: Photos
    validation: Photos
    classes: tuple[str, ...]
    kinds: int


def load(folder: Path) -> Dataset:
    """Read ``everyday12.npz``, ``extra_catdog.npz`` and ``other.npz``; hold out everyday12's own split 1.

    The kinds (goose, black stork, …) of ``other`` are counted on from those of everyday12; its photos have
    the label ``NONE``, and the cats and dogs have the kind ``NONE``.
    """
    with np.load(folder / "everyday12.npz") as file:
        everyday, held_out = _photos(file, file["label"], file["fine"]), torch.from_numpy(file["split"]) == 1
        classes, known = tuple(map(str, file["classes"])), len(file["fine_name"])
    with np.load(folder / "extra_catdog.npz") as file:
        pets = _photos(file, file["label"], np.full(len(file["label"]), NONE))
        pets = pets.where(torch.from_numpy(file["split"]) == 0)
    with np.load(folder / "other.npz") as file:
        other = _photos(file, np.full(len(file["fine"]), NONE), file["fine"] + known)
        other = other.where(torch.from_numpy(file["split"]) == 0)
        kinds = known + len(file["fine_name"])
    return Dataset(_join((everyday.where(~held_out), pets, other)), everyday.where(held_out), classes, kinds)


def decode(jpeg: np.ndarray[Any, Any], offset: np.ndarray[Any, Any]) -> Tensor:
    """Decode packed JPEGs of one size to RGB: uint8 ``(N, 3, H, W)``."""
    files = (jpeg[start:end].tobytes() for start, end in pairwise(offset))
    images = np.stack([np.asarray(Image.open(BytesIO(file)).convert("RGB")) for file in files])
    return torch.from_numpy(images).permute(0, 3, 1, 2).contiguous()


def _photos(file: Any, labels: np.ndarray[Any, Any], kinds: np.ndarray[Any, Any]) -> Photos:
    images = decode(file["jpeg"], file["offset"])
    return Photos(images, torch.from_numpy(labels).long(), torch.from_numpy(kinds).long())


def _join(parts: Iterable[Photos]) -> Photos:
    parts = list(parts)
    images, labels, kinds = (
        torch.cat([getattr(part, name) for part in parts]) for name in ("images", "labels", "kinds")
    )
    return Photos(images, labels, kinds)

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
    """What the small network learns from, what is held out, and the names of the classes.

    ``pets`` and ``none`` are held out too: cats and dogs of another source, and photos of none of the classes.
    """

    train: Photos
    validation: Photos
    pets: Photos
    none: Photos
    classes: tuple[str, ...]
    kinds: int


def load(folder: Path) -> Dataset:
    """Read ``everyday12.npz``, ``extra_catdog.npz`` and ``other.npz``; split 1 of each is held out.

    The kinds (goose, black stork, …) of ``other`` are counted on from those of everyday12; its photos have
    the label ``NONE``, and the cats and dogs have the kind ``NONE``.
    """
    with np.load(folder / "everyday12.npz") as file:
        everyday = _split(file, file["label"], file["fine"])
        classes, known = tuple(map(str, file["classes"])), len(file["fine_name"])
    with np.load(folder / "extra_catdog.npz") as file:
        pets = _split(file, file["label"], np.full(len(file["label"]), NONE))
    with np.load(folder / "other.npz") as file:
        none = _split(file, np.full(len(file["fine"]), NONE), file["fine"] + known)
        kinds = known + len(file["fine_name"])
    return Dataset(_join((everyday[0], pets[0], none[0])), everyday[1], pets[1], none[1], classes, kinds)


def decode(jpeg: np.ndarray[Any, Any], offset: np.ndarray[Any, Any]) -> Tensor:
    """Decode packed JPEGs of one size to RGB: uint8 ``(N, 3, H, W)``."""
    files = (jpeg[start:end].tobytes() for start, end in pairwise(offset))
    images = np.stack([np.asarray(Image.open(BytesIO(file)).convert("RGB")) for file in files])
    return torch.from_numpy(images).permute(0, 3, 1, 2).contiguous()


def _split(file: Any, labels: np.ndarray[Any, Any], kinds: np.ndarray[Any, Any]) -> tuple[Photos, Photos]:
    """Give the photos of a packed file, to train on and held out."""
    images = decode(file["jpeg"], file["offset"])
    photos = Photos(images, torch.from_numpy(labels).long(), torch.from_numpy(kinds).long())
    held_out = torch.from_numpy(file["split"]) == 1
    return photos.where(~held_out), photos.where(held_out)


def _join(parts: Iterable[Photos]) -> Photos:
    parts = list(parts)
    images, labels, kinds = (
        torch.cat([getattr(part, name) for part in parts]) for name in ("images", "labels", "kinds")
    )
    return Photos(images, labels, kinds)

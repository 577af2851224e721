"""Photos and digits for training, read from packed files; some of each are held out."""

from __future__ import annotations

import json
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
from torch.nn.functional import interpolate, pad

from explorer.vision.preprocess import Preprocessing

NONE = -1
"""The label of a photo that shows none of the classes, and the kind of a photo whose kind is not known."""
HELD_OUT = 0.1
"""The share of the digits that is held out: the last of each."""


@dataclass(frozen=True)
class Photos:
    """Photos in memory: uint8 images ``(N, C, H, W)``, class labels ``(N,)`` and finer kinds ``(N,)``."""

    images: Tensor
    labels: Tensor
    kinds: Tensor

    def __len__(self) -> int:
        return len(self.images)

    def where(self, chosen: Tensor) -> Photos:
        """Keep the photos of a mask, or of a list of indices."""
        return Photos(self.images[chosen], self.labels[chosen], self.kinds[chosen])

    def to(self, device: torch.device) -> Photos:
        """Bring the photos to a device."""
        return Photos(self.images.to(device), self.labels.to(device), self.kinds.to(device))

    def chunk(self, parts: int) -> list[Photos]:
        """Share the photos out, in order, as ``torch.chunk`` does."""
        return [
            Photos(*each)
            for each in zip(*(t.chunk(parts) for t in (self.images, self.labels, self.kinds)), strict=True)
        ]


@dataclass(frozen=True)
class Dataset:
    """What a network learns from, what is held out, and the names of the classes.

    ``none`` are held-out photos of none of the classes, ``others`` held-out photos from other sources by their name.
    ``boxes`` say, where that is known, where in each photo of ``validation`` its object stands: left, top, right and
    bottom in pixels, the last ones included.
    """

    train: Photos
    validation: Photos
    none: Photos
    classes: tuple[str, ...]
    kinds: int
    others: dict[str, Photos]
    boxes: Tensor | None = None


def load_everyday(folder: Path) -> Dataset:
    """Read ``everyday12.npz``, ``extra_catdog.npz``, ``other.npz`` (split 1 of each is held out), and ``photos_dev``.

    The kinds (goose, black stork, …) of ``other`` are counted on from those of everyday12; its photos have
    the label ``NONE``, and the cats and dogs have the kind ``NONE``.
    """
    with np.load(folder / "everyday12.npz") as file:
        everyday = _split(file, file["label"], file["fine"])
        classes, known = tuple(map(str, file["classes"])), len(file["fine_name"])
        boxes = torch.from_numpy(file["box"][file["split"] == 1]).long()
    with np.load(folder / "extra_catdog.npz") as file:
        pets = _split(file, file["label"], np.full(len(file["label"]), NONE))
    with np.load(folder / "other.npz") as file:
        none = _split(file, np.full(len(file["fine"]), NONE), file["fine"] + known)
        kinds = known + len(file["fine_name"])
    train = _join((everyday[0], pets[0], none[0]))
    others = {"other_cats_and_dogs": pets[1], "full_size_photos": load_full_size(folder / "photos_dev", classes)}
    return Dataset(train, everyday[1], none[1], classes, kinds, others, boxes)


def load_full_size(folder: Path, classes: tuple[str, ...]) -> Photos:
    """Read the clear photos that ``boxes.json`` lists, cut and resized as the See page does."""
    records = json.loads((folder / "boxes.json").read_text(encoding="utf-8"))
    clear = [each for each in records if each["clean"]]
    cut = Preprocessing((64, 64), 64).crop
    photos = [np.array(cut(Image.open(folder / each["file"]).convert("RGB"))) for each in clear]
    labels = torch.tensor([classes.index(each["label"]) for each in clear])
    images = torch.from_numpy(np.stack(photos)).permute(0, 3, 1, 2).contiguous()
    return Photos(images, labels, torch.full_like(labels, NONE))


def load_digits(folder: Path) -> Dataset:
    """Read ``mnist_train.npz``, padded to 32×32; grey, shrunken photos of ``other.npz`` are none of the digits."""
    with np.load(folder / "mnist_train.npz") as file:
        images, labels = torch.from_numpy(file["X"])[:, None], torch.from_numpy(file["y"]).long()
    digits = Photos(pad(images, (2, 2, 2, 2)), labels, labels)
    held_out = last_of_each(labels)
    with np.load(folder / "other.npz") as file:
        unknown = np.full(len(file["fine"]), NONE)
        none = [Photos(ink(each.images), each.labels, each.kinds) for each in _split(file, unknown, unknown)]
    train = _join((digits.where(~held_out), none[0]))
    return Dataset(train, digits.where(held_out), none[1], tuple("0123456789"), 10, {})


def last_of_each(labels: Tensor) -> Tensor:
    """Mark the last tenth of each label."""
    marked = torch.zeros(len(labels), dtype=torch.bool)
    for label in range(int(labels.max()) + 1):
        places = (labels == label).nonzero().flatten()
        marked[places[len(places) - round(HELD_OUT * len(places)) :]] = True
    return marked


def ink(photos: Tensor, size: int = 32) -> Tensor:
    """Make photos look as digits are fed: small, grey, and inverted if they are mostly light."""
    grey = (photos.float() * torch.tensor([0.299, 0.587, 0.114]).view(3, 1, 1)).sum(1, keepdim=True)
    small = interpolate(grey, (size, size), mode="area")
    light = small.flatten(1).median(1).values > 127.5
    return torch.where(light.view(-1, 1, 1, 1), 255 - small, small).round().to(torch.uint8)


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

"""Data made up here, packed as the training code expects them."""

from __future__ import annotations

import json
from io import BytesIO
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from explorer.training.data import Dataset, load_digits, load_everyday


def packed(count: int, seed: int) -> dict[str, np.ndarray]:
    """Make photos of noise, packed as JPEG; the last one grey."""
    random, files = np.random.default_rng(seed), []
    for i in range(count):
        pixels = random.integers(0, 256, (64, 64) if i == count - 1 else (64, 64, 3), dtype=np.uint8)
        Image.fromarray(pixels).save(file := BytesIO(), "JPEG")
        files.append(file.getvalue())
    split = (np.arange(count) % 4 == 3).astype(np.int8)
    offset = np.cumsum([0, *map(len, files)])
    return {"jpeg": np.frombuffer(b"".join(files), np.uint8), "offset": offset, "split": split}


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Write three classes of two kinds each, pets, five other kinds, and forty digits."""
    folder = tmp_path_factory.mktemp("photos")
    kinds = np.arange(24) // 4
    boxes = np.array([[16, 16, 31, 31 if i % 8 == 3 else 63] for i in range(24)])
    names = {"classes": np.array(["bird", "cat", "dog"]), "fine_name": np.array(list("abcdef"))}
    np.savez(folder / "everyday12.npz", **packed(24, 0), label=kinds // 2, fine=kinds, box=boxes, **names)
    np.savez(folder / "extra_catdog.npz", **packed(8, 1), label=np.arange(8) // 4 + 1)
    np.savez(folder / "other.npz", **packed(20, 2), fine=np.arange(20) // 4, fine_name=np.array(list("ghijk")))
    (folder / "photos_dev").mkdir()
    large = [{"file": f"{label}.jpg", "label": label, "clean": label != "cat"} for label in ("dog", "cat", "bird")]
    for i, each in enumerate(large):
        Image.new("RGB", (300, 200), (80 * i, 0, 0)).save(folder / "photos_dev" / each["file"])
    (folder / "photos_dev" / "boxes.json").write_text(json.dumps(large), encoding="utf-8")
    digits = np.zeros((40, 28, 28), np.uint8)
    digits[np.arange(40), 4:24, 4 + np.arange(40) % 20] = 255
    np.savez(folder / "mnist_train.npz", X=digits, y=np.arange(40, dtype=np.uint8) % 4)
    return folder


@pytest.fixture(scope="module")
def dataset(folder: Path) -> Dataset:
    return load_everyday(folder)


@pytest.fixture(scope="module")
def digits(folder: Path) -> Dataset:
    return load_digits(folder)

"""The training code of the shipped model, on photos made up here."""

from __future__ import annotations

import hashlib
import json
from dataclasses import replace
from io import BytesIO
from pathlib import Path

import numpy as np
import pytest
import torch
from PIL import Image
from safetensors.torch import load_file

import explorer
from explorer.network import Network
from explorer.training import train_small_resnet as script
from explorer.training.augment import augment, crop_and_flip, cutout, normalise, recolour
from explorer.training.calibrate import fit, wanted
from explorer.training.data import NONE, Dataset, Photos, load
from explorer.training.evaluate import accuracy

TINY = script.Recipe(stages=((1, 16), (1, 24)), photos_per_epoch=8, batch=4, share_of_none=0.25)


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
    """Write a folder as the script expects it: three classes of two kinds each, pets, and five other kinds."""
    folder = tmp_path_factory.mktemp("photos")
    kinds = np.arange(24) // 4
    names = {"classes": np.array(["bird", "cat", "dog"]), "fine_name": np.array(list("abcdef"))}
    np.savez(folder / "everyday12.npz", **packed(24, 0), label=kinds // 2, fine=kinds, **names)
    np.savez(folder / "extra_catdog.npz", **packed(8, 1), label=np.arange(8) // 4 + 1)
    np.savez(folder / "other.npz", **packed(20, 2), fine=np.arange(20) // 4, fine_name=np.array(list("ghijk")))
    return folder


@pytest.fixture(scope="module")
def dataset(folder: Path) -> Dataset:
    return load(folder)


def test_load_gives_the_splits(dataset: Dataset) -> None:
    train, held_out = dataset.train, dataset.validation
    assert (len(dataset.pets), len(dataset.none)) == (2, 5)
    assert dataset.classes == ("bird", "cat", "dog")
    assert dataset.kinds == 6 + 5
    assert (len(train), len(held_out)) == (18 + 6 + 15, 6)
    assert train.images.shape == (39, 3, 64, 64)
    assert train.images.dtype == torch.uint8
    assert held_out.labels.tolist() == [0, 0, 1, 1, 2, 2]
    assert held_out.kinds.tolist() == [0, 1, 2, 3, 4, 5]


def test_load_marks_what_is_not_known(dataset: Dataset) -> None:
    labels, kinds = dataset.train.labels, dataset.train.kinds
    assert labels[18:24].tolist() == [1, 1, 1, 2, 2, 2]
    assert (kinds[18:24] == NONE).all()
    assert (labels[24:] == NONE).all()
    assert set(kinds[24:].tolist()) == {6, 7, 8, 9, 10}


def test_no_held_out_photo_is_trained_on(dataset: Dataset) -> None:
    train = {image.numpy().tobytes() for image in dataset.train.images}
    assert not train & {image.numpy().tobytes() for image in dataset.validation.images}


@pytest.mark.parametrize("size", [40, 64])
def test_augment_keeps_shape_and_range(dataset: Dataset, size: int) -> None:
    out = augment(dataset.train.images, size)
    assert out.shape == (39, 3, size, size)
    assert out.min() >= 0
    assert out.max() <= 1
    assert out.isfinite().all()


def test_augment_is_seeded(dataset: Dataset) -> None:
    def made(seed: int) -> torch.Tensor:
        torch.manual_seed(seed)
        return augment(dataset.train.images, 32)

    assert made(3).equal(made(3))
    assert not made(3).equal(made(4))


def test_every_photo_gets_its_own_change(dataset: Dataset) -> None:
    same = dataset.train.images[:1].expand(8, -1, -1, -1)
    assert len({image.numpy().tobytes() for image in augment(same, 32)}) == 8


def test_the_whole_photo_is_itself_or_its_mirror(dataset: Dataset) -> None:
    images = dataset.train.images.float() / 255
    out = crop_and_flip(images[:, :, 8:40, 8:40], 32, smallest=1.0)
    assert out.shape == (39, 3, 32, 32)
    flat = torch.full((16, 3, 8, 8), 0.5)
    flat[..., :4] = 0.25
    columns = {tuple(image[0, 4].tolist()) for image in crop_and_flip(flat, 8, smallest=1.0)}
    assert all(set(row) <= {0.25, 0.5} or 0.25 < np.mean(row) < 0.5 for row in columns)


def test_cutout_hides_only_a_patch() -> None:
    torch.manual_seed(0)
    images = torch.ones(64, 3, 40, 40)
    hidden = (cutout(images, share=0.35, p=1.0) != 1).all(1)
    assert hidden.flatten(1).any(1).all()
    assert hidden.flatten(1).float().mean(1).max() <= 0.35**2 + 0.05
    assert cutout(images, p=0.0).equal(images)


def test_recolour_keeps_grey_grey() -> None:
    grey = torch.rand(4, 1, 8, 8).expand(-1, 3, -1, -1)
    out = recolour(grey)
    torch.testing.assert_close(out[:, 0], out[:, 1])


def test_normalise_centres_the_mean() -> None:
    assert normalise(torch.tensor([0.485, 0.456, 0.406]).view(1, 3, 1, 1)).abs().max() < 1e-6


def test_draw_balances_by_the_root_of_the_count() -> None:
    labels = torch.cat([torch.zeros(400), torch.ones(100), torch.full((50,), NONE)]).long()
    photos = Photos(torch.zeros(550, 3, 1, 1), labels, labels)
    recipe = replace(TINY, photos_per_epoch=20_000, batch=100)
    torch.manual_seed(0)
    drawn = labels[torch.tensor(list(script.draw(photos, recipe))).flatten()]
    none, zero, one = ((drawn == i).float().mean().item() for i in (NONE, 0, 1))
    assert none == pytest.approx(0.25, abs=0.02)
    assert zero / one == pytest.approx(2, abs=0.15)


def test_photos_of_none_want_an_even_answer() -> None:
    photos = Photos(torch.zeros(2, 3, 1, 1), torch.tensor([NONE, NONE]), torch.tensor([NONE, NONE]))
    kinds = torch.zeros(2, 5)
    even = script.loss_of((torch.zeros(2, 3), kinds), photos, TINY)
    sure = script.loss_of((torch.tensor([[9.0, 0, 0]] * 2), kinds), photos, TINY)
    assert even.item() == pytest.approx(np.log(3))
    assert sure > even


def test_the_script_trains_and_writes_a_loadable_model(
    folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    threads = torch.get_num_threads()
    options = [
        "--data",
        str(folder),
        "--out",
        str(tmp_path),
        "--checkpoint",
        str(tmp_path / "c.pt"),
        "--threads",
        "2",
        "--note",
        "made up",
    ]
    try:
        script.main(options, TINY)
    finally:
        torch.set_num_threads(threads)
    assert "wrote" in capsys.readouterr().out
    weights = tmp_path / "small_resnet_everyday12.safetensors"
    card = json.loads(weights.with_suffix(".json").read_text(encoding="utf-8"))
    assert card["weights"]["sha256"] == hashlib.sha256(weights.read_bytes()).hexdigest()
    assert card["classes"] == ["bird", "cat", "dog"]
    assert card["training"]["epochs"] == 2
    assert card["training"]["note"] == "made up"
    assert set(card["validation"]["accuracy_per_class"]) == {"bird", "cat", "dog"}

    network = Network(explorer.lower(explorer.get(card["architecture"], **card["knobs"]))).eval()
    state = load_file(weights)
    assert {value.dtype for value in state.values()} == {torch.float16, torch.int64}
    network.load_state_dict(state)
    assert network(torch.zeros(1, 3, 64, 64)).isfinite().all()
    held_out = load(folder).validation
    assert accuracy(network, held_out) == pytest.approx(card["validation"]["accuracy"], abs=1e-3)


def test_calibration_undoes_a_factor_and_a_shift() -> None:
    torch.manual_seed(0)
    scores, shift = torch.randn(4000, 3), torch.tensor([1.0, 0.0, -1.0])
    factor, found = fit(scores, (scores * 2.5 + shift).softmax(1))
    assert factor.item() == pytest.approx(2.5, abs=0.01)
    torch.testing.assert_close(found, shift, atol=0.01, rtol=0)


def test_calibration_aims_at_the_label_or_at_an_even_answer() -> None:
    aims = wanted(torch.tensor([2, NONE]), 4)
    assert aims.tolist() == [[0, 0, 1, 0], [0.25] * 4]


def test_a_batch_shared_out_gives_the_gradient_of_its_parts(dataset: Dataset) -> None:
    alone, shared = (script.Training(TINY, 3, dataset.kinds, threads) for threads in (1, 2))
    batch = dataset.train.where(torch.arange(39) < 4)
    x = normalise(augment(batch.images, 16))
    for part, photos in zip(x.chunk(2), batch.chunk(2), strict=True):
        (script.loss_of(alone.learner(part), photos, TINY) / 2).backward()
    shared.set_gradients(x, batch)
    for one, other in zip(alone.learner.parameters(), shared.learner.parameters(), strict=True):
        torch.testing.assert_close(one.grad, other.grad)


def test_a_resumed_run_ends_where_an_unbroken_one_does(dataset: Dataset, tmp_path: Path) -> None:
    whole = script.train(dataset, TINY, tmp_path / "whole.pt")
    first = script.Training(TINY, 3, dataset.kinds)
    first.run_epoch(dataset.train)
    first.save(tmp_path / "half.pt")
    torch.rand(5)
    resumed = script.train(dataset, TINY, tmp_path / "half.pt")
    assert resumed.epoch == whole.epoch == 2
    for name, value in whole.network.state_dict().items():
        torch.testing.assert_close(resumed.network.state_dict()[name], value, msg=name)

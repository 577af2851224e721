import pytest
import torch

from explorer.training.augment import (
    augment_digits,
    augment_photos,
    crop_and_flip,
    cutout,
    normalise,
    recolour,
    scan,
    slant,
    thicken,
)
from explorer.training.data import Dataset


@pytest.mark.parametrize("size", [40, 64])
def test_photos_keep_shape_and_range(dataset: Dataset, size: int) -> None:
    out = augment_photos(dataset.train.images, size)
    assert out.shape == (39, 3, size, size)
    assert out.min() >= 0
    assert out.max() <= 1
    assert out.isfinite().all()


def test_digits_keep_shape_and_range(digits: Dataset) -> None:
    out = augment_digits(digits.train.images, 32)
    assert out.shape == (51, 1, 32, 32)
    assert out.min() >= 0
    assert out.max() <= 1


def test_changes_are_seeded(dataset: Dataset) -> None:
    def made(seed: int) -> torch.Tensor:
        torch.manual_seed(seed)
        return augment_photos(dataset.train.images, 32)

    assert made(3).equal(made(3))
    assert not made(3).equal(made(4))


def test_every_photo_gets_its_own_change(dataset: Dataset) -> None:
    same = dataset.train.images[:1].expand(8, -1, -1, -1)
    assert len({image.numpy().tobytes() for image in augment_photos(same, 32)}) == 8


def test_every_digit_gets_its_own_change(digits: Dataset) -> None:
    same = digits.train.images[:1].expand(8, -1, -1, -1)
    assert len({image.numpy().tobytes() for image in augment_digits(same, 32)}) == 8


def test_no_strength_leaves_a_digit_as_it_is(digits: Dataset) -> None:
    images = digits.train.images
    torch.testing.assert_close(augment_digits(images, 32, strength=0), images / 255, atol=1e-4, rtol=0)


def test_one_in_two_is_mirrored() -> None:
    torch.manual_seed(0)
    half = torch.zeros(400, 3, 32, 32)
    half[..., :16] = 1
    out = crop_and_flip(half, 16, smallest=0.99, largest=1.0)
    left, right = out[..., 5].mean((1, 2)), out[..., 10].mean((1, 2))
    assert (left == 1 - right).all()
    assert 0.4 < left.mean() < 0.6


@pytest.mark.parametrize("area", [0.5, 1.0, 2.0])
def test_a_thing_takes_its_share_of_the_window(area: float) -> None:
    torch.manual_seed(0)
    thing = torch.zeros(200, 1, 64, 64)
    thing[:, :, 28:36, 28:36] = 1
    shares = crop_and_flip(thing, 64, smallest=area, largest=area).mean((1, 2, 3))
    assert float(shares.median()) == pytest.approx(8 * 8 / 64**2 / area, rel=0.02)


def test_a_window_larger_than_the_photo_holds_all_of_it() -> None:
    torch.manual_seed(0)
    corner = torch.zeros(200, 1, 64, 64)
    corner[:, :, :8, :8] = 1
    assert (crop_and_flip(corner, 64, smallest=1.8, largest=2.0).amax((1, 2, 3)) > 0.99).all()
    assert (crop_and_flip(corner, 64, smallest=0.4, largest=0.6).amax((1, 2, 3)) == 0).any()


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


def test_slant_keeps_the_middle_of_a_digit_on_the_page() -> None:
    torch.manual_seed(0)
    disc = torch.zeros(64, 1, 32, 32)
    disc[:, :, 12:20, 12:20] = 1
    out = slant(disc, 32)
    lit = out.flatten(1).sum(1) / 64
    assert lit.min() > 0.5
    assert lit.max() < 2
    assert not out[0].equal(disc[0])


def test_a_broader_pen_draws_on_both_sides() -> None:
    line = torch.zeros(8, 1, 5, 5)
    line[..., 2] = 1
    assert thicken(line, p=1.0)[0, 0, 2].tolist() == [0, 1, 1, 1, 0]
    assert thicken(line, p=0.0).equal(line)


def test_ink_stays_lighter_than_paper() -> None:
    torch.manual_seed(0)
    page = torch.zeros(256, 1, 16, 16)
    page[..., 8:] = 1
    out = scan(page)
    assert (out[..., 8:].mean((1, 2, 3)) > out[..., :8].mean((1, 2, 3)) + 0.1).all()


def test_normalise_centres_the_mean_of_photos_and_leaves_digits() -> None:
    assert normalise(torch.tensor([0.485, 0.456, 0.406]).view(1, 3, 1, 1)).abs().max() < 1e-6
    digit = torch.rand(2, 1, 4, 4)
    assert normalise(digit).equal(digit)

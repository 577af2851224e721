import pytest
import torch

from explorer.training.data import NONE, Dataset, Photos, ink, last_of_each


def test_photos_are_split_as_the_files_say(dataset: Dataset) -> None:
    train, held_out = dataset.train, dataset.validation
    assert (len(dataset.others["other_cats_and_dogs"]), len(dataset.none)) == (2, 5)
    assert dataset.classes == ("bird", "cat", "dog")
    assert dataset.kinds == 6 + 5
    assert (len(train), len(held_out)) == (18 + 6 + 15, 6)
    assert train.images.shape == (39, 3, 64, 64)
    assert train.images.dtype == torch.uint8
    assert held_out.labels.tolist() == [0, 0, 1, 1, 2, 2]
    assert held_out.kinds.tolist() == [0, 1, 2, 3, 4, 5]
    assert dataset.boxes.tolist() == [[16, 16, 31, 31], [16, 16, 31, 63]] * 3


def test_clear_full_size_photos_are_cut_to_squares(dataset: Dataset) -> None:
    photos = dataset.others["full_size_photos"]
    assert photos.labels.tolist() == [2, 0]
    assert photos.images.shape == (2, 3, 64, 64)
    assert photos.images[:, 0].float().mean((1, 2)).tolist() == pytest.approx([0, 160], abs=2)


def test_what_is_not_known_is_marked(dataset: Dataset) -> None:
    labels, kinds = dataset.train.labels, dataset.train.kinds
    assert labels[18:24].tolist() == [1, 1, 1, 2, 2, 2]
    assert (kinds[18:24] == NONE).all()
    assert (labels[24:] == NONE).all()
    assert set(kinds[24:].tolist()) == {6, 7, 8, 9, 10}


def test_no_held_out_photo_is_trained_on(dataset: Dataset) -> None:
    train = {image.numpy().tobytes() for image in dataset.train.images}
    assert not train & {image.numpy().tobytes() for image in dataset.validation.images}


def test_the_last_digits_of_each_kind_are_held_out(digits: Dataset) -> None:
    assert (len(digits.train), len(digits.validation), len(digits.none)) == (36 + 15, 4, 5)
    assert digits.validation.labels.tolist() == [0, 1, 2, 3]
    columns = digits.validation.images[:, 0, 16].argmax(1)  # digit number i has its stroke in column 6 + i % 20
    assert columns.tolist() == [22, 23, 24, 25]
    assert digits.train.images.shape == (51, 1, 32, 32)
    assert digits.boxes is None


def test_a_tenth_of_each_label_is_marked() -> None:
    labels = torch.tensor([0] * 20 + [1] * 10)[torch.randperm(30, generator=torch.Generator().manual_seed(0))]
    marked = last_of_each(labels)
    for label, count in ((0, 2), (1, 1)):
        places = (labels == label).nonzero().flatten()
        assert marked[places].tolist() == [False] * (len(places) - count) + [True] * count


def test_photos_of_no_digit_are_inverted_where_they_are_mostly_light() -> None:
    light, dark = torch.full((1, 3, 64, 64), 200), torch.full((1, 3, 64, 64), 40)
    light[..., :10], dark[..., :10] = 10, 240
    made = ink(torch.cat([light, dark]).to(torch.uint8))
    assert made.shape == (2, 1, 32, 32)
    assert made[:, 0, 0, -1].tolist() == [55, 40]
    assert made[:, 0, 0, 0].tolist() == [245, 240]


def test_photos_are_chosen_by_mask_or_by_place() -> None:
    photos = Photos(torch.arange(4), torch.arange(4), torch.arange(4))
    assert photos.where(torch.tensor([True, False, False, True])).labels.tolist() == [0, 3]
    assert photos.where(torch.tensor([2, 2])).kinds.tolist() == [2, 2]
    assert [len(part) for part in photos.to(torch.device("cpu")).chunk(2)] == [2, 2]

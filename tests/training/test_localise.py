import numpy as np
import pytest
import torch

from explorer.training.data import Photos
from explorer.training.localise import BASELINE, THRESHOLDS, judge, localisation, middle
from explorer.vision.preprocess import Box
from tests.support.models import by_hand, random_network

FRAME = Box(0, 0, 64, 64)


def blob(y: int, x: int) -> np.ndarray:
    heat = np.zeros((8, 8), np.float32)
    heat[y, x] = 1
    return heat


def test_a_map_is_judged_by_its_hottest_place_and_by_its_box() -> None:
    nothing = [0.0] * len(THRESHOLDS)
    hit, overlaps = judge(blob(1, 6), Box(44, 4, 60, 20), FRAME)
    assert hit
    assert max(overlaps) > 0.6
    assert overlaps[-1] < overlaps[3]
    assert judge(blob(6, 1), Box(44, 4, 60, 20), FRAME) == (False, nothing)
    assert judge(np.zeros((8, 8), np.float32), Box(44, 4, 60, 20), FRAME) == (False, nothing)


def test_the_middle_is_judged_with_squares_of_every_size() -> None:
    hit, overlaps = middle(Box(16, 16, 48, 48), FRAME)
    assert hit
    assert max(overlaps) == overlaps[4] == 1  # a quarter of the photo
    assert not middle(Box(0, 0, 16, 16), FRAME)[0]


def test_only_small_objects_count_and_only_methods_that_take_the_network() -> None:
    photos = Photos(torch.zeros(2, 3, 64, 64, dtype=torch.uint8), torch.tensor([3, 4]), torch.tensor([0, 0]))
    photos.images[0, :, 8:24, 40:56] = 255
    boxes = torch.tensor([[40, 8, 55, 23], [0, 0, 63, 63]])
    found = localisation(random_network("small_resnet"), photos, boxes)
    assert found["photos"] == 1
    assert {BASELINE, "cam", "grad-cam", "occlusion"} <= set(found["methods"])
    headed = localisation(random_network("vgg11", (3, 64, 64), num_classes=5), photos, boxes)
    assert "grad-cam" in headed["methods"]
    assert "cam" not in headed["methods"]


def test_a_network_that_looks_at_what_is_bright_finds_it() -> None:
    network = by_hand()
    photos = Photos(torch.zeros(4, 1, 2, 2, dtype=torch.uint8), torch.zeros(4, dtype=torch.long), torch.zeros(4))
    corners = [(0, 0), (0, 1), (1, 0), (1, 1)]
    for photo, (y, x) in zip(photos.images, corners, strict=True):
        photo[0, y, x] = 255
    boxes = torch.tensor([[x, y, x, y] for y, x in corners])
    found = localisation(network, photos, boxes)["methods"]
    assert found["cam"]["pointing"] == 1
    assert found["cam"]["iou"] == pytest.approx(found["grad-cam"]["iou"])
    assert found[BASELINE]["iou"] == pytest.approx(0.25)

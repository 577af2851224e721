"""Boxes from maps: by hand, against Pillow's flood fill, and with boxes that are known."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image, ImageDraw

from explorer.errors import ExplorerError
from explorer.vision.boxes import FINEST, box_of, centred, iou, largest_part
from explorer.vision.preprocess import Box

FRAME = Box(10, 20, 110, 70)


def area(box):
    return box.width * box.height


def heat(*blobs, shape=(FINEST, FINEST)):
    values = np.zeros(shape, dtype=np.float32)
    for value, top, left, bottom, right in blobs:
        values[top:bottom, left:right] = value
    return values


def test_the_box_of_a_blob_is_the_blob():
    found = box_of(heat((1, 56, 112, 112, 224)), Box(0, 0, 224, 224))
    assert found == Box(112, 56, 224, 112)


def test_the_box_lies_in_the_part_of_the_photo_that_was_fed():
    # Columns 112 to 168 of 224 over x from 10 to 110, rows 0 to 56 over y from 20 to 70.
    assert box_of(heat((1, 0, 112, 56, 168)), FRAME) == Box(60, 20, 85, 32.5)


def test_only_the_largest_part_counts_even_if_another_is_hotter():
    two = heat((1, 0, 0, 20, 20), (0.5, 100, 100, 200, 150))
    assert box_of(two, Box(0, 0, 224, 224)) == Box(100, 100, 150, 200)
    assert box_of(two, Box(0, 0, 224, 224), threshold=0.6) == Box(0, 0, 20, 20)


def test_a_coarse_map_gives_a_box_finer_than_its_cells():
    # One cell of 7 × 7 is hot: bilinear slopes reach from centre to centre, and 20 % of the top is 0.8 cells away.
    found = box_of(heat((1, 3, 3, 4, 4), shape=(7, 7)), Box(0, 0, 7, 7))
    centre = 3.5
    assert (found.left, found.right) == (pytest.approx(centre - 0.8, abs=0.05), pytest.approx(centre + 0.8, abs=0.05))


def test_a_map_without_heat_has_no_box():
    assert box_of(heat(), FRAME) is None
    assert box_of(heat() - 1, FRAME) is None


masks = st.integers(1, 9).flatmap(
    lambda width: st.lists(st.lists(st.booleans(), min_size=width, max_size=width), min_size=1, max_size=9)
)


@settings(max_examples=60, deadline=None)
@given(masks)
def test_the_largest_part_is_that_of_pillows_flood_fill(rows):
    mask = np.array(rows)
    picture, sizes = Image.fromarray(mask.astype(np.uint8)).copy(), {}
    for y, x in np.argwhere(mask):
        if picture.getpixel((int(x), int(y))) == 1:
            ImageDraw.floodfill(picture, (int(x), int(y)), len(sizes) + 2)
            sizes[len(sizes) + 2] = np.count_nonzero(np.asarray(picture) == len(sizes) + 2)
    part = largest_part(mask)
    assert part.sum() == max(sizes.values(), default=0)
    assert not mask.any() or len(set(np.asarray(picture)[part])) == 1, "it is one part"


sides = st.tuples(st.integers(0, 9), st.integers(0, 9), st.integers(1, 9), st.integers(1, 9))


@settings(max_examples=100, deadline=None)
@given(sides, sides)
def test_iou_equals_counting_pixels(a, b):
    boxes, painted = [], []
    for left, top, width, height in (a, b):
        boxes.append(Box(left, top, left + width, top + height))
        canvas = np.zeros((18, 18), dtype=bool)
        canvas[top : top + height, left : left + width] = True
        painted.append(canvas)
    expected = (painted[0] & painted[1]).sum() / (painted[0] | painted[1]).sum()
    assert iou(*boxes) == pytest.approx(expected)
    assert iou(*boxes) == iou(*reversed(boxes))
    assert iou(boxes[0], boxes[0]) == 1


@pytest.mark.parametrize("share", [0.1, 0.33, 1.0])
def test_the_centred_box_covers_its_share_and_keeps_the_centre(share):
    box = centred(FRAME, share)
    assert area(box) == pytest.approx(share * area(FRAME))
    assert FRAME.inside((box.left + box.right) / 2, (box.top + box.bottom) / 2) == pytest.approx((0.5, 0.5))


def test_what_is_not_allowed():
    with pytest.raises(ExplorerError, match="threshold is 0; allowed: above 0, up to 1"):
        box_of(heat(), FRAME, threshold=0)
    with pytest.raises(ExplorerError, match=r"share is 1\.5; allowed: above 0, up to 1"):
        centred(FRAME, 1.5)

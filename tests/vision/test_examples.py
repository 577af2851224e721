import numpy as np
import pytest
from PIL import Image

from explorer.assets import EXAMPLES
from explorer.vision import images
from explorer.vision.examples import examples


def test_every_bundled_picture_loads_and_says_whom_to_thank():
    readme = (EXAMPLES / "README.md").read_text(encoding="utf-8")
    for example in examples().values():
        assert images.read(example.file).width >= 128
        assert example.file.stat().st_size < 60_000
        assert example.caption
        assert example.credit
        assert f"`{example.file.name}`" in readme


def test_no_picture_lies_there_unlisted_or_with_data_of_a_camera():
    listed = {example.file for example in examples().values()}
    assert set(EXAMPLES.glob("*.jpg")) == listed
    for file in listed:
        with Image.open(file) as image:
            assert not image.getexif()


def test_the_box_of_a_picture_lies_in_it():
    for example in examples().values():
        width, height = images.read(example.file).size
        box = example.box
        assert 0 <= box.left < box.right <= width
        assert 0 <= box.top < box.bottom <= height


@pytest.mark.parametrize("id", ["three", "five"])
def test_the_box_drawn_by_hand_is_where_the_ink_is(id):
    example = examples()[id]
    ink = np.asarray(images.read(example.file).convert("L")) < 90
    rows, columns = (np.flatnonzero(ink.any(axis)) for axis in (1, 0))
    found = (columns[0], rows[0], columns[-1] + 1, rows[-1] + 1)
    box = example.box
    np.testing.assert_allclose((box.left, box.top, box.right, box.bottom), found, atol=6)

import numpy as np
from PIL import Image

from explorer.vision.outline import outlined
from explorer.vision.preprocess import Box


def test_the_line_stays_inside_its_box_and_the_picture_as_it_was():
    grey = Image.new("RGB", (40, 30), "grey")
    drawn = np.asarray(outlined(grey, Box(5, 6, 25, 26)))
    changed = (drawn != 128).any(2)
    assert changed[6:26, 5:25].sum() == changed.sum() > 0
    assert drawn[6, 5].tolist() == [0, 0, 0]
    assert drawn[8, 7].tolist() == [255, 255, 255]
    assert drawn[15, 15].tolist() == [128, 128, 128]
    assert (np.asarray(grey) == 128).all()


def test_a_line_that_has_no_room_is_left_out():
    assert (np.asarray(outlined(Image.new("RGB", (8, 8), "grey"), Box(2, 2, 3, 3))) == 128).all()
    assert (np.asarray(outlined(Image.new("RGB", (8, 8), "grey"), Box(2, 2, 5, 5))) != 128).any()


def test_words_stand_in_the_corner():
    grey = Image.new("RGB", (200, 100), "grey")
    box = Box(20, 10, 180, 90)
    plain, named = (np.asarray(outlined(grey, box, words=words)) for words in ("", "map"))
    rows, columns = np.nonzero((plain != named).any(2))
    assert 20 < columns.min() < columns.max() < 100
    assert 10 < rows.min() < rows.max() < 50
    assert {(0, 0, 0), (255, 255, 255)} <= {tuple(pixel) for pixel in named[rows, columns].tolist()}

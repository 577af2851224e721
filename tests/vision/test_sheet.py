from io import BytesIO

import numpy as np
from PIL import Image

from explorer.vision.sheet import npz, sheet, tiled


def test_pictures_stand_in_rows_of_one_width_with_room_for_words():
    colours = ["red", "green", "blue", "red"]
    paper = sheet([Image.new("RGB", (20, 10), each) for each in colours], ["one", "two", "three", "four"], width=100)
    assert paper.getpixel((50, 20)) == (255, 0, 0)
    assert paper.getpixel((50 + 112, 20)) == (0, 128, 0)
    assert paper.getpixel((50 + 224, 20)) == (0, 0, 255)
    assert paper.getpixel((50, 20 + 88)) == (255, 0, 0)
    assert paper.width == 3 * 112 + 12
    assert (np.asarray(paper)[62:88, :112] == 0).all(2).any()  # the letters of the first title


def test_arrays_come_back_by_name():
    arrays = {"1_cam_3": np.eye(3, dtype=np.float32), "2_cam_5": np.zeros((2, 4), np.float32)}
    with np.load(BytesIO(npz(arrays))) as back:
        assert list(back) == list(arrays)
        for name, array in arrays.items():
            np.testing.assert_array_equal(back[name], array)


def test_small_pictures_lie_in_rows_on_grey():
    pictures = np.zeros((3, 2, 2, 3), np.float32)
    pictures[2, 0, 1] = (1, 0.5, 0)
    wall = tiled(pictures, columns=2)
    assert wall.shape == (7, 7, 3)
    assert wall[4, 2].tolist() == [255, 128, 0]
    assert wall[0, 0].tolist() == wall[3, 3].tolist() == wall[5, 5].tolist() == [128, 128, 128]
    assert wall[1, 1].tolist() == [0, 0, 0]

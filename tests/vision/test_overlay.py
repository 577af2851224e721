from io import BytesIO

import numpy as np
import pytest
from PIL import Image

from explorer.errors import ExplorerError
from explorer.vision.overlay import COLOUR_MAPS, colours, npy, overlay, png
from explorer.vision.preprocess import Box

GREY = Image.new("RGB", (60, 40), (200, 200, 200))
BOX = Box(10, 0, 50, 40)


@pytest.mark.parametrize("name", COLOUR_MAPS)
def test_colour_maps_grow_lighter_all_the_way(name):
    ramp = colours(np.linspace(0, 1, 100, dtype=np.float32)[None], name)[0].astype(float)
    light = ramp @ [0.2126, 0.7152, 0.0722]
    assert (np.diff(light) > 0).all()


def test_the_ends_of_viridis():
    assert colours(np.array([[0.0, 1.0]], np.float32)).tolist() == [[[68, 1, 84], [253, 231, 37]]]


def test_there_is_no_jet():
    with pytest.raises(ExplorerError, match="colour map is 'jet'; allowed: viridis, cividis"):
        colours(np.zeros((1, 1), np.float32), "jet")


def test_opacity_goes_from_the_photo_to_the_colours():
    hot = np.ones((2, 2), np.float32)
    assert overlay(GREY, hot, BOX, 0).getpixel((30, 20)) == (200, 200, 200)
    assert overlay(GREY, hot, BOX, 1).getpixel((30, 20)) == (253, 231, 37)
    assert overlay(GREY, hot, BOX, 0.5).getpixel((30, 20)) == (226, 215, 118)
    with pytest.raises(ExplorerError, match="opacity is 2; allowed: 0 to 1"):
        overlay(GREY, hot, BOX, 2)


def test_what_was_not_fed_is_darkened_and_gets_no_heat():
    shown = overlay(GREY, np.ones((2, 2), np.float32), BOX, 1)
    assert shown.size == GREY.size
    assert shown.getpixel((9, 20)) == shown.getpixel((50, 20)) == (90, 90, 90)
    assert shown.getpixel((10, 20)) == shown.getpixel((49, 20)) == (253, 231, 37)


def test_exports_come_back_as_they_went():
    values = np.array([[0.25, -1.0]], np.float32)
    assert np.load(BytesIO(npy(values)), allow_pickle=False).tolist() == values.tolist()
    assert list(Image.open(BytesIO(png(GREY))).get_flattened_data()) == list(GREY.get_flattened_data())

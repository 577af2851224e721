import numpy as np
import pytest
import torch
from hypothesis import example, given
from hypothesis import strategies as st
from PIL import Image

from explorer.errors import ExplorerError
from explorer.vision import images
from explorer.vision.cam import cam
from explorer.vision.overlay import upsample
from explorer.vision.preprocess import Box, Preprocessing
from tests.support import bad_images
from tests.support.models import by_hand

PLAIN = Preprocessing((2, 2), 2, (0.0,), (1.0,))


@pytest.mark.parametrize(
    ("size", "resize", "photo", "box"),
    [
        ((224, 224), 256, (640, 512), Box(96, 32, 544, 480)),
        ((64, 64), 64, (64, 64), Box(0, 0, 64, 64)),
        ((64, 64), 64, (30, 90), Box(0, 30, 30, 60)),
        ((100, 200), 200, (400, 400), Box(0, 100, 400, 300)),
    ],
)
def test_the_box_that_is_fed(size, resize, photo, box):
    assert Preprocessing(size, resize).box(*photo) == box


def test_pixels_are_shares_of_white_less_the_mean_over_the_deviation():
    photo = Image.new("RGB", (8, 8), (255, 0, 51))
    fed = Preprocessing((4, 4), 4, (0.5, 0.5, 0.1), (0.25, 0.5, 0.1))(photo)
    assert (fed.shape, fed.dtype) == ((1, 3, 4, 4), np.float32)
    np.testing.assert_allclose(fed[0, :, 2, 1], [2.0, -1.0, 1.0], rtol=1e-5)


def test_one_channel_gets_the_grey_photo():
    fed = PLAIN(Image.new("RGB", (8, 8), (255, 255, 255)))
    assert fed.shape == (1, 1, 2, 2)
    assert (fed == 1).all()


@pytest.mark.parametrize(("ground", "stroke", "fed"), [(255, 0, (0, 1)), (0, 255, (0, 1)), (204, 51, (0.2, 0.8))])
def test_light_strokes_on_dark_are_fed_whichever_way_round_they_were_drawn(ground, stroke, fed):
    page = Image.new("RGB", (32, 32), (ground,) * 3)
    page.paste((stroke,) * 3, (14, 4, 18, 28))
    pixels = Preprocessing((32, 32), 32, (0.0,), (1.0,), light_on_dark=True)(page)[0, 0]
    np.testing.assert_allclose((pixels[0, 0], pixels[16, 16]), fed, rtol=1e-5)
    as_it_is = Preprocessing((32, 32), 32, (0.0,), (1.0,))(page)[0, 0]
    np.testing.assert_allclose((as_it_is[0, 0], as_it_is[16, 16]), (ground / 255, stroke / 255), rtol=1e-5)


def test_cutting_and_resizing_at_once_equals_doing_one_after_the_other():
    ramp = Image.fromarray(np.linspace(0, 255, 512).astype(np.uint8)[None].repeat(256, 0)).convert("RGB")
    once = np.asarray(Preprocessing((112, 112), 128).crop(ramp)).astype(int)
    twice = np.asarray(ramp.resize((256, 128), Image.Resampling.BILINEAR).crop((72, 8, 184, 120))).astype(int)
    assert abs(once - twice).max() <= 1


@pytest.mark.parametrize("point", [(0.0, 0.0), (0.5, 0.25), (1.0, 1.0)])
def test_points_come_back_through_the_box(point):
    box = Preprocessing((224, 224), 256).box(123, 457)
    assert box.inside(*box.outside(*point)) == pytest.approx(point)


@pytest.mark.parametrize("turn", [1, 3, 6, 8])
def test_heat_lands_on_the_thing_in_the_photo_as_it_is_shown(turn):
    """A bright square in a photo that the camera turned: the map of a network that likes brightness lies on it."""
    shown = Image.new("RGB", (96, 48), "black")
    shown.paste("white", (52, 4, 64, 16))  # in the upper right quarter of the central square, x 24 to 72
    back = {1: None, 3: Image.Transpose.ROTATE_180, 6: Image.Transpose.ROTATE_90, 8: Image.Transpose.ROTATE_270}[turn]
    exif = Image.Exif()
    exif[0x0112] = turn
    stored = shown if back is None else shown.transpose(back)
    photo = images.decode(bad_images.encoded(stored, "PNG", exif=exif))
    assert photo.size == (96, 48)
    found = cam(by_hand(), torch.from_numpy(PLAIN(photo)), 0)
    row, column = np.unravel_index(found.map.argmax(), found.map.shape)
    assert (row, column) == (0, 1)
    x, y = PLAIN.box(*photo.size).outside((column + 0.5) / 2, (row + 0.5) / 2)
    assert (x, y) == (60, 12)
    assert photo.getpixel((int(x), int(y))) == (255, 255, 255)


@example((225, 225), (224, 224), 0)  # 224·(225/224) is a little more than 225
@given(
    st.tuples(st.integers(8, 3000), st.integers(8, 3000)),
    st.tuples(st.integers(1, 400), st.integers(1, 400)),
    st.integers(0, 100),
)
def test_the_box_lies_in_the_photo_whatever_the_sizes(photo, size, more):
    preprocessing = Preprocessing(size, max(size) + more)
    box = preprocessing.box(*photo)
    assert 0 <= box.left < box.right <= photo[0]
    assert 0 <= box.top < box.bottom <= photo[1]
    assert box.width / box.height == pytest.approx(size[1] / size[0])


def test_a_crop_of_an_awkward_size_is_cut():
    assert Preprocessing((224, 224), 224).crop(Image.new("RGB", (225, 225))).size == (224, 224)


def test_upsampled_cells_keep_their_centres():
    heat = np.zeros((4, 4), np.float32)
    heat[1, 2] = 1
    row, column = np.unravel_index(upsample(heat, 40, 40).argmax(), (40, 40))
    assert abs(row - 14.5) <= 0.5
    assert abs(column - 24.5) <= 0.5


@pytest.mark.parametrize(
    ("arguments", "words"),
    [(((64, 64), 32), "resize is 32; allowed: at least the crop, 64"), (((4, 4), 4, (0.5,)), "one or three numbers")],
)
def test_preparations_that_make_no_sense(arguments, words):
    with pytest.raises(ExplorerError, match=words):
        Preprocessing(*arguments)

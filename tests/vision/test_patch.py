import pytest
import torch

from explorer.errors import ExplorerError
from explorer.vision.occlusion import occlusion
from explorer.vision.patch import colour, hide
from explorer.vision.predict import predict
from explorer.vision.preprocess import Preprocessing
from tests.support.models import CLASSES, random_network

PHOTO = Preprocessing((32, 32), 32)


def test_a_fill_is_a_colour_of_the_photo_as_it_is_fed():
    image = torch.full((1, 3, 32, 32), 9.0)
    white = hide(image, 1, 2, 3, "white", PHOTO)
    expected = (1 - torch.tensor(PHOTO.mean)) / torch.tensor(PHOTO.std)
    torch.testing.assert_close(white[0, :, 3, 4], expected)
    assert (white == 9).sum() == 3 * (32 * 32 - 9)
    assert (image == 9).all()
    assert hide(image, 0, 0, 32, "mean", PHOTO).abs().max() == 0
    assert colour("black", Preprocessing((8, 8), 8, (0.1,), (0.3,))) == (0.0,)


def test_one_step_by_hand_is_one_step_of_occlusion():
    network = random_network("small_resnet", (3, 32, 32))
    image = torch.rand(1, 3, 32, 32, generator=torch.Generator().manual_seed(1))
    before = predict(network, image, CLASSES)[0]
    after = {guess.index: guess for guess in predict(network, hide(image, 8, 16, 8, "mean", PHOTO), CLASSES, 12)}
    drop = occlusion(network, image, before.index, patch=8, stride=8).raw[1, 2]
    assert before.probability - after[before.index].probability == pytest.approx(drop, abs=1e-6)


def test_a_patch_beside_the_picture_and_an_unknown_fill_get_one_sentence():
    with pytest.raises(ExplorerError, match=r"a patch of side 8 at \(30, 0\) is not on a picture of 32×32"):
        hide(torch.zeros(1, 3, 32, 32), 30, 0, 8, "mean", PHOTO)
    with pytest.raises(ExplorerError, match="fill is 'pink'; allowed: mean, black, white"):
        colour("pink", PHOTO)

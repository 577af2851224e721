import numpy as np
import pytest
import torch

from explorer.errors import ExplorerError
from explorer.receptive_field import pixels, receptive_fields
from explorer.vision.effective_field import cells_holding, effective_field
from tests.support.models import by_hand, random_network

SIZE = (3, 64, 64)


def picture(shape=SIZE):
    return torch.rand(1, *shape, generator=torch.Generator().manual_seed(1))


@pytest.mark.parametrize(("layer", "cell"), [("relu", (0, 5)), ("layer1.0.relu", (8, 8)), ("layer2.1.relu", (15, 0))])
def test_nothing_moves_a_cell_from_outside_its_theoretical_field(layer, cell):
    network = random_network("small_resnet", SIZE)
    field = receptive_fields(network.graph)[layer]
    (top, bottom), (left, right) = pixels(field, cell, SIZE)
    found = effective_field(network, picture(), layer, *cell)
    assert found[top:bottom, left:right].sum() > 0
    found[top:bottom, left:right] = 0
    assert not found.any()


def test_it_is_what_a_small_change_of_a_pixel_does():
    network = random_network("lenet5").double()
    image = picture((1, 32, 32)).double()
    found = effective_field(network, image, "c3", 4, 4)
    step = torch.zeros_like(image)
    step[0, 0, 10, 11] = 1e-4
    values = [network.run({"input": each}, ("c3",))["c3"][0, :, 4, 4].sum() for each in (image + step, image - step)]
    assert found[10, 11] == pytest.approx(abs(float(values[0] - values[1]) / 2e-4), rel=1e-3)
    assert found[10, 11] > 0


def test_by_hand_a_cell_sees_its_own_pixel():
    image = torch.tensor([[[[2.0, -1.0], [0.0, 3.0]]]])
    assert effective_field(by_hand(), image, "relu", 1, 1).tolist() == [[0.0, 0.0], [0.0, 1.0]]


def test_where_there_is_no_cell_one_sentence():
    with pytest.raises(ExplorerError, match=r"relu has 2×2 cells; there is no cell \(2, 0\)"):
        effective_field(by_hand(), picture((1, 2, 2)), "relu", 2, 0)


def test_how_few_pixels_hold_most():
    assert cells_holding(np.zeros((3, 3), dtype=np.float32)) == 0
    assert cells_holding(np.ones((10, 10), dtype=np.float32), 0.25) == 25

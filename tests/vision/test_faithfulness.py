"""Deletion, insertion and randomisation: by hand, by their laws, and against plain formulations."""

import itertools

import numpy as np
import pytest
import torch

import explorer
from explorer.errors import ExplorerError
from explorer.network import Network
from explorer.vision.cam import cam
from explorer.vision.faithfulness import Curve, blurred, deletion, insertion, ranks
from explorer.vision.grad_cam import grad_cam
from explorer.vision.rectified import guided_backprop
from explorer.vision.sanity import cascade, forgetful, rank_correlation
from tests.support.models import by_hand, random_network

PICTURE = torch.tensor([[[[1.0, 2.0], [3.0, 4.0]]]])


@pytest.fixture(scope="module")
def small():
    return random_network("small_resnet", (3, 32, 32))


def photo(seed=0, shape=(1, 3, 32, 32)):
    return torch.randn(shape, generator=torch.Generator().manual_seed(seed))


def chance(total):
    """The probability of class 0 of ``by_hand`` for a picture whose positive pixels have this sum."""
    return 1 / (1 + np.exp(-(0.75 * total + 0.5)))


def test_deletion_by_hand():
    # The map is 2p: pixels go in the order 4, 3, 2, 1.
    found = deletion(by_hand(), PICTURE, 0, cam(by_hand(), PICTURE, 0).map, steps=4, batch=3)
    np.testing.assert_allclose(found.probabilities, [chance(s) for s in (10, 6, 3, 1, 0)], rtol=1e-5)
    assert found.area == pytest.approx(np.trapezoid([chance(s) for s in (10, 6, 3, 1, 0)], dx=1 / 4), rel=1e-5)


def test_the_best_and_the_worst_order_of_all():
    """Of all orders of the four pixels, the map's own has the least area and its opposite the greatest."""
    areas = {}
    for order in itertools.permutations((1.0, 2.0, 3.0, 4.0)):
        values = np.array(order, dtype=np.float32).reshape(2, 2)
        areas[order] = deletion(by_hand(), PICTURE, 0, values, steps=4).area
    assert min(areas, key=areas.get) == (1, 2, 3, 4)
    assert max(areas, key=areas.get) == (4, 3, 2, 1)


def test_insertion_ends_where_deletion_starts_and_is_its_mirror(small):
    image, values = photo(1), photo(2, (32, 32)).numpy()
    there = insertion(small, image, 3, values, steps=8, batch=4)
    assert there.probabilities[-1] == pytest.approx(float(small(image).softmax(1)[0, 3]), abs=1e-6)
    assert there.probabilities[0] == pytest.approx(float(small(blurred(image)).softmax(1)[0, 3]), abs=1e-6)
    # Taking pixels away from the least to the most is bringing them in from the most to the least, read backwards.
    away = deletion(small, image, 3, -values, steps=8)
    back = [small(torch.where(torch.tensor(ranks(values, 32, 32) < n), image, 0.0)) for n in range(0, 1025, 128)]
    expected = [float(scores.softmax(1)[0, 3]) for scores in reversed(back)]
    np.testing.assert_allclose(away.probabilities, expected, atol=1e-6)


def test_a_coarse_map_is_enlarged_before_pixels_are_ranked():
    order = ranks(np.array([[0.0, 1.0], [0.0, 0.0]], dtype=np.float32), 8, 8)
    assert sorted(order.ravel()) == list(range(64))
    assert order[0, 7] < 4
    assert order[7, 0] > 32


def test_the_blur_equals_the_definition():
    image = photo(3, (1, 2, 9, 7)).double()
    at = np.arange(-15, 16)
    bell = np.exp(-(at[:, None] ** 2 + at[None] ** 2) / 50)
    padded = np.pad(image[0].numpy(), ((0, 0), (15, 15), (15, 15)), "edge")
    expected = np.empty((2, 9, 7))
    for c, y, x in np.ndindex(2, 9, 7):
        expected[c, y, x] = (padded[c, y : y + 31, x : x + 31] * bell / bell.sum()).sum()
    np.testing.assert_allclose(blurred(image)[0], expected, rtol=1e-9)


def test_curves_report_and_refuse(small):
    seen = []
    deletion(small, photo(), 0, np.zeros((4, 4), np.float32), steps=5, batch=4, tick=seen.append)
    assert seen == [4 / 6, 1.0]
    with pytest.raises(ExplorerError, match="faithfulness: steps is 0; allowed: 1 to 1024"):
        insertion(small, photo(), 0, np.zeros((4, 4), np.float32), steps=0)
    assert Curve((0.2, 0.2)).area == pytest.approx(0.2)


def test_rank_correlation_by_hand():
    a = np.array([[1.0, -2.0], [3.0, 4.0]])
    assert rank_correlation(a, a**3) == pytest.approx(1)
    assert rank_correlation(a, -a) == pytest.approx(1)
    assert rank_correlation(a, 1 / a) == pytest.approx(-1)
    assert rank_correlation(a, np.zeros((2, 2))) == 0
    # ranks 1, 2.5, 2.5, 4 against 1, 2, 3, 4: 4.5 / sqrt(4.5 · 5)
    assert rank_correlation(np.array([1.0, 2, 2, 9]), np.array([1.0, 2, 3, 4])) == pytest.approx((4.5 / 5) ** 0.5)


def test_what_forgets_is_shuffled_and_nothing_else_is_touched(small):
    before = {name: value.clone() for name, value in small.state_dict().items()}
    other = forgetful(small, ["fc", "layer4.1.conv2"], seed=1)
    for name, value in other.state_dict().items():
        assert torch.equal(small.state_dict()[name], before[name])
        if name.rpartition(".")[0] in ("fc", "layer4.1.conv2"):
            assert not torch.equal(value, before[name])
            assert torch.equal(value.flatten().sort().values, before[name].flatten().sort().values)
        else:
            assert value.data_ptr() == small.state_dict()[name].data_ptr(), "shared, not copied"
    assert not torch.equal(other(photo()), small(photo()))
    assert torch.equal(forgetful(small, ["fc"], 1)(photo()), forgetful(small, ["fc"], 1)(photo()))
    assert torch.equal(forgetful(small, [])(photo()), small(photo()))


def test_a_map_of_the_weights_forgets_and_one_of_the_photo_does_not(small):
    image, seen = photo(4), []
    steps = cascade(small, lambda network: grad_cam(network, image, 3, "layer3.1.relu"), steps=3, tick=seen.append)
    assert [steps[0].layer, steps[-1].layer] == ["fc", "conv1"]
    assert seen == [pytest.approx(n / 3) for n in (1, 2, 3)]
    assert abs(steps[-1].similarity) < 0.5
    assert steps[-1].similarity == rank_correlation(
        grad_cam(small, image, 3, "layer3.1.relu").map, steps[-1].attribution.map
    )
    first = guided_backprop(small, image, 3)
    same = cascade(small, lambda network: first, steps=2)
    assert [step.similarity for step in same] == pytest.approx([1.0, 1.0])


def test_the_cascade_forgets_the_head_first(small):
    image = photo(5)
    stem = small.run({"input": image}, ("relu",))["relu"]
    kept = []

    def look(network):
        kept.append(torch.equal(network.run({"input": image}, ("relu",))["relu"], stem))
        return cam(network, image, 0)

    names = [step.layer for step in cascade(small, look, steps=4)]
    assert kept == [True, True, True, True, False], "the network itself, then three that keep their stem"
    assert names[0] == "fc"
    with pytest.raises(ExplorerError, match="sanity: steps is 1; allowed: 2 to"):
        cascade(small, look, steps=1)


def test_a_layer_that_runs_twice_forgets_once():
    class Twice(torch.nn.Module):
        def __init__(self):
            super().__init__()
            self.conv, self.fc = torch.nn.Conv2d(3, 3, 3, padding=1), torch.nn.Linear(3, 2)

        def forward(self, x):
            return self.fc(self.conv(self.conv(x)).mean((2, 3)))

    network = Network(explorer.analyze(Twice(), (3, 4, 4)).graph).eval()
    other = forgetful(network, ["conv"])
    first, second = (name for name in network.graph.index if name.startswith("conv"))
    assert other.module_of(first) is other.module_of(second)
    assert not torch.equal(other.get_parameter("conv.weight"), network.get_parameter("conv.weight"))

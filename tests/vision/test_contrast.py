import numpy as np
import pytest
import torch

from explorer.errors import ExplorerError
from explorer.vision.attribution import Attribution
from explorer.vision.contrast import LINEAR, contrast, on_one_scale
from explorer.vision.methods import METHODS, attribute
from tests.support.models import random_network

SIZE = (3, 32, 32)


def picture():
    return torch.rand(1, *SIZE, generator=torch.Generator().manual_seed(1)) - 0.5


@pytest.fixture(scope="module")
def network():
    return random_network("small_resnet", SIZE)


@pytest.fixture(scope="module")
def difference(network):
    """The same network, but its class 3 has the score of class 3 minus that of class 5."""
    other = random_network("small_resnet", SIZE)
    for one, same in zip(network.parameters(), other.parameters(), strict=True):
        same.copy_(one)
    fc = other.get_submodule("fc")
    fc.weight[3] -= fc.weight[5]
    fc.bias[3] -= fc.bias[5]
    return other


@pytest.mark.parametrize("method", [name for name in LINEAR if name != "occlusion"])
def test_it_is_the_map_of_the_difference_of_the_scores(network, difference, method):
    layer = "layer2.1.relu" if METHODS[method].takes_layer else None
    a, b = (attribute(method, network, picture(), target, layer) for target in (3, 5))
    of_difference = attribute(method, difference, picture(), 3, layer)
    found = contrast(a, b)
    expected = of_difference.raw if method == "grad-cam" else of_difference.map
    np.testing.assert_allclose(found.map, expected, atol=1e-5)
    assert found.score == pytest.approx(of_difference.score, abs=1e-5)
    np.testing.assert_array_equal(contrast(b, a).map, -found.map)


def test_occlusion_says_which_class_a_patch_takes_more_from(network):
    a, b = (attribute("occlusion", network, picture(), target) for target in (3, 5))
    np.testing.assert_allclose(contrast(a, b).map, a.map - b.map)


def test_what_is_not_linear_or_not_alike_is_refused(network):
    pp = [attribute("grad-cam-pp", network, picture(), target) for target in (3, 5)]
    with pytest.raises(ExplorerError, match="grad-cam-pp cannot contrast two classes; allowed: grad-cam, cam"):
        contrast(*pp)
    with pytest.raises(ExplorerError, match="allowed: two maps by one method at one layer"):
        contrast(attribute("cam", network, picture(), 3), pp[0])


def made(values, noise=0.0):
    map = np.array([values], dtype=np.float32)
    return Attribution("cam", "maps", 0, 0.0, map, map, noise)


def test_one_scale_keeps_which_is_larger_and_leaves_empty_maps_empty():
    first, second, empty = on_one_scale([made([1.0, -3.0]), made([4.0, 2.0]), made([-1.0, 1e-9], noise=1e-8)])
    assert first.tolist() == [[0.25, 0.0]]
    assert second.tolist() == [[1.0, 0.5]]
    assert empty.tolist() == [[0.0, 0.0]]
    assert on_one_scale([]) == ()

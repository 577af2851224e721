"""What is kept of a photo: the same maps for less, within a bound, shared by threads."""

from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest
import torch

from explorer.network import Network
from explorer.vision.grad_cam import grad_cam
from explorer.vision.kept import Kept
from explorer.vision.methods import METHODS, attribute
from tests.support.models import random_network


@pytest.fixture(scope="module")
def network():
    return random_network("small_resnet")


@pytest.fixture
def image():
    return torch.randn(1, 3, 64, 64, generator=torch.Generator().manual_seed(4))


@pytest.fixture
def ran(network, monkeypatch):
    """List the modules that run."""
    names, handles = [], []
    for name, module in network.named_modules():
        if not list(module.children()):
            handles.append(module.register_forward_hook(lambda *_, name=name: names.append(name)))
    yield names
    for handle in handles:
        handle.remove()


@pytest.mark.parametrize("method", METHODS)
def test_every_method_gives_the_same(network, image, method):
    looked_at = Kept().look("a photo", network, image)
    for target in (3, 5):
        expected, found = attribute(method, network, image, target), attribute(method, looked_at, image, target)
        np.testing.assert_array_equal(found.map, expected.map)
        assert found.score == expected.score


def test_another_class_or_layer_costs_only_the_tail(network, image, ran):
    looked_at = Kept().look("a photo", network, image)
    first = grad_cam(looked_at, image, 3)
    assert "conv1" in ran
    ran.clear()
    grad_cam(looked_at, image, 5)
    assert ran == ["avgpool", "flatten", "fc"]
    ran.clear()
    grad_cam(looked_at, image, 5, "layer3.1.relu")
    assert ran
    assert all(name.startswith(("layer4", "avgpool", "flatten", "fc")) for name in ran)
    assert not np.array_equal(first.map, grad_cam(looked_at, image, 5).map)


def test_photos_and_networks_are_told_apart(network, image):
    kept, other = Kept(), image.flip(3)
    a, b = (grad_cam(kept.look(key, network, photo), photo, 3) for key, photo in (("a", image), ("b", other)))
    np.testing.assert_array_equal(a.map, grad_cam(network, image, 3).map)
    np.testing.assert_array_equal(b.map, grad_cam(network, other, 3).map)
    np.testing.assert_array_equal(grad_cam(kept.look("a", network, image), other, 3).map, b.map)


def test_memory_is_bounded_and_the_oldest_go(network, image, ran):
    kept = Kept(most=6 << 20)
    for key in range(20):
        grad_cam(kept.look(key, network, image), image, 3)
        assert 0 < kept.nbytes <= 6 << 20
    ran.clear()
    grad_cam(kept.look(19, network, image), image, 3)
    assert "conv1" not in ran
    grad_cam(kept.look(0, network, image), image, 3)
    assert "conv1" in ran
    none = Kept(most=10)
    np.testing.assert_array_equal(grad_cam(none.look(0, network, image), image, 3).map, grad_cam(network, image, 3).map)
    assert none.nbytes == 0


def test_the_weights_are_shared_not_copied(network, image):
    looked_at = Kept().look("a photo", network, image)
    assert isinstance(looked_at, Network)
    assert all(a is b for a, b in zip(looked_at.parameters(), network.parameters(), strict=True))


def test_threads_share_it(network, image):
    kept, expected = Kept(most=8 << 20), [grad_cam(network, image, target).map for target in range(10)]
    with ThreadPoolExecutor(16) as pool:
        found = pool.map(lambda i: grad_cam(kept.look(i % 4, network, image), image, i % 10).map, range(60))
        for i, each in enumerate(found):
            np.testing.assert_array_equal(each, expected[i % 10])

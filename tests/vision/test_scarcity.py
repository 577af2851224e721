"""Running out of memory: what CUDA does is played, as a handler that frees nothing looks right on a processor."""

import weakref

import numpy as np
import pytest
import torch

from explorer.errors import ExplorerError
from explorer.network import Network
from explorer.vision import occlusion
from explorer.vision.backend import ThreadBackend
from explorer.vision.integrated_gradients import integrated_gradients
from explorer.vision.scarcity import ran_out, tried
from tests.support.models import random_network


@pytest.fixture
def emptied(monkeypatch):
    """Play a GPU whose cache is emptied; note whether the tensor of the failed work was gone by then."""
    held, gone = [], []
    monkeypatch.setattr(torch.cuda, "empty_cache", lambda: gone.append(held[-1]() is None))

    def work():
        large = torch.zeros(1000)
        held.append(weakref.ref(large))
        raise torch.OutOfMemoryError("CUDA out of memory.")

    return work, gone


def test_what_failed_holds_nothing_when_the_cache_is_emptied(emptied):
    work, gone = emptied
    assert tried(work) is None
    assert gone == [True]


def test_the_backend_lets_go_too_and_says_it_in_a_sentence(emptied):
    work, gone = emptied
    backend = ThreadBackend()
    with pytest.raises(ExplorerError, match="no memory left for this; choose a smaller network"):
        backend.submit(lambda tick: work()).result(5)
    backend.close()
    assert gone == [True]


def test_other_errors_are_none_of_this():
    def work():
        raise RuntimeError("sizes do not match")

    with pytest.raises(RuntimeError, match="sizes"):
        tried(work)
    assert ran_out(RuntimeError("[enforce fail at alloc_cpu.cpp] DefaultCPUAllocator: can't allocate memory"))
    assert not ran_out(ValueError("out of memory"))


def test_the_fully_connected_layers_take_smaller_batches(monkeypatch):
    network, image = random_network("lenet5"), torch.randn(1, 1, 32, 32)
    expected = occlusion.occlusion(network, image, 3, patch=8, stride=8)
    sizes, really = [], Network.run

    def run(self, given, wanted, *rest):
        first = next(iter(given.values()))
        sizes.append(len(first))
        if len(first) > 5:
            raise torch.OutOfMemoryError
        return really(self, given, wanted, *rest)

    monkeypatch.setattr(Network, "run", run)
    found = occlusion.occlusion(network, image, 3, patch=8, stride=8)
    assert max(sizes) == 16
    np.testing.assert_allclose(found.map, expected.map, atol=1e-6)


@pytest.mark.parametrize("most", [3, 0])
def test_integrated_gradients_take_smaller_batches(monkeypatch, most):
    network, image = random_network("lenet5"), torch.randn(1, 1, 32, 32)
    expected, ticks, really = integrated_gradients(network, image, 3), [], Network.run

    def run(self, given, *rest):
        if next(iter(given.values())).requires_grad and len(next(iter(given.values()))) > most:
            raise torch.OutOfMemoryError
        return really(self, given, *rest)

    monkeypatch.setattr(Network, "run", run)
    if not most:
        with pytest.raises(ExplorerError, match="cpu has no memory left for one picture"):
            integrated_gradients(network, image, 3)
        return
    found = integrated_gradients(network, image, 3, tick=ticks.append)
    assert ticks == sorted(ticks)
    assert (len(ticks), ticks[-1]) == (16, 1.0)
    np.testing.assert_allclose(found.map, expected.map, atol=1e-6)

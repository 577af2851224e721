import numpy as np
import pytest
import torch

from explorer.errors import ExplorerError
from explorer.vision.device import available, choose, describe, layout
from explorer.vision.maps import scores_node
from explorer.vision.methods import METHODS, attribute
from explorer.vision.sanity import forgetful
from tests.support.models import random_network


@pytest.fixture
def no_accelerator(monkeypatch):
    monkeypatch.setattr(torch.cuda, "is_available", lambda: False)
    monkeypatch.setattr(torch.backends.mps, "is_available", lambda: False)


@pytest.fixture
def two_gpus(monkeypatch):
    monkeypatch.setattr(torch.backends.mps, "is_available", lambda: False)
    monkeypatch.setattr(torch.cuda, "is_available", lambda: True)
    monkeypatch.setattr(torch.cuda, "device_count", lambda: 2)
    monkeypatch.setattr(torch.cuda, "get_device_name", lambda device: "Some GPU")


@pytest.mark.usefixtures("no_accelerator")
def test_without_an_accelerator_auto_is_the_processor():
    assert choose() == choose("CPU") == torch.device("cpu")
    assert describe(choose()).startswith("processor (")


@pytest.mark.usefixtures("two_gpus")
def test_with_gpus_auto_is_the_first():
    assert choose() == choose("cuda") == torch.device("cuda:0")
    assert describe(choose("cuda:1")) == "Some GPU (cuda:1)"
    with pytest.raises(ExplorerError, match="'cuda:2', but torch finds cuda:0, cuda:1 here"):
        choose("cuda:2")


@pytest.mark.usefixtures("no_accelerator")
@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("cuda", "'cuda:0', but torch finds no CUDA device here; allowed: auto, cpu"),
        ("mps", "torch finds no Apple GPU here"),
        ("tpu", "device is 'tpu'; allowed: auto, cpu, cuda, cuda:N or mps"),
        ("cuda:x", "device is 'cuda:x'"),
        ("", "device is ''"),
    ],
)
def test_what_is_not_there_is_named(name, words):
    with pytest.raises(ExplorerError, match=words):
        choose(name)


@pytest.mark.parametrize("architecture", ["small_resnet", "googlenet"])
def test_channels_last_as_on_cuda_changes_no_map(architecture):
    """Every method, and occlusion box by box, take networks and pictures whose channels lie last."""
    size = (3, 32, 32) if architecture == "small_resnet" else (3, 64, 64)
    network, image = random_network(architecture, size, num_classes=4), torch.randn(1, *size)
    expected = {method: attribute(method, network, image, 2) for method in METHODS}
    forgotten = forgetful(network, [scores_node(network.graph)])(image)
    network = network.to(memory_format=torch.channels_last)
    turned = image.to(memory_format=torch.channels_last)
    for method, before in expected.items():
        after = attribute(method, network, turned, 2)
        np.testing.assert_allclose(after.raw, before.raw, rtol=1e-3, atol=1e-6 + 1e-4 * abs(before.raw).max())
    torch.testing.assert_close(forgetful(network, [scores_node(network.graph)])(turned), forgotten)


def test_only_cuda_has_channels_last():
    assert layout(torch.device("cuda")) == torch.channels_last
    assert layout(torch.device("cpu")) == layout(torch.device("mps")) == torch.contiguous_format


@pytest.mark.usefixtures("two_gpus")
def test_all_that_is_here_is_offered():
    assert available() == ("auto", "cpu", "cuda:0", "cuda:1")


@pytest.mark.usefixtures("no_accelerator")
def test_without_an_accelerator_the_processor_is_all():
    assert available() == ("auto", "cpu")

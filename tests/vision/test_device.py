import pytest
import torch

from explorer.errors import ExplorerError
from explorer.vision.device import choose, describe


@pytest.fixture
def no_accelerator(monkeypatch):
    monkeypatch.setattr(torch.cuda, "is_available", lambda: False)
    monkeypatch.setattr(torch.backends.mps, "is_available", lambda: False)


@pytest.fixture
def two_gpus(monkeypatch):
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

"""Mixed precision, on the processor, which has bfloat16 too; on CUDA where there is one."""

import numpy as np
import pytest
import torch

from explorer.errors import ExplorerError
from explorer.vision import half
from explorer.vision.grad_cam import grad_cam
from explorer.vision.kept import Kept
from explorer.vision.methods import METHODS, attribute
from explorer.vision.predict import predict
from explorer.vision.sanity import rank_correlation
from tests.support.models import random_network


@pytest.fixture(scope="module")
def network():
    return random_network("small_resnet", (3, 32, 32), num_classes=12)


@pytest.fixture(scope="module")
def mixed(network):
    return half._Half(network, "cpu", torch.bfloat16)


def test_what_it_gives_is_near_and_not_the_same(network, mixed):
    image = torch.randn(1, 3, 32, 32)
    with torch.no_grad():
        exact, rough = (each.run({"input": image}, ("fc", "layer1.0.relu")) for each in (network, mixed))
    assert rough["fc"].dtype == rough["layer1.0.relu"].dtype == torch.float32
    torch.testing.assert_close(rough["fc"], exact["fc"], rtol=0.05, atol=0.05)
    assert not torch.equal(rough["fc"], exact["fc"])
    assert len(predict(mixed, image, ["x"] * 12)) == 5


@pytest.mark.parametrize("method", [method for method in METHODS if method != "occlusion"])
def test_every_method_takes_it(network, mixed, method):
    torch.manual_seed(1)
    image = torch.randn(1, 3, 32, 32)
    exact, rough = (attribute(method, each, image, 3) for each in (network, mixed))
    assert rank_correlation(exact.raw, rough.raw) > 0.9


def test_activations_that_are_kept_are_those_of_mixed_precision(network, mixed):
    image = torch.randn(1, 3, 32, 32)
    kept = Kept()
    for _time in range(2):
        looking = kept.look("mixed", mixed, image)
        np.testing.assert_array_equal(grad_cam(looking, image, 3).raw, grad_cam(mixed, image, 3).raw)
    assert not np.array_equal(grad_cam(looking, image, 3).raw, grad_cam(network, image, 3).raw)


def test_elsewhere_than_on_cuda_it_is_refused(network):
    with pytest.raises(ExplorerError, match="mixed precision on cpu; allowed: on CUDA"):
        half.in_half(network, torch.device("cpu"))

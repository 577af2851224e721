"""Every method that Captum, torchcam or pytorch-grad-cam has too, on the same weights: equal."""

import warnings

import numpy as np
import pytest
import torch

from explorer.vision.cam import cam
from explorer.vision.integrated_gradients import integrated_gradients
from explorer.vision.maps import last_map
from explorer.vision.methods import attribute
from explorer.vision.occlusion import occlusion
from tests.support.models import random_network
from tests.support.oracles import library, pytorch_grad_cam, twin


@pytest.fixture(scope="module")
def captum():
    return library("captum.attr")


@pytest.fixture(scope="module", params=["small_resnet", "googlenet_bn", "squeezenet1_1"])
def network(request):
    return random_network(request.param, (3, 32, 32), num_classes=10)


@pytest.fixture
def image():
    return torch.randn(1, 3, 32, 32, generator=torch.Generator().manual_seed(11)).requires_grad_()


def equal(found, expected):
    expected = expected.detach().numpy()
    assert np.abs(expected).max() > 0
    np.testing.assert_allclose(found, expected, atol=1e-4 * np.abs(expected).max())


@pytest.mark.parametrize(
    ("method", "name"),
    [
        ("guided-backprop", "GuidedBackprop"),
        ("deconvnet", "Deconvolution"),
        ("gradient-x-input", "InputXGradient"),
    ],
)
def test_signals_at_the_pixels(captum, network, image, method, name):
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", "Setting backward hooks on ReLU activations")
        expected = getattr(captum, name)(network).attribute(image, target=3)[0]
    equal(attribute(method, network, image.detach(), 3).raw, expected)


def test_integrated_gradients(captum, network, image):
    expected = captum.IntegratedGradients(network).attribute(
        image, baselines=0.2, target=3, n_steps=6, method="riemann_middle"
    )[0]
    equal(integrated_gradients(network, image.detach(), 3, baseline=0.2, steps=6, batch=4).raw, expected)


def test_grad_cam(captum, network, image):
    layer = last_map(network.graph)
    expected = captum.LayerGradCam(network, network.get_submodule(layer)).attribute(image, target=3)[0, 0]
    equal(attribute("grad-cam", network, image.detach(), 3).raw, expected)


def test_occlusion(captum):
    network, image = random_network("small_resnet"), torch.randn(1, 3, 64, 64)
    expected = captum.Occlusion(lambda pictures: network(pictures).softmax(1)).attribute(
        image, sliding_window_shapes=(3, 32, 32), strides=(3, 16, 16), target=3, baselines=0.5
    )[0, 0]
    equal(occlusion(network, image, 3, patch=32, stride=16, fill=0.5).map, expected)


@pytest.mark.parametrize("method", ["CAM", "GradCAM"])
def test_torchcam(image, method):
    methods = library("torchcam.methods")
    network = random_network("small_resnet", (3, 32, 32)).requires_grad_(True)
    layer, target = "layer4.1.relu", int(network(image)[0].argmax())
    head = {"fc_layer": "fc"} if method == "CAM" else {}
    with getattr(methods, method)(network, layer, **head) as extractor:
        expected = extractor(target, network(image), normalized=False)[0][0]
    found = (
        cam(network, image.detach(), target)
        if method == "CAM"
        else attribute("grad-cam", network, image.detach(), target)
    )
    equal(found.map, expected.relu() if method == "GradCAM" else expected)


@pytest.mark.parametrize(("method", "name"), [("grad-cam", "GradCAM"), ("grad-cam-pp", "GradCAMPlusPlus")])
def test_maps_of_pytorch_grad_cam(image, method, name):
    """With steep scores: the peer adds 1e-6 to the denominators of Grad-CAM++, which is much where slopes are small."""
    peers, network = pytorch_grad_cam(), random_network("small_resnet", (3, 32, 32))
    network.get_submodule("fc").weight.mul_(1e4)
    layer, wanted = last_map(network.graph), [peers.utils.model_targets.ClassifierOutputTarget(3)]
    with getattr(peers, name)(network, [network.get_submodule(layer)]) as peer:
        peer(image, wanted)
        hooks = peer.activations_and_grads
        seen = [each[0].numpy(force=True) for each in (hooks.activations, hooks.gradients)]
        expected = peer.get_cam_image(image, layer, wanted, *seen)[0]
    equal(attribute(method, network, image.detach(), 3).raw, torch.as_tensor(expected))


def test_guided_backpropagation_of_pytorch_grad_cam(image):
    """On torchvision's network with the same weights: it puts its own modules in the place of the ReLUs."""
    network = random_network("squeezenet1_1", (3, 32, 32), num_classes=10)
    same = twin("squeezenet1_1", num_classes=10)
    same.load_state_dict(network.state_dict())
    peer = pytorch_grad_cam().GuidedBackpropReLUModel(same, torch.device("cpu"))
    expected = torch.as_tensor(peer(image.detach(), target_category=3)).permute(2, 0, 1)
    equal(attribute("guided-backprop", network, image.detach(), 3).raw, expected)

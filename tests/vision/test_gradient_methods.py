"""Grad-CAM++ and the methods that answer per pixel: by hand, by their laws, and against hooked plain torch."""

from typing import get_args

import numpy as np
import pytest
import torch

import explorer
from explorer.errors import ExplorerError
from explorer.layers import Conv, Flatten, Linear, MaxPool, ReLU
from explorer.network import Network
from explorer.spec import Series
from explorer.vision.cam import cam
from explorer.vision.grad_cam import grad_cam
from explorer.vision.grad_cam_pp import grad_cam_pp
from explorer.vision.gradient_x_input import gradient_x_input
from explorer.vision.gradients import pixel_gradients
from explorer.vision.integrated_gradients import integrated_gradients
from explorer.vision.maps import scores_node
from explorer.vision.method_names import Method
from explorer.vision.methods import METHODS, attribute
from explorer.vision.rectified import deconvnet, guided_backprop
from tests.support import hooked
from tests.support.models import by_hand, random_network

PICTURE = torch.tensor([[[[1.0, 2.0], [3.0, 4.0]]]])
PER_PIXEL = ("integrated-gradients", "gradient-x-input", "guided-backprop", "deconvnet")


@pytest.fixture(scope="module")
def small():
    return random_network("small_resnet", (3, 32, 32))


def photo(seed=0, shape=(1, 3, 32, 32)):
    return torch.randn(shape, generator=torch.Generator().manual_seed(seed))


def three_pixels():
    """Two units, p₀ − p₁ and p₁ + p₂ (cut at 0), weighed 1 and −2, and the sum of p₂ and p₀ cut and weighed 3."""
    spec = Series(flatten=Flatten(), hidden=Linear(3, bias=False), relu=ReLU(), fc=Linear(1, bias=False))
    network = Network(explorer.lower(spec, (1, 1, 3), name="three pixels")).eval()
    weights = {"hidden.weight": [[1.0, -1, 0], [0, 1, 1], [1, 0, 1]], "fc.weight": [[1.0, -2, 3]]}
    network.load_state_dict({name: torch.tensor(value) for name, value in weights.items()})
    return network


def test_grad_cam_pp_by_hand():
    # g = 2/4 in every cell of the first map p, whose sum is 10: w = 4 · 0.5 / (2 + 0.5·10) = 2/7.
    found = grad_cam_pp(by_hand(), PICTURE, 0)
    np.testing.assert_allclose(found.map, PICTURE[0, 0] * 2 / 7, rtol=1e-6)
    assert (found.method, found.layer, found.score) == ("grad-cam-pp", "relu", 5.5)


def test_pixel_methods_by_hand():
    # p = (3, 1, −2): the units are 2, −1 → 0, and 1; the score is 2 + 3 = 5.
    image = torch.tensor([[[[3.0, 1.0, -2.0]]]])
    network = three_pixels()
    # The slope: unit 0 sends 1·(1, −1, 0), unit 2 sends 3·(1, 0, 1); unit 1 is off.
    assert gradient_x_input(network, image, 0).map.tolist() == [[12.0, -1.0, -6.0]]
    # Guided: the same, as what is on is weighed positively.
    assert guided_backprop(network, image, 0).raw.tolist() == [[[4.0, -1.0, 3.0]]]
    assert guided_backprop(network, image, 0).map.tolist() == [[4.0, 1.0, 3.0]]
    # p = (−1, 3, −2): only unit 1 is on, and it speaks against: nothing comes through by the guided rule.
    # The deconvnet asks only whether the signal is positive: units 0 and 2 send theirs, though both are off.
    image = torch.tensor([[[[-1.0, 3.0, -2.0]]]])
    assert gradient_x_input(network, image, 0).map.tolist() == [[0.0, -6.0, 4.0]]
    assert guided_backprop(network, image, 0).empty
    assert deconvnet(network, image, 0).raw.tolist() == [[[4.0, -1.0, 3.0]]]


def test_integrated_gradients_by_hand():
    # From (−2, 0, 0) to (2, 0, 0): unit 0 and unit 2 are on for the second half of the way, with slope 1 + 3 in p₀.
    image = torch.tensor([[[[2.0, 0.0, 0.0]]]])
    found = integrated_gradients(three_pixels(), image, 0, baseline=-image, steps=10, batch=3)
    np.testing.assert_allclose(found.map, [[8.0, 0.0, 0.0]], rtol=1e-6)
    assert (found.method, found.layer, found.score) == ("integrated-gradients", "input", 8.0)


def test_grad_cam_pp_at_the_last_map_of_a_network_with_gap(small):
    """There ``g = w/Z``: each map's weight is ``ReLU(w) / (2 + w·mean of the map)``, without any gradient."""
    image, target = photo(), 4
    exact = cam(small, image, target)
    maps = small.run({"input": image}, (exact.layer,))[exact.layer][0]
    w = small.get_submodule("fc").weight[target]
    weights = w.relu() / (2 + w.relu() * maps.mean((1, 2)))
    expected = (weights[:, None, None] * maps).sum(0)
    np.testing.assert_allclose(grad_cam_pp(small, image, target).map, expected, rtol=1e-4, atol=1e-6)


def test_grad_cam_pp_equals_true_derivatives_of_the_exponential():
    """Equations 10 and 13 with second and third derivatives of exp(S) that autograd takes cell by cell."""
    body = {"conv": Conv(2, 3, padding=1), "relu": ReLU(), "pool": MaxPool(2), "conv2": Conv(3, 2), "relu2": ReLU()}
    spec = Series(**body, flatten=Flatten(), fc=Linear(2))
    torch.manual_seed(1)
    network = Network(explorer.lower(spec, (1, 4, 4))).eval().double()
    image = photo(2, (1, 1, 4, 4)).double()
    maps = network.run({"input": image}, ("relu",))["relu"].detach()
    alpha, slope = torch.zeros_like(maps[0]), torch.zeros_like(maps[0])
    for cell in np.ndindex(*maps[0].shape):
        value = maps[0][cell].clone().requires_grad_()
        varied = maps.clone()
        varied[0][cell] = value
        y = network.run({"relu": varied}, ("fc",))["fc"][0, 1].exp()
        derivatives = []
        for _ in range(3):
            (y,) = torch.autograd.grad(y, value, create_graph=True)
            derivatives.append(float(y.detach()))
        slope[cell] = derivatives[0]
        bottom = 2 * derivatives[1] + float(maps[0, cell[0]].sum()) * derivatives[2]
        alpha[cell] = derivatives[1] / bottom if bottom else 0.0
    weights = (alpha * slope.relu()).sum((1, 2))
    expected = (weights[:, None, None] * maps[0]).sum(0).relu()
    found = grad_cam_pp(network, image, 1, "relu")
    assert not found.empty
    np.testing.assert_allclose(found.map * np.exp(found.score), expected, rtol=1e-5)


@pytest.mark.parametrize("layer", ["relu", "layer2.0.relu1", "layer4.1.relu"])
def test_grad_cam_pp_equals_hooked_torch(small, layer):
    image = photo(3)
    expected = hooked.grad_cam_pp(small, image, 2, layer)
    np.testing.assert_allclose(grad_cam_pp(small, image, 2, layer).map, expected, rtol=1e-4, atol=1e-7)


@pytest.mark.parametrize("method", ["guided-backprop", "deconvnet", "gradient-x-input"])
@pytest.mark.parametrize("name", ["small_resnet", "googlenet_bn", "lenet5"])
def test_pixel_methods_equal_hooked_torch(name, method):
    network = random_network(name, (3, 32, 32))
    image = photo(4)
    expected = hooked.pixel_signal(network, image, 3, method)
    found = attribute(method, network, image, 3)
    scale = float(expected.abs().max())
    assert scale > 0
    np.testing.assert_allclose(found.raw, expected, rtol=1e-3, atol=1e-5 * scale)
    assert found.map.shape == (32, 32)


def without_biases():
    network = random_network("lenet5", (3, 32, 32))
    for name, parameter in network.named_parameters():
        if name.endswith("bias"):
            parameter.zero_()
    return network


def test_without_biases_the_parts_sum_to_the_score_and_both_methods_agree():
    """A network of ReLUs without biases doubles its score with the picture: the slope is the same all the way."""
    network, image = without_biases(), photo(5)
    parts, integrated = gradient_x_input(network, image, 1), integrated_gradients(network, image, 1, steps=3)
    assert parts.map.sum() == pytest.approx(parts.score, rel=1e-4)
    np.testing.assert_allclose(integrated.raw, parts.raw, rtol=1e-3, atol=1e-6)


def test_integrated_gradients_are_complete(small):
    network, image = small, photo(6)
    for baseline in (0.0, photo(7)):
        start = torch.zeros_like(image) + baseline
        gained = float((network(image) - network(start))[0, 3])
        errors = [
            abs(integrated_gradients(network, image, 3, baseline=baseline, steps=steps).map.sum() - gained)
            for steps in (1, 32)
        ]
        assert errors[1] < 0.02 * abs(gained) + 1e-3
        assert errors[1] < errors[0]


def test_what_has_no_influence_gets_nothing():
    """Sensitivity, the second axiom: a pixel that the score does not read."""
    network = without_biases()
    network.get_submodule("c1").weight[:, 2] = 0
    for method in PER_PIXEL:
        assert not attribute(method, network, photo(8), 0).raw[2].any()
        assert attribute(method, network, photo(8), 0).raw[0].any()


def test_where_every_signal_is_positive_the_rules_change_nothing():
    network = by_hand()
    image = -PICTURE  # only the second map fires, and it speaks for both classes
    _, gradient = pixel_gradients(network, image, 0, scores_node(network.graph))
    assert guided_backprop(network, image, 0).raw.tolist() == gradient[0].tolist() == [[[-1.25] * 2] * 2]


def test_a_function_instead_of_a_node_is_for_that_run_only(small):
    image = photo(9)
    before = small(image)
    zero = small.run({"input": image}, ("fc",), {"layer4.1.relu": torch.zeros_like})["fc"]
    torch.testing.assert_close(zero[0], small.get_submodule("fc").bias)
    assert torch.equal(small(image), before)


def test_integrated_gradients_report_and_stop(small):
    seen = []
    integrated_gradients(small, photo(), 0, steps=5, batch=2, tick=seen.append)
    assert seen == [0.4, 0.8, 1.0]


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"steps": 0}, "steps is 0; allowed: 1 to 4096"),
        ({"baseline": torch.zeros(3)}, r"the baseline has shape \(3,\); allowed: one number, or a picture of shape"),
    ],
)
def test_integrated_gradients_refuse_what_they_cannot_take(small, options, words):
    with pytest.raises(ExplorerError, match=words):
        integrated_gradients(small, photo(), 0, **options)


@pytest.mark.parametrize("method", PER_PIXEL)
def test_sequences_and_clips_have_no_pixels(method):
    network = random_network("text_cnn")
    with pytest.raises(ExplorerError, match="allowed for a map of pixels: networks that take C×H×W"):
        attribute(method, network, torch.zeros(1, *network.graph.input_shape), 0)


@pytest.mark.parametrize("method", ["guided-backprop", "deconvnet"])
def test_without_a_relu_there_is_nothing_to_guide(method):
    spec = Series(conv=Conv(1), flatten=Flatten(), fc=Linear(2))
    network = Network(explorer.lower(spec, (1, 2, 2), name="straight")).eval()
    with pytest.raises(ExplorerError, match=f"straight: {method} changes what a ReLU sends back, and there is none"):
        attribute(method, network, PICTURE, 0)


def test_every_method_says_what_it_is():
    assert set(METHODS) == set(get_args(Method))
    for described in METHODS.values():
        assert described.summary.endswith(".")
        assert described.url.startswith("https://arxiv.org/abs/")


def test_grad_cam_pp_and_grad_cam_differ_where_gradients_do(small):
    layer, image = "layer2.1.relu", photo(10)
    two = (method(small, image, 1, layer).heat for method in (grad_cam, grad_cam_pp))
    assert not np.allclose(*two, atol=1e-2)

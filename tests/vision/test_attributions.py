"""CAM, Grad-CAM and occlusion: by hand on a tiny network, against each other, and against other formulations."""

import math
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest
import torch

import explorer
from explorer.errors import ExplorerError
from explorer.layers import Conv, Flatten, GlobalAvgPool, Linear
from explorer.network import Network
from explorer.spec import Series
from explorer.vision.cam import cam
from explorer.vision.grad_cam import grad_cam, score_and_gradient
from explorer.vision.maps import last_map, scores_node
from explorer.vision.methods import METHODS, attribute
from explorer.vision.occlusion import occlusion
from tests.support.models import by_hand, random_network

PICTURE = torch.tensor([[[[1.0, 2.0], [3.0, 4.0]]]])


@pytest.fixture(scope="module")
def small():
    return random_network("small_resnet")


@pytest.fixture(scope="module")
def lenet():
    return random_network("lenet5")


def photo(seed=0, shape=(1, 3, 64, 64)):
    return torch.randn(shape, generator=torch.Generator().manual_seed(seed))


def test_cam_by_hand():
    # maps: the picture p, and max(0, −p) = 0. Class 0 weighs them 2 and 5: M = 2p; its mean 5, plus the bias 0.5.
    found = cam(by_hand(), PICTURE, 0)
    assert found.map.tolist() == [[2.0, 4.0], [6.0, 8.0]]
    assert (found.method, found.layer, found.target, found.score) == ("cam", "relu", 0, 5.5)
    assert found.heat.tolist() == [[0.25, 0.5], [0.75, 1.0]]


def test_grad_cam_by_hand():
    # ∂y₀/∂A = 2/4 in every cell of the first map: L = p/2.
    found = grad_cam(by_hand(), PICTURE, 0)
    assert found.map.tolist() == [[0.5, 1.0], [1.5, 2.0]]
    assert (found.method, found.layer, found.score) == ("grad-cam", "relu", 5.5)


def test_grad_cam_by_hand_before_the_relu():
    # Maps p and −p; the ReLU lets no gradient through the second: α = (2/4, 0).
    assert grad_cam(by_hand(), PICTURE, 0, "conv").map.tolist() == [[0.5, 1.0], [1.5, 2.0]]


def test_occlusion_by_hand():
    # With pixel v hidden y₀ = (10 − v)/2 + 0.5 and y₁ = −(10 − v)/4, so P = σ(3(10 − v)/4 + 0.5).
    found = occlusion(by_hand(), PICTURE, 0, patch=1, stride=1)
    drops = [1 / (1 + math.exp(-8)) - 1 / (1 + math.exp(-(0.75 * (10 - v) + 0.5))) for v in (1, 2, 3, 4)]
    np.testing.assert_allclose(found.map.ravel(), drops, rtol=1e-4)
    assert (found.layer, found.score) == ("input", 5.5)


def test_evidence_against_a_class_leaves_an_empty_map_not_noise():
    # Class 1 weighs the picture −1: every cell speaks against it.
    found = grad_cam(by_hand(), PICTURE, 1)
    assert found.empty
    assert found.map.tolist() == found.heat.tolist() == [[0, 0], [0, 0]]
    assert found.raw.tolist() == [[-0.25, -0.5], [-0.75, -1.0]]
    assert cam(by_hand(), PICTURE, 1).empty
    assert not grad_cam(by_hand(), PICTURE, 0).empty


def test_what_rounding_leaves_of_evidence_that_cancels_is_no_evidence():
    # Three equal maps, weighed 0.3, 0.6 and −0.9: nothing, but for the last bit.
    spec = Series(conv=Conv(3, bias=False), pool=GlobalAvgPool(), flatten=Flatten(), fc=Linear(1))
    network = Network(explorer.lower(spec, (1, 2, 2))).eval()
    network.get_parameter("conv.weight").data.fill_(1)
    network.get_parameter("fc.weight").data.copy_(torch.tensor([[0.3, 0.6, -(0.3 + 0.6)]]))
    for method in (cam, grad_cam):
        found = method(network, PICTURE, 0)
        assert (found.raw > 0).any()
        assert found.empty
        assert not found.heat.any()


def test_what_rounding_leaves_of_a_drop_is_no_evidence():
    network = by_hand()
    network.get_parameter("fc.weight").data.mul_(1e-7)
    found = occlusion(network, PICTURE, 0, patch=1, stride=1)
    assert (found.map > 0).any()
    assert found.empty


@pytest.mark.parametrize("network", ["small_resnet", "googlenet_bn"])
def test_grad_cam_at_the_last_map_is_cam_up_to_the_number_of_cells(network):
    network = random_network(network, (3, 64, 64))
    image = photo(shape=(1, *network.graph.input_shape))
    for target in (0, 7):
        exact, gradient = cam(network, image, target), grad_cam(network, image, target)
        assert exact.layer == gradient.layer
        np.testing.assert_allclose(gradient.raw * exact.map.size, exact.map, rtol=1e-3, atol=1e-5)
        np.testing.assert_allclose(gradient.heat, exact.heat, atol=1e-4)


def test_the_mean_of_cam_and_the_bias_make_the_score(small):
    found = cam(small, photo(), 4)
    assert found.map.mean() + small.get_submodule("fc").bias[4].item() == pytest.approx(found.score, abs=1e-5)


@pytest.mark.parametrize("layer", ["relu", "layer2.0.relu1", "layer2.0.bn2", "layer3.1.relu", "layer4.1.relu"])
def test_grad_cam_equals_one_pass_of_autograd_through_the_whole_network(small, layer):
    """Layers inside a residual block too, round which a part of the evidence goes."""
    image = photo(1).requires_grad_()
    values = small.run({"input": image}, (layer, "fc"))
    (gradient,) = torch.autograd.grad(values["fc"][0, 3], values[layer])
    expected = torch.relu((gradient.mean((2, 3))[0][:, None, None] * values[layer][0]).sum(0)).detach()
    np.testing.assert_allclose(grad_cam(small, image.detach(), 3, layer).map, expected, rtol=1e-4, atol=1e-7)


def test_the_gradient_is_the_slope_of_the_score(lenet):
    network, layer = random_network("lenet5").double(), "relu3"
    image = photo(2, (1, 1, 32, 32)).double()
    maps = network.run({"input": image}, (layer,))[layer]
    _, gradient = score_and_gradient(network, image, layer, maps, "output", 5)
    direction = torch.randn(maps.shape, generator=torch.Generator().manual_seed(3)).double() * (maps > 0)
    step = 1e-6
    after, before = (network.run({layer: maps + sign * step * direction}, ("output",))["output"] for sign in (1, -1))
    slope = (after - before)[0, 5] / (2 * step)
    torch.testing.assert_close((gradient * direction).sum(), slope, rtol=1e-5, atol=1e-9)


@pytest.mark.parametrize(("patch", "stride", "fill"), [(32, 32, 0.0), (40, 20, (0.1, -0.2, 0.3)), (64, 5, 1.0)])
def test_occlusion_equals_hiding_one_patch_at_a_time(small, patch, stride, fill):
    image, total, count = photo(3), np.zeros((64, 64)), np.zeros((64, 64))
    before = small(image).softmax(1)[0, 2].item()
    edges = [*range(0, 64 - patch, stride), 64 - patch]
    for top in edges:
        for left in edges:
            picture = image.clone()
            picture[0, :, top : top + patch, left : left + patch] = torch.tensor(fill).reshape(-1, 1, 1)
            total[top : top + patch, left : left + patch] += before - small(picture).softmax(1)[0, 2].item()
            count[top : top + patch, left : left + patch] += 1
    found = occlusion(small, image, 2, patch=patch, stride=stride, fill=fill)
    assert found.raw.shape == (len(edges), len(edges))
    np.testing.assert_allclose(found.map, total / count, atol=2e-6)


def test_occlusion_reports_and_stops(lenet):
    image, seen = photo(4, (1, 1, 32, 32)), []
    occlusion(lenet, image, 0, tick=seen.append)
    assert seen == sorted(seen)
    assert seen[-1] == 1

    def stop(done):
        raise InterruptedError

    with pytest.raises(InterruptedError):
        occlusion(lenet, image, 0, tick=stop)


@pytest.mark.parametrize("method", METHODS)
def test_32_threads_on_one_network_give_what_one_gives(small, lenet, method):
    network = lenet if method == "occlusion" else small  # the smaller one, as this method runs it 49 times

    def look(seed):
        return attribute(method, network, photo(seed, (1, *network.graph.input_shape)), seed % 10)

    alone = [look(seed) for seed in range(6)]
    with ThreadPoolExecutor(32) as pool:
        together = list(pool.map(look, [seed for seed in range(6) for _ in range(6)]))
    for i, found in enumerate(together):
        assert np.array_equal(found.map, alone[i // 6].map), i
        assert found.score == alone[i // 6].score


def test_nothing_is_left_behind():
    network = random_network("small_resnet").requires_grad_(True)
    image = photo(5)
    assert torch.is_grad_enabled()
    for method in METHODS:
        with torch.no_grad():
            attribute(method, network, image, 1)
            assert not torch.is_grad_enabled()
    assert torch.is_grad_enabled()
    assert all(parameter.grad is None for parameter in network.parameters())
    assert not image.requires_grad
    assert all(not module._forward_hooks and not module._backward_hooks for module in network.modules())


def test_cam_refuses_a_network_with_a_fully_connected_head(lenet):
    with pytest.raises(ExplorerError, match=r"lenet5: CAM needs global average pooling .* finds relu6 \(ReLU\)"):
        cam(lenet, photo(0, (1, 1, 32, 32)), 0)


@pytest.mark.parametrize("name", ["nin_cifar10", "squeezenet1_1"])
def test_without_a_linear_layer_the_last_maps_are_those_of_the_classes(name):
    network = random_network(name, (3, 64, 64))
    image = photo(6)
    score, target = (float(each) for each in network(image)[0].max(0))
    found = cam(network, image, int(target))
    assert score > 0
    assert found.map.mean() == pytest.approx(score, rel=1e-5), "the score is the mean of the map, exactly"
    assert found.layer == last_map(network.graph)
    np.testing.assert_allclose(found.heat, grad_cam(network, image, int(target)).heat, atol=1e-5)


def test_cam_knows_one_layer_only(small):
    with pytest.raises(ExplorerError, match=r"CAM at relu: allowed is layer4.1.relu only"):
        cam(small, photo(), 0, "relu")


@pytest.mark.parametrize(
    ("layer", "words"),
    [("fc", "fc gives 12; allowed: a layer with maps"), ("avgpool", "256×1×1"), ("nowhere", "has no node 'nowhere'")],
)
def test_grad_cam_refuses_layers_without_maps(small, layer, words):
    with pytest.raises(ExplorerError, match=words):
        grad_cam(small, photo(), 0, layer)


def test_grad_cam_refuses_an_auxiliary_head():
    network = random_network("googlenet", aux_heads=True)
    with pytest.raises(ExplorerError, match=r"aux1\.conv\.conv gives 128×4×4; allowed: a layer with maps that lead"):
        grad_cam(network, photo(0, (1, 3, 224, 224)), 0, "aux1.conv.conv")


@pytest.mark.parametrize("method", METHODS)
def test_every_method_refuses_what_it_cannot_take(small, method):
    with pytest.raises(ExplorerError, match="target is 12; allowed: classes 0 to 11"):
        attribute(method, small, photo(), 12)
    with pytest.raises(ExplorerError, match="the image has shape 1×3×32×32; allowed: 1×3×64×64"):
        attribute(method, small, photo(0, (1, 3, 32, 32)), 0)
    with pytest.raises(ExplorerError, match="numbers that are not finite"):
        attribute(method, small, photo() * float("nan"), 0)
    training = random_network("small_resnet").train()
    with pytest.raises(ExplorerError, match="in training mode"):
        attribute(method, training, photo(), 0)


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"patch": 65}, "patch is 65; allowed: 1 to 64"),
        ({"patch": 8, "stride": 9}, "stride is 9; allowed: 1 to the patch, 8"),
        ({"fill": (0.0, 1.0)}, "allowed: one number, or one for each of 3 channels"),
    ],
)
def test_occlusion_refuses_patches_that_do_not_fit(small, options, words):
    with pytest.raises(ExplorerError, match=words):
        occlusion(small, photo(), 0, **options)


def test_an_unknown_method(small):
    with pytest.raises(ExplorerError, match="method is 'lime'; allowed: grad-cam, cam, occlusion"):
        attribute("lime", small, photo(), 0)
    with pytest.raises(ExplorerError, match="reads no layer"):
        attribute("occlusion", small, photo(), 0, "relu")


def test_targets_are_scores_before_the_softmax(small):
    assert scores_node(small.graph) == "fc"
    assert last_map(small.graph) == "layer4.1.relu"
    assert grad_cam(small, photo(), 3).score == pytest.approx(small(photo())[0, 3].item(), abs=1e-5)

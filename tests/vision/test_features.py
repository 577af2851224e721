"""Maps, filters and patches: by hand, by their laws, and by hooks and gradients."""

import numpy as np
import pytest
import torch

import explorer
from explorer.errors import ExplorerError
from explorer.layers import Conv, Flatten, GlobalAvgPool, Linear, MaxPool, ReLU
from explorer.network import Network
from explorer.spec import Series
from explorer.vision.features import feature_maps, first_filters, top_patches
from tests.support.models import by_hand, random_network

PICTURE = torch.tensor([[[[1.0, 2.0], [3.0, 4.0]]]])


@pytest.fixture(scope="module")
def small():
    return random_network("small_resnet", (3, 32, 32))


def photo(seed=0, shape=(1, 3, 32, 32)):
    return torch.randn(shape, generator=torch.Generator().manual_seed(seed))


def edges():
    """A unit that sees where a dark pixel stands to the left of a bright one, after pooling by two."""
    spec = Series(
        conv=Conv(1, (1, 2), bias=False), relu=ReLU(), pool=MaxPool(2), gap=GlobalAvgPool(), f=Flatten(), fc=Linear(2)
    )
    network = Network(explorer.lower(spec, (1, 4, 7), name="edges")).eval().requires_grad_(False)
    network.get_parameter("conv.weight").copy_(torch.tensor([[[[-1.0, 1.0]]]]))
    return network


def test_maps_by_hand():
    assert feature_maps(by_hand(), PICTURE, "conv").tolist() == [[[1, 2], [3, 4]], [[-1, -2], [-3, -4]]]


@pytest.mark.parametrize("layer", ["relu", "layer2.0.bn2", "layer4.1.relu"])
def test_maps_equal_what_a_hook_sees(small, layer):
    seen = []
    handle = small.get_submodule(layer).register_forward_hook(lambda module, inputs, output: seen.append(output[0]))
    small(photo())
    handle.remove()
    np.testing.assert_array_equal(feature_maps(small, photo(), layer), seen[0])


def test_filters_by_hand():
    network = Network(explorer.lower(Series(conv=Conv(3, (1, 2)), flat=Flatten(), fc=Linear(2)), (1, 4, 4)))
    network.requires_grad_(False).get_parameter("conv.weight").copy_(
        torch.tensor([[-1.0, 3.0], [5.0, 5.0], [0.0, -2.0]]).reshape(3, 1, 1, 2)
    )
    name, filters = first_filters(network)
    assert name == "conv"
    assert filters[..., 0].tolist() == [[[0, 1]], [[0.5, 0.5]], [[1, 0]]]


def test_a_filter_is_what_a_single_bright_pixel_leaves():
    """The response to one bright pixel, turned round, is the filter: no weight is read."""
    network = random_network("lenet5")
    name, filters = first_filters(network)
    dark, bright = torch.zeros(1, 1, 32, 32), torch.zeros(1, 1, 32, 32)
    bright[0, 0, 15, 15] = 1
    after, before = (network.run({"input": image}, (name,))[name][0] for image in (bright, dark))
    found = (after - before)[:, 11:16, 11:16].flip(1, 2).numpy()[..., None]
    low, high = found.min((1, 2, 3), keepdims=True), found.max((1, 2, 3), keepdims=True)
    np.testing.assert_allclose(filters, (found - low) / (high - low), atol=1e-5)


def test_patches_by_hand():
    gallery = [torch.zeros(1, 1, 4, 7) for _ in range(4)]
    gallery[0][0, 0, 1, 3] = 2.0  # an edge between columns 2 and 3 of row 1: cell (0, 1) after pooling
    gallery[1][0, 0, 3, 0] = 9.0  # bright on the left only: no such edge
    gallery[3][0, 0, 2, 6] = 5.0  # between columns 5 and 6 of row 2: cell (1, 2)
    first, second = top_patches(edges(), gallery, "pool", 0)
    assert (first.picture, first.response, first.cell) == (3, 5.0, (1, 2))
    assert (first.rows, first.columns) == ((2, 4), (4, 7))
    assert first.cut(gallery[3]).tolist() == [[[[0, 0, 5], [0, 0, 0]]]]
    assert (second.picture, second.response, second.cell) == (0, 2.0, (0, 1))
    assert (second.rows, second.columns) == ((0, 2), (2, 5))
    assert top_patches(edges(), gallery, "pool", 0, count=1) == (first,)


@pytest.mark.parametrize("layer", ["relu", "layer2.0.relu1"])
def test_what_is_outside_the_patch_does_not_matter(small, layer):
    image = photo(1)
    (patch,) = top_patches(small, [image], layer, 2)
    alone = torch.full_like(image, 7.0)
    patch.cut(alone)[:] = patch.cut(image)
    row, column = patch.cell
    assert feature_maps(small, alone, layer)[2, row, column] == pytest.approx(patch.response, rel=1e-4)
    assert patch.cut(image).numel() < image.numel() or layer != "relu"
    patch.cut(alone)[:] = 7.0
    assert feature_maps(small, alone, layer)[2, row, column] != pytest.approx(patch.response, rel=1e-2)


def test_the_strongest_of_a_gallery_equal_a_plain_search(small):
    gallery = [photo(seed) for seed in range(12)]
    best = [float(small.run({"input": image}, ("layer1.0.relu",))["layer1.0.relu"][0, 4].max()) for image in gallery]
    found = top_patches(small, iter(gallery), "layer1.0.relu", 4)
    assert [patch.picture for patch in found] == list(np.argsort(-np.array(best))[:9])
    assert [patch.response for patch in found] == pytest.approx(sorted(best)[::-1][:9])


def test_what_cannot_be_shown(small):
    with pytest.raises(ExplorerError, match=r"relu: unit is 999; allowed: 0 to \d+"):
        top_patches(small, [], "relu", 999)
    with pytest.raises(ExplorerError, match="allowed: a layer with maps"):
        feature_maps(small, photo(), "fc")
    with pytest.raises(ExplorerError, match="mlp: no convolution reads the picture itself"):
        first_filters(random_network("mlp"))
    with pytest.raises(ExplorerError, match="conv: its filters read 2 channels of 2×4×4; allowed: pictures of one or"):
        first_filters(Network(explorer.lower(Series(conv=Conv(3), flat=Flatten(), fc=Linear(2)), (2, 4, 4))))

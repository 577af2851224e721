"""Global average pooling in the place of the head: what is saved, and that CAM then takes the network."""

import numpy as np
import pytest
import torch

import explorer
from explorer.cost import params, total
from explorer.errors import ExplorerError
from explorer.layers import Conv, Flatten, Linear, MaxPool, ReLU
from explorer.network import Network
from explorer.spec import Branches, Series
from explorer.transforms.head import with_gap_head
from explorer.vision.cam import cam
from explorer.vision.maps import gap_head, last_map, params_with_gap_head
from tests.support.models import random_network


@pytest.mark.parametrize(
    ("id", "before", "after"),
    [
        # 13 convolutions, Σ (9·in + 1)·out = 14,714,688, and 512·1000 + 1000 for the new linear layer
        ("vgg16", 138_357_544, 14_714_688 + 513_000),
        ("vgg19", 143_667_240, 20_024_384 + 513_000),
        # C1, C3 and C5 have 156 + 2,416 + 48,120 = 50,692 parameters; C5 gives no map, so 156 + 2,416 and 16·10 + 10
        ("lenet5", 61_706, 156 + 2_416 + 170),
    ],
)
def test_what_is_saved(id, before, after):
    network = explorer.get(id)
    graph = explorer.lower(with_gap_head(network), network.input_shape)
    assert params_with_gap_head(explorer.lower(network)) == (before, after)
    assert total(graph, params) == after
    assert gap_head(graph) == (last_map(explorer.lower(network)), "head.fc")


@pytest.mark.parametrize("id", ["one_conv", "alexnet", "zfnet", "vgg11", "se_vgg16"])
def test_what_comes_of_it_is_a_network_for_cam(id):
    network = explorer.get(id)
    before = explorer.lower(network)
    after = explorer.lower(with_gap_head(network), network.input_shape)
    where, linear = gap_head(after)
    assert (where, linear) == (last_map(before), "head.fc")
    assert after.output_shape == before.output_shape
    assert total(after, params) == params_with_gap_head(before)[1]
    assert {n.name: n for n in before}.items() >= {n.name: n for n in after if not n.name.startswith("head.")}.items()


@pytest.mark.parametrize("id", ["resnet18", "googlenet", "nin_cifar10", "squeezenet1_1"])
def test_a_network_that_has_such_a_head_is_refused(id):
    with pytest.raises(ExplorerError, match="has such a head already; allowed: a network that ends otherwise"):
        with_gap_head(explorer.get(id))


def test_cam_offers_it_and_takes_what_comes_of_it():
    lenet = random_network("lenet5")
    image = torch.randn(1, 1, 32, 32, generator=torch.Generator().manual_seed(0))
    words = r"or the same network with global average pooling .* 2,742 parameters instead of 61,706"
    with pytest.raises(ExplorerError, match=words):
        cam(lenet, image, 0)
    network = Network(explorer.lower(with_gap_head(explorer.get("lenet5")), (1, 32, 32))).eval()
    kept = {name: value for name, value in lenet.state_dict().items() if name in network.state_dict()}
    assert {name.partition(".")[0] for name in kept} == {"c1", "c3"}, "the body's weights load under their names"
    network.load_state_dict(kept, strict=False)
    found = cam(network, image, 3)
    bias = network.get_parameter("head.fc.bias")[3].item()
    assert found.map.mean() + bias == pytest.approx(found.score, abs=1e-5)
    before, after = (each.run({"input": image}, ("relu3",))["relu3"].detach() for each in (lenet, network))
    np.testing.assert_array_equal(before, after)


def test_a_block_that_is_no_series_stays_whole():
    block = Branches(Series(Conv(4, 3, padding=1), ReLU()), Series(), join="concat")
    spec = Series(stem=Series(("", Series(conv=Conv(2)))), block=block, pool=MaxPool(2), flat=Flatten(), fc=Linear(5))
    after = with_gap_head(spec, (1, 4, 4))
    assert [name for name, _ in after.children] == ["", "head"]
    assert after.children[0][1] == Series(*spec.children[:2])
    assert gap_head(explorer.lower(after, (1, 4, 4)))[1] == "head.fc"


def test_without_maps_there_is_no_offer():
    with pytest.raises(ExplorerError, match=r"mlp: CAM needs .* allowed for this network: grad-cam, occlusion$"):
        gap_head(explorer.lower(explorer.get("mlp")))
    with pytest.raises(ExplorerError, match="mlp has no layer with maps"):
        with_gap_head(explorer.get("mlp"))

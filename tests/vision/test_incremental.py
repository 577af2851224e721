"""Incremental occlusion against brute force: the same scores, for every kind of network."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

import explorer
from explorer.errors import ExplorerError
from explorer.layers import (
    AdaptiveAvgPool,
    AvgPool,
    BatchNorm,
    Conv,
    Flatten,
    GlobalAvgPool,
    Linear,
    LocalResponseNorm,
    MaxPool,
    ReLU,
    ZeroPad,
)
from explorer.network import Network
from explorer.spec import Branches, Series
from explorer.vision import incremental, occlusion, winograd
from explorer.vision.hidden import Hider, blocks
from explorer.vision.incremental import Place
from explorer.vision.maps import scores_node
from tests.support.models import random_network


def brute_force(network: Network, image: torch.Tensor, places: list, patch: int, colour: torch.Tensor) -> torch.Tensor:
    """Give the scores of the whole network for each picture with a patch hidden."""
    pictures = image.repeat(len(places), 1, 1, 1)
    for picture, (top, left) in zip(pictures, places, strict=True):
        picture[:, top : top + patch, left : left + patch] = colour
    return torch.cat([network(some) for some in pictures.split(8)])


def compare(network: Network, patch: int, stride: int, at_once: int = 7) -> float:
    """Hold the scores of both ways beside each other; give the share of the mult-adds that was computed."""
    torch.manual_seed(1)
    channels, height, width = network.graph.input_shape
    image, colour = torch.randn(1, channels, height, width), torch.randn(channels, 1, 1)
    tops, lefts = (occlusion.starts(n, patch, stride) for n in (height, width))
    places = [(top, left) for top in tops for left in lefts]
    hide = Hider(network, image, patch, colour, scores_node(network.graph))
    hide.at_once = at_once
    with torch.no_grad():
        expected = brute_force(network, image, places, patch, colour)
    found = hide(places, lambda done: None)
    scale = expected.std()
    assert scale > 0
    torch.testing.assert_close(found / scale, expected / scale, rtol=1e-4, atol=3e-5)
    middle = (tops[len(tops) // 2], lefts[len(lefts) // 2])
    return incremental.plan(network.graph, (middle,), patch, hide.scores, image.device).share


@pytest.mark.parametrize(
    ("architecture", "side", "patch", "stride"),
    [
        ("vgg11", 64, 12, 26),
        ("resnet18", 64, 12, 26),
        ("googlenet", 64, 16, 24),
        ("googlenet_bn", 64, 16, 24),
        ("densenet121", 64, 16, 24),
        ("mobilenet_v2", 64, 12, 26),
        ("squeezenet1_1", 96, 16, 40),
        ("resnet20", 32, 4, 14),
        ("small_resnet", 64, 16, 24),
    ],
)
def test_networks_of_the_zoo(architecture: str, side: int, patch: int, stride: int) -> None:
    share = compare(random_network(architecture, (3, side, side)), patch, stride)
    assert share < 0.95, "nothing was saved: this tests little"


CASES = {
    "dilated and rectangular": Series(Conv(4, (3, 5), 1, (2, 2), (2, 1)), ReLU(), Conv(3, (1, 2), (2, 3))),
    "strides that leave gaps": Series(Conv(4, 1, 3), ReLU(), Conv(4, 2, 2)),
    "maximum over padding": Series(Conv(4, 3, padding=1), MaxPool(3, 2, 1), Conv(4, 3, padding=1)),
    "ceil mode": Series(Conv(4, 3), MaxPool(3, 2, ceil_mode=True), Conv(4, 2)),
    "averages": Series(AvgPool(3, 2, 1), Conv(4, 3), AvgPool(2), Conv(4, 1)),
    "averages without the padding": Series(Conv(4, 3), AvgPool(3, 1, 1, count_include_pad=False), Conv(4, 1)),
    "averages that hang over": Series(Conv(4, 3), AvgPool(3, 2, 1, ceil_mode=True), Conv(4, 1)),
    "zeros on one side": Series(ZeroPad((1, -2), (2, 1)), Conv(4, 3), ZeroPad(-1, 1), ReLU()),
    "across channels": Series(Conv(6, 3), LocalResponseNorm(3), BatchNorm()),
    "depthwise": Series(Conv(4, 3, groups=2), ReLU(), Conv(4, 3, padding=1, groups=4)),
    "branches of different reach": Branches(
        Conv(4, 1), Series(Conv(4, 3, padding=1), Conv(4, 3, padding=1)), join="add"
    ),
    "concatenation": Branches(Conv(2, 1), Conv(3, 5, padding=2), Series(MaxPool(3, 1, 1), Conv(2)), join="concat"),
    "a gate from the whole": Series(
        Conv(4, 3), Branches(Series(), Series(GlobalAvgPool(), Conv(4), ReLU()), join="multiply"), Conv(3, 3)
    ),
    "parts": Series(Conv(4, 3, padding=1), AdaptiveAvgPool(4)),
}


@pytest.mark.parametrize("case", CASES)
@settings(max_examples=6, deadline=None)
@given(side=st.integers(16, 29), patch=st.integers(1, 9), stride=st.integers(1, 9))
def test_every_kind_of_layer(case: str, side: int, patch: int, stride: int) -> None:
    torch.manual_seed(0)
    tail = Series(Flatten(), Linear(3))
    shape = (4, side // 4 * 4, 20)
    network = Network(explorer.lower(Series(CASES[case], tail), shape)).eval().requires_grad_(False)
    compare(network, patch, min(stride + 3, patch + 6))


@pytest.mark.parametrize(("worth", "tiles"), [(0.0, False), (0.75, False), (1.0, True)])
def test_whole_maps_boxes_and_tiles_give_the_same(monkeypatch: pytest.MonkeyPatch, worth: float, tiles: bool) -> None:
    network = random_network("resnet18", (3, 64, 64))
    image = torch.randn(1, 3, 64, 64)
    first = occlusion.occlusion(network, image, 5, patch=16, stride=16, evidence="logit")
    incremental.PLANS.clear()
    monkeypatch.setattr(incremental, "WORTH", worth)
    if not tiles:
        monkeypatch.setattr(incremental.winograd, "pays", lambda layer, window, channels: False)
    second = occlusion.occlusion(network, image, 5, patch=16, stride=16, evidence="logit")
    incremental.PLANS.clear()
    assert abs(first.raw - second.raw).max() < 1e-4
    assert abs(second.raw).max() > 1e-3


def test_a_box_that_is_too_small_would_show(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(incremental, "reached", lambda boxes, window, shape: boxes)
    network = Network(explorer.lower(Series(Conv(4, 3, padding=1), Flatten(), Linear(3)), (3, 18, 18))).eval()
    with pytest.raises(AssertionError), torch.no_grad():
        compare(network, 4, 4)


@settings(max_examples=20, deadline=None)
@given(count=st.integers(1, 3), height=st.integers(1, 9), width=st.integers(1, 9), channels=st.integers(1, 5))
def test_tiles_give_what_a_convolution_gives(count: int, height: int, width: int, channels: int) -> None:
    torch.manual_seed(0)
    down, across = winograd.tiles(height, width)
    see = (4 * down + 2, 4 * across + 2)
    rows, weight, bias = torch.randn(count * see[0] * see[1], channels), torch.randn(7, channels, 3, 3), torch.randn(7)
    numbers = winograd.inputs_in_order(torch.arange(len(rows)).reshape(count, *see))
    tiles = winograd.convolve(rows, numbers, winograd.transformed(weight), bias)
    found = tiles[winograd.outputs_in_order(count, height, width)].reshape(count, height, width, 7)
    maps = rows.reshape(count, *see, channels).permute(0, 3, 1, 2)
    expected = torch.nn.functional.conv2d(maps, weight, bias)[:, :, :height, :width]
    torch.testing.assert_close(found.permute(0, 3, 1, 2), expected, rtol=1e-4, atol=1e-4)


@given(rows=st.integers(1, 9), columns=st.integers(1, 9), most=st.integers(1, 20))
def test_blocks_hold_every_place_once(rows: int, columns: int, most: int) -> None:
    places = [(7 * i, 3 * j) for i in range(rows) for j in range(columns)]
    found = blocks(places, most)
    assert sorted(place for block in found for place in block) == places
    assert max(map(len, found)) <= most


def test_out_of_memory_halves_the_blocks_and_changes_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    network = random_network("resnet20")
    image = torch.randn(1, 3, 32, 32)
    expected = occlusion.occlusion(network, image, 3, patch=8, stride=6)
    counts, really = [], incremental.run

    def run(folded, plan, *rest):
        counts.append(plan.count)
        if plan.count > 3:
            raise torch.OutOfMemoryError
        return really(folded, plan, *rest)

    monkeypatch.setattr(incremental, "run", run)
    found = occlusion.occlusion(network, image, 3, patch=8, stride=6)
    assert counts[0] > 3, "the memory was never short: this tests nothing"
    assert sum(n for n in counts if n <= 3) == expected.raw.size
    assert abs(found.map - expected.map).max() < 1e-5

    monkeypatch.setattr(incremental, "run", lambda *_: (_ for _ in ()).throw(torch.OutOfMemoryError()))
    with pytest.raises(ExplorerError, match="cpu has no memory left for one picture"):
        occlusion.occlusion(network, image, 3, patch=8, stride=6)


def test_maps_from_coarse_to_fine_end_in_the_one_of_a_single_pass() -> None:
    network, image = random_network("resnet20"), torch.randn(1, 3, 32, 32)
    seen: list[float] = []
    maps = list(occlusion.refined(network, image, 3, patch=4, stride=2, tick=seen.append))
    assert [found.raw.shape for found in maps] == [(5, 5), (8, 8), (15, 15)]
    assert all(found.map.shape == (32, 32) for found in maps)
    np.testing.assert_array_equal(maps[0].raw, maps[-1].raw[[0, 4, 8, 12, 14]][:, [0, 4, 8, 12, 14]])
    assert seen == sorted(seen)
    assert seen[-1] == 1
    np.testing.assert_array_equal(maps[-1].map, occlusion.occlusion(network, image, 3, patch=4, stride=2).map)
    with torch.no_grad():
        places = [(top, left) for top in range(0, 29, 2) for left in range(0, 29, 2)]
        scores = brute_force(network, image, places, 4, torch.zeros(3, 1, 1)).softmax(1)[:, 3]
        drop = network(image).softmax(1)[0, 3] - scores
    np.testing.assert_allclose(maps[-1].raw.ravel(), drop, atol=1e-6)


def test_evidence_in_the_score_before_the_softmax_and_of_both_signs() -> None:
    network, image = random_network("resnet20"), torch.randn(1, 3, 32, 32, generator=torch.Generator().manual_seed(2))
    found = occlusion.occlusion(network, image, 3, patch=8, stride=8, evidence="logit")
    places: list[Place] = [(top, left) for top in range(0, 32, 8) for left in range(0, 32, 8)]
    with torch.no_grad():
        after = brute_force(network, image, places, 8, torch.zeros(3, 1, 1))[:, 3]
        np.testing.assert_allclose(found.raw.ravel(), network(image)[0, 3] - after, atol=1e-4)
    supporting, opposing = occlusion.supporting(found), occlusion.opposing(found)
    np.testing.assert_array_equal(supporting - opposing, found.map)
    assert supporting.max() > 0
    assert opposing.max() > 0
    assert not (supporting * opposing).any()


def test_half_precision_is_for_cuda() -> None:
    with pytest.raises(ExplorerError, match="half precision on cpu; allowed: on CUDA"):
        occlusion.occlusion(random_network("resnet20"), torch.randn(1, 3, 32, 32), 3, half=True)

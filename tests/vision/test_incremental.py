"""Incremental occlusion against brute force: the same scores, for every kind of network."""

from __future__ import annotations

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

import explorer
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
from explorer.vision import incremental, occlusion
from tests.support.models import random_network


def compare(network: Network, patch: int, stride: int, batch: int = 7) -> incremental.Plan:
    """Hold the scores of both ways beside each other; give a plan, to see what was saved."""
    torch.manual_seed(1)
    channels, height, width = network.graph.input_shape
    image, colour = torch.randn(1, channels, height, width), torch.randn(channels, 1, 1)
    tops, lefts = (occlusion.starts(n, patch, stride) for n in (height, width))
    places = [(top, left) for top in tops for left in lefts]
    plans = []
    with torch.no_grad():
        expected = torch.cat([network(p) for p in occlusion.hidden(image, places, patch, colour, batch)])
        found = []
        for first in range(0, len(places), batch):
            plan = incremental.plan(network.graph, tuple(places[first : first + batch]), patch, network.graph.output)
            base = incremental.base_rows(network, image, plan.wanted)
            found.append(incremental.run(network, plan, base, colour, patch, network.graph.output))
            plans.append(plan)
    scale = expected.std()
    assert scale > 0
    torch.testing.assert_close(torch.cat(found) / scale, expected / scale, rtol=1e-4, atol=1e-5)
    return plans[len(plans) // 2]


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
    plan = compare(random_network(architecture, (3, side, side)), patch, stride)
    assert plan.share < 0.95, "nothing was saved: this tests little"


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


def test_occlusion_is_the_same_either_way(monkeypatch: pytest.MonkeyPatch) -> None:
    network = random_network("resnet18", (3, 64, 64))
    image = torch.randn(1, 3, 64, 64)
    quick = occlusion.occlusion(network, image, 5, patch=8, stride=8)
    monkeypatch.setattr(occlusion, "WORTH", 0.0)
    slow = occlusion.occlusion(network, image, 5, patch=8, stride=8)
    assert abs(quick.raw - slow.raw).max() < 1e-6
    assert abs(slow.raw).max() > 1e-5


def test_a_box_that_is_too_small_would_show(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(incremental, "_reached", lambda boxes, window, shape: boxes)
    network = Network(explorer.lower(Series(Conv(4, 3, padding=1), Flatten(), Linear(3)), (3, 18, 18))).eval()
    with pytest.raises(AssertionError), torch.no_grad():
        compare(network, 4, 4)

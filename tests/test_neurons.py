"""Spiking neurons: the equation step by step, the surrogate gradient, and a network that learns through it."""

from __future__ import annotations

import pytest
import torch
from torch import Tensor, autograd, nn

import explorer
from explorer.layers import LIF, Conv, Flatten, GlobalAvgPool
from explorer.network import Network
from explorer.neurons import SLOPE, LeakyIntegrateAndFire
from explorer.spec import Series

RATE = 3.0


def spikes(currents: list[float], decay: float = 0.5, threshold: float = 1.0) -> list[float]:
    return LeakyIntegrateAndFire(decay, threshold)(torch.tensor([[currents]])).flatten().tolist()


def test_a_neuron_adds_up_leaks_fires_and_is_set_back() -> None:
    assert spikes([0.6, 0.6, 0.6, 0.0, 1.2]) == [0, 0, 1, 0, 1]
    assert spikes([0.6, 0.6], decay=1.0) == [0, 1], "nothing leaks"
    assert spikes([0.9, 0.9, 0.9], decay=0.0) == [0, 0, 0], "nothing is kept"
    assert spikes([3.5, 0.0, 0.0, 0.0], decay=1.0) == [1, 1, 1, 0], "what is above the threshold is kept"
    assert spikes([1.0], threshold=1.0) == [0], "the threshold is to be passed"


def test_no_state_is_left_for_the_next_call() -> None:
    fire, currents = LeakyIntegrateAndFire(1.0, 1.0), torch.full((1, 1, 1), 0.9)
    assert [float(fire(currents)) for _ in range(3)] == [0, 0, 0]


def test_time_is_the_first_axis_whatever_follows() -> None:
    torch.manual_seed(0)
    clip = 2 * torch.rand(2, 3, 6, 4, 5)
    fire = LeakyIntegrateAndFire(0.8, 1.0)
    pixel_by_pixel = torch.stack([fire(column) for column in clip.flatten(3).unbind(3)], 3)
    assert torch.equal(fire(clip), pixel_by_pixel.reshape(clip.shape))


@pytest.mark.parametrize("current", [0.2, 1.0, 1.3])
def test_the_surrogate_gradient_is_that_of_a_fast_sigmoid(current: float) -> None:
    x = torch.tensor([[[current]]], dtype=torch.double, requires_grad=True)
    LeakyIntegrateAndFire(0.5, 1.0)(x).sum().backward()
    assert float(x.grad) == pytest.approx(1 / (1 + SLOPE * abs(current - 1)) ** 2)


def test_one_time_step_without_memory_is_a_threshold() -> None:
    """With one step the spiking network fires just where its dense form passes the threshold."""
    torch.manual_seed(0)
    spiking, dense = (
        Network(explorer.lower(explorer.get("snn_lenet", time_steps=1, neuron=neuron))).eval()
        for neuron in ("lif", "relu")
    )
    dense.load_state_dict(spiking.state_dict())
    images = 5 * torch.rand(2, 1, 1, 28, 28)
    with torch.inference_mode():
        fired = spiking.run({"input": images}, ["lif1"])["lif1"]
        summed = dense.run({"input": images}, ["pool1"])["pool1"]
    assert torch.equal(fired, (summed > LIF().threshold).float())
    assert 0 < fired.mean() < 1


def test_a_spiking_network_learns() -> None:
    torch.manual_seed(0)
    spec = Series(Conv(8, (1, 3, 3), (1, 2, 2)), LIF(0.5), Conv(2, (1, 3, 3)), LIF(0.5), GlobalAvgPool(), Flatten())
    network = Network(explorer.lower(spec, (1, 4, 7, 7)))
    images = torch.cat([0.2 * torch.rand(4, 1, 4, 7, 7), 1 - 0.2 * torch.rand(4, 1, 4, 7, 7)])
    classes = torch.tensor([0] * 4 + [1] * 4)

    def loss() -> Tensor:
        return nn.functional.cross_entropy(network(images), classes)

    first = loss().item()
    for _ in range(30):
        for parameter, gradient in zip(network.parameters(), autograd.grad(loss(), network.parameters()), strict=True):
            parameter.data -= RATE * gradient
    assert loss().item() < 0.8 * first
    assert network(images).argmax(1).tolist() == classes.tolist()

"""Synaptic operations: by hand, against counting every spike's synapses one by one, and by laws."""

from __future__ import annotations

from functools import cache
from itertools import product

import pytest
import torch
from torch import Tensor

import explorer
from explorer.firing import firing_rates, synapse_rates
from explorer.graph import INPUT, Node
from explorer.layers import LIF, AvgPool, Conv, Flatten, Linear, MaxPool
from explorer.network import Network
from explorer.shapes import per_axis
from explorer.spec import Series
from explorer.spiking import break_even, spikes, synapses

TINY = Series(
    conv1=Conv(8, (1, 3, 3), padding=(0, 1, 1)),
    lif1=LIF(0.5, 0.3),
    conv2=Conv(8, (1, 3, 3), stride=(1, 2, 1), padding=(0, 1, 0), dilation=(1, 1, 2), groups=2),
    lif2=LIF(0.5, 0.1),
    pool=MaxPool((1, 2, 2)),
    conv3=Conv(3, (2, 1, 2)),
    lif3=LIF(0.9, 0.05),
    flatten=Flatten(),
    fc=Linear(5),
)


def tiny() -> tuple[Network, Tensor]:
    torch.manual_seed(0)
    network = lively(Network(explorer.lower(TINY, (1, 3, 7, 8))))
    return network, torch.rand(2, 1, 3, 7, 8)


def lively(network: Network) -> Network:
    """Give the network with weights so large that spikes reach its end."""
    with torch.no_grad():
        for parameter in network.parameters():
            parameter.mul_(4)
    return network.eval()


@cache
def fan_out(node: Node, place: tuple[int, ...]) -> int:
    """Count the weights that an input value at a place reaches: for each filter of its group, the windows over it."""
    if isinstance(node.layer, Linear):
        return node.layer.out_features
    conv = node.layer
    assert isinstance(conv, Conv)
    axes = len(place)
    sizes = [per_axis(n, axes) for n in (conv.kernel_size, conv.stride, conv.padding, conv.dilation)]
    windows = 0
    for output in product(*map(range, node.shape[1:])):
        for tap in product(*map(range, sizes[0])):
            read = tuple(o * s - p + d * t for o, s, p, d, t in zip(output, *sizes[1:], tap, strict=True))
            windows += read == place
    return windows * conv.out_channels // conv.groups


def counted_one_by_one(network: Network, images: Tensor, node: Node) -> int:
    """Count spikes × fan-out, spike by spike."""
    with torch.inference_mode():
        train = network.run({INPUT: images}, [node.inputs[0]])[node.inputs[0]]
    assert set(train.unique().tolist()) == {0.0, 1.0}
    return sum(fan_out(node, tuple(place)) for _, _, *place in train.nonzero().tolist())


def test_measured_rates_give_the_spikes_times_their_synapses() -> None:
    network, images = tiny()
    rates = synapse_rates(network, images)
    assert list(rates) == ["conv2", "conv3", "fc"]
    for layer in synapses(network.graph, rates):
        if layer.rate is not None:
            counted = counted_one_by_one(network, images, layer.node)
            assert layer.accumulates * len(images) == pytest.approx(counted, rel=1e-12)
            assert 0 < layer.rate < 1


def test_a_layer_reads_spikes_only_behind_neurons() -> None:
    graph = explorer.lower(TINY, (1, 3, 7, 8))
    assert spikes(graph) == {"lif1", "lif2", "pool", "lif3", "flatten"}
    assert [(each.node.name, each.rate) for each in synapses(graph, 0.25)] == [
        ("conv1", None), ("conv2", 0.25), ("conv3", 0.25), ("fc", 0.25)
    ]  # fmt: skip
    averaged = explorer.lower(Series(LIF(), AvgPool((1, 2, 2)), Conv(2)), (1, 3, 4, 4))
    assert [each.rate for each in synapses(averaged)] == [None], "a mean of spikes is a number"


def test_accumulates_by_hand_beside_the_dense_twin() -> None:
    layers = synapses(explorer.lower(explorer.get("snn_lenet", time_steps=20)), 0.25)
    conv2, fc = 12 * 5 * 5 * 64 * 8 * 8, 1024 * 10
    assert [each.accumulates for each in layers] == [0, 0.25 * 20 * conv2, 0.25 * 20 * fc]
    assert sum(each.multiply_accumulates for each in layers) == 20 * 5 * 5 * 12 * 24 * 24
    twin = explorer.analyze(explorer.get("snn_lenet", time_steps=1, neuron="relu"))
    assert sum(each.twin for each in layers) == twin.mult_adds == 1_411_840
    assert break_even(layers) == 1 / 20


def test_law_everything_fires() -> None:
    """Where every neuron fires, an accumulate stands for each mult-add; but not for those over padding."""
    spec = Series(fire=LIF(), plain=Conv(3, (1, 3, 3)), again=LIF(), padded=Conv(3, (1, 3, 3), padding=(0, 1, 1)))
    network = Network(explorer.lower(spec, (2, 2, 6, 6))).eval()
    torch.nn.init.ones_(network.get_submodule("plain").weight)
    images = torch.full((1, 2, 2, 6, 6), 2.0)
    assert set(firing_rates(network, images).values()) == {1.0}
    rates = synapse_rates(network, images)
    assert rates["plain"] == 1
    assert rates["padded"] == (4 * 4 + 8 * 6 + 4 * 9) / (16 * 9)


def test_firing_rates_are_those_that_a_linear_layer_reads() -> None:
    network, images = tiny()
    rates = firing_rates(network, images)
    assert list(rates) == ["lif1", "lif2", "lif3"]
    assert rates["lif3"] == pytest.approx(synapse_rates(network, images)["fc"])


@pytest.mark.parametrize("rate", [-0.1, 1.5, float("nan"), {"conv2": 0.5}])
def test_a_rate_that_cannot_be(rate: float | dict[str, float]) -> None:
    graph = explorer.lower(explorer.get("snn_lenet"))
    with pytest.raises(explorer.ExplorerError, match=r"the firing rate is .*; allowed: a number from 0 to 1"):
        synapses(graph, rate)


def test_the_dense_form_of_the_last_layer_is_a_linear_layer_at_each_time_step() -> None:
    """The network is the tutorial's: its layers called step by step in two dimensions give the same."""
    torch.manual_seed(0)
    network = lively(Network(explorer.lower(explorer.get("snn_lenet", time_steps=6))))
    images = 3 * torch.rand(2, 1, 6, 28, 28)
    weights = network.state_dict()
    potentials, counted = [0.0, 0.0, 0.0], torch.zeros(2, 10)
    with torch.inference_mode():
        for image in images.unbind(2):
            x = image
            for i, name in enumerate(("conv1", "conv2", "fc")):
                kernel, bias = weights[f"{name}.weight"][:, :, 0], weights[f"{name}.bias"]
                if name == "fc":
                    x = torch.nn.functional.linear(x.flatten(1), kernel.flatten(1), bias)
                else:
                    x = torch.nn.functional.max_pool2d(torch.nn.functional.conv2d(x, kernel, bias), 2)
                potentials[i] = 0.5 * potentials[i] + x
                x = (potentials[i] > 1.0).float()
                potentials[i] = potentials[i] - x
            counted += x
        rates = network(images)
    assert 0 < counted.mean() < 6
    torch.testing.assert_close(rates, counted / 6)

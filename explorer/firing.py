"""Firing rates, measured: a spiking network is run, and its spikes are counted."""

from __future__ import annotations

from dataclasses import replace

import torch
from torch import Tensor, nn

from explorer.cost import mult_adds
from explorer.graph import INPUT, Node
from explorer.layers import LIF, Conv, Linear
from explorer.modules import module
from explorer.network import Network
from explorer.spiking import spikes


@torch.inference_mode()
def firing_rates(network: Network, images: Tensor) -> dict[str, float]:
    """Measure the share of neurons that fire in a time step, for each layer of neurons.

    Args:
        network: with spiking neurons.
        images: a batch of shape ``(N, *network.graph.input_shape)``.

    Returns:
        Spikes / (images × neurons × time steps), by the name of the LIF node.

    >>> import explorer
    >>> network = Network(explorer.lower(explorer.get("snn_lenet", time_steps=4))).eval()
    >>> firing_rates(network, torch.zeros(1, 1, 4, 28, 28)).keys()
    dict_keys(['lif1', 'lif2', 'lif3'])
    """
    names = [node.name for node in network.graph if isinstance(node.layer, LIF)]
    return {name: float(trains.double().mean()) for name, trains in network.run({INPUT: images}, names).items()}


@torch.inference_mode()
def synapse_rates(network: Network, images: Tensor) -> dict[str, float]:
    """Measure, for each layer that reads spikes, the share of its mult-adds whose input is a spike.

    Times the mult-adds, that is the number of spikes × synapses that each of them reaches, exactly: a neuron at the
    border is read by fewer windows, and zeros of the padding never fire. It is found by running the layer with all
    weights one, which adds a one for each spike that arrives.

    Returns:
        The shares by the name of the layer, for ``explorer.spiking.synapses``.
    """
    graph, firing = network.graph, spikes(network.graph)
    reading = [node for node in graph if isinstance(node.layer, Conv | Linear) and firing.issuperset(node.inputs)]
    trains = network.run({INPUT: images}, {node.inputs[0] for node in reading})
    return {node.name: _arriving(node, trains[node.inputs[0]]) for node in reading}


def _arriving(node: Node, train: Tensor) -> float:
    assert isinstance(node.layer, Conv | Linear)
    counter = module(node._replace(layer=replace(node.layer, bias=False))).double().to(train.device)
    for weight in counter.parameters():
        nn.init.ones_(weight)
    arrived: Tensor = counter(train.double())
    return float(arrived.sum()) / (len(train) * mult_adds(node))

"""Synaptic operations: what a spiking network computes on hardware that works only where a spike arrives.

A layer that reads spikes multiplies nothing: where a spike arrives its weights are added up, an *accumulate* each, and
where none arrives nothing happens. A layer that reads numbers, such as the picture itself, multiplies and accumulates
in every time step. Both stand beside the mult-adds of the dense twin, the same network of ordinary neurons, which
sees the picture once (Eshraghian et al. 2023, section "Sparsity").
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from explorer.cost import mult_adds
from explorer.errors import ExplorerError
from explorer.graph import Graph, Node
from explorer.joins import Concat
from explorer.layers import LIF, Dropout, Flatten, GlobalMaxPool, Identity, MaxPool, PadChannels, ZeroPad

KEEPING = (Concat, Dropout, Flatten, GlobalMaxPool, Identity, MaxPool, PadChannels, ZeroPad)
"""Operations that give spikes when they are given spikes: zeros and ones."""


class Synapses(NamedTuple):
    """What one layer with weights computes for one input, in all time steps together.

    ``mult_adds`` are those of dense arithmetic, ``twin`` those of one time step; ``rate`` is the share of the
    ``mult_adds`` whose input is a spike, None for a layer that reads numbers.
    """

    node: Node
    mult_adds: int
    twin: int
    rate: float | None

    @property
    def accumulates(self) -> float:
        """Count the additions of a weight, one wherever a spike arrives."""
        return 0.0 if self.rate is None else self.rate * self.mult_adds

    @property
    def multiply_accumulates(self) -> int:
        """Count the multiplications by a number, each with its addition."""
        return self.mult_adds if self.rate is None else 0


def spikes(graph: Graph) -> frozenset[str]:
    """Name the nodes whose values are spikes.

    >>> import explorer
    >>> sorted(spikes(explorer.lower(explorer.get("snn_lenet"))))
    ['lif1', 'lif2', 'lif3']
    """
    found: set[str] = set()
    for node in graph:
        if isinstance(node.layer, LIF) or (isinstance(node.layer, KEEPING) and found.issuperset(node.inputs)):
            found.add(node.name)
    return frozenset(found)


def synapses(graph: Graph, rate: float | Mapping[str, float] = 0.1) -> tuple[Synapses, ...]:
    """Count, for each layer with weights, what it computes.

    Args:
        graph: of a network with time as the first spatial axis.
        rate: the share of neurons that fire in a time step, from 0 to 1: one for all, or one by the name of each layer
            that reads spikes, as ``explorer.firing.synapse_rates`` measures them. One for all takes the neurons at the
            border for as well connected as the others, and zeros of the padding for neurons.

    Raises:
        ExplorerError: a rate is not from 0 to 1, or a layer has none.

    >>> import explorer
    >>> layers = synapses(explorer.lower(explorer.get("snn_lenet", time_steps=50)), rate=0.1)
    >>> [(each.node.name, each.multiply_accumulates, round(each.accumulates)) for each in layers]
    [('conv1', 8640000, 0), ('conv2', 0, 6144000), ('fc', 0, 51200)]
    >>> sum(each.twin for each in layers)
    1411840
    """
    firing = spikes(graph)
    return tuple(_counted(node, firing, rate) for node in graph if mult_adds(node))


def _counted(node: Node, firing: frozenset[str], rate: float | Mapping[str, float]) -> Synapses:
    dense = mult_adds(node)
    twin = dense // node.shape[1] if len(node.shape) > 1 else dense
    return Synapses(node, dense, twin, _rate(node, rate) if firing.issuperset(node.inputs) else None)


def _rate(node: Node, rate: float | Mapping[str, float]) -> float:
    given = rate.get(node.name) if isinstance(rate, Mapping) else rate
    if given is None or not 0 <= given <= 1:
        raise ExplorerError(f"{node.name}: the firing rate is {given}; allowed: a number from 0 to 1")
    return given


def break_even(layers: tuple[Synapses, ...]) -> float:
    """Give the firing rate at which the layers that read spikes accumulate as often as their dense twins multiply.

    >>> import explorer
    >>> break_even(synapses(explorer.lower(explorer.get("snn_lenet", time_steps=50))))
    0.02
    """
    reading = [each for each in layers if each.rate is not None]
    return sum(each.twin for each in reading) / (sum(each.mult_adds for each in reading) or 1)

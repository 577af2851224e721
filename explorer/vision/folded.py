"""The weights of a network made ready for many passes: batch normalisation folded, 3×3 kernels transformed.

Behind a convolution, ``γ (W x + b − μ) / √(σ² + ε) + β`` is a convolution with ``W' = W γ / √(σ² + ε)`` and
``b' = (b − μ) γ / √(σ² + ε) + β`` (Ioffe & Szegedy 2015, section 3.2), exact up to rounding.
"""

from __future__ import annotations

from functools import cached_property

import torch
from torch import Tensor, nn

from explorer.graph import Node
from explorer.joins import Add
from explorer.layers import BatchNorm, Conv, ReLU
from explorer.network import Network
from explorer.vision import winograd


class Folded:
    """What the nodes that lead to an output multiply by, computed once, and dropped with this object."""

    def __init__(self, network: Network, output: str) -> None:
        self.network, self.output = network, output
        self._transformed: dict[str, Tensor] = {}

    def only_reader(self, name: str) -> Node | None:
        """Give the node that alone reads another; None where several do, or where the value is the output."""
        graph, readers = self.network.graph, self.network.graph.readers[name]
        return graph[readers[0]] if len(readers) == 1 and name != self.output else None

    @cached_property
    def weights(self) -> dict[str, tuple[Tensor, Tensor]]:
        """Give weight and bias of every convolution of maps, its batch normalisation folded in."""
        return {
            node.name: self._weights(node)
            for node in self.network.graph
            if isinstance(self.network.module_of(node.name), nn.Conv2d)
        }

    @cached_property
    def done(self) -> frozenset[str]:
        """Name the normalisations that are folded: they have nothing left to do."""
        after = (self.only_reader(name) for name in self.weights)
        return frozenset(node.name for node in after if node and isinstance(node.layer, BatchNorm))

    @cached_property
    def in_place(self) -> frozenset[str]:
        """Name the ReLUs that may write over what they read: a value made for them alone."""
        makers = (n for n in self.network.graph if isinstance(n.layer, Conv | BatchNorm | Add))
        readers = (self.only_reader(node.name) for node in makers)
        return frozenset(node.name for node in readers if node and isinstance(node.layer, ReLU))

    def transformed(self, name: str) -> Tensor:
        """Give the weight of a 3×3 convolution for ``winograd.convolve``."""
        if name not in self._transformed:
            self._transformed[name] = winograd.transformed(self.weights[name][0])
        return self._transformed[name]

    def _weights(self, node: Node) -> tuple[Tensor, Tensor]:
        conv, reader = self.network.module_of(node.name), self.only_reader(node.name)
        assert isinstance(conv, nn.Conv2d)
        bias = torch.zeros_like(conv.weight[:, 0, 0, 0]) if conv.bias is None else conv.bias
        norm = self.network.module_of(reader.name) if reader else None
        if not isinstance(norm, nn.BatchNorm2d):
            return conv.weight, bias
        assert norm.running_mean is not None
        assert norm.running_var is not None
        factor = norm.weight / (norm.running_var + norm.eps).sqrt()
        return conv.weight * factor.reshape(-1, 1, 1, 1), (bias - norm.running_mean) * factor + norm.bias

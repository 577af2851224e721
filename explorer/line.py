"""The numbers of one node, recorded once and read by tables, charts and totals."""

from __future__ import annotations

from typing import NamedTuple

from explorer import cost
from explorer.graph import Node
from explorer.receptive_field import ReceptiveField


class Line(NamedTuple):
    """The numbers of one node."""

    node: Node
    counts: cost.Counts
    receptive_field: ReceptiveField

    @property
    def params(self) -> int:
        """Give the trainable parameters."""
        return self.counts.params

    @property
    def weights(self) -> int:
        """Give kernels and normalisation scales."""
        return self.counts.params - self.counts.biases

    @property
    def biases(self) -> int:
        """Give biases and normalisation shifts."""
        return self.counts.biases

    @property
    def mult_adds(self) -> int:
        """Give multiply–accumulates for one image."""
        return self.counts.mult_adds

    @property
    def activations(self) -> int:
        """Give the elements of the output."""
        return cost.activations(self.node)


def line(node: Node, field: ReceptiveField) -> Line:
    """Work a node's numbers out."""
    return Line(node, cost.counts(node), field)

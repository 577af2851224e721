"""The numbers of one node, recorded once and read by tables, charts and totals."""

from __future__ import annotations

from dataclasses import dataclass

from explorer import cost
from explorer.graph import Node
from explorer.receptive_field import ReceptiveField


@dataclass(frozen=True, slots=True)
class Line:
    """The numbers of one node."""

    node: Node
    params: int
    weights: int
    biases: int
    mult_adds: int
    activations: int
    receptive_field: ReceptiveField


def line(node: Node, field: ReceptiveField) -> Line:
    """Work a node's numbers out."""
    params, biases = cost.params(node), cost.biases(node)
    return Line(node, params, params - biases, biases, cost.mult_adds(node), cost.activations(node), field)

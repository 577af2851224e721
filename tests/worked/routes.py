"""The table of routes, and what several of them share."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import explorer
from explorer import cost
from explorer.graph import Graph
from explorer.shapes import Shape
from explorer.spec import Spec

Example = dict[str, Any]
"""An example: its ``inputs`` and what is ``expected``."""

Route = Callable[[Example], dict[str, Any]]
"""Gives what the product computes for an example, by the names that the expected values have."""

ROUTES: dict[str, Route] = {}


def route(*ids: str) -> Callable[[Route], Route]:
    """Make a function the route of these examples."""

    def register(function: Route) -> Route:
        for id in ids:
            assert id not in ROUTES, f"{id} has two routes"
            ROUTES[id] = function
        return function

    return register


def graph_of(spec: Spec, hwc: list[int]) -> Graph:
    """Lower a spec for an input that is written as the slides do, channels last."""
    return explorer.lower(spec, (hwc[-1], *hwc[:-1]))


def hwc(shape: Shape) -> list[int]:
    """Write a shape as the slides do."""
    return [*shape[1:], shape[0]]


def zoo(id: str, **knobs: Any) -> Graph:
    return explorer.lower(explorer.get(id, **knobs))


def params(graph: Graph) -> int:
    return cost.total(graph, cost.params)


def mult_adds(graph: Graph) -> int:
    return cost.total(graph, cost.mult_adds)


def kernels(graph: Graph) -> int:
    """Count the weights of convolutions and linear layers: no biases, no normalisation."""
    return sum(cost.weights(node) for node in graph if node.type in ("Conv", "Linear"))

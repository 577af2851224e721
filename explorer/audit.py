"""Second opinions: other people's counters beside ours, every difference explained by its convention.

The counters run the network that the Graph describes; where one is not installed, its row says so.
"""

from __future__ import annotations

import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from typing import Any

import torch
from torch import Tensor, nn

from explorer import cost
from explorer.cost import Counting
from explorer.errors import ExplorerError
from explorer.graph import INPUT, Graph, Node
from explorer.joins import Unknown
from explorer.layers import AdaptiveAvgPool, BatchNorm, Embedding, GlobalAvgPool
from explorer.network import Network
from explorer.shapes import elements

Count = tuple[int, int]
"""Parameters and mult-adds."""


@dataclass(frozen=True, slots=True)
class Row:
    """What one counter says; the figures are None where it is not installed.

    ``difference`` is its mult-adds less ours; ``extras`` is what each of its habits adds, in the order of ``COUNTERS``;
    ``unexplained`` is what no convention accounts for.
    """

    counter: str
    params: int | None
    mult_adds: int | None
    difference: int | None
    explanation: str
    unexplained: int
    extras: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Audit:
    """The counters side by side; ours is the first row."""

    graph: Graph
    rows: tuple[Row, ...]

    @property
    def unexplained(self) -> int:
        """Add up what no convention accounts for; nothing is left when the audit is clean."""
        return sum(row.unexplained for row in self.rows)

    def to_dict(self) -> dict[str, Any]:
        """Give everything as plain values, ready for JSON."""
        return {
            "id": self.graph.name,
            "input_shape": list(self.graph.input_shape),
            "counters": [asdict(row) for row in self.rows],
            "unexplained": self.unexplained,
        }


@dataclass(frozen=True, slots=True)
class Habit:
    """Something that a counter counts and we do not: of what (the head of a column), and in words."""

    of: str
    words: str
    count: Callable[[Node], int]


def audit(graph: Graph) -> Audit:
    """Ask torchinfo and fvcore to count a network, side outputs included; explain where they differ.

    Raises:
        ExplorerError: the graph has unknown operations, so that it cannot be run.

    >>> import explorer
    >>> for row in audit(explorer.lower(explorer.get("lenet5"))).rows:
    ...     print(row.counter, row.mult_adds, row.explanation)
    ours 416520 mult-adds of convolutions and linear layers
    torchinfo 423038 + 6,518: one for each bias, wherever it is added
    fvcore 416520 the same convention
    """
    if unknown := sorted({node.type for node in graph if isinstance(node.layer, Unknown)}):
        raise ExplorerError(f"audit: {graph.name} has operations that cannot be run: {', '.join(unknown)}")
    ours = (cost.total(graph, cost.params), cost.total(graph, cost.mult_adds))
    first = Row("ours", *ours, 0, str(Counting()), 0)
    others = (_row(name, count, habits, graph, ours) for name, (count, habits) in COUNTERS.items())
    return Audit(graph, (first, *others))


def _row(name: str, count: Callable[[Graph], Count], habits: tuple[Habit, ...], graph: Graph, ours: Count) -> Row:
    try:
        with _quiet():
            params, mult_adds = count(graph)
    except ImportError:
        return Row(name, None, None, None, "not installed", 0)
    extras = [(habit.words, cost.total(graph, habit.count)) for habit in habits]
    difference = mult_adds - ours[1]
    unexplained = abs(difference - sum(extra for _, extra in extras)) + abs(params - ours[0])
    said = [f"+ {extra:,}: {words}" for words, extra in extras if extra]
    said += [f"{unexplained:,} unexplained"] if unexplained else []
    explanation = "; ".join(said) or "the same convention"
    return Row(name, params, mult_adds, difference, explanation, unexplained, tuple(extra for _, extra in extras))


class _AllOutputs(nn.Module):
    """Runs the side outputs too."""

    def __init__(self, network: Network) -> None:
        super().__init__()
        self.network = network

    def forward(self, x: Tensor) -> tuple[Tensor, ...]:
        graph = self.network.graph
        return tuple(self.network.run({INPUT: x}, (graph.output, *graph.sides)).values())


def _network(graph: Graph) -> _AllOutputs:
    with torch.device("meta"):
        return _AllOutputs(Network(graph)).eval()


def _torchinfo(graph: Graph) -> Count:
    import torchinfo

    images = torch.empty(1, *graph.input_shape, device="meta")
    found = torchinfo.summary(_network(graph), input_data=images, device="meta", verbose=0)
    return found.trainable_params, found.total_mult_adds


def _fvcore(graph: Graph) -> Count:
    """Count by fvcore: it traces with torch.jit, which needs tensors that are there; zeros, spread without memory."""
    from fvcore.nn import FlopCountAnalysis, parameter_count

    network = _network(graph)
    zeros = {name: torch.zeros((), dtype=t.dtype).expand(t.shape) for name, t in network.state_dict().items()}
    network.load_state_dict(zeros, assign=True)
    with torch.no_grad():
        analysis = FlopCountAnalysis(network, torch.zeros(1, *graph.input_shape))
        analysis.unsupported_ops_warnings(False).uncalled_modules_warnings(False)
        return parameter_count(network)[""], int(analysis.total())


@contextmanager
def _quiet() -> Iterator[None]:
    """Keep the counters' warnings (deprecations within them) from the reader."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        yield


def _biases(node: Node) -> int:
    return Counting(bias=True)(node) - cost.mult_adds(node)


def _norm_parameters(node: Node) -> int:
    return cost.params(node) if isinstance(node.layer, BatchNorm) else 0


def _norm_elements(node: Node) -> int:
    return 2 * cost.activations(node) if isinstance(node.layer, BatchNorm) else 0


def _pooled_elements(node: Node) -> int:
    images = len(node.shape) == 3
    return elements(node.input_shapes[0]) if images and isinstance(node.layer, GlobalAvgPool | AdaptiveAvgPool) else 0


def _embedded(node: Node) -> int:
    return cost.params(node) if isinstance(node.layer, Embedding) else 0


COUNTERS: dict[str, tuple[Callable[[Graph], Count], tuple[Habit, ...]]] = {
    "torchinfo": (
        _torchinfo,
        (
            Habit("biases", "one for each bias, wherever it is added", _biases),
            Habit("batch norm", "one for each batch-norm parameter", _norm_parameters),
            Habit("embedding", "one for each number in the table of an embedding", _embedded),
        ),
    ),
    "fvcore": (
        _fvcore,
        (
            Habit("batch norm", "two for each element that batch norm scales and shifts", _norm_elements),
            Habit(
                "pooling",
                "one for each element that adaptive average pooling of a 2-D map reads",
                _pooled_elements,
            ),
        ),
    ),
}
"""The other counters, each with what it counts beyond multiply–accumulates."""

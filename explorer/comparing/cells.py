"""The search bench: cells of NASNet's space, what the networks made of them cost, and which are not beaten.

Nothing is trained here, and so nothing is known of accuracy: costs stand against what a network could use them for.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from math import prod
from typing import Literal

from explorer import cost, memory
from explorer.comparing import pareto
from explorer.graph import Graph
from explorer.lower import lower
from explorer.receptive_field import receptive_fields
from explorer.search_space import BLOCKS, INPUTS, OPERATIONS, CellDesign, cell, random_cell
from explorer.spec import Cell, Spec, Step
from explorer.zoo import Architecture, get
from explorer.zoo.nasnet import NORMAL, REDUCTION, Frame, frame_input, stacked

REFERENCE = "NASNet-A"
CLASSES = {"cifar": 10, "imagenet": 1000}
COMBINATIONS = 2
"""Add, or concatenate."""


@dataclass(frozen=True, slots=True)
class Metric:
    """Something to count of a network, and whether less of it is better, or more."""

    id: str
    name: str
    better: Literal["less", "more"]
    count: Callable[[Graph], int]


def _field(graph: Graph) -> int:
    """Give the larger side of the largest exact receptive field."""
    exact = [field for field in receptive_fields(graph).values() if field.status == "exact"]
    return max((max(field.size) for field in exact), default=0)


METRICS = {
    metric.id: metric
    for metric in (
        Metric("mult_adds", "Mult-adds", "less", lambda graph: cost.total(graph, cost.mult_adds)),
        Metric("params", "Parameters", "less", lambda graph: cost.total(graph, cost.params)),
        Metric(
            "memory", "Activations at the peak (elements)", "less", lambda g: memory.memory(g, "int8").peak_activations
        ),
        Metric("capacity", "Parameters, the more the better", "more", lambda graph: cost.total(graph, cost.params)),
        Metric("depth", "Depth (layers with weights)", "more", cost.depth),
        Metric("field", "Receptive field (pixels)", "more", _field),
    )
}
"""What can be counted of a candidate."""


@dataclass(frozen=True)
class Setup:
    """How cells become networks: N normal cells in a row, the filters of the first ones, and the frame around."""

    repeats: int = 2
    filters: int = 32
    frame: Frame = "cifar"


@dataclass(frozen=True)
class Candidate:
    """Two cells, what the network made of them costs, and its architecture if it is one of the zoo."""

    label: str
    normal: CellDesign
    reduction: CellDesign
    figures: Mapping[str, int]
    architecture: Architecture | None = None

    def values(self, *metrics: str) -> tuple[int, ...]:
        """Give figures for the front: the less, the better."""
        return tuple(self.figures[id] * (1 if METRICS[id].better == "less" else -1) for id in metrics)


def candidate(seed: int, setup: Setup) -> Candidate:
    """Draw the cells of a seed, build their network, and count.

    >>> one = candidate(7, Setup(repeats=1, filters=8))
    >>> one.label, f"{one.figures['params']:,}"
    ('7', '108,818')
    """
    network = get(
        "nasnet_random",
        seed=seed,
        repeats=setup.repeats,
        filters=setup.filters,
        frame=setup.frame,
        num_classes=CLASSES[setup.frame],
    )
    return Candidate(str(seed), random_cell(2 * seed), random_cell(2 * seed + 1), _count(lower(network)), network)


def reference(setup: Setup) -> Candidate:
    """Put the cells of NASNet-A, which a search with training found, into the same frame."""
    return Candidate(
        REFERENCE, NORMAL, REDUCTION, _count(lower(spec(NORMAL, REDUCTION, setup), frame_input(setup.frame)))
    )


def spec(normal: CellDesign, reduction: CellDesign, setup: Setup) -> Spec:
    """Give the network of two cells."""
    return stacked(normal, reduction, setup.frame, setup.repeats, setup.filters, CLASSES[setup.frame])


def _count(graph: Graph) -> dict[str, int]:
    return {id: metric.count(graph) for id, metric in METRICS.items()}


def within(found: Sequence[Candidate], budget: Mapping[str, int]) -> tuple[Candidate, ...]:
    """Keep what a budget pays: candidates with no more of anything than it allows."""
    return tuple(each for each in found if all(each.figures[id] <= most for id, most in budget.items()))


def front(found: Sequence[Candidate], *metrics: str) -> tuple[Candidate, ...]:
    """Keep the candidates that no other beats in some of the metrics; by the first of them."""
    kept = pareto.front([each.values(*metrics) for each in found])
    return tuple(sorted((found[i] for i in kept), key=lambda each: each.values(*metrics)))


@dataclass(frozen=True, slots=True)
class Space:
    """How many cells of so many blocks there are: as choices in a row, and where left and right make no difference."""

    blocks: int
    choices: int
    unordered: int


def space(blocks: int = BLOCKS) -> Space:
    """Count the cells of the space; a network has two of them, so that the number of networks is the square.

    Block b chooses two of b + 2 hidden states, an operation of thirteen for each, and one of two ways to combine.

    >>> f"{space().choices:.2e}", f"{space().choices ** 2:.1e}"
    ('2.29e+18', '5.2e+36')
    """
    ends = [len(OPERATIONS) * (len(INPUTS) + block) for block in range(blocks)]
    return Space(
        blocks,
        prod(COMBINATIONS * end**2 for end in ends),
        prod(COMBINATIONS * end * (end + 1) // 2 for end in ends),
    )


def genotype(design: CellDesign) -> str:
    """Write a cell as text, a line for each block.

    >>> print(genotype(random_cell(7, blocks=2)))
    0 = add(5x5 max pool(h_prev), 3x3 separable(h))
    1 = add(1x3 then 3x1 conv(h), 3x3 max pool(0))
    out = concat(1)
    """
    lines = [
        f"{place} = {block.combine}({block.left[0]}({block.left[1]}), {block.right[0]}({block.right[1]}))"
        for place, block in enumerate(design.blocks)
    ]
    return "\n".join((*lines, f"out = concat({', '.join(design.output)})"))


def drawn(design: CellDesign, filters: int = 32, side: int = 32, stride: int = 1) -> Graph:
    """Give the graph of one cell, to be drawn: its boxes are called by their block, both its inputs are the input."""
    built = cell(design, filters, stride=stride)
    names = {"conv_1x1": "h", "conv_prev_1x1": "h_prev"}
    for place in range(len(design.blocks)):
        names |= {f"comb_iter_{place}_{end}": f"{place}_{end}" for end in ("left", "right")}
        names[f"comb_iter_{place}"] = f"block_{place}"

    def called(name: str) -> str:
        return names.get(name, name)

    steps = tuple(Step(called(s.name), tuple(map(called, s.inputs)), s.spec) for s in built.steps)
    inner = Cell(built.inputs, steps, called(built.output))
    return lower(Cell(("x",), (Step("", ("x", "x"), inner),), ""), (filters, side, side), name="cell")

"""Networks side by side: two to six reports, one of them the reference, aligned by their stages."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property

from explorer import cost
from explorer.comparing.stages import Stage, in_order, stages
from explorer.errors import ExplorerError
from explorer.report import Report

FEWEST, MOST = 2, 6


@dataclass(frozen=True, slots=True)
class Figure:
    """A total that networks are compared by; ``relative`` if it is also read as a share of the reference's."""

    key: str
    name: str
    unit: str
    of: Callable[[Report], int]
    relative: bool = True


FIGURES: tuple[Figure, ...] = (
    Figure("params", "Parameters", "", lambda report: report.params),
    Figure("mult_adds", "Mult-adds", "per image", lambda report: report.mult_adds),
    Figure("activations", "Neurons", "elements", lambda report: report.activations),
    Figure("peak_memory", "Peak memory", "bytes", lambda report: _peak(report)),
    Figure("weighted_layers", "Layers with weights", "", lambda report: _weighted(report), False),
    Figure("depth", "Depth", "layers", lambda report: cost.depth(report.graph), False),
)


def _peak(report: Report) -> int:
    memory = report.memory()
    return memory.parameters + memory.peak_activations


def _weighted(report: Report) -> int:
    return sum(node.type in ("Conv", "Linear") for node in report.graph)


@dataclass(frozen=True)
class Rung:
    """One stage of all networks: None for those that have no such stage."""

    key: str
    stages: tuple[Stage | None, ...]

    def differs(self, network: int, reference: int) -> bool:
        """Say whether a network has other layers, another shape or another cost here than the reference."""
        one, other = self.stages[network], self.stages[reference]
        return not one.same_as(other) if one else other is not None


@dataclass(frozen=True)
class Lineup:
    """Reports side by side; ``reference`` is the place of the one that the others are held against."""

    reports: tuple[Report, ...]
    labels: tuple[str, ...]
    reference: int = 0

    @cached_property
    def rungs(self) -> tuple[Rung, ...]:
        """Align the networks by stage."""
        found = [{stage.key: stage for stage in stages(report)} for report in self.reports]
        keys = in_order(key for each in found for key in each)
        return tuple(Rung(key, tuple(each.get(key) for each in found)) for key in keys)

    def delta(self, figure: Figure, network: int) -> int:
        """Give a network's figure less the reference's."""
        return figure.of(self.reports[network]) - figure.of(self.reports[self.reference])

    def ratio(self, figure: Figure, network: int) -> float | None:
        """Give a network's figure as a multiple of the reference's; None where that is nothing."""
        base = figure.of(self.reports[self.reference])
        return figure.of(self.reports[network]) / base if base else None


def line_up(reports: Sequence[Report], reference: int = 0) -> Lineup:
    """Put two to six networks side by side.

    Args:
        reports: of the networks, in the order in which they are shown.
        reference: the place, from 0, of the one that the others are held against.

    Raises:
        ExplorerError: there are too few or too many networks, or no such reference.

    >>> import explorer
    >>> lineup = line_up([explorer.analyze(id) for id in ("vgg16", "resnet50")])
    >>> f"{lineup.ratio(FIGURES[0], 1):.3f} of the parameters, {lineup.delta(FIGURES[1], 1):,} mult-adds"
    '0.185 of the parameters, -11,381,080,064 mult-adds'
    >>> [rung.key for rung in lineup.rungs if rung.stages[1]]
    ['1/2', '1/4', '1/8', '1/16', '1/32', 'head']
    """
    if not FEWEST <= len(reports) <= MOST:
        raise ExplorerError(f"compare: there are {len(reports)} networks; allowed: {FEWEST} to {MOST}")
    if not 0 <= reference < len(reports):
        raise ExplorerError(f"compare: the reference is network {reference + 1}; allowed: 1 to {len(reports)}")
    return Lineup(tuple(reports), labels(reports), reference)


def labels(reports: Sequence[Report]) -> tuple[str, ...]:
    """Name networks so that each is told apart: with the knobs that are turned, and a number where that is not enough.

    >>> import explorer
    >>> labels([explorer.analyze(explorer.get("resnet50", **knobs)) for knobs in ({}, {"num_classes": 10})])
    ('ResNet-50', 'ResNet-50, num_classes=10')
    """
    names = [_label(report) for report in reports]
    numbered = [f"{name} ({names[: i + 1].count(name)})" for i, name in enumerate(names)]
    return tuple(more if names.count(name) > 1 else name for name, more in zip(names, numbered, strict=True))


def _label(report: Report) -> str:
    knobs = report.architecture.values if report.architecture else ()
    return ", ".join((report.name, *(f"{name}={value}" for name, value in knobs)))

"""Scaling a family of networks: real networks re-lowered along a knob, beside the law that the papers state.

A ``Study`` names the knobs that are turned and the law of each figure. A ``Point`` is what one network really costs.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Literal

from explorer import cost
from explorer.errors import ExplorerError
from explorer.lower import lower
from explorer.published import Figure, figures
from explorer.zoo import Architecture, Value

FigureName = Literal["mult_adds", "params", "activations"]
Setting = Mapping[str, Value]


@dataclass(frozen=True)
class Axis:
    """A knob that a study turns: its symbol, what it means, the points of its curve, and the steps of its slider.

    Where ``step`` is 0, the knob has no other values than those of the curve.
    """

    name: str
    symbol: str
    help: str
    values: tuple[float, ...]
    default: float
    step: float = 0
    log: bool = False

    def check(self, value: Value) -> None:
        """Raise ExplorerError unless the knob may have this value."""
        low, high = self.values[0], self.values[-1]
        if isinstance(value, str | bool) or not low <= value <= high:
            raise ExplorerError(f"{self.name} is {value!r}; allowed: from {low:g} to {high:g}")
        if not self.step and value not in self.values:
            raise ExplorerError(f"{self.name} is {value!r}; allowed: {', '.join(f'{v:g}' for v in self.values)}")


@dataclass(frozen=True)
class Law:
    """How a figure grows by the book: its formula in LaTeX, and the growth itself, in any unit.

    ``written`` puts the numbers of a setting into the formula; nothing where there is nothing to learn from it.
    """

    formula: str
    growth: Callable[[Setting], float]
    written: Callable[[Setting], str] = lambda setting: ""


@dataclass(frozen=True)
class Study:
    """A family along its knobs. ``network`` builds the network of a setting; ``base`` is where the laws start.

    ``along`` are the axes that a chart can go along; the others are knobs that stay where they are put. ``marks`` are
    networks that have names, each with the setting at which it stands; ``grid`` are the values of both axes
    that a table crosses.
    """

    id: str
    name: str
    words: str
    source: str
    along: tuple[Axis, ...]
    network: Callable[[Setting], Architecture]
    laws: Mapping[FigureName, Law]
    base: Setting
    others: tuple[Axis, ...] = ()
    marks: tuple[tuple[Architecture, Setting], ...] = ()
    grid: tuple[tuple[float, ...], tuple[float, ...]] | None = None

    @property
    def axes(self) -> tuple[Axis, ...]:
        """List all knobs that can be turned."""
        return self.along + self.others

    @property
    def usual(self) -> dict[str, Value]:
        """Give the setting at which the study opens."""
        return {axis.name: axis.default for axis in self.axes}

    def axis(self, name: str) -> Axis:
        """Find an axis; raise ExplorerError if there is none of this name."""
        for axis in self.axes:
            if axis.name == name:
                return axis
        raise ExplorerError(f"{self.id} has no axis {name!r}; allowed: {', '.join(a.name for a in self.axes)}")


@dataclass(frozen=True)
class Point:
    """A real network at a setting, and what it costs for one image."""

    architecture: Architecture
    setting: Setting
    params: int
    mult_adds: int
    activations: int

    def figure(self, name: FigureName) -> int:
        """Give one of the figures."""
        return int(getattr(self, name))


def point(study: Study, setting: Setting) -> Point:
    """Lower the network of a setting and count; knobs that are left out stand where the study opens.

    Raises:
        ExplorerError: there is no such knob, or no such network.

    >>> from explorer.comparing.studies import STUDIES
    >>> f"{point(STUDIES['mobilenet'], {'alpha': 0.5}).mult_adds:,}"
    '149,497,088'
    """
    for name, value in setting.items():
        study.axis(name).check(value)
    setting = study.usual | dict(setting)
    return measured(study.network(setting), setting)


def measured(architecture: Architecture, setting: Setting) -> Point:
    """Lower a network and count."""
    graph = lower(architecture)
    counted = [cost.counts(node) for node in graph]
    return Point(
        architecture,
        setting,
        sum(each.params for each in counted),
        sum(each.mult_adds for each in counted),
        cost.total(graph, cost.activations),
    )


def lawful(study: Study, figure: FigureName, setting: Setting, base: Point) -> float | None:
    """Say what a figure would be by the law, from the network at the study's base; None where there is no law.

    >>> from explorer.comparing.studies import STUDIES
    >>> study = STUDIES["mobilenet"]
    >>> base = point(study, study.base)
    >>> lawful(study, "mult_adds", {"alpha": 0.5, "rho": 1.0}, base) / base.mult_adds
    0.25
    """
    if figure not in study.laws:
        return None
    growth = study.laws[figure].growth
    everywhere = study.usual | dict(setting)
    start = everywhere | dict(study.base)
    return base.figure(figure) * growth(everywhere) / growth(start)


def substituted(study: Study, figure: FigureName, setting: Setting, base: Point, write: Callable[[float], str]) -> str:
    """Write a law in LaTeX with its numbers, step by step; ``write`` gives the LaTeX of a number."""
    law, start = study.laws[figure], base.figure(figure)
    value = lawful(study, figure, setting, base) or 0.0
    steps = (law.written(study.usual | dict(setting)), rf"{write(value / start)} \cdot {write(start)}", write(value))
    lines = (law.formula.replace(r"\approx", r"&\approx", 1), *(f"&= {step}" for step in steps if step))
    return r"\begin{aligned} " + r" \\ ".join(lines) + r" \end{aligned}"


def settings(study: Study, along: str, chosen: Setting) -> Iterator[dict[str, Value]]:
    """List the settings of a chart: along one axis, a curve for each value of the study's other one.

    These are the values of the grid, where there is one. The chosen value has a curve too, and the axes that stay are
    where they were put.
    """
    x = study.axis(along)
    chosen = study.usual | dict(chosen)
    across = [axis for axis in study.along if axis.name != along]
    if not across:
        yield from ({**chosen, along: value} for value in x.values)
        return
    (z,) = across
    curves = study.grid[study.along.index(z)] if study.grid else z.values
    for other in sorted({*curves, chosen[z.name]}):
        yield from ({**chosen, along: value, z.name: other} for value in x.values)


def grid(study: Study) -> tuple[tuple[dict[str, Value], ...], ...]:
    """List the settings of a study's grid, a line for each value of its second axis.

    >>> from explorer.comparing.studies import STUDIES
    >>> [len(line) for line in grid(STUDIES["mobilenet"])]
    [4, 4, 4, 4]
    """
    if study.grid is None:
        return ()
    (across, down), (columns, lines) = study.along, study.grid
    return tuple(tuple({**study.usual, across.name: x, down.name: y} for x in columns) for y in lines)


def published(architecture: Architecture, figure: FigureName) -> tuple[Figure, ...]:
    """Give what is published of a figure of a network.

    >>> import explorer
    >>> [each.quote for each in published(explorer.get("mobilenet_v1", alpha=0.75), "mult_adds")]
    ['325 million mult-adds', '317 million MACs']
    """
    return tuple(each for each in figures(architecture) if each.quantity == figure and each.value is not None)

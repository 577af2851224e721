"""What papers, lectures and model pages say of the networks of the zoo, beside what we count, and why they differ.

The figures are data: ``assets/published/``, one file per family.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import cache
from math import isclose
from typing import Any, Literal

from explorer.assets import PUBLISHED
from explorer.report import Report
from explorer.zoo import Architecture, Value, get

Quantity = Literal["params", "mult_adds", "top-1 error", "top-5 error", "average precision"]


@dataclass(frozen=True, slots=True)
class Figure:
    """A published figure: what is quoted, where it stands, and why it differs (if measured: on which data, and how).

    ``value`` is a number of parameters or mult-adds, or a measurement in per cent; None where a source gives no
    number of its own. ``to`` is the worth of its last printed digit.
    """

    quantity: Quantity
    value: float | None
    quote: str
    source: str
    explanation: str = ""
    to: float = 1.0

    def agrees(self, ours: float) -> bool:
        """Say whether our number rounds to this one."""
        return self.value is not None and abs(self.value - ours) <= self.to / 2


@dataclass(frozen=True, slots=True)
class Comparison:
    """A figure beside ours; ``difference`` is theirs relative to ours, None where we have none (measurements)."""

    figure: Figure
    ours: int | None

    @property
    def difference(self) -> float | None:
        """Give theirs less ours, as a share of ours."""
        if self.ours is None or self.figure.value is None:
            return None
        return self.figure.value / self.ours - 1

    @property
    def agrees(self) -> bool | None:
        """Say whether the figure is ours, rounded; None where there is nothing to compare."""
        return None if self.difference is None or self.ours is None else self.figure.agrees(self.ours)


def figures(architecture: Architecture) -> tuple[Figure, ...]:
    """Give what is published of a network at its setting; nothing where a knob is turned to what nobody published.

    >>> import explorer
    >>> [figure.quote for figure in figures(explorer.get("vgg19"))][:2]
    ['144M param', '19.6 billion FLOPs']
    """
    records = (record for family in _files() for record in family.get(architecture.id, ()))
    return tuple(_figure(record) for record in records if _is_of(record, architecture))


def compare(report: Report, architecture: Architecture | None = None) -> tuple[Comparison, ...]:
    """Put the published figures beside those of a report.

    Args:
        report: our figures.
        architecture: the network; the report's own if left out. A foreign network has nothing published.

    >>> import explorer
    >>> for row in compare(explorer.analyze("vgg16"))[2:4]:
    ...     print(row.figure.quote, row.agrees, f"{row.difference:+.1%}")
    138 (million parameters) True -0.3%
    15.3B Flops False -1.1%
    """
    architecture = architecture or report.architecture
    if architecture is None:
        return ()
    ours: dict[str, int] = {"params": report.params, "mult_adds": report.mult_adds}
    if report.graph.input_shape != architecture.input_shape:
        ours = {}
    return tuple(Comparison(figure, ours.get(figure.quantity)) for figure in figures(architecture))


def everything() -> dict[Architecture, tuple[Figure, ...]]:
    """List every published figure, by the network and the setting of its knobs that it belongs to.

    >>> import explorer
    >>> [figure.quote for figure in everything()[explorer.get("mobilenet_v1", convolution="full")]][:2]
    ['29.3 (million parameters)', '4866 million mult-adds']
    """
    found: dict[Architecture, list[Figure]] = {}
    for family in _files():
        for id, records in family.items():
            for record in records:
                found.setdefault(get(id, **record.get("knobs", {})), []).append(_figure(record))
    return {architecture: tuple(listed) for architecture, listed in found.items()}


@cache
def _files() -> tuple[dict[str, Any], ...]:
    return tuple(json.loads(path.read_text("utf-8")) for path in sorted(PUBLISHED.glob("*.json")))


def _is_of(record: dict[str, Any], architecture: Architecture) -> bool:
    wanted = {knob.name: knob.default for knob in architecture.knobs} | record.get("knobs", {})
    return all(_same(value, wanted[name]) for name, value in architecture.setting.items())


def _same(one: Value, other: Value) -> bool:
    """Compare the values of a knob; 5/7 is the 0.714 that a paper prints, and the 0.71 of a slider."""
    if isinstance(one, float) and isinstance(other, float):
        return isclose(one, other, abs_tol=5e-3)
    return one == other


def _figure(record: dict[str, Any]) -> Figure:
    return Figure(**{name: value for name, value in record.items() if name != "knobs"})

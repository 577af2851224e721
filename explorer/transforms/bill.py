"""The bill of a change: each figure before and after, the difference and the ratio."""

from __future__ import annotations

from dataclasses import dataclass
from math import prod
from typing import TYPE_CHECKING

from explorer.comparing.lineup import FIGURES
from explorer.graph import Graph
from explorer.receptive_field import UNKNOWN
from explorer.table import Cell, Table

if TYPE_CHECKING:
    from explorer.report import Report

REACH = "Receptive field of the last map"


@dataclass(frozen=True, slots=True)
class Item:
    """One figure before and after; None where it cannot be said."""

    key: str
    name: str
    unit: str
    before: int | None
    after: int | None

    @property
    def difference(self) -> int | None:
        """Give what is added; negative: saved."""
        return None if self.before is None or self.after is None else self.after - self.before

    @property
    def ratio(self) -> float | None:
        """Give the figure afterwards as a multiple of the figure before."""
        return self.after / self.before if self.before and self.after is not None else None


def bill(before: Report, after: Report) -> tuple[Item, ...]:
    """Hold two reports against each other: the figures of networks side by side, and how far the last map looks.

    The receptive field is that of the last map of more than one position, in input positions along the longest axis,
    gates left out of account.

    >>> import explorer
    >>> from explorer.transforms import stacked_3x3
    >>> plain = explorer.get("alexnet_one_stream")
    >>> stacked = explorer.analyze(stacked_3x3(plain), plain.input_shape)
    >>> for item in bill(explorer.analyze(plain), stacked)[-3:]:
    ...     print(item.name, item.before, item.after)
    Layers with weights 8 13
    Depth 8 13
    Receptive field of the last map 195 195
    """
    figures = (Item(each.key, each.name, each.unit, each.of(before), each.of(after)) for each in FIGURES)
    return (*figures, Item("receptive_field", REACH, "pixels", _reach(before), _reach(after)))


def table(items: tuple[Item, ...], before: str = "before", after: str = "after") -> Table:
    """Lay a bill out as a table."""
    rows: list[tuple[Cell, ...]] = []
    for each in items:
        name = f"{each.name} ({each.unit})" if each.unit else each.name
        figures = (each.before, each.after, each.difference, each.ratio)
        rows.append((name, *("" if figure is None else figure for figure in figures)))
    return Table.of(f"{before} → {after}", ("Figure", "Before", "After", "Difference", "Ratio"), rows)


def _reach(report: Report) -> int | None:
    fields = report.without_gates.receptive_fields
    field = fields[last] if (last := last_map(report.graph)) else UNKNOWN
    return max(field.size) if field.status == "exact" else None


def last_map(graph: Graph) -> str | None:
    """Name the last map of more than one position on the way to the output.

    >>> import explorer
    >>> last_map(explorer.lower(explorer.get("vgg16")))
    'features.30'
    """
    wanted = {graph.output}
    for node in reversed(graph.nodes):
        if node.name in wanted:
            if prod(node.shape[1:]) > 1:
                return node.name
            wanted.update(node.inputs)
    return None

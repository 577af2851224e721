"""The audit of many networks in one table: a row per network, a column per counter and per convention."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Sequence
from typing import TYPE_CHECKING

from explorer.shapes import times
from explorer.table import Cell, Column, Table

if TYPE_CHECKING:
    from explorer.audit import Audit, Row


def audit_table(audits: Sequence[Audit]) -> Table:
    """Lay audits out side by side: for each counter what it counts beyond ours, in total and by convention.

    >>> import explorer
    >>> from explorer.audit import audit
    >>> table = audit_table([audit(explorer.lower(explorer.get("lenet5")))])
    >>> dict(zip((column.key for column in table.columns), table.cells[0]))["torchinfo, biases"]
    6518
    """
    columns = tuple(_columns())
    cells = tuple(tuple(column.cell(audit) for column in columns) for audit in audits)
    totals = tuple(_total(column) for column in zip(*cells, strict=True))
    caption = f"{len(audits)} networks, three counters: ours, and what the others count besides"
    return Table(caption, columns, cells, ("total", *totals[1:]))


def _columns() -> Iterator[Column[Audit]]:
    from explorer.audit import COUNTERS

    yield Column("network", "Network", "", lambda audit: audit.graph.name)
    yield Column("input_shape", "Input", "C×H×W", lambda audit: times(audit.graph.input_shape))
    yield Column("params", "Parameters", "", lambda audit: audit.rows[0].params or 0)
    yield Column("mult_adds", "Mult-adds", "per input", lambda audit: audit.rows[0].mult_adds or 0)
    for place, (counter, (_, habits)) in enumerate(COUNTERS.items(), start=1):
        yield Column(counter, counter, "more", _of(place, lambda row: row.difference))
        for i, habit in enumerate(habits):
            yield Column(f"{counter}, {habit.of}", f"{counter}: {habit.of}", "", _of(place, _extra(i)))
    yield Column("unexplained", "Unexplained", "", lambda audit: audit.unexplained)


def _extra(i: int) -> Callable[[Row], int]:
    return lambda row: row.extras[i]


def _of(place: int, figure: Callable[[Row], int | None]) -> Callable[[Audit], Cell]:
    """Give the cell of a counter; a counter that is not installed says so."""

    def cell(audit: Audit) -> Cell:
        row = audit.rows[place]
        found = None if row.difference is None else figure(row)
        return row.explanation if found is None else found

    return cell


def _total(cells: Sequence[Cell]) -> Cell:
    numbers = [cell for cell in cells if isinstance(cell, int)]
    return sum(numbers) if len(numbers) == len(cells) else ""


def legend() -> str:
    """Say in words what each counter counts besides, a line each.

    >>> print(legend().splitlines()[0])
    torchinfo: biases — one for each bias, wherever it is added
    """
    from explorer.audit import COUNTERS

    return "".join(
        f"{counter}: {habit.of} — {habit.words}\n" for counter, (_, habits) in COUNTERS.items() for habit in habits
    )


FORMATS: dict[str, Callable[[Sequence[Audit]], str]] = {
    "text": lambda audits: f"{audit_table(audits)}\n\n{legend()}",
    "json": lambda audits: json.dumps([audit.to_dict() for audit in audits], ensure_ascii=False, indent=1) + "\n",
    "markdown": lambda audits: f"{audit_table(audits).to_markdown()}\n{legend()}",
}

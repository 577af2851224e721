"""The layer table: a column is a header, a unit and a function of a row; a row is a layer or a folded group."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from html import escape
from typing import TYPE_CHECKING, Any, Generic, TypeVar

from explorer import formula, latex
from explorer.graph import Node
from explorer.line import Line
from explorer.shapes import Shape, axes, positions, times
from explorer.tree import Group

if TYPE_CHECKING:
    import pandas

    from explorer.report import Report

Cell = str | int | float


@dataclass(frozen=True)
class Row:
    """One layer, or a group of layers with its sub-totals."""

    report: Report
    item: Node | Group
    depth: int
    lines: tuple[Line, ...]

    @property
    def path(self) -> str:
        """Give the name of the node, or the path of the group."""
        return self.item.path if isinstance(self.item, Group) else self.item.name

    @property
    def node(self) -> Node | None:
        """Give the layer; None for a group."""
        return None if isinstance(self.item, Group) else self.item

    @property
    def last(self) -> Line:
        """Give the line of the last layer inside."""
        return self.lines[-1]

    def sum(self, figure: str) -> int:
        """Add up a figure of the layers inside."""
        return sum(getattr(line, figure) for line in self.lines)


R = TypeVar("R")


@dataclass(frozen=True, slots=True)
class Column(Generic[R]):
    """A header, the unit of the numbers below it, and the function that fills a cell of a row."""

    key: str
    header: str
    unit: str
    cell: Callable[[R], Cell]


def _type(row: Row) -> str:
    return row.node.type if row.node else f"{len(row.lines)} layers"


def _share(figure: str) -> Callable[[Row], float]:
    return lambda row: row.sum(figure) / (getattr(row.report, figure) or 1)


def _sum(figure: str) -> Callable[[Row], int]:
    return lambda row: row.sum(figure)


def _written(write: Callable[[Node], str]) -> Callable[[Row], str]:
    return lambda row: write(row.node) if row.node else ""


COLUMNS: dict[str, Column[Row]] = {
    column.key: column
    for column in (
        Column("name", "Layer", "", lambda row: row.path),
        Column("type", "Type", "", _type),
        Column("inputs", "Reads", "", lambda row: ", ".join(row.node.inputs) if row.node else ""),
        Column("output_shape", "Activation map", "C×H×W", lambda row: times(row.last.node.shape)),
        Column("activations", "Neurons", "elements", _sum("activations")),
        Column("params", "Parameters", "", _sum("params")),
        Column("params_formula", "Parameters, written out", "", _written(formula.parameters)),
        Column("params_share", "Share of parameters", "fraction", _share("params")),
        Column("weights", "Weights", "", _sum("weights")),
        Column("weights_formula", "Weights, written out", "", _written(formula.weights)),
        Column("biases", "Biases", "", _sum("biases")),
        Column("mult_adds", "Mult-adds", "per image", _sum("mult_adds")),
        Column("mult_adds_formula", "Mult-adds, written out", "", _written(formula.mult_adds)),
        Column("mult_adds_share", "Share of mult-adds", "fraction", _share("mult_adds")),
        Column("receptive_field", "Receptive field", "pixels", lambda row: str(row.last.receptive_field)),
    )
}

DEFAULT = ("name", "type", "output_shape", "activations", "params_formula", "params", "mult_adds", "receptive_field")


def rows(report: Report, depth: int | None = None, groups: bool = False) -> tuple[Row, ...]:
    """List the layers; what lies deeper than ``depth`` is folded into a row of its group.

    With ``groups`` an open group has a row too, with its sub-totals, before what it holds.

    >>> import explorer
    >>> [row.path for row in rows(explorer.analyze("vgg16"), depth=1)]
    ['features', 'flatten', 'classifier']
    """
    lines = {line.node.name: line for line in report.lines}
    found = []
    for level, item in report.tree.walk():
        folded = depth is not None and level >= depth
        if folded or (isinstance(item, Group) and not groups and not _closed(level, depth)):
            continue
        nodes = item.nodes if isinstance(item, Group) else (item,)
        found.append(Row(report, item, level, tuple(lines[node.name] for node in nodes)))
    return tuple(found)


def _closed(level: int, depth: int | None) -> bool:
    return depth is not None and level == depth - 1


@dataclass(frozen=True)
class Table:
    """Headers, cells and a row of totals if there is one, in the formats people paste."""

    caption: str
    columns: tuple[Column[Any], ...]
    cells: tuple[tuple[Cell, ...], ...]
    totals: tuple[Cell, ...] = ()

    @classmethod
    def of(cls, caption: str, headers: Sequence[str], rows: Iterable[Sequence[Cell]]) -> Table:
        """Make a table of rows that are there already, such as those of a chart.

        >>> print(Table.of("squares", ("n", "n²"), [(2, 4), (3, 9)]).to_markdown(), end="")
        | n | n² |
        | ---: | ---: |
        | 2 | 4 |
        | 3 | 9 |
        """
        columns: list[Column[Any]] = [Column(header, header, "", str) for header in headers]
        return cls(caption, tuple(columns), tuple(map(tuple, rows)))

    @property
    def headers(self) -> tuple[str, ...]:
        """Give the headers with their units."""
        return tuple(f"{c.header} ({c.unit})" if c.unit else c.header for c in self.columns)

    def to_csv(self) -> str:
        """Give comma-separated values, numbers unformatted, without the totals."""
        out = io.StringIO()
        writer = csv.writer(out, lineterminator="\n")
        writer.writerow([column.key for column in self.columns])
        writer.writerows(self.cells)
        return out.getvalue()

    def to_markdown(self) -> str:
        """Give a Markdown table."""
        rule = ["---:" if number else "---" for number in self._numeric()]
        return "\n".join(_piped(row) for row in (self.headers, rule, *self._shown())) + "\n"

    def to_latex(self) -> str:
        """Give a LaTeX tabular (package booktabs)."""
        return latex.tabular(self.headers, self._shown(), self._numeric(), self.caption, bool(self.totals))

    def to_html(self) -> str:
        """Give an HTML table, as notebooks show it."""
        head = "".join(f"<th>{escape(header)}</th>" for header in self.headers)
        body = "".join("<tr>" + "".join(f"<td>{escape(c)}</td>" for c in row) + "</tr>" for row in self._shown())
        return f"<table><caption>{escape(self.caption)}</caption><tr>{head}</tr>{body}</table>"

    def to_pandas(self) -> pandas.DataFrame:
        """Give a data frame, a row per layer, without the totals."""
        import pandas

        return pandas.DataFrame(self.cells, columns=[column.key for column in self.columns])

    def __str__(self) -> str:
        lines = [self.headers, *self._shown()]
        widths = [max(len(row[i]) for row in lines) for i in range(len(self.columns))]
        aligned = [_aligned(row, widths, self._numeric()) for row in lines]
        rule = "─" * max(map(len, aligned))
        last = (rule, aligned[-1]) if self.totals else ()
        body = aligned[1:-1] if self.totals else aligned[1:]
        return "\n".join((self.caption, rule, aligned[0], rule, *body, *last))

    def _shown(self) -> list[tuple[str, ...]]:
        rows = (*self.cells, self.totals) if self.totals else self.cells
        return [tuple(map(shown, row)) for row in rows]

    def _numeric(self) -> list[bool]:
        return (
            [isinstance(cell, int | float) for cell in self.cells[0]] if self.cells else [False for _ in self.columns]
        )


def table(report: Report, depth: int | None = None, columns: Sequence[str] = DEFAULT, groups: bool = False) -> Table:
    """Lay a report out as a table with the columns asked for, by key."""
    chosen = tuple(_fitted(COLUMNS[key], report.graph.input_shape) for key in columns)
    everything = Row(report, report.tree, 0, report.lines)
    cells = tuple(tuple(column.cell(row) for column in chosen) for row in rows(report, depth, groups))
    totals = tuple(_total(column, everything) for column in chosen)
    caption = f"{report.name}, input {times(report.graph.input_shape)}: mult-adds of convolutions and linear layers"
    return Table(caption, chosen, cells, totals)


def _fitted(column: Column[Row], input_shape: Shape) -> Column[Row]:
    """Give a column whose unit is that of a sequence or a clip, where the input is one."""
    units = {"C×H×W": axes(input_shape), "pixels": positions(input_shape)}
    return replace(column, unit=units.get(column.unit, column.unit))


def _total(column: Column[Row], everything: Row) -> Cell:
    if column.key == "name":
        return "total"
    cell = column.cell(everything)
    return "" if isinstance(cell, str) else cell


def shown(cell: Cell) -> str:
    """Format a cell: thousands separated, fractions as percentages.

    >>> shown(138357544), shown(0.0625)
    ('138,357,544', '6.2 %')
    """
    if isinstance(cell, str):
        return cell
    return f"{cell:,}" if isinstance(cell, int) else f"{100 * cell:.1f} %"


def _aligned(row: Sequence[str], widths: Sequence[int], right: Sequence[bool]) -> str:
    cells = (c.rjust(w) if r else c.ljust(w) for c, w, r in zip(row, widths, right, strict=True))
    return "  ".join(cells).rstrip()


def _piped(row: Iterable[str]) -> str:
    return "| " + " | ".join(cell.replace("|", r"\|") for cell in row) + " |"

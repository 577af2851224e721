"""Networks side by side as tables: their totals, their stages as papers print them, and every number in a row."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

from explorer.comparing.lineup import FIGURES, Lineup
from explorer.comparing.stages import Stage
from explorer.shapes import times
from explorer.table import Cell, Column, Table

SIGN = "≠"
"""Marks what differs from the reference."""


def totals(lineup: Lineup) -> Table:
    """Lay the totals out, a row per network: each figure, and what it is of the reference's.

    >>> import explorer
    >>> from explorer.comparing.lineup import line_up
    >>> table = totals(line_up([explorer.analyze(id) for id in ("vgg16", "resnet50")]))
    >>> from explorer.table import shown
    >>> [shown(cell) for cell in table.cells[1][:4]]
    ['ResNet-50', '3×224×224', '25,557,032', '18.5 %']
    """
    columns = [_plain("network", "Network"), _plain("input_shape", "Input")]
    for figure in FIGURES:
        columns.append(_plain(figure.key, figure.name, figure.unit))
        if figure.relative:
            columns.append(_plain(f"{figure.key}_ratio", "of the reference"))
    cells = tuple(_totals_row(lineup, i) for i in range(len(lineup.reports)))
    return Table(_caption(lineup), tuple(columns), cells, ())


def _plain(key: str, header: str, unit: str = "") -> Column[Any]:
    """Give a column whose cells are filled elsewhere."""
    return Column(key, header, unit, lambda row: row)


def _caption(lineup: Lineup) -> str:
    others = [label for i, label in enumerate(lineup.labels) if i != lineup.reference]
    return f"{lineup.labels[lineup.reference]} against {', '.join(others)}: mult-adds of convolutions and linear layers"


def _totals_row(lineup: Lineup, i: int) -> tuple[Cell, ...]:
    report = lineup.reports[i]
    cells: list[Cell] = [lineup.labels[i], times(report.graph.input_shape)]
    for figure in FIGURES:
        cells.append(figure.of(report))
        if figure.relative:
            ratio = lineup.ratio(figure, i)
            cells.append("" if ratio is None else ratio)
    return tuple(cells)


def stages(lineup: Lineup) -> Table:
    """Lay the stages out as papers do: a row per stage, a column per network, the layers in the cells.

    A cell that differs from the reference's begins with ≠. The last row has the mult-adds.

    >>> import explorer
    >>> from explorer.comparing.lineup import line_up
    >>> table = stages(line_up([explorer.analyze(id) for id in ("plain34", "resnet34")]))
    >>> for cell in table.cells[1]:
    ...     print(cell)
    1/4
    64×56×56: MaxPool 3×3 · 3×3, 64 (×6)
    ≠ 64×56×56: MaxPool 3×3 · 3×3, 64 (×6) · Add (×3)
    """
    columns = (_plain("stage", "Stage"), *(_plain(f"network_{i}", name) for i, name in enumerate(lineup.labels, 1)))
    cells = tuple(
        (rung.key, *(_cell(stage, rung.differs(i, lineup.reference)) for i, stage in enumerate(rung.stages)))
        for rung in lineup.rungs
    )
    bill = ("mult-adds", *(f"{report.mult_adds:,}" for report in lineup.reports))
    return Table(_caption(lineup), columns, cells, bill)


def _cell(stage: Stage | None, differs: bool) -> str:
    words = ": ".join(filter(None, (times(stage.shape), stage.words))) if stage else "—"
    return f"{SIGN} {words}" if differs else words


def rows(lineup: Lineup) -> Table:
    """Lay every number out, a row per stage and network: what a spreadsheet wants.

    >>> import explorer
    >>> from explorer.comparing.lineup import line_up
    >>> print(rows(line_up([explorer.analyze(id) for id in ("plain34", "resnet34")])).to_csv().splitlines()[4])
    1/4,ResNet-34,64×56×56,"MaxPool 3×3 · 3×3, 64 (×6) · Add (×3)",221952,693633024,4415488,true
    """
    columns = (
        _plain("stage", "Stage"),
        _plain("network", "Network"),
        _plain("output_shape", "Activation map"),
        _plain("layers", "Layers"),
        _plain("params", "Parameters"),
        _plain("mult_adds", "Mult-adds"),
        _plain("activations", "Neurons"),
        _plain("differs", "Differs"),
    )
    cells = tuple(
        (
            *(rung.key, lineup.labels[i], times(stage.shape), stage.words),
            *(stage.params, stage.mult_adds, stage.sum("activations")),
            str(rung.differs(i, lineup.reference)).lower(),
        )
        for rung in lineup.rungs
        for i, stage in enumerate(rung.stages)
        if stage
    )
    return Table(_caption(lineup), columns, cells, ())


def to_dict(lineup: Lineup) -> dict[str, Any]:
    """Give everything as plain values, ready for JSON; stages that a network does not have are null."""
    return {
        "reference": lineup.reference,
        "networks": [_network(lineup, i) for i in range(len(lineup.reports))],
        "stages": [
            {
                "stage": rung.key,
                "networks": [
                    None if stage is None else _stage(stage) | {"differs": rung.differs(i, lineup.reference)}
                    for i, stage in enumerate(rung.stages)
                ],
            }
            for rung in lineup.rungs
        ],
    }


def _network(lineup: Lineup, i: int) -> dict[str, Any]:
    report = lineup.reports[i]
    return {
        "id": report.id,
        "name": lineup.labels[i],
        "knobs": dict(report.architecture.values) if report.architecture else {},
        "input_shape": list(report.graph.input_shape),
        **{figure.key: figure.of(report) for figure in FIGURES},
        "delta": {figure.key: lineup.delta(figure, i) for figure in FIGURES},
        "ratio": {figure.key: lineup.ratio(figure, i) for figure in FIGURES},
    }


def _stage(stage: Stage) -> dict[str, Any]:
    return {
        "output_shape": list(stage.shape),
        "layers": [{"layer": name, "count": count} for name, count in stage.contents],
        "params": stage.params,
        "mult_adds": stage.mult_adds,
        "activations": stage.sum("activations"),
    }


def _both(write: Callable[[Table], str]) -> Callable[[Lineup], str]:
    return lambda lineup: f"{write(totals(lineup))}\n{write(stages(lineup))}"


FORMATS: dict[str, Callable[[Lineup], str]] = {
    "text": _both(lambda table: f"{table}\n"),
    "json": lambda lineup: json.dumps(to_dict(lineup), ensure_ascii=False, indent=1) + "\n",
    "csv": lambda lineup: rows(lineup).to_csv(),
    "markdown": _both(Table.to_markdown),
    "latex": _both(Table.to_latex),
}
"""The comparison as text: the totals and the stages; as JSON, everything; as CSV, a row per stage and network."""

"""A family's grid of two knobs: what we count in every place, and what its paper prints there."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from app.components import exports
from app.figures import decimal, short
from app.i18n import _
from explorer.charts import COSTS
from explorer.comparing.scaling import Axis, FigureName, Point, Study, published
from explorer.table import Table


def show(study: Study, figure: FigureName, points: Sequence[Point]) -> None:
    """Lay the grid out, the first knob across and the second down."""
    if study.grid is None or len(points) < len(study.grid[0]) * len(study.grid[1]):
        return
    across, down = study.along
    st.markdown(f"##### {_(COSTS[figure])} · {across.symbol} × {down.symbol}")
    header = (f"{down.symbol} \\ {across.symbol}", *(_written(value) for value in study.grid[0]))
    width = len(study.grid[0])
    lines = [points[start : start + width] for start in range(0, len(points), width)]
    rows = [
        (_name(down, value, line[0]), *(_cell(each, figure) for each in line))
        for value, line in zip(study.grid[1], lines, strict=True)
    ]
    columns = {title: [row[i] for row in rows] for i, title in enumerate(header)}
    st.table(columns, hide_index=True, border="horizontal", alt=f"{_(study.name)}: {_(COSTS[figure])}")
    st.caption(
        _(
            "Bold: what we count. In brackets: what is published of that network, if anything is; where the two "
            "differ, the published figures on the Explore page say why."
        )
    )
    plain = [(row[0], *(cell.replace("**", "") for cell in row[1:])) for row in rows]
    exports.of_table(Table.of(f"{_(study.name)}: {_(COSTS[figure])}", header, plain), f"grid_{study.id}_{figure}")


def _written(value: float) -> str:
    return decimal(f"{value:.3g}")


def _name(axis: Axis, value: float, point: Point) -> str:
    """Name a row; where the knob is the resolution, by its pixels too."""
    pixels = f" ({point.architecture.input_shape[1]} px)" if axis.name == "rho" else ""
    return _written(value) + pixels


def _cell(point: Point, figure: FigureName) -> str:
    quotes = published(point.architecture, figure)
    said = f" ({short(quotes[0].value or 0)})" if quotes else ""
    return f"**{short(point.figure(figure))}**{said}"

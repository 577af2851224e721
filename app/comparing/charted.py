"""A chart with its numbers as a table, and the table's files."""

from __future__ import annotations

from typing import Any

import pandas as pd
import streamlit as st

from app.components import exports
from app.figures import separators
from app.i18n import _
from explorer.charts import Chart
from explorer.table import Table


def show(chart: Chart, stem: str, **more: Any) -> None:
    """Draw a chart; below it stand its numbers, and the files to take away. ``stem`` names the files."""
    look = {"displaylogo": False, "toImageButtonOptions": {"format": "svg", "filename": stem}}
    figure = chart.figure | {"layout": chart.figure["layout"] | {"separators": separators()}}
    st.plotly_chart(figure, key=key(stem), config=look, alt=chart.title, **more)
    numbers(chart, stem)


def key(stem: str) -> str:
    """Give the key of a chart's widget."""
    return f"widget/chart/{stem}"


def numbers(chart: Chart, stem: str) -> None:
    """Lay the numbers of a chart out, to be opened and taken away."""
    with st.expander(_("The chart's numbers"), icon=":material/table_rows:"):
        st.dataframe(pd.DataFrame(chart.rows, columns=list(chart.header)), hide_index=True, alt=chart.title)
        exports.of_table(Table.of(chart.title, chart.header, chart.rows), stem)

"""Charts along the depth of the network, each with the table of what it shows."""

from __future__ import annotations

import pandas as pd
import streamlit as st

from app import widgets
from app.i18n import _
from explorer import charts
from explorer.report import Report

CUMULATIVE, FIELD = "cumulative", "receptive_field"


def show(report: Report, depth: int | None) -> None:
    """Let the reader choose a chart, and draw it."""
    captions = {
        "params": _("Parameters"),
        "mult_adds": _("Mult-adds"),
        "activations": _("Neurons"),
        CUMULATIVE: _("Cumulative shares"),
        FIELD: _("Receptive field"),
    }
    with st.container(horizontal=True, vertical_alignment="bottom"):
        name = widgets.choice(_("Chart"), captions, name="chart", kind="row")
        log = widgets.switch(_("Logarithmic"), name="log", disabled=name == CUMULATIVE)
    chart = _chart(report, name, depth, log)
    if not chart.figure["data"]:
        st.info(_("No layer has any: there is nothing to draw."), icon=":material/bar_chart_off:")
        return
    alt = f"{report.name}: {chart.title}"
    st.plotly_chart(chart.figure, key="widget/chart", config={"displaylogo": False}, alt=alt)
    with st.expander(_("The chart's numbers"), icon=":material/table_rows:"):
        frame = pd.DataFrame(chart.rows, columns=list(chart.header))
        st.dataframe(frame, hide_index=True, alt=chart.title)


def _chart(report: Report, name: str, depth: int | None, log: bool) -> charts.Chart:
    match name:
        case "params" | "mult_adds" | "activations":
            return charts.costs(report, name, depth, log, _)
        case "cumulative":
            return charts.cumulative(report, _)
        case _unused:
            return charts.receptive_field(report, log, _)

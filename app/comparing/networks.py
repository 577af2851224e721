"""Networks side by side: their totals, their stages, their course along the depth, their diagrams."""

from __future__ import annotations

import json

import streamlit as st

from app import widgets
from app.comparing import charted, lineup, side_diagram, side_tables
from app.components import exports, picture
from app.components.careful import part
from app.components.exports import Format
from app.i18n import _
from explorer.charts import Chart, CostName
from explorer.comparing import lineup_charts, lineup_tables
from explorer.comparing.lineup import FEWEST, Lineup, line_up
from explorer.report import Report

OWNER = "networks"
ACROSS = 3


def show() -> None:
    """Let the reader choose networks and put them side by side."""
    with st.sidebar:
        picked = lineup.pick()
    for each in picked:
        if each.trouble:
            st.error(f"{each.reference[:60]}: {each.trouble}", icon=":material/block:")
    reports = [each.report for each in picked if each.report]
    if preset := lineup.preset():
        st.markdown(_(preset.lesson))
    if len(reports) < FEWEST:
        st.info(_("Choose two to six networks on the left."), icon=":material/balance:")
        return
    _side_by_side(reports)


@part
def _side_by_side(reports: list[Report]) -> None:
    """Draw the comparison; what is set here draws nothing else anew."""
    names = line_up(reports).labels
    captions = {str(i): name for i, name in enumerate(names, 1)}
    chosen = widgets.choice(_("Held against"), captions, name="against", owner=OWNER, kind="row")
    both = line_up(reports, int(chosen) - 1)
    side_tables.totals(both)
    st.subheader(_("Stage by stage"), anchor=False)
    side_tables.stages(both)
    _files(both)
    st.subheader(_("Along the depth"), anchor=False)
    _curves(both)
    st.subheader(_("Block by block"), anchor=False)
    _diagrams(both)


def _files(both: Lineup) -> None:
    formats = (
        Format("CSV", "csv", "text/csv", lineup_tables.rows(both).to_csv),
        Format("Markdown", "md", "text/markdown", lambda: lineup_tables.FORMATS["markdown"](both)),
        Format("LaTeX", "tex", "text/x-tex", lambda: lineup_tables.FORMATS["latex"](both)),
        Format("JSON", "json", "application/json", lambda: json.dumps(lineup_tables.to_dict(both), ensure_ascii=False)),
    )
    exports.offer(formats, "comparison", ", ".join(both.labels), "comparison/")


def _curves(both: Lineup) -> None:
    """Let the reader choose a chart, and draw all networks in it."""
    figures = {"field": _("Receptive field"), "mult_adds": _("Mult-adds"), "params": _("Parameters")}
    axes = {"depth": _("in layers"), "share": _("as a share"), "stage": _("by stage")}
    with st.container(horizontal=True, vertical_alignment="bottom"):
        curve = widgets.choice(_("Chart"), figures, name="curve", owner=OWNER, kind="row")
        if curve == "field":
            axes.pop("stage")
        along = widgets.choice(_("Along the depth"), axes, name="by", owner=OWNER, kind="row")
        log = widgets.switch(_("Logarithmic"), name="log", default=curve == "field", owner=f"{OWNER}/{curve}")
    charted.show(_chart(both, curve, along, log), f"comparison_{curve}_{along}")


def _chart(both: Lineup, curve: str, along: str, log: bool) -> Chart:
    if curve == "field":
        return lineup_charts.fields(both, "share" if along == "share" else "depth", log, _)
    cost: CostName = "params" if curve == "params" else "mult_adds"
    if along == "stage":
        return lineup_charts.by_stage(both, cost, log, _)
    return lineup_charts.spent(both, cost, "share" if along == "share" else "depth", log, _)


def _diagrams(both: Lineup) -> None:
    """Draw the networks beside each other, three in a row."""
    colour = picture.colour()
    across = min(ACROSS, len(both.reports))
    for first in range(0, len(both.reports), across):
        for place, column in enumerate(st.columns(across), first):
            if place < len(both.reports):
                with column:
                    side_diagram.show(both.reports[place], both.labels[place], place, colour)

"""The network's anatomy: diagram, table and the card of the picked layer, each showing what is picked in the others."""

from __future__ import annotations

import streamlit as st

from app import cached, state, widgets
from app.components import exports, layer_card, layer_table, picture
from app.components.headline import Convention
from app.i18n import _
from explorer import table
from explorer.report import Report

HEIGHT = 620
BOTH, TABLE, DIAGRAM = "both", "table", "diagram"


@st.fragment
def show(report: Report, convention: Convention) -> None:
    """Draw diagram, table and card; a pick redraws nothing else."""
    everything = cached.of(report, "rows", lambda: {row.path: row for row in table.rows(report, groups=True)})
    picked = state.value("node", "", widgets.one_of("node", everything, ""), report.id)

    def pick(path: str) -> None:
        state.put("node", path, "", report.id)

    with st.container(horizontal=True, vertical_alignment="bottom"):
        view, depth = _view(), layer_table.depth(report)
        complete = layer_table.every_row()
        colour, open_paths = picture.colour(), picture.opened(report)
    rows = cached.of(report, "rows to a depth", lambda: table.rows(report, depth, groups=True), depth)
    rows = rows if complete else layer_table.brief(rows)
    left, right = st.columns([2, 3]) if view == BOTH else (st.container(), st.container())
    if view != TABLE:
        with left:
            picture.show(report, open_paths, colour, picked, pick, everything, HEIGHT)
    if view != DIAGRAM:
        with right:
            layer_table.show(rows, convention, picked, pick, HEIGHT, narrow=view == BOTH)
    if picked in everything:
        layer_card.show(everything[picked], convention)
    exports.show(report, depth, picture.files(report, open_paths, colour))
    state.publish_fragment()


def _view() -> str:
    captions = {BOTH: _("Both"), TABLE: _("Table"), DIAGRAM: _("Diagram")}
    return widgets.choice(_("View"), captions, name="view", kind="row")

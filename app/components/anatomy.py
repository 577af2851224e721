"""The network's anatomy: diagram, table and the card of the picked layer, each showing what is picked in the others."""

from __future__ import annotations

import streamlit as st

from app import state, widgets
from app.components import exports, layer_card, layer_table, picture
from app.components.headline import Convention
from explorer import table
from explorer.report import Report

HEIGHT = 620


@st.fragment
def show(report: Report, convention: Convention) -> None:
    """Draw diagram, table and card; a pick redraws nothing else."""
    everything = {row.path: row for row in table.rows(report, groups=True)}
    picked = state.value("node", "", widgets.one_of("node", everything, ""), report.id)

    def pick(path: str) -> None:
        state.put("node", path, "", report.id)

    left, right = st.columns([2, 3])
    with left:
        colour, open_paths = picture.colour(), picture.opened(report)
        picture.show(report, open_paths, colour, picked, pick, everything, HEIGHT)
    with right:
        with st.container(horizontal=True, vertical_alignment="bottom"):
            depth = layer_table.depth(report)
            complete = layer_table.every_row()
        rows = table.rows(report, depth, groups=True)
        layer_table.show(rows if complete else layer_table.brief(rows), convention, picked, pick, HEIGHT)
    if picked in everything:
        layer_card.show(everything[picked], convention)
    exports.show(report, depth, picture.files(report, open_paths, colour))
    state.publish_fragment()

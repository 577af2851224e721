"""The network's anatomy: diagram, table and the card of the picked layer, each showing what is picked in the others."""

from __future__ import annotations

import streamlit as st

from app import state, widgets
from app.components import layer_card, layer_table
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

    rows = table.rows(report, layer_table.depth(report), groups=True)
    layer_table.show(rows, convention, picked, pick, HEIGHT)
    if picked in everything:
        layer_card.show(everything[picked], convention)
    state.publish_fragment()

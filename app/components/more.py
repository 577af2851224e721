"""Below the table: spikes, figures, charts, other opinions, source. One at a time: only what is read is made."""

from __future__ import annotations

import streamlit as st

from app import state, widgets
from app.components import curves, listing, literature, opinions, spikes
from app.i18n import _
from explorer.report import Report

SPIKES, PUBLISHED, CHARTS, OPINIONS, CODE = "spikes", "published", "charts", "opinions", "code"


@st.fragment
def show(report: Report) -> None:
    """Let the reader open one of the views: what a paper says, and the source, where it is a network of the zoo."""
    captions = {CHARTS: _("Charts"), OPINIONS: _("Second opinions")}
    if report.architecture:
        captions = {PUBLISHED: _("Published figures"), **captions, CODE: _("PyTorch code")}
    if spikes.are_in(report):
        captions = {SPIKES: _("Synaptic operations"), **captions}
    first = next(iter(captions))
    match widgets.choice(_("More"), captions, name="more", kind="row", owner="" if first == PUBLISHED else first):
        case "spikes":
            spikes.show(report)
        case "published":
            literature.show(report)
        case "charts":
            curves.show(report, None)
        case "opinions":
            opinions.show(report)
        case "code" if report.architecture:
            listing.show(report.architecture, report)
    state.publish_fragment()

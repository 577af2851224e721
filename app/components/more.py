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
    """Let the reader open one of the views."""
    captions = {PUBLISHED: _("Published figures"), CHARTS: _("Charts"), OPINIONS: _("Second opinions")}
    captions |= {CODE: _("PyTorch code")} if report.architecture else {}
    spiking = spikes.are_in(report)
    captions = {SPIKES: _("Synaptic operations"), **captions} if spiking else captions
    match widgets.choice(_("More"), captions, name="more", kind="row", owner=SPIKES if spiking else ""):
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

"""Below the table: charts, published figures, second opinions. One at a time, so that only what is read is made."""

from __future__ import annotations

import streamlit as st

from app import state, widgets
from app.components import curves, opinions
from app.i18n import _
from explorer.report import Report

CHARTS, OPINIONS = "charts", "opinions"


@st.fragment
def show(report: Report) -> None:
    """Let the reader open one of the views."""
    captions = {"": _("nothing more"), CHARTS: _("Charts"), OPINIONS: _("Second opinions")}
    match widgets.choice(_("Show also"), captions, name="more", kind="row"):
        case "charts":
            curves.show(report, None)
        case "opinions":
            opinions.show(report)
    state.publish_fragment()

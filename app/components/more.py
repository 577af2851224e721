"""Below the table: charts, published figures, second opinions. One at a time, so that only what is read is made."""

from __future__ import annotations

import streamlit as st

from app import state, widgets
from app.components import curves, literature, opinions
from app.i18n import _
from explorer.report import Report

PUBLISHED, CHARTS, OPINIONS = "published", "charts", "opinions"


@st.fragment
def show(report: Report) -> None:
    """Let the reader open one of the views."""
    captions = {PUBLISHED: _("Published figures"), CHARTS: _("Charts"), OPINIONS: _("Second opinions")}
    match widgets.choice(_("More"), captions, name="more", kind="row"):
        case "published":
            literature.show(report)
        case "charts":
            curves.show(report, None)
        case "opinions":
            opinions.show(report)
    state.publish_fragment()

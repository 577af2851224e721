"""What to show when a network cannot take an input: the place, the reason, and the figures up to there."""

from __future__ import annotations

import streamlit as st

from app.i18n import _
from explorer import Architecture, Graph
from explorer.lower import LoweringError
from explorer.report import Report
from explorer.shapes import Shape


def show(error: LoweringError, architecture: Architecture, input_shape: Shape) -> Report:
    """Say in one sentence where and why; give the report of the layers before that place."""
    st.error(
        str(error),
        title=_("This input is too small for {name}").format(name=_(architecture.name)),
        icon=":material/block:",
    )
    output = error.nodes[-1].name if error.nodes else "input"
    return Report(Graph(architecture.id, input_shape, error.nodes, output), architecture)

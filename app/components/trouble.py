"""What to show when a network cannot take an input: the place, the reason, and the figures up to there."""

from __future__ import annotations

import streamlit as st

from app.i18n import _
from explorer import Architecture, ExplorerError, Graph
from explorer.lower import LoweringError
from explorer.report import Report
from explorer.shapes import Shape


def show(error: LoweringError, architecture: Architecture, input_shape: Shape) -> Report:
    """Say in one sentence where and why; give the report of the layers before that place."""
    place = _("The figures below are those of the layers before that place.")
    title = _("{name} cannot take this input").format(name=_(architecture.name))
    st.error(f"{error}. {place}", title=title, icon=":material/block:")
    output = error.nodes[-1].name if error.nodes else "input"
    return Report(Graph(architecture.id, input_shape, error.nodes, output), architecture)


def refuse(error: ExplorerError, architecture: Architecture) -> None:
    """Say in one sentence why there is no such network, for example of such a depth."""
    st.title(_(architecture.name), anchor=False)
    st.error(str(error), title=_("There is no such network"), icon=":material/block:")

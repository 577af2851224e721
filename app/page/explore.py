"""Explore: what a network costs."""

from __future__ import annotations

from dataclasses import replace

import streamlit as st

from app import cached
from app.components import anatomy, headline, more, picker, trouble
from app.i18n import _
from explorer import references
from explorer.errors import ExplorerError
from explorer.lower import LoweringError
from explorer.receptive_field import gated
from explorer.report import Report
from explorer.shapes import Shape
from explorer.zoo import Architecture


def find(architecture: Architecture, shape: Shape) -> Report | None:
    """Report on the network; on its first layers where it cannot take the input; on nothing where there is no such."""
    try:
        return cached.report(architecture.id, architecture.values, shape)
    except LoweringError as error:
        return trouble.show(error, architecture, shape)
    except ExplorerError as error:
        trouble.refuse(error, architecture)
        return None


def compose(report: Report) -> None:
    """Offer the network, at this setting and input, to the composer."""
    assert report.architecture
    network = replace(report.architecture, input_shape=report.graph.input_shape)
    st.page_link(
        "page/compose.py",
        label=_("Open in the composer"),
        icon=":material/dashboard_customize:",
        query_params={"net": references.write(network)},
    )


def show(report: Report) -> None:
    """Show what it costs."""
    with st.container(horizontal=True, horizontal_alignment="distribute", vertical_alignment="bottom"):
        st.title(_(report.name), anchor=False, width="content")
        with st.container(horizontal=True, width="content", vertical_alignment="center"):
            compose(report)
            convention = headline.convention(gated(report.graph))
    report = report.without_gates if convention.ignore_gates else report
    headline.origin(report)
    headline.figures(report, convention)
    headline.facts(report)
    anatomy.show(report, convention)
    more.show(report)


st.set_page_config(initial_sidebar_state="auto")  # the composer, which needs the room, closes it
with st.sidebar:
    architecture = picker.pick()
    shape = picker.input_shape(architecture)
if report := find(architecture, shape):
    show(report)

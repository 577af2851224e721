"""The diagram of one of several networks: folded so that it fits beside the others, opened by the reader."""

from __future__ import annotations

import streamlit as st

from app import cached, state, widgets
from app.components import exports
from app.components.diagram import DiagramEvent, diagram
from app.components.exports import Format
from app.i18n import _
from explorer.drawing.diagram import draw
from explorer.drawing.fold import default_open, everything, toggled, unfolded
from explorer.drawing.svg import Colour, svg
from explorer.report import Report

MOST_BOXES = 16
"""So many boxes a diagram has before the reader opens more."""
HEIGHT = 560
USUAL, ALL, NONE = "", "all", "none"


def show(report: Report, label: str, place: int, colour: Colour) -> None:
    """Draw a network under its label; which groups are open stands in the address, by the network's place."""
    name, owner = f"open{place + 1}", repr(report.digest)
    opened = _opened(report, state.value(name, USUAL, lambda text: _read(text, name, report), owner))

    def happened(event: DiagramEvent) -> None:
        if event.toggled:
            state.put(name, ",".join(sorted(toggled(opened, event.toggled))) or NONE, USUAL, owner)
        if event.folding:
            state.put(name, event.folding, USUAL, owner)

    drawing = cached.of(report, "drawn beside others", lambda: draw(report.graph, opened), sorted(opened))
    st.markdown(f"**{label}**")
    key = f"widget/side/{place}/{report.digest}"
    diagram(drawing, key=key, colour=colour, height=HEIGHT, on_event=happened)
    file = Format("SVG", "svg", "image/svg+xml", lambda: svg(drawing, "light", colour))
    exports.offer((file,), report.id, label, f"side/{place}/")


def _opened(report: Report, text: str) -> frozenset[str]:
    if text == USUAL:
        return cached.of(report, "few open", lambda: default_open(report.graph, MOST_BOXES))
    if text == ALL:
        return cached.of(report, "unfolded", lambda: unfolded(report.graph))
    return frozenset(text.split(",")) - {NONE}


def _read(text: str, name: str, report: Report) -> str:
    known = cached.of(report, "everything", lambda: everything(report.graph))
    if text in (ALL, NONE) or known.issuperset(text.split(",")):
        return text
    raise widgets.refused(name, text, ", ".join((ALL, NONE, *sorted(known)[:3], "…")), _("the usual"))

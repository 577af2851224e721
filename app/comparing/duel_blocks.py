"""The contenders of a duel as block graphs, side by side, each with its way to the composer."""

from __future__ import annotations

from collections.abc import Callable

import streamlit as st

from app import state
from app.components import exports, picture
from app.components.diagram import DiagramEvent, diagram
from app.components.exports import Format
from app.i18n import _
from explorer import references
from explorer.comparing.duels.bouts import Bout, Side
from explorer.drawing.diagram import Drawing, draw
from explorer.drawing.fold import default_open, toggled, unfolded
from explorer.drawing.svg import Colour, svg
from explorer.reading import Document

MOST_BOXES = 24
"""So many boxes a diagram has at most before its groups are closed."""
TALLEST, TOOLS = 760, 70
PAGE = 1000
"""About so many CSS pixels the page is wide."""
SMALLEST, LARGEST = 0.75, 1.25
"""What must be drawn smaller to stand side by side is drawn one below the other; nothing is drawn larger."""


def show(bout: Bout) -> None:
    """Draw the contenders: side by side at one height where they fit, else one below the other."""
    with st.container(horizontal=True, horizontal_alignment="distribute", vertical_alignment="bottom"):
        st.subheader(_("The blocks"), anchor=False, width="content")
        colour = picture.colour()
    drawings = [_drawing(bout, side) for side in bout.sides]
    widest = max(each.width for each in drawings)
    beside = SMALLEST * widest <= PAGE / len(drawings)
    heights = [min(TALLEST, TOOLS + round(LARGEST * each.height)) for each in drawings]
    columns = st.columns(len(drawings)) if beside else [st.container() for _drawing in drawings]
    for column, side, drawing, height in zip(columns, bout.sides, drawings, heights, strict=True):
        with column:
            st.markdown(f"**{_(side.contender.name)}**")
            _diagram(bout, side, drawing, colour, max(heights) if beside else height)


def _diagram(bout: Bout, side: Side, drawing: Drawing, colour: Colour, height: int) -> None:
    stem = f"{bout.duel.id}_{side.contender.id}"
    diagram(drawing, key=f"widget/duel/{stem}", colour=colour, height=height, on_event=_folding(bout, side))
    with st.container(horizontal=True, vertical_alignment="center"):
        file = Format("SVG", "svg", "image/svg+xml", lambda: svg(drawing, "light", colour))
        exports.offer((file,), stem, _(side.contender.name), f"{stem}/")
        document = Document(stem, bout.duel.input_of(bout.setting), side.spec)
        st.page_link(
            "page/compose.py",
            label=_("Open in the composer"),
            icon=":material/construction:",
            query_params={"net": references.write(document)},
        )


def _place(bout: Bout, side: Side) -> str:
    return f"duel/open/{bout.duel.id}/{side.contender.id}"


def _opened(bout: Bout, side: Side) -> frozenset[str]:
    """Give the groups that are open: as the reader has left them, else as many as fit."""
    usual: frozenset[str] | None = None
    kept = state.kept(_place(bout, side), usual)
    return default_open(side.report.graph, MOST_BOXES) if kept is None else kept


def _drawing(bout: Bout, side: Side) -> Drawing:
    return draw(side.report.graph, _opened(bout, side))


def _folding(bout: Bout, side: Side) -> Callable[[DiagramEvent], None]:
    """Say what happens when the reader folds or unfolds."""

    def happened(event: DiagramEvent) -> None:
        opened = _opened(bout, side)
        if event.toggled:
            opened = toggled(opened, event.toggled)
        if event.folding:
            opened = unfolded(side.report.graph) if event.folding == "all" else frozenset()
        state.keep(_place(bout, side), opened)

    return happened

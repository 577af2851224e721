"""The block diagram of the page's network: which groups are open, what the colours mean, what is picked."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import streamlit as st

from app import cached, state, widgets
from app.components.diagram import DiagramEvent, diagram
from app.components.exports import Format
from app.figures import exact
from app.i18n import _
from explorer.drawing.diagram import Drawing, DrawnBox, draw
from explorer.drawing.dot import dot
from explorer.drawing.fold import MOST_DRAWN, default_open, everything, toggled, unfolded
from explorer.drawing.svg import COLOURS, Colour, svg
from explorer.report import Report
from explorer.table import Row

DEFAULT, ALL, NONE = "", "all", "none"


def colour() -> Colour:
    """Let the reader say what the colours of the boxes mean."""
    captions = {name: _(caption) for name, caption in COLOURS.items()}
    chosen: Colour = widgets.choice(_("Colour by"), captions, name="colour", width=150)  # type: ignore[assignment]
    return chosen


def opened(report: Report) -> frozenset[str]:
    """Give the groups that are open, as the address has them.

    That is "all", "none", or their paths; after "all" stand the paths that are not as they are there.
    """
    text = _address(report)
    if text == DEFAULT:
        return cached.of(report, "usually open", lambda: default_open(report.graph))
    return _paths(text) ^ _unfolded(report) if _starts_from_all(text) else _paths(text)


def _address(report: Report) -> str:
    def read(text: str) -> str:
        known = _everything(report)
        if known.issuperset(_paths(text)):
            return text
        raise widgets.refused("open", text, ", ".join((ALL, NONE, *sorted(known)[:3], "…")), _("the usual"))

    return state.value("open", DEFAULT, read, report.id)


def _starts_from_all(text: str) -> bool:
    return text.partition(",")[0] == ALL


def _paths(text: str) -> frozenset[str]:
    return frozenset(text.split(",")) - {ALL, NONE}


def _written(open_paths: frozenset[str], report: Report, from_all: bool) -> str:
    """Write the groups that are open as the address has them; from "all", by what differs."""
    if from_all:
        return ",".join((ALL, *sorted(open_paths ^ _unfolded(report))))
    return ",".join(sorted(open_paths)) or NONE


def _everything(report: Report) -> frozenset[str]:
    return cached.of(report, "everything", lambda: everything(report.graph))


def _unfolded(report: Report) -> frozenset[str]:
    return cached.of(report, "unfolded", lambda: unfolded(report.graph))


def show(
    report: Report,
    open_paths: frozenset[str],
    colour: Colour,
    picked: str,
    pick: Callable[[str], None],
    rows: Mapping[str, Row],
    height: int,
) -> None:
    """Draw the diagram; call ``pick`` with the path of the row that belongs to the box that the reader picks."""
    drawing = _drawing(report, open_paths)

    def happened(event: DiagramEvent) -> None:
        if event.selected is not None:
            box = drawing.find(event.selected)
            pick(row_of(box, rows) if box else "")
        if event.toggled:
            now_open = toggled(open_paths, event.toggled)
            _open(_written(now_open, report, _starts_from_all(_address(report))), report)
        if event.folding:
            _open(event.folding, report)

    diagram(
        drawing,
        key=f"widget/diagram/{report.id}",
        selected=picked,
        colour=colour,
        height=height,
        on_event=happened,
    )
    if _address(report) == ALL and _unfolded(report) != _everything(report):
        st.caption(
            _(
                "Block by block this network has more than {n} boxes; equal blocks stay together. "
                "The sign with their number unrolls a row."
            ).format(n=exact(MOST_DRAWN))
        )


def row_of(box: DrawnBox, rows: Mapping[str, Row]) -> str:
    """Find the table's row for a box: its own, or that of the first of several equal blocks."""
    if box.path in rows or not box.nodes:
        return box.path if box.path in rows else ""
    segments = box.nodes[0].split(".")
    prefixes = [".".join(segments[:n]) for n in range(1, len(segments) + 1)]
    inside = (
        path for path in prefixes if path in rows and {line.node.name for line in rows[path].lines} <= {*box.nodes}
    )
    return next(inside)


def _drawing(report: Report, open_paths: frozenset[str]) -> Drawing:
    return cached.of(report, "drawing", lambda: draw(report.graph, open_paths), sorted(open_paths))


def files(report: Report, open_paths: frozenset[str], colour: Colour) -> tuple[Format, ...]:
    """Offer the diagram as it is shown."""
    return (
        Format("SVG", "svg", "image/svg+xml", lambda: svg(_drawing(report, open_paths), "light", colour)),
        Format("DOT", "dot", "text/vnd.graphviz", lambda: dot(report.graph, open_paths)),
    )


def _open(text: str, report: Report) -> None:
    state.put("open", text, DEFAULT, report.id)

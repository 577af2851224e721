"""The block diagram of the page's network: which groups are open, what the colours mean, what is picked."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from app import cached, state, widgets
from app.components.diagram import DiagramEvent, diagram
from app.components.exports import Format
from app.i18n import _
from explorer.diagram import Drawing, DrawnBox, draw
from explorer.dot import dot
from explorer.fold import default_open, everything, toggled
from explorer.graph import Graph
from explorer.report import Report
from explorer.svg import COLOURS, Colour, svg
from explorer.table import Row

DEFAULT, ALL, NONE = "", "all", "none"


def colour() -> Colour:
    """Let the reader say what the colours of the boxes mean."""
    captions = {name: _(caption) for name, caption in COLOURS.items()}
    chosen: Colour = widgets.choice(_("Colour by"), captions, name="colour", width=150)  # type: ignore[assignment]
    return chosen


def opened(report: Report) -> frozenset[str]:
    """Give the groups that are open, as the address has them: "all", "none", or their paths."""
    graph = report.graph

    def read(text: str) -> str:
        known = everything(graph)
        if text in (ALL, NONE) or known.issuperset(text.split(",")):
            return text
        raise widgets.refused("open", text, ", ".join((ALL, NONE, *sorted(known)[:3], "…")), _("the usual"))

    text = state.value("open", DEFAULT, read, report.id)
    if text in (DEFAULT, ALL, NONE):
        make = {DEFAULT: default_open, ALL: everything, NONE: _nothing}[text]
        return cached.of(report, "open groups", lambda: make(graph), text)
    return frozenset(text.split(","))


def _nothing(graph: Graph) -> frozenset[str]:
    return frozenset()


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
            _open(",".join(sorted(toggled(open_paths, event.toggled))) or NONE, report)
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

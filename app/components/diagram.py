"""The diagram on the page: it scrolls, zooms, pans, folds, and says what was clicked."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Literal

import streamlit as st

from app.i18n import _
from app.view import component
from explorer.drawing.diagram import Drawing
from explorer.drawing.svg import Colour, svg

_HTML = """
<div class="viewer">
  <div class="tools" role="toolbar">
    <button type="button" data-act="unfold">⊞</button>
    <button type="button" data-act="fold">⊟</button>
    <button type="button" data-act="out">−</button>
    <button type="button" data-act="in">+</button>
    <button type="button" data-act="readable">1:1</button>
    <button type="button" data-act="fit">⤢</button>
  </div>
  <div class="stage" tabindex="0" role="region"><div class="sheet"></div></div>
</div>
"""
_component = component(__file__, _HTML)


@dataclass(frozen=True, slots=True)
class DiagramEvent:
    """What the reader just did; None for what did not happen.

    ``selected`` is the path of the box that was clicked, "" when the choice was taken back; ``toggled`` the path to
    open or close (``explorer.drawing.fold.toggled``); ``folding`` is "all" or "none" for the buttons that (un)fold all.
    """

    selected: str | None = None
    toggled: str | None = None
    folding: Literal["all", "none"] | None = None


def diagram(
    drawing: Drawing,
    *,
    key: str,
    selected: str | None = None,
    colour: Colour = "kind",
    height: int = 640,
    on_event: Callable[[DiagramEvent], None] | None = None,
) -> DiagramEvent:
    """Show a drawing; give what the reader just did.

    Args:
        drawing: what ``explorer.drawing.diagram.draw`` gives.
        key: keeps the zoom and the place across reruns.
        selected: a node or a group; the box that shows it stands out and is scrolled into view.
        colour: what the colours of the boxes mean.
        height: of the viewer, in CSS pixels.
        on_event: called once for each thing that was done, before the script runs again, so that the next
            drawing is the right one at once.
    """
    box = drawing.find(selected)

    def told(what: str) -> None:
        if on_event:
            on_event(DiagramEvent(**{what: st.session_state[key][what]}))

    result = _component(
        key=key,
        data={
            "svg": svg(drawing, "auto", colour),
            "selected": box.path if box else "",
            "labels": _labels(),
            "height": height,
        },
        height=height,
        on_selected_change=lambda: told("selected"),
        on_toggled_change=lambda: told("toggled"),
        on_folding_change=lambda: told("folding"),
    )
    return _event(result)


def _labels() -> dict[str, str]:
    """Name the tools and the diagram itself, in the reader's language."""
    return {
        "diagram": _("Diagram. Arrow keys go from box to box, Enter picks one, Space folds or unfolds it."),
        "unfold": _("Unfold everything"),
        "fold": _("Fold everything"),
        "out": _("Zoom out (Ctrl + wheel)"),
        "in": _("Zoom in (Ctrl + wheel)"),
        "readable": _("Readable size"),
        "fit": _("Fit the whole diagram"),
    }


def _event(result: Any) -> DiagramEvent:
    return DiagramEvent(result.get("selected"), result.get("toggled"), result.get("folding"))

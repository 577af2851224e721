"""The outline on the page: one row for each place of the composition, with its numbers; it folds and is rearranged."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from app import state
from app.composing.acts import ACTS
from app.composing.desk import read_place, write_place
from app.composing.words import kind, words
from app.i18n import _
from app.view import component
from explorer.composing.outline import Row
from explorer.composing.places import Part, children
from explorer.composing.places import Path as Place
from explorer.layers import Layer
from explorer.shapes import times

_HTML = """
<div class="outline" role="treegrid">
  <div class="head">
    <span class="first"><span class="tools">
      <button type="button" data-act="unfold">⊞</button>
      <button type="button" data-act="fold">⊟</button>
    </span></span>
    <span data-name="shape"></span>
    <span data-name="params"></span>
    <span data-name="multAdds"></span>
    <span data-name="field"></span>
  </div>
  <div class="rows"></div>
</div>
"""
_component = component(__file__, _HTML)


def show(
    rows: Sequence[Row],
    picked: Place,
    name: str,
    height: int,
    pick: Callable[[Place], None],
    move: Callable[[Place, Place], None],
    act: Callable[[str, Place], None],
) -> None:
    """Show the rows.

    Args:
        rows: what ``explorer.composing.outline`` gives.
        picked: the place whose row stands out.
        name: that of the composition; another one is unfolded anew.
        height: in CSS pixels.
        pick: called with the place of the row that the reader picks.
        move: called with the place that the reader drags, and where it is to stand afterwards.
        act: called with the id of an act and the place, when the reader presses its key.
    """
    key = "widget/outline"

    def picks() -> None:
        pick(read_place(state.told(key, "picked")))

    def moves() -> None:
        one, _arrow, other = state.told(key, "moved").partition(">")
        move(read_place(one), read_place(other))

    def acts() -> None:
        id, _at, place = state.told(key, "acted").partition("@")
        act(id, read_place(place))

    _component(
        key=key,
        data=_data(rows, picked, name) | {"height": height},
        height=height,
        on_picked_change=picks,
        on_moved_change=moves,
        on_acted_change=acts,
    )


def _data(rows: Sequence[Row], picked: Place, name: str) -> dict[str, Any]:
    """Give what the browser draws."""
    return {
        "rows": _rows(rows, name),
        "picked": write_place(picked),
        "labels": _labels(),
        "keys": {act.key: act.id for act in ACTS.values()},
        "language": state.language(),
        "id": name,
    }


def _rows(rows: Sequence[Row], name: str) -> list[tuple[Any, ...]]:
    """Give the rows as the browser reads them; the first is that of the whole, and goes by its name."""

    def held(part: Part) -> str:
        if isinstance(part, Layer):
            return words(part)
        shape = (type(part), len(children(part)), getattr(part, "join", ""))
        return holding.get(shape) or holding.setdefault(shape, words(part))

    holding: dict[object, str] = {}
    seen = [str(row.receptive_field) if row.shape else "" for row in rows]
    fields = {text: _(text) for text in {*seen}}  # thousands of rows say few different things: each is translated once
    return [
        (
            write_place(row.path),
            row.label if row.path else name,
            kind(row.spec),
            row.kind,
            held(row.spec),
            times(row.shape) if row.shape else "",
            row.params or 0,
            row.mult_adds or 0,
            fields[text],
            row.trouble,
            len(children(row.spec)),
        )
        for row, text in zip(rows, seen, strict=True)
    ]


def _labels() -> dict[str, str]:
    """Name the columns and tools in the reader's language."""
    return {
        "outline": _("Outline. Arrow keys go from row to row and fold blocks; rows can be dragged."),
        "shape": _("Activation map"),
        "params": _("Parameters"),
        "multAdds": _("Mult-adds"),
        "field": _("Receptive field"),
        "unfold": _("Unfold everything"),
        "fold": _("Fold everything"),
    }

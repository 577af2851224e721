"""The outline on the page: one row for each place of the composition, with its numbers; it folds and is rearranged."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import MISSING, Field, fields
from pathlib import Path
from typing import Any

import streamlit as st

from app import state
from app.composing.acts import ACTS
from app.composing.desk import read_place, write_place
from app.i18n import _, ngettext
from explorer.composing.outline import Row
from explorer.composing.places import Part, children
from explorer.composing.places import Path as Place
from explorer.drawing.captions import kind_of
from explorer.graph import Node
from explorer.layers import Layer
from explorer.shapes import times
from explorer.spec import Branches, Cell

_HERE = Path(__file__).parent
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
_component = st.components.v2.component(
    "convnet_explorer_outline",
    html=_HTML,
    css=(_HERE / "outline.css").read_text(encoding="utf-8"),
    js=(_HERE / "outline.js").read_text(encoding="utf-8"),
)


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
        data={
            "rows": [_row(row, name) for row in rows],
            "picked": write_place(picked),
            "labels": _labels(),
            "keys": {act.key: act.id for act in ACTS.values()},
            "language": state.language(),
            "height": height,
            "id": name,
        },
        height=height,
        on_picked_change=picks,
        on_moved_change=moves,
        on_acted_change=acts,
    )


def _row(row: Row, name: str) -> tuple[Any, ...]:
    """Give a row as the browser reads it; that of the whole is called by its name."""
    known = row.shape is not None
    return (
        write_place(row.path),
        row.label if row.path else name,
        kind(row.spec),
        row.kind,
        words(row.spec),
        times(row.shape) if row.shape else "",
        row.params or 0,
        row.mult_adds or 0,
        _(str(row.receptive_field)) if known else "",
        row.trouble,
        len(children(row.spec)),
    )


def kind(part: Part) -> str:
    """Name the kind of what stands at a place, as the diagram colours it."""
    return "group" if children(part) or not isinstance(part, Layer) else kind_of(Node("", part, (), (), ()))


def words(part: Part) -> str:
    """Say in few words what a place holds: a layer's fields that are not at their default, or how many parts.

    >>> from explorer.layers import Conv
    >>> words(Conv(64, 3, padding=1, bias=False))
    '64 · 3×3 · padding 1 · bias off'
    """
    n = len(children(part))
    if isinstance(part, Layer):
        return " · ".join(_field(each, getattr(part, each.name)) for each in fields(part) if _is_set(each, part))
    if isinstance(part, Branches):
        return f"{part.join} · " + ngettext("{n} branch", "{n} branches", n).format(n=n)
    if isinstance(part, Cell):
        return ngettext("{n} step", "{n} steps", n).format(n=n)
    return ngettext("{n} part", "{n} parts", n).format(n=n) if n else _("empty: what comes in goes out")


def _is_set(field: Field[Any], layer: Layer) -> bool:
    return field.name == "kernel_size" or getattr(layer, field.name) != field.default


def _field(field: Field[Any], value: object) -> str:
    """Write a field: what every layer of the kind must have needs no name."""
    if isinstance(value, bool):
        return f"{field.name} {'on' if value else 'off'}"
    if field.name == "kernel_size":
        return times(value) if isinstance(value, tuple) else f"{value}×{value}"
    written = times(value) if isinstance(value, tuple) else f"{value:g}" if isinstance(value, float) else str(value)
    return written if field.default is MISSING else f"{field.name} {written}"


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

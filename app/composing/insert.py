"""The palette: layers and named blocks, each with its fields, to be put before, after or into what is picked."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from typing import Any

import streamlit as st

from app import state, widgets
from app.composing import desk, fields
from app.i18n import _
from explorer.composing import edit
from explorer.composing.entry import Entry
from explorer.composing.heads import replace_head
from explorer.composing.outline import Draft
from explorer.composing.palette import GROUPS, entry, palette
from explorer.composing.places import Path, children
from explorer.reading import Document
from explorer.shapes import Shape
from explorer.spec import Series, Spec

FEW = 16
"""So many pieces lie open; of more, one is chosen from a list."""
START, END, BEFORE, AFTER, REPLACE, HEAD = "start", "end", "before", "after", "replace", "head"


def show(document: Document, drafted: Draft, at: Path) -> None:
    """Draw the palette, the fields of what is chosen there, and where it goes."""
    piece = _chosen()
    st.caption(_(piece.help) + (f" ({piece.paper})" if piece.paper else ""))
    where = _where(document.spec, at, piece)
    kept = f"composing/palette/{piece.id}"
    told: dict[str, Any] = state.kept(kept, {})
    values = piece.defaults(_incoming(document, drafted, _place(document.spec, at, where))) | told

    def changed(name: str, value: Any) -> None:
        state.keep(kept, told | {name: value})

    fields.show(piece.fields, values, f"widget/palette/{piece.id}", len(document.input_shape) - 1, changed)
    st.button(
        _("Insert {name}").format(name=_(piece.name)),
        key="widget/insert",
        icon=":material/add:",
        type="primary",
        width="stretch",
        shortcut="Alt+I",
        on_click=partial(put, piece, values, at, where),
    )


def _chosen() -> Entry:
    """Let the reader choose a group, and one of its entries."""
    used = {each.group for each in palette()}
    groups = {id: _(caption) for id, caption in GROUPS.items() if id in used}
    group = widgets.choice(_("Palette"), groups, name="group", label_visibility="collapsed")
    offered = {each.id: _(each.name) for each in palette() if each.group == group}
    row: Any = {"kind": "row"} if len(offered) <= FEW else {}
    return entry(widgets.choice(_("Layer or block"), offered, name="piece", label_visibility="collapsed", **row))


def _where(spec: Spec, at: Path, piece: Entry) -> str:
    """Let the reader say where it goes."""
    part = edit.get(spec, at)
    captions = {HEAD: _("as the new head")} if piece.group == HEAD else {}
    captions |= {AFTER: _("after"), BEFORE: _("before")} if at else {}
    if children(part) or part == Series():
        captions |= {END: _("inside, at the end"), START: _("inside, at the start")}
    if at or not isinstance(part, Series):
        captions[REPLACE] = _("instead")
    return widgets.choice(_("Where"), captions, name="where", kind="row")


def _place(spec: Spec, at: Path, where: str) -> Path:
    """Give the place where it will stand."""
    places = {
        AFTER: (*at[:-1], at[-1] + 1) if at else at,
        START: (*at, 0),
        END: (*at, len(children(edit.get(spec, at)))),
    }
    return places.get(where, at)


def _incoming(document: Document, drafted: Draft, place: Path) -> Shape | None:
    """Give the shape that comes in at a place, if the network is lowered that far."""
    if not place:
        return document.input_shape
    parent = edit.get(document.spec, place[:-1])
    if not isinstance(parent, Series) or not place[-1]:
        return _incoming(document, drafted, place[:-1])
    before = (*place[:-1], place[-1] - 1)
    return next(row.shape for row in drafted.rows if row.path == before)


def put(piece: Entry, values: Mapping[str, Any], at: Path, where: str) -> None:
    """Make the piece and put it in its place; it is picked then."""
    desk.change(
        lambda spec: placed(spec, piece.make(**values), at, where), _("Insert {name}").format(name=_(piece.name))
    )


def placed(spec: Spec, new: Spec, at: Path, where: str) -> tuple[Spec, Path]:
    """Put a piece before, after, into or in the place of what stands somewhere; give the spec and its place.

    >>> from explorer.layers import Conv, ReLU
    >>> placed(Series(Conv(8)), ReLU(), (0,), "after")[1]
    (1,)
    """
    if where == HEAD:
        spec = replace_head(spec, new)
        return spec, (len(children(spec)) - 1,)
    place = _place(spec, at, where)
    return (edit.replace if where == REPLACE else edit.insert)(spec, place, new), place

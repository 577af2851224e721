"""The form of the place that is picked: its name, the fields of a layer, how branches are joined, what a step reads."""

from __future__ import annotations

from functools import partial
from typing import Any

import streamlit as st

from app import state
from app.composing import about, desk, fields
from app.composing.acts import ACTS, caption
from app.composing.toolbar import called
from app.figures import exact
from app.i18n import _
from explorer.composing import cells, edit
from explorer.composing.entry import Field
from explorer.composing.outline import Row
from explorer.composing.palette import layer_fields
from explorer.composing.places import Part, Path
from explorer.joins import JOINS
from explorer.layers import Layer
from explorer.reading import Document
from explorer.shapes import times
from explorer.spec import Branches, Cell, Side


def show(document: Document, row: Row) -> None:
    """Draw the form of a row; each change is a step of its own. The row of the whole has name and input too."""
    spec, at, axes = document.spec, row.path, len(document.input_shape) - 1
    part = edit.get(spec, at)
    st.markdown(f"##### {called(spec, at) if at else _('The whole network')} · {row.kind}")
    _facts(row)
    if not at:
        about.show(document)
        st.caption(_keys())
    if at and not isinstance(edit.get(spec, at[:-1]), Side):
        _name(row.label, at)
    key = f"widget/form/{desk.write_place(at)}/{row.kind}"
    if isinstance(part, Layer):
        known = layer_fields(type(part))
        fields.show(known, {each.name: getattr(part, each.name) for each in known}, key, axes, partial(_set, at))
        if not known:
            st.caption(_("There is nothing to set: a fixed function."))
    elif joined := _joined(part):
        fields.show((_join(),), {"join": joined}, key, 1, partial(_set, at))
    if isinstance(part, Cell):
        _output(part, at)
    if at and isinstance(parent := edit.get(spec, at[:-1]), Cell):
        _reads(parent, at)


def _keys() -> str:
    """Say what the keys of the outline do."""
    acts = " · ".join(f"`{act.key}` {caption(act.id).lower()}" for act in ACTS.values())
    return _("Keys in the outline: arrows walk and fold, rows can be dragged.") + f" {acts}"


def _join() -> Field:
    """Give the field that says how branches are joined."""
    return Field("join", _("how the branches come together"), "add", choices=tuple(JOINS))


def _joined(part: Part) -> str:
    """Name how branches, or a step of a cell, join what they are given."""
    if isinstance(part, Branches):
        return part.join
    return next((name for name, join in JOINS.items() if join == part), "")


def _facts(row: Row) -> None:
    """Say what comes out of the place and what it costs; or why it cannot be."""
    if row.shape:
        words = _("gives **{shape}** · {params} parameters · {mult_adds} mult-adds")
        words = words.format(shape=times(row.shape), params=exact(row.params or 0), mult_adds=exact(row.mult_adds or 0))
        st.caption(words)


def _set(at: Path, name: str, value: Any) -> None:
    """Set a field."""
    done = f"{name} = {times(value) if isinstance(value, tuple) else value}"
    spec = desk.history().now.document.spec
    desk.change(lambda spec: (edit.change(spec, at, **{name: value}), at), f"{called(spec, at)}: {done}")


def _name(label: str, at: Path) -> None:
    key = f"widget/name/{desk.write_place(at)}"
    state.show(key, label)

    def rename() -> None:
        name = str(state.shown(key)).strip()
        desk.change(lambda spec: (edit.rename(spec, at, name), at), _("Rename to {name}").format(name=name))

    st.text_input(
        _("Name"),
        key=key,
        on_change=rename,
        help=_("Letters, digits, _ and -. It becomes part of the names of the parameters."),
    )


def _output(cell: Cell, at: Path) -> None:
    """Let the reader say which value a cell gives out."""
    key = f"widget/gives/{desk.write_place(at)}"
    state.show(key, cell.output)

    def give() -> None:
        value = str(state.shown(key))
        desk.change(lambda spec: (edit.give(spec, at, value), at), f"output = {value}")

    st.selectbox(_("What the cell gives out"), cells.values(cell), key=key, on_change=give)


def _reads(cell: Cell, at: Path) -> None:
    """Let the reader say what a step reads: inputs of the cell, or steps before it."""
    step = cell.steps[at[-1]]
    key = f"widget/reads/{desk.write_place(at)}"
    state.show(key, list(step.inputs))
    known = cells.values(cell)
    before = known[: known.index(step.name)]

    def connect() -> None:
        inputs = state.shown(key)
        assert isinstance(inputs, list)
        desk.change(lambda spec: (edit.connect(spec, at, tuple(inputs)), at), f"{step.name} ← {', '.join(inputs)}")

    st.multiselect(_("What the step reads"), before, key=key, on_change=connect)

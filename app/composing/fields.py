"""One widget for each declared field: its bounds and help, in a form or one below the other."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import streamlit as st

from app import state
from app.figures import exact
from app.i18n import _
from explorer.composing.entry import Field
from explorer.fields import Bound

Changed = Callable[[str, Any], None]
"""Called with a field's name and its new value."""


def show(fields: tuple[Field, ...], values: Mapping[str, Any], key: str, axes: int, changed: Changed) -> None:
    """Draw the widgets, two in a row, showing these values.

    Args:
        fields: what is asked.
        values: what stands there now, by name.
        key: unlike that of any other form that is drawn.
        axes: of the map, for sizes that differ from axis to axis.
        changed: called when the reader has set a field.
    """
    sized = [field for field in fields if field.bound and field.bound.kind == "size"]
    split = bool(sized) and axes > 1 and _per_axis(key, any(isinstance(values[each.name], tuple) for each in sized))
    with st.grid(2, min_column_width=125):
        for field in fields:
            _field(field, values[field.name], f"{key}/{field.name}", axes if split and field in sized else 1, changed)


def _per_axis(key: str, differs: bool) -> bool:
    return st.toggle(
        _("Sizes for each axis"),
        value=differs,
        key=f"{key}/axes/{differs}",
        help=_("A kernel, a stride or a padding that is not the same in all directions, such as 3×1."),
    )


def _field(field: Field, value: Any, key: str, axes: int, changed: Changed) -> None:
    if (axes > 1 and value is not None) or isinstance(value, tuple):
        each = value if isinstance(value, tuple) else (value,) * axes
        with st.container(horizontal=True, gap="xxsmall"):
            for axis, size in enumerate(each):

                def one(name: str, new: Any, axis: int = axis, each: tuple[int, ...] = each) -> None:
                    sizes = (*each[:axis], new, *each[axis + 1 :])
                    changed(name, sizes[0] if len(set(sizes)) == 1 else sizes)

                _widget(field, size, f"{key}/{axis}", one, " " + _AXES[len(each)][axis])
        return
    _widget(field, value, key, changed)


_AXES = {1: ("",), 2: ("↕", "↔"), 3: ("t", "↕", "↔")}


def _widget(field: Field, value: Any, key: str, changed: Changed, suffix: str = "") -> None:
    """Draw the widget of a field that shows its value; the reader's change is told, and drawn when it has been made."""
    real = field.bound is not None and field.bound.kind == "number"
    state.show(key, float(value) if real else value)
    label = f"`{field.name}`{suffix}"

    def told() -> None:
        changed(field.name, state.shown(key))

    if field.choices:
        st.selectbox(label, field.choices, key=key, help=_(field.help), on_change=told)
    elif field.bound is None:
        st.toggle(label, key=key, help=_(field.help), on_change=told)
    else:
        _number(field, field.bound, label, key, told)


def _number(field: Field, bound: Bound, label: str, key: str, told: Callable[[], None]) -> None:
    real = bound.kind == "number"
    low, high = (f"{bound.low:g}", f"{bound.high:g}") if real else (exact(int(bound.low)), exact(int(bound.high)))
    allowed = _("from {low} to {high}").format(low=low, high=high)
    looks: dict[str, Any] = {"key": key, "help": f"{_(field.help)} — {allowed}", "on_change": told}
    if field.optional:
        looks |= {"value": None, "placeholder": _("as the kernel")}
    if real:
        step = 0.05 if bound.high <= 1 else 0.1
        st.number_input(label, float(bound.low), float(bound.high), step=step, format="%g", **looks)
    else:
        st.number_input(label, int(bound.low), int(bound.high), step=1, **looks)

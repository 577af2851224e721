"""The knobs of a network that is one of several: their values stand in its reference, not by themselves."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

import streamlit as st

from app import state
from app.i18n import _
from explorer.zoo import Architecture, Knob, Value

Changed = Callable[[str, Value], None]
"""Called with a knob's name and its new value."""


def show(network: Architecture, key: str, changed: Changed) -> None:
    """Draw a widget for each knob; the number of classes, which nearly all have, comes last."""
    for knob in sorted(network.knobs, key=lambda knob: knob.name == "num_classes"):
        value = network.setting[knob.name]
        _knob(knob, value, f"{key}/{knob.name}", changed)
    if not network.knobs:
        st.caption(_("This network has no knobs."))


def _knob(knob: Knob, value: Value, key: str, changed: Changed) -> None:
    label = _(knob.help)
    label = label[:1].upper() + label[1:]
    tell = partial(_told, key, knob.name, changed)
    tip = f"`{knob.name}`"
    if isinstance(knob.default, bool):
        state.show(key, value)
        st.toggle(label, key=key, on_change=tell, help=tip)
    elif knob.choices:
        state.show(key, value)
        st.selectbox(label, list(knob.choices), key=key, on_change=tell, help=tip)
    else:
        _number(knob, value, label, tip, key, tell)


def _number(knob: Knob, value: Value, label: str, tip: str, key: str, tell: Callable[[], None]) -> None:
    assert not isinstance(value, str)
    kind = int if isinstance(knob.default, int) else float
    step = kind(knob.step or (1 if kind is int else 0.05))
    state.show(key, kind(value))
    st.number_input(label, kind(knob.low), kind(knob.high), step=step, key=key, on_change=tell, help=tip)


def _told(key: str, name: str, changed: Changed) -> None:
    value = state.shown(key)
    assert isinstance(value, bool | int | float | str)
    changed(name, value)

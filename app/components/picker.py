"""The picker: a network by family, year and name; its knobs; the size of its input."""

from __future__ import annotations

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

import explorer
from app import state, widgets
from app.i18n import _
from explorer.shapes import Shape
from explorer.zoo import Architecture, Knob, Value

FIRST = "vgg16"
"""The network that an address without one opens."""

LARGEST = 4096
ALL = ""


def pick() -> Architecture:
    """Let the reader pick a network and turn its knobs; give it at that setting."""
    everything = {each.id: each for each in explorer.architectures()}
    at = widgets.peek(everything, name="arch", default=FIRST)
    offered = _filtered(tuple(everything.values()), everything[at])
    captions = {each.id: f"{_(each.name)} · {each.year}" for each in offered}
    chosen = everything[widgets.choice(_("Network"), captions, name="arch", default=FIRST)]
    return chosen.set(**{knob.name: _turn(knob, chosen.id) for knob in chosen.knobs})


def input_shape(chosen: Architecture) -> Shape:
    """Let the reader set the size of the input; the channels are the network's own.

    Where the input's size depends on the knobs, each size that they give is a default of its own.
    """
    channels, *sizes = chosen.input_shape
    owner = f"{chosen.id}/{sizes}" if chosen.input_of else chosen.id
    shape = [channels]
    for column, size, (name, label) in zip(_columns(len(sizes)), sizes, _axes(len(sizes)), strict=True):
        with column:
            shape.append(widgets.number(label, name=name, default=size, low=1, high=LARGEST, owner=owner))
    return tuple(shape)


def _axes(count: int) -> list[tuple[str, str]]:
    """Name the axes of a sequence, an image or a clip: in the address, and on the page."""
    plane = [("height", _("Input height")), ("width", _("Input width"))]
    return {0: [], 1: [("length", _("Input length"))], 2: plane}.get(count, [("time", _("Input time steps")), *plane])


def _columns(count: int) -> list[DeltaGenerator]:
    return st.columns(count) if count else []


def _filtered(everything: tuple[Architecture, ...], kept: Architecture) -> list[Architecture]:
    """Let the reader narrow the list by family and year; what is on the page stays in it."""
    families = dict.fromkeys(each.family for each in everything)
    family = st.selectbox(
        _("Family"),
        [ALL, *families],
        format_func=lambda name: name or _("all families"),
        key=f"widget/family/{state.language()}",
        persist_state="session",
    )
    years = [each.year for each in everything]
    first, last = st.slider(
        _("Years"),
        min(years),
        max(years),
        (min(years), max(years)),
        key="widget/years",
        persist_state="session",
    )
    fits = [each for each in everything if family in (ALL, each.family) and first <= each.year <= last]
    return sorted({each.id: each for each in (*fits, kept)}.values(), key=lambda each: each.year)


def _turn(knob: Knob, owner: str) -> Value:
    """Let the reader turn a knob."""
    label, tip = _(knob.help), f"`{knob.name}`"
    label = label[:1].upper() + label[1:]
    if isinstance(knob.default, bool):
        return widgets.switch(label, name=knob.name, default=knob.default, owner=owner, help=tip)
    if knob.choices:
        captions = {str(value): str(value) for value in knob.choices}
        chosen = widgets.choice(
            label, captions, name=knob.name, default=str(knob.default), owner=owner, kind="row", help=tip
        )
        return knob.read(chosen)
    assert not isinstance(knob.default, str)
    return widgets.number(
        label, name=knob.name, default=knob.default, low=knob.low, high=knob.high, owner=owner, help=tip
    )

"""The picker: a network by its family and name; its knobs; the size of its input."""

from __future__ import annotations

from typing import TypeVar

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

import explorer
from app import state, widgets
from app.i18n import _
from explorer.shapes import Shape
from explorer.zoo import Architecture, Knob, Value

N = TypeVar("N", int, float)
FIRST = "vgg16"
"""The network that an address without one opens."""

LARGEST = 4096
ALL = ""
FINE, COARSE = 0.01, 0.1
"""The steps of sliders for numbers that are not whole."""
MOST_STEPS = 300
"""So many steps make a slider; what has more is written."""


def pick() -> Architecture:
    """Let the reader pick a network and turn its knobs; give it at that setting."""
    everything = {each.id: each for each in explorer.architectures()}
    family = _family(tuple(everything.values()))
    offered = {each.id: _caption(each, family) for each in everything.values() if family in (ALL, each.family)}
    tip = _("Open the list and type: a name, a family, a year.")
    chosen = everything[widgets.choice(_("Network"), offered, name="arch", default=FIRST, help=tip)]
    knobs = sorted(chosen.knobs, key=lambda knob: knob.name == "num_classes")
    return chosen.set(**{knob.name: turn(knob, chosen.id) for knob in knobs})


def input_shape(chosen: Architecture) -> Shape:
    """Let the reader set the size of the input; the channels are the network's own.

    Where the input's size depends on the knobs, each size that they give is a default of its own.
    """
    channels, *sizes = chosen.input_shape
    owner = f"{chosen.id}/{sizes}" if chosen.input_of else chosen.id
    shape = [channels]
    for column, size, (name, label) in zip(columns(len(sizes)), sizes, axes(len(sizes)), strict=True):
        with column:
            shape.append(widgets.number(label, name=name, default=size, low=1, high=LARGEST, owner=owner))
    return tuple(shape)


def axes(count: int) -> list[tuple[str, str]]:
    """Name the axes of a sequence, an image or a clip: in the address, and on the page."""
    plane = [("height", _("Input height")), ("width", _("Input width"))]
    return {0: [], 1: [("length", _("Input length"))], 2: plane}.get(count, [("time", _("Input time")), *plane])


def columns(count: int) -> list[DeltaGenerator]:
    """Lay out a column for each axis."""
    return st.columns(count, vertical_alignment="bottom") if count else []


def _family(everything: tuple[Architecture, ...]) -> str:
    """Let the reader look at one family; a network of another one makes way for the family's first."""
    years: dict[str, int] = {}
    for each in everything:
        years.setdefault(each.family, each.year)
    chosen: str = st.selectbox(
        _("Family"),
        [ALL, *years],
        format_func=lambda name: f"{_(name)} · {years[name]}" if name else _("all families"),
        key=f"widget/family/{state.language()}",
        persist_state="session",
    )
    return chosen


def _caption(network: Architecture, family: str) -> str:
    """Name a network with its year; among all networks, with its family too, so that this is found."""
    name = f"{_(network.name)} · {network.year}"
    return name if family or network.family in network.name else f"{name} · {_(network.family)}"


def turn(knob: Knob, owner: str, name: str = "") -> Value:
    """Let the reader turn a knob; in the address it goes by its own name if no other is given."""
    name = name or knob.name
    label, tip = _(knob.help), f"`{knob.name}`"
    label = label[:1].upper() + label[1:]
    if isinstance(knob.default, bool):
        return widgets.switch(label, name=name, default=knob.default, owner=owner, help=tip)
    if knob.choices:
        captions = {str(value): str(value) for value in knob.choices}
        chosen = widgets.choice(
            label, captions, name=name, default=str(knob.default), owner=owner, kind="row", help=tip
        )
        return knob.read(chosen)
    assert not isinstance(knob.default, str)
    return _number(knob, knob.default, owner, name, label, tip)


def _number(knob: Knob, default: N, owner: str, name: str, label: str, tip: str) -> N:
    """Let the reader slide a knob, or write its number where there are too many."""
    step = knob.step or (1 if isinstance(default, int) else FINE if knob.high - knob.low <= 2 else COARSE)
    field = widgets.number if (knob.high - knob.low) / step > MOST_STEPS else widgets.slider
    return field(
        label,
        name=name,
        default=default,
        low=knob.low,
        high=knob.high,
        step=type(default)(step),
        owner=owner,
        help=tip,
    )

"""The networks that stand side by side: references in the address; picked, turned, moved and removed one by one."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import partial
from urllib.parse import parse_qs, urlsplit

import streamlit as st

import explorer
from app import cached, state, widgets
from app.comparing import knobs
from app.i18n import _
from explorer import references
from explorer.comparing.lineup import MOST
from explorer.comparing.presets import PRESETS, Preset
from explorer.errors import ExplorerError
from explorer.reading import Document
from explorer.report import Report
from explorer.zoo import Architecture, Value

NETS, SIDE = "nets", "side"
OWN, LARGEST = 0, 4096
Network = Architecture | Document


def _of(preset: Preset) -> list[str]:
    return [references.write(network) for network in preset.networks]


FIRST = _of(PRESETS[0])
"""The comparison that an address without one opens."""


@dataclass(frozen=True)
class Picked:
    """A network as it was picked: its reference, and its report or what is wrong with it."""

    reference: str
    report: Report | None
    trouble: str = ""


def pick() -> tuple[Picked, ...]:
    """Let the reader pick networks, in the sidebar; give those that are picked, in their order."""
    wanted = _wanted()
    _presets()
    side = widgets.number(
        _("Input side for all (0: each its own)"), name=SIDE, default=OWN, low=OWN, high=LARGEST, owner=NETS
    )
    for place, reference in enumerate(wanted):
        with st.container(border=True, gap="xsmall"):
            _one(place, reference, len(wanted))
    if len(wanted) < MOST:
        _add()
    return tuple(_picked(reference, side) for reference in wanted)


def preset() -> Preset | None:
    """Give the preset that stands there, if it is one."""
    return next((each for each in PRESETS if _of(each) == _wanted()), None)


def add(reference: str) -> bool:
    """Put one more network at the end; say whether there was room."""
    wanted = _wanted()
    if len(wanted) < MOST:
        _put([*wanted, reference])
    return len(wanted) < MOST


def _wanted() -> list[str]:
    return state.value(NETS, FIRST, _read)


def _put(wanted: list[str]) -> None:
    state.put(NETS, wanted, FIRST)


def _read(text: str) -> list[str]:
    found = list(references.several(text))
    if not 1 <= len(found) <= MOST:
        allowed = _("from {low} to {high}").format(low=1, high=MOST)
        raise widgets.refused(NETS, text, _("{n} networks").format(n=allowed), FIRST)
    return found


def _network(reference: str) -> Network | None:
    try:
        return cached.network(reference)
    except ExplorerError:
        return None


def _picked(reference: str, side: int) -> Picked:
    try:
        network = cached.network(reference)
        channels, *sizes = network.input_shape
        if side != OWN and len(sizes) == 2:
            network = replace(network, input_shape=(channels, side, side))
        return Picked(reference, cached.report_of(network))
    except ExplorerError as error:
        return Picked(reference, None, str(error))


def _presets() -> None:
    key = f"widget/nets/preset/{state.language()}"
    ids = {each.id: each for each in PRESETS}
    now = preset()
    state.show(key, now.id if now else None)

    def take() -> None:
        if id := state.shown(key):
            _put(_of(ids[str(id)]))

    st.selectbox(
        _("A comparison from the lectures"),
        list(ids),
        format_func=lambda id: _(ids[id].name),
        key=key,
        index=None,
        placeholder=_("One of your own"),
        on_change=take,
    )


def _one(place: int, reference: str, count: int) -> None:
    """Draw one network: which it is, its knobs, and where it stands."""
    network = _network(reference)
    _which(place, reference, network)
    with st.container(horizontal=True, gap="xsmall"):
        if isinstance(network, Architecture):
            with st.popover("", icon=":material/tune:", help=_("Knobs"), key=f"widget/nets/{place}/knobs"):
                st.markdown(f"**{_(network.name)}**")
                key = f"widget/nets/{place}/{network.id}"
                knobs.show(network, key, partial(_turn, place, network))
        _button(place, "up", "arrow_upward", _("Move up"), partial(_swap, place, place - 1), place > 0)
        _button(place, "down", "arrow_downward", _("Move down"), partial(_swap, place, place + 1), place < count - 1)
        _button(place, "out", "delete", _("Remove"), partial(_remove, place), count > 1)


def _button(place: int, name: str, icon: str, words: str, act: Callable[[], None], can: bool) -> None:
    key = f"widget/nets/{place}/{name}"
    st.button("", key=key, icon=f":material/{icon}:", help=words, on_click=act, disabled=not can)


def _which(place: int, reference: str, network: Network | None) -> None:
    """Let the reader put another network in this place; a composition stands there by its name."""
    key = f"widget/nets/{place}/which/{state.language()}"
    captions = {each.id: f"{_(each.name)} · {each.year}" for each in explorer.architectures()}
    now = network.id if isinstance(network, Architecture) else reference
    captions.setdefault(now, network.name if network else reference[:40])
    state.show(key, now)

    def take() -> None:
        _replace(place, str(state.shown(key)))

    words = _("Network {n}").format(n=place + 1)
    st.selectbox(words, list(captions), format_func=captions.__getitem__, key=key, on_change=take)


def _replace(place: int, reference: str) -> None:
    wanted = _wanted()
    _put([*wanted[:place], reference, *wanted[place + 1 :]])


def _turn(place: int, network: Architecture, name: str, value: Value) -> None:
    own = network.input_shape == explorer.get(network.id, **dict(network.values)).input_shape
    turned = network.set(**{name: value})
    _replace(place, references.write(turned if own else replace(turned, input_shape=network.input_shape)))


def _swap(one: int, other: int) -> None:
    wanted = _wanted()
    wanted[one], wanted[other] = wanted[other], wanted[one]
    _put([*wanted])


def _remove(place: int) -> None:
    wanted = _wanted()
    _put([*wanted[:place], *wanted[place + 1 :]])


def _add() -> None:
    """Let the reader add a network of the zoo, or one by its address or reference."""
    key = f"widget/nets/add/{state.language()}"
    captions = {each.id: f"{_(each.name)} · {each.year}" for each in explorer.architectures()}
    state.show(key, None)

    def take() -> None:
        if text := state.shown(key):
            add(_reference(str(text)))

    st.selectbox(
        _("Add a network"),
        list(captions),
        format_func=lambda text: captions.get(text, text),
        key=key,
        index=None,
        accept_new_options=True,
        placeholder=_("A name, or the address of a composition"),
        on_change=take,
    )


def _reference(text: str) -> str:
    """Take a reference as it stands, out of an address of the compose page, or by the name of a network."""
    query = parse_qs(urlsplit(text).query)
    named = {_(each.name).lower(): each.id for each in explorer.architectures()}
    return query["net"][0] if "net" in query else named.get(text.strip().lower(), text.strip().replace(",", "x"))

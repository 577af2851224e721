"""Many small pieces of work, one after the other: kept for all readers, with progress, and a way to stop."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from typing import TypeVar, cast

import streamlit as st

from app import state
from app.i18n import _

T = TypeVar("T")
PATIENCE_S = 0.5
"""What is done sooner needs no bar."""


def made(pieces: Sequence[tuple[str, Callable[[], T]]], name: str, title: str) -> list[T]:
    """Make every piece that is not there yet; give those that there are, in their order.

    When the reader stops it, that is what has been made so far. Whatever else the reader does meanwhile interrupts
    it; what is still wanted then is gone on with.

    Args:
        pieces: a key, unlike those of all other pieces of the app, and what makes the piece.
        name: of the whole, unlike the names of other wholes.
        title: what the bar calls it.
    """
    places = [(_place(key), make) for key, make in pieces]
    missing = [(place, make) for place, make in places if not place]
    if missing and state.stopped(name):
        with st.container(horizontal=True, vertical_alignment="center"):
            done, total = len(places) - len(missing), len(places)
            st.info(_("Stopped: {done} of {total}").format(done=done, total=total), icon=":material/stop_circle:")
            st.button(_("Go on"), on_click=state.go_on, key=f"go on {name}", icon=":material/play_arrow:")
    elif missing:
        _make(missing, name, title)
    return [cast(T, place[0]) for place, _make_it in places if place]


def _make(missing: Sequence[tuple[list[object], Callable[[], object]]], name: str, title: str) -> None:
    began, spot, bar = time.monotonic(), st.empty(), None
    for done, (place, make) in enumerate(missing):
        if bar is None and time.monotonic() - began > PATIENCE_S:
            with spot.container():
                bar = st.progress(0.0, title)
                st.button(_("Cancel"), on_click=state.stop, args=(name,), key=f"stop {name}", icon=":material/close:")
        if bar:
            bar.progress(done / len(missing), f"{title} · {done}/{len(missing)}")
        if not place:
            place.append(make())
    spot.empty()


@st.cache_resource(max_entries=8192, show_spinner=False)
def _place(key: str) -> list[object]:
    """Give the place of a piece: empty until it is made."""
    return []

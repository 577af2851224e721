"""The toolbar: back and forth, and what can be done with the place that is picked; each with its key."""

from __future__ import annotations

from functools import partial

import streamlit as st

from app.composing import desk
from app.composing.acts import ACTS, Act, caption
from app.i18n import _
from app.markup import plain
from explorer.composing import edit
from explorer.composing.places import Path, node_name
from explorer.reading import Document
from explorer.spec import Spec


def show(document: Document, at: Path, writing: bool) -> None:
    """Draw the buttons; while the reader writes a text, the keys for back and forth are the text's."""
    _steps(writing)
    for act in ACTS.values():
        _button(act, document.spec, at)
    _repeat(document.spec, at)


def _steps(writing: bool) -> None:
    known = desk.history()
    for id, words, icon, key, moment, go in (
        ("undo", _("Undo"), "undo", "Ctrl+Z", known.last, desk.undo),
        ("redo", _("Redo"), "redo", "Ctrl+Shift+Z", known.next, desk.redo),
    ):
        st.button(
            f":material/{icon}:",
            key=f"widget/{id}",
            help=f"{words}: {plain(moment.done)}" if moment else words,
            on_click=go,
            disabled=moment is None,
            shortcut=None if writing else key,
        )


def _button(act: Act, spec: Spec, at: Path) -> None:
    words = caption(act.id)
    st.button(
        f":material/{act.icon}:",
        key=f"widget/act/{act.id}",
        help=f"{words} ({act.key})",
        on_click=partial(do, act, at),
        disabled=not act.can(spec, at),
    )


def do(act: Act, at: Path) -> None:
    """Do something with a place."""
    words = f"{caption(act.id)} · {called(desk.history().now.document.spec, at)}"
    desk.change(lambda spec: act.apply(spec, at), words)


def press(id: str, at: Path) -> None:
    """Do what a key stands for, where it can be done."""
    if ACTS[id].can(desk.history().now.document.spec, at):
        do(ACTS[id], at)


def called(spec: Spec, at: Path) -> str:
    """Name a place: as its nodes are called, or by its kind."""
    return node_name(spec, at) or type(edit.get(spec, at)).__name__


def _repeat(spec: Spec, at: Path) -> None:
    with st.popover(":material/repeat:", help=_("Repeat")):
        times = st.number_input(_("How many times, one after the other"), 1, 1_000, 2, key="widget/repeat")
        st.button(
            _("Repeat"),
            key="widget/repeat/do",
            icon=":material/repeat:",
            on_click=partial(
                desk.change,
                lambda spec: (edit.repeat(spec, at, times), at),
                _("Repeat") + f" ×{times} · {called(spec, at)}",
            ),
        )

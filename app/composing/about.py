"""What the composition is called, and what goes into it."""

from __future__ import annotations

from dataclasses import replace

import streamlit as st

from app import state
from app.components.picker import LARGEST, axes, columns
from app.composing import desk
from app.i18n import _
from explorer.reading import Document
from explorer.shapes import times

MOST_LETTERS = 60
MOST_CHANNELS = 100_000


def show(document: Document) -> None:
    """Let the reader change name and input."""
    _name(document)
    _input(document)


def _name(document: Document) -> None:
    key = "widget/about/name"
    state.show(key, document.name)

    def rename() -> None:
        if name := " ".join(str(state.shown(key)).split()):
            now = desk.history().now.document
            desk.put(replace(now, name=name), _("Rename to {name}").format(name=name))

    st.text_input(_("Name of the network"), key=key, max_chars=MOST_LETTERS, on_change=rename)


def _input(document: Document) -> None:
    shape = document.input_shape
    named = [("channels", _("Input channels")), *axes(len(shape) - 1)]
    for position, (column, (name, label)) in enumerate(zip(columns(len(shape)), named, strict=True)):
        key = f"widget/about/{name}"
        state.show(key, shape[position])

        def resize(key: str = key, position: int = position) -> None:
            size = state.shown(key)
            assert isinstance(size, int)
            now = desk.history().now.document
            resized = (*now.input_shape[:position], size, *now.input_shape[position + 1 :])
            words = _("Input {shape}").format(shape=times(resized))
            desk.put(replace(now, input_shape=resized), words)

        with column:
            st.number_input(label, 1, MOST_CHANNELS if not position else LARGEST, key=key, on_change=resize)

"""A file that the reader gives: it stays with the session, also while another page or another source is open."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Any

import streamlit as st

from app import state
from app.i18n import _


@dataclass(frozen=True, slots=True)
class File:
    """What was given: the file's name and its bytes."""

    name: str
    data: bytes


def ask(widget: Callable[..., Any], label: str, *, name: str, **looks: Any) -> File | None:
    """Let the reader give a file, by an uploader or the camera; None until there is one, or when it is taken away.

    Streamlit forgets a file when its widget is not drawn, as on another page; here only the reader takes it away.
    """
    key = f"widget/upload/{name}"
    widget(label, key=key, on_change=partial(_take, key), **looks)
    file: File | None = state.kept(key, None)
    if file and state.uploaded(key) is None:
        words, forget = _("Still here: {name}").format(name=file.name), partial(state.keep, key, None)
        st.button(
            words,
            key=f"{key}/forget",
            icon=":material/close:",
            type="tertiary",
            help=_("Take it away"),
            on_click=forget,
        )
    return file


def _take(key: str) -> None:
    given = state.uploaded(key)
    state.keep(key, File(given.name, given.getvalue()) if given else None)

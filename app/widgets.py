"""Widgets whose value lives in the page's address."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from difflib import get_close_matches
from functools import partial
from typing import Any, Literal, TypeVar

import streamlit as st

from app import state
from app.i18n import _

N = TypeVar("N", int, float)
LANGUAGE = "lang"
"""The name of the language's setting."""
FEW = 8
"""So many options are listed in a sentence; of more, those that come near."""


def choice(
    label: str,
    options: Mapping[str, str],
    *,
    name: str,
    default: str = "",
    owner: str = "",
    kind: Literal["box", "row", "scale"] = "box",
    **looks: Any,
) -> str:
    """Let the reader choose one of the options, id → caption, in a select box, a row of segments, or on a scale."""
    default = default or next(iter(options))
    key = _worded(owner, name)
    if state.value(name, default, one_of(name, options, default), owner, key) not in options:
        state.put(name, default, default, owner, key)
    chosen: str = _CHOICES[kind](label, list(options), format_func=options.get, key=key, **looks)
    return state.put(name, chosen, default, owner)


_CHOICES: dict[str, Callable[..., Any]] = {
    "box": st.selectbox,
    "row": partial(st.segmented_control, required=True),
    "scale": st.select_slider,
}


def peek(options: Iterable[str], *, name: str, default: str) -> str:
    """Give what a choice stands at, before it is drawn."""
    return state.value(name, default, one_of(name, options, default), key=_worded("", name))


def number(label: str, *, name: str, default: N, low: float, high: float, owner: str = "", **looks: Any) -> N:
    """Let the reader set a number from low to high; whole if the default is."""
    kind, key = type(default), _key(owner, name)
    state.value(name, default, _within(name, default, low, high), owner, key)
    number: N = st.number_input(label, kind(low), kind(high), default, key=key, **looks)
    return state.put(name, number, default, owner)


def slider(label: str, *, name: str, default: int, low: int, high: int, step: int, **looks: Any) -> int:
    """Let the reader slide to a whole number from low to high."""
    key = _key("", name)
    state.value(name, default, _within(name, default, low, high), key=key)
    chosen: int = st.slider(label, low, high, step=step, key=key, **looks)
    return state.put(name, chosen, default)


def switch(label: str, *, name: str, default: bool = False, owner: str = "", **looks: Any) -> bool:
    """Let the reader switch something on or off."""
    key = _key(owner, name)
    state.value(name, default, _yes_or_no(name, default), owner, key)
    return state.put(name, st.toggle(label, key=key, **looks), default, owner)


def _key(*parts: str) -> str:
    return "widget/" + "/".join(parts)


def _worded(owner: str, name: str) -> str:
    """Give the key of a widget with captions, one per language: the browser knows what is chosen by its caption.

    The names of the languages themselves are the same in all.
    """
    same = name == LANGUAGE or state.language() == "en"
    return _key(owner, name) if same else _key(owner, name, state.language())


def one_of(name: str, options: Iterable[str], default: str) -> Callable[[str], str]:
    """Read one of the options from the address."""

    def read(text: str) -> str:
        if text in options:
            return text
        known = list(options)
        near = known if len(known) <= FEW else get_close_matches(text, known, n=3, cutoff=0.5) or known[:FEW]
        raise refused(name, text, ", ".join(near), default)

    return read


def _within(name: str, default: N, low: float, high: float) -> Callable[[str], N]:
    def read(text: str) -> N:
        try:
            value = type(default)(text)
        except (ValueError, OverflowError):
            value = None
        if value is not None and low <= value <= high:
            return value
        allowed = _("from {low} to {high}").format(low=f"{low:,}", high=f"{high:,}")
        raise refused(name, text, allowed, default)

    return read


def _yes_or_no(name: str, default: bool) -> Callable[[str], bool]:
    def read(text: str) -> bool:
        if text in ("true", "false"):
            return text == "true"
        raise refused(name, text, "true, false", default)

    return read


def refused(name: str, given: str, allowed: str, default: object) -> ValueError:
    """Say in one sentence that the address holds a value that cannot be taken."""
    sentence = _("The link says {name}={given}; allowed: {allowed}. Shown instead: {default}.")
    return ValueError(
        sentence.format(name=name, given=given[:60], allowed=allowed, default=state.token(default) or _("nothing"))
    )

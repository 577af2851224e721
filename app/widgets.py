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
    """Let the reader choose one of the options, id → caption, in a select box, a row of segments, or on a scale.

    Where what was chosen is no option any more, the default is, or the first option if that is none either.
    """
    default = default or next(iter(options))
    key = _worded(owner, name)
    if state.value(name, default, one_of(name, options, default), owner, key) not in options:
        state.put(name, default if default in options else next(iter(options)), default, owner, key)
    chosen: str = _CHOICES[kind](label, list(options), format_func=options.get, key=key, **looks)
    return state.put(name, chosen, default, owner)


_CHOICES: dict[str, Callable[..., Any]] = {
    "box": st.selectbox,
    "row": partial(st.segmented_control, required=True),
    "scale": st.select_slider,
}


def several(
    label: str, options: Mapping[str, str], *, name: str, default: list[str], owner: str = "", **looks: Any
) -> list[str]:
    """Let the reader choose any number of the options, id → caption; what was chosen and is no option is left out."""
    key = _worded(owner, name)
    chosen = state.value(name, default, _some_of(name, options, default), owner, key)
    if not set(chosen) <= set(options):
        state.put(name, [each for each in chosen if each in options], default, owner, key)
    kept = st.multiselect(label, list(options), format_func=options.__getitem__, key=key, **looks)
    return state.put(name, kept, default, owner)


def peek(options: Iterable[str], *, name: str, default: str) -> str:
    """Give what a choice stands at, before it is drawn."""
    return state.value(name, default, one_of(name, options, default), key=_worded("", name))


def turn(name: str, value: str, default: str) -> None:
    """Set a choice that is not drawn yet."""
    state.put(name, value, default, key=_worded("", name))


def number(
    label: str,
    *,
    name: str,
    default: N,
    low: float,
    high: float,
    step: N | None = None,
    owner: str = "",
    **looks: Any,
) -> N:
    """Let the reader write a number from low to high; whole, and in whole steps from low, if the default is whole."""
    return _numbered(st.number_input, label, name, default, low, high, step, owner, {"value": default, **looks})


def slider(label: str, *, name: str, default: N, low: float, high: float, step: N, owner: str = "", **looks: Any) -> N:
    """Let the reader slide to a number from low to high; the address may hold one between the steps of a fraction."""
    return _numbered(st.slider, label, name, default, low, high, step, owner, looks)


def _numbered(
    widget: Callable[..., Any],
    label: str,
    name: str,
    default: N,
    low: float,
    high: float,
    step: N | None,
    owner: str,
    looks: Mapping[str, Any],
) -> N:
    kind, key = type(default), _key(owner, name)
    state.value(name, default, _within(name, default, low, high, step), owner, key)
    chosen: N = widget(label, kind(low), kind(high), step=step, key=key, **looks)
    return state.put(name, chosen, default, owner)


def switch(label: str, *, name: str, default: bool = False, owner: str = "", **looks: Any) -> bool:
    """Let the reader switch something on or off."""
    key = _key(owner, name)
    state.value(name, default, _yes_or_no(name, default), owner, key)
    return state.put(name, st.toggle(label, key=key, **looks), default, owner)


def set_back(name: str, default: N, owner: str = "") -> None:
    """Set a number or a switch back to its default; before widgets are drawn, so in a button's callback."""
    state.put(name, default, default, owner, _key(owner, name))


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


def _some_of(name: str, options: Iterable[str], default: list[str]) -> Callable[[str], list[str]]:
    """Read some of the options from the address, with commas between them."""
    one = one_of(name, options, state.token(default))
    return lambda text: [one(part) for part in text.split(",")]


def _within(name: str, default: N, low: float, high: float, step: N | None) -> Callable[[str], N]:
    whole_steps = step if isinstance(default, int) and step else 0

    def read(text: str) -> N:
        try:
            value = type(default)(text)
        except (ValueError, OverflowError):
            value = None
        if value is not None and low <= value <= high and not (whole_steps and (value - low) % whole_steps):
            return value
        allowed = _("from {low} to {high}").format(low=f"{low:,}", high=f"{high:,}")
        if whole_steps > 1:
            allowed += " " + _("in steps of {step}").format(step=whole_steps)
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

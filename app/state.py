"""What the reader has set: the only module that touches the session's state and the page's address.

Every setting is *linked*: it has a name in the address (``?arch=vgg16&num_classes=10``), so that a link opens
the very view. The address holds ids, never captions (``bind="query-params"`` writes what a select box shows, which
changes with the language, and drops a bad value without a word), and leaves out what stands at its default.

A run goes ``begin`` → widgets → ``publish``. The address is read when the reader arrives by it (first run, back,
forward, a link to another page); afterwards the widgets lead and the address follows. A reader who is quicker than
that first run interrupts it: it is begun again, and what the address says stands until a run has reached its end.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, TypeVar

import streamlit as st
from streamlit.runtime.scriptrunner import get_script_run_ctx

if TYPE_CHECKING:
    from streamlit.runtime.uploaded_file_manager import UploadedFile

T = TypeVar("T")
_VALUES, _TOKENS, _ARRIVAL, _NOTICES, _LANGUAGE = "_values", "_tokens", "_arrival", "_notices", "_language"
_STOPPED, _PAGE, _KEPT, _DRAWN = "_stopped", "_page", "_kept/", "_drawn"
_CAME = "_came"
_NOT_KNOWN = ""


def begin() -> None:
    """Start a run of the whole page: take the address if the reader arrives by it, or arrived and has interrupted."""
    new = _VALUES not in st.session_state
    first = new or getattr(get_script_run_ctx(), "is_history_navigation", False)
    moved = not first and st.session_state[_PAGE] not in (_NOT_KNOWN, _page())
    if first or moved:
        arrival = st.query_params.to_dict()
        st.session_state[_VALUES] = _without(arrival) if moved else {}
        st.session_state[_ARRIVAL], st.session_state[_NOTICES] = arrival, []
        st.session_state[_DRAWN] = set()
    elif st.session_state[_ARRIVAL] is None:
        st.session_state[_ARRIVAL], st.session_state[_NOTICES] = {}, []
    st.session_state[_PAGE], st.session_state[_TOKENS] = _NOT_KNOWN if first else _page(), {}
    st.session_state[_CAME] = (first or moved) and not new


def _without(arrival: Mapping[str, str]) -> dict[str, object]:
    """Give what has been set so far, except what a link to another page sets."""
    return {slot: value for slot, value in st.session_state[_VALUES].items() if slot.rpartition("/")[2] not in arrival}


def publish() -> None:
    """End a run: write the address, once.

    An address that the reader came by within the session, and that says all there is to say, stays as it is, also if it
    names defaults: another one would be a step of its own in the history, which no way back leads past.
    """
    st.session_state[_PAGE], st.session_state[_ARRIVAL] = _page(), None
    there, tokens = st.query_params.to_dict(), st.session_state[_TOKENS]
    enough = tokens.items() <= there.items() if st.session_state[_CAME] else tokens == there
    if not enough:
        st.query_params.from_dict(tokens)


def _page() -> str:
    """Name the page that runs; before the navigation of the first run it is not that of the address yet."""
    return getattr(get_script_run_ctx(), "page_script_hash", "")


def publish_fragment() -> None:
    """End a run of a fragment; within a run of the whole page, leave the address to ``publish``."""
    if st.session_state[_ARRIVAL] is None:
        publish()


def notices() -> list[str]:
    """Give one sentence for each value of the address that could not be taken."""
    return list(st.session_state[_NOTICES])


def language() -> str:
    """Give the language that the reader sees."""
    return str(st.session_state.get(_LANGUAGE, "en"))


def speak(code: str) -> None:
    """Set the language for this session."""
    st.session_state[_LANGUAGE] = code


def value(name: str, default: T, read: Callable[[str], T], owner: str = "", key: str = "") -> T:
    """Give a linked setting: what its widget says, else what the address says, else what it was, else the default.

    A widget says something once this page has drawn it; one that another page had is not the same.

    Args:
        name: its name in the address.
        default: its value when nobody has set it.
        read: turns the address's text into a value; raises ValueError with one sentence if it may not be that.
        owner: settings of different owners share a name, not a value (each network has its own ``num_classes``).
        key: the key of its widget, if it has one.
    """
    slot, values, drawn = f"{owner}/{name}", st.session_state[_VALUES], st.session_state[_DRAWN]
    if slot in values and key in drawn and key in st.session_state:
        found: T = st.session_state[key]
        return put(name, found, default, owner)
    if slot not in values:
        values[slot] = _arrived(name, default, read)
    if key:
        drawn.add(key)
    found = values[slot]
    return put(name, found, default, owner, key)


def put(name: str, new: T, default: T, owner: str = "", key: str = "") -> T:
    """Set a linked setting, and its widget if that is not drawn yet; the address follows."""
    st.session_state[_VALUES][f"{owner}/{name}"] = new
    if key:
        st.session_state[key] = new
    st.session_state[_TOKENS].pop(name, None)
    if new != default:
        st.session_state[_TOKENS][name] = token(new)
    return new


def _arrived(name: str, default: T, read: Callable[[str], T]) -> T:
    """Take a setting from the address; if it cannot be taken, say so and give the default."""
    arrival: Mapping[str, str] = st.session_state[_ARRIVAL] or {}
    if name not in arrival:
        return default
    try:
        return read(arrival[name])
    except ValueError as error:
        st.session_state[_NOTICES].append(str(error))
        return default


def stop(what: str) -> None:
    """Note that the reader does not want to wait for something any more."""
    st.session_state[_STOPPED] = what


def go_on() -> None:
    """Note that the reader wants to wait after all."""
    st.session_state[_STOPPED] = ""


def stopped(what: str) -> bool:
    """Say whether the reader has stopped waiting for this, and for nothing else since."""
    return str(st.session_state.get(_STOPPED, "")) == what


def keep(name: str, value: object) -> None:
    """Keep something of this session that no address can hold."""
    st.session_state[_KEPT + name] = value


def kept(name: str, default: T) -> T:
    """Give what was kept under a name."""
    found: T = st.session_state.get(_KEPT + name, default)
    return found


def told(key: str, what: str) -> str:
    """Give what a component has just told."""
    return str(st.session_state[key][what])


def shown(key: str) -> object:
    """Give what a widget shows that has just been changed."""
    return st.session_state[key]


def uploaded(key: str) -> UploadedFile | None:
    """Give the file that an uploader holds."""
    found: UploadedFile | None = st.session_state[key]
    return found


def show(key: str, value: object) -> None:
    """Set a widget that is not drawn yet, and whose value stands in the address as part of something else."""
    if key not in st.session_state or st.session_state[key] != value:
        st.session_state[key] = value


def clicked(key: str) -> int | None:
    """Give the number that a chart has for the mark that was clicked (its ``customdata``)."""
    points = st.session_state[key]["selection"]["points"]
    numbers = [number for point in points if isinstance(number := _number_of(point), int)]
    return numbers[0] if numbers else None


def _number_of(point: Mapping[str, object]) -> object:
    found = point.get("customdata")
    return found[0] if isinstance(found, list | tuple) else found


def picked_row(key: str) -> int | None:
    """Give the row that the reader has picked in a table, by its box or by any of its cells."""
    picked = st.session_state[key]["selection"]
    rows = [row for row, _column in picked["cells"]] or picked["rows"]
    return rows[0] if rows else None


def pick_row(key: str, row: int | None) -> None:
    """Pick a row of a table that is not drawn yet."""
    wanted = {"rows": [] if row is None else [row], "columns": [], "cells": []}
    if key not in st.session_state or st.session_state[key]["selection"] != wanted:
        st.session_state[key] = {"selection": wanted}


def token(value: object) -> str:
    """Write a value as the address holds it.

    >>> token(True), token(224), token("vgg16"), token(["cam", "grad-cam"])
    ('true', '224', 'vgg16', 'cam,grad-cam')
    """
    if isinstance(value, list):
        return ",".join(map(token, value))
    return str(value).lower() if isinstance(value, bool) else str(value)

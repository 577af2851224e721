"""What is computed once and shared by all readers.

The values are frozen, or treated as such, so they are shared as they are (``cache_resource``) instead of being pickled
for every run. Keys are texts, ids, knob values and shapes, never dataclasses: Streamlit hashes those without the names
of their classes.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar, cast

import streamlit as st

import explorer
from explorer.report import Report, analyze
from explorer.shapes import Shape
from explorer.zoo import Value

T = TypeVar("T")


@st.cache_resource(max_entries=128, show_spinner=False)
def report(id: str, setting: tuple[tuple[str, Value], ...], input_shape: Shape) -> Report:
    """Report on a network of the zoo at a setting of its knobs, for an input shape."""
    return analyze(explorer.get(id, **dict(setting)), input_shape)


def of(report: Report, what: str, make: Callable[[], T], *settings: object) -> T:
    """Make something of a report of the zoo, once for each of the settings that it depends on.

    Args:
        report: what it is made of; known by its id, knobs and input shape, and whether gates count.
        what: the name of the thing, unlike those of other things.
        make: makes it.
        settings: whatever else ``make`` looks at; known by their text.
    """
    values = report.architecture.values if report.architecture else ()
    key = (what, report.id, values, report.graph.input_shape, report.ignore_gates, *map(str, settings))
    return cast(T, _made(repr(key), make))


@st.cache_resource(max_entries=512, show_spinner=False)
def _made(key: str, _make: Callable[[], object]) -> object:
    return _make()

"""What is computed once and shared by all readers.

The values are frozen, or treated as such, so they are shared as they are (``cache_resource``) instead of being pickled
for every run. Keys are texts, ids, knob values and shapes, never dataclasses: Streamlit hashes those without the names
of their classes. A composition is known by its text.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar, cast

import streamlit as st

import explorer
from explorer import references
from explorer.composing.outline import Draft, draft
from explorer.composing.repairs import Repair
from explorer.composing.repairs import repairs as find_repairs
from explorer.reading import Document
from explorer.report import Report, analyze
from explorer.shapes import Shape
from explorer.text import dump
from explorer.zoo import Architecture, Value

T = TypeVar("T")


@st.cache_resource(max_entries=128, show_spinner=False)
def report(id: str, setting: tuple[tuple[str, Value], ...], input_shape: Shape) -> Report:
    """Report on a network of the zoo at a setting of its knobs, for an input shape."""
    return analyze(explorer.get(id, **dict(setting)), input_shape)


@st.cache_resource(max_entries=128, show_spinner=False)
def network(reference: str) -> Architecture | Document:
    """Read a reference to a network, as it stands in an address."""
    return references.read(reference)


def report_of(network: Architecture | Document) -> Report:
    """Report on a network of the zoo or a composition, each at its own input shape.

    Raises:
        ExplorerError: it cannot take its input.
    """
    if isinstance(network, Architecture):
        return report(network.id, network.values, network.input_shape)
    drafted, found = composition(network)
    if drafted.error or not found:
        raise drafted.error or explorer.ExplorerError(f"{network.name}: there is no layer; allowed: one or more")
    return found


def composition(document: Document) -> tuple[Draft, Report | None]:
    """Lower a composition as far as it goes, and report on what is lowered."""
    return _composition(repr(document), document)


@st.cache_resource(max_entries=64, show_spinner=False)
def _composition(text: str, _document: Document) -> tuple[Draft, Report | None]:
    drafted = draft(_document.spec, _document.input_shape, _document.name)
    return drafted, Report(drafted.graph) if drafted.graph else None


def repairs(document: Document) -> tuple[Repair, ...]:
    """Find what mends a composition."""
    return _repairs(repr(document), document)


@st.cache_resource(max_entries=64, show_spinner=False)
def _repairs(text: str, _document: Document) -> tuple[Repair, ...]:
    return find_repairs(_document.spec, _document.input_shape)


def text(document: Document) -> str:
    """Write a composition as YAML."""
    return _text(repr(document), document)


@st.cache_resource(max_entries=32, show_spinner=False)
def _text(key: str, _document: Document) -> str:
    return dump(_document.spec, _document.input_shape, _document.name)


def of(report: Report, what: str, make: Callable[[], T], *settings: object) -> T:
    """Make something of a report, once for each of the settings that it depends on.

    Args:
        report: what it is made of. One of the zoo is known by its id, knobs and input shape, any other by the text of
            its graph; and by whether gates count.
        what: the name of the thing, unlike those of other things.
        make: makes it.
        settings: whatever else ``make`` looks at; known by their text.
    """
    values = report.architecture.values if report.architecture else report.digest
    key = (what, report.id, values, report.graph.input_shape, report.ignore_gates, *map(str, settings))
    return cast(T, _made(repr(key), make))


@st.cache_resource(max_entries=512, show_spinner=False)
def _made(key: str, _make: Callable[[], object]) -> object:
    return _make()

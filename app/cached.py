"""What is computed once and shared by all readers.

The values are frozen, so they are shared as they are (``cache_resource``) instead of being pickled for every run. Keys
are ids, knob values and shapes, never dataclasses: Streamlit hashes those without the names of their classes.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import streamlit as st

import explorer
from explorer.diagram import Drawing, draw
from explorer.report import Report, analyze
from explorer.shapes import Shape
from explorer.zoo import Value

if TYPE_CHECKING:
    from explorer.audit import Audit

Setting = tuple[tuple[str, Value], ...]


@st.cache_resource(max_entries=128, show_spinner=False)
def report(id: str, setting: Setting, input_shape: Shape) -> Report:
    """Report on a network of the zoo at a setting of its knobs, for an input shape."""
    return analyze(explorer.get(id, **dict(setting)), input_shape)


def drawing(report: Report, open_paths: frozenset[str]) -> Drawing:
    """Lay out the diagram of a report with some groups open."""
    setting = report.architecture.values if report.architecture else ()
    return _drawing(report.id, setting, report.graph.input_shape, tuple(sorted(open_paths)), report)


@st.cache_resource(max_entries=128, show_spinner=False)
def _drawing(id: str, setting: Setting, shape: Shape, open_paths: tuple[str, ...], _report: Report) -> Drawing:
    return draw(_report.graph, frozenset(open_paths))


def audit(report: Report) -> Audit:
    """Ask other counters about the network of a report. Imports torch."""
    setting = report.architecture.values if report.architecture else ()
    return _audit(report.id, setting, report.graph.input_shape, report)


@st.cache_resource(max_entries=64, show_spinner=False)
def _audit(id: str, setting: Setting, shape: Shape, _report: Report) -> Audit:
    from explorer.audit import audit

    return audit(_report.graph)

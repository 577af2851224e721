"""What is measured on this machine, kept for all readers. Only the speed view imports this module: it brings torch."""

from __future__ import annotations

import streamlit as st

from app import cached
from app.looking import Kept, Wanted
from explorer.comparing.roofline import Load, loads
from explorer.measuring.bench import Bench, Wish, bench
from explorer.report import Report
from explorer.vision.backend import InferenceBackend, ThreadBackend
from explorer.vision.device import choose

MOST_WAITING = 4


@st.cache_resource(show_spinner=False)
def backend() -> InferenceBackend:
    """Give the place where networks are measured, one at a time; photos are looked at elsewhere meanwhile."""
    return ThreadBackend(MOST_WAITING)


def wanted(wish: Wish, texts: tuple[str, ...]) -> Wanted[Bench]:
    """Give a measurement; networks are known by their references and input shapes."""
    shapes = tuple(graph.input_shape for _name, graph in wish.networks)
    name = f"bench {texts} {shapes} {wish.batches} {wish.device} {wish.precision}"
    return Wanted(name, kept(name), lambda tick: bench(wish, tick))


@st.cache_resource(max_entries=64, show_spinner=False)
def kept(name: str) -> Kept[Bench]:
    """Give the place of a measurement."""
    return Kept()


def layers(report: Report, batch: int, precision: str) -> tuple[Load, ...]:
    """Give the loads of a network's layers."""
    return cached.of(report, "loads", lambda: loads(report.graph, batch, precision), batch, precision)


def devices() -> list[str]:
    """List the devices of this machine, the best first."""
    return list(dict.fromkeys((str(choose("auto")), "cpu")))

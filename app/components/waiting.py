"""Work that takes a while: how far it is, how long it still takes, and a way to stop it."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from typing import TypeVar

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from app import looking, state
from app.i18n import _
from explorer.vision.backend import InferenceBackend, Job

T = TypeVar("T")
Sketch = Callable[[T], None]
PATIENCE_S = 0.4
"""What is done sooner needs no bar."""
DEADLINE_S = 600.0


def made(
    wanted: looking.Wanted[T], title: str, sketch: Sketch[T] | None = None, backend: InferenceBackend | None = None
) -> T | None:
    """Give what is wanted; what is not there yet is made while the reader watches. None when the reader has stopped it.

    Whatever else the reader does meanwhile stops it as well, but then what is still wanted is begun anew. What follows
    on the page keeps its place, whether there was something to wait for or not, and with it the keyboard's focus.

    Args:
        wanted: what is made.
        title: what the bar calls it.
        sketch: draws what stands so far, if anything does before the end.
        backend: where it is made; where photos are looked at, if left out.
    """
    place = st.empty()
    if wanted.kept.value is None:
        if state.stopped(wanted.name):
            with place.container():
                st.info(_("Stopped: {title}").format(title=title), icon=":material/stop_circle:")
                st.button(_("Go on"), on_click=state.go_on, key=f"go on {wanted.name}", icon=":material/play_arrow:")
            return None
        job = (backend or looking.backend()).follow(wanted.steps, DEADLINE_S)
        wanted.kept.value = _watched(job, wanted.name, title, sketch, place)
    return wanted.kept.value


def _watched(job: Job[T], name: str, title: str, sketch: Sketch[T] | None, place: DeltaGenerator) -> T:
    """Wait for the work; show how far it is once it has taken a moment."""
    drawn = None
    try:
        with suppress(TimeoutError):
            return job.result(PATIENCE_S)
        with place.container():
            bar = st.progress(0.0, title)
            st.button(_("Cancel"), on_click=state.stop, args=(name,), key=f"stop {name}", icon=":material/close:")
            paper = st.empty()
        while not job.done:
            bar.progress(job.progress, f"{title} · {left(job.seconds_left)}")
            if sketch and job.latest is not None and job.latest is not drawn:
                drawn = job.latest
                with paper.container():
                    sketch(drawn)
            with suppress(TimeoutError):
                job.result(0.2)
        found = job.result()
    finally:
        job.cancel()
    place.empty()
    return found


def left(seconds: float | None) -> str:
    """Say how long it still takes; None while that is not known."""
    if seconds is None:
        return _("waiting for the network…")
    return _("about {seconds} s left").format(seconds=max(1, round(seconds)))

"""Measured on this machine: latency, throughput and memory of some networks, beside what their figures predict."""

from __future__ import annotations

import streamlit as st

from app import state, widgets
from app.comparing import lineup
from app.components.careful import part
from app.i18n import _
from explorer.comparing.lineup import labels
from explorer.report import Report

OWNER = "bench"
BATCHES = (1, 2, 4, 8, 16, 32, 64)
PRECISIONS = {"cpu": ("float32", "bfloat16"), "cuda": ("float32", "float16", "bfloat16"), "mps": ("float32", "float16")}


def show() -> None:
    """Let the reader choose networks and measure them."""
    with st.sidebar:
        picked = lineup.pick()
    for each in picked:
        if each.trouble:
            st.error(f"{each.reference[:60]}: {each.trouble}", icon=":material/block:")
    st.markdown(
        _(
            "Mult-adds are counted, time is measured. Here the networks run on the machine that serves this page, with "
            "random weights: a pass takes as long whatever the network knows. The numbers hold for this machine only, "
            "and whatever else it does meanwhile slows them down."
        )
    )
    chosen = [(each.reference, each.report) for each in picked if each.report]
    with st.spinner(_("Waking torch up; this takes some seconds, once…")):
        from app.comparing import benches, speed_results  # noqa: F401
    if chosen:
        _bench(tuple(reference for reference, _report in chosen), [report for _reference, report in chosen])


@part
def _bench(references: tuple[str, ...], reports: list[Report]) -> None:
    """Let the reader set the bench up, start it, and read what it gives."""
    from app.comparing import benches, speed_results
    from app.components import waiting
    from explorer.measuring.bench import Wish, check

    names = labels(reports)
    batches, device, precision = _settings(benches.devices())
    graphs = tuple((name, report.graph) for name, report in zip(names, reports, strict=True))
    wish = Wish(graphs, batches, device, precision)
    check(wish)
    wanted = benches.wanted(wish, references)
    by_name = dict(zip(names, reports, strict=True))
    asked = st.button(
        _("Measure"), key="widget/bench/measure", on_click=state.go_on, icon=":material/timer:", type="primary"
    )
    if asked:
        wanted.kept.value = None
    elif wanted.kept.value is None:
        return
    found = waiting.made(
        wanted, _("Measuring"), lambda bench: speed_results.totals(bench, by_name, final=False), benches.backend()
    )
    if found:
        speed_results.show(found, by_name)


def _settings(devices: list[str]) -> tuple[tuple[int, ...], str, str]:
    """Let the reader say how many images go through at a time, on what device, and how precise the numbers are."""
    with st.container(horizontal=True, vertical_alignment="bottom"):
        captions = {str(batch): str(batch) for batch in BATCHES}
        largest = int(
            widgets.choice(_("Images at a time"), captions, name="images", owner=OWNER, default="1", kind="row")
        )
        sweep = widgets.switch(_("All sizes up to there"), name="sweep", owner=OWNER)
        device = widgets.choice(_("Device"), {each: each for each in devices}, name="device", owner=OWNER, kind="row")
        precisions = {each: each for each in PRECISIONS[device.partition(":")[0]]}
        precision = widgets.choice(_("Precision"), precisions, name="numbers", owner=OWNER, kind="row")
    batches = tuple(batch for batch in BATCHES if batch == largest or (sweep and batch < largest))
    return batches, device, precision

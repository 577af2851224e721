"""What the bench has found: a table of totals, and the charts that say why mult-adds alone do not tell the time."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import pandas as pd
import streamlit as st

from app import widgets
from app.comparing import benches, charted
from app.components import exports
from app.figures import binary, decimal, exact, percent, short
from app.i18n import _
from explorer.comparing.roofline import whole
from explorer.measuring import charts
from explorer.measuring.bench import Bench, Speed
from explorer.memory import memory
from explorer.report import Report
from explorer.table import Table


def show(bench: Bench, reports: Mapping[str, Report]) -> None:
    """Show everything that was measured."""
    totals(bench, reports, final=True)
    precision = bench.machine.precision
    loads = {(s.network, s.batch): benches.layers(reports[s.network], s.batch, precision) for s in bench.speeds}
    st.subheader(_("Equal mult-adds are not equal time"), anchor=False)
    charted.show(charts.against_mult_adds(bench, loads, _), "time_against_mult_adds")
    if len({speed.batch for speed in bench.speeds}) > 1:
        st.subheader(_("More images at a time"), anchor=False)
        charted.show(charts.throughput(bench, _), "throughput")
    st.subheader(_("Where the time goes"), anchor=False)
    charted.show(charts.shares(bench, loads, _), "shares_of_time")
    st.subheader(_("The roofline"), anchor=False)
    _roofline(bench, reports)


def totals(bench: Bench, reports: Mapping[str, Report], final: bool) -> None:
    """Lay the measurements out, each beside what was predicted; say what they were measured on."""
    roof = bench.roof
    st.caption(
        _("Measured on: {machine}. At its best it does {rate} mult-adds and moves {bytes} per second.").format(
            machine=bench.machine, rate=short(roof.mult_adds_per_s), bytes=binary(round(roof.bytes_per_s))
        )
    )
    if not bench.speeds:
        return
    header = _header()
    cells = [tuple(_cells(speed, bench, reports[speed.network])) for speed in bench.speeds]
    alt = _("What was measured, beside what was predicted")
    st.dataframe(pd.DataFrame(cells, columns=header), hide_index=True, alt=alt)
    if final:
        exports.of_table(Table.of(f"{alt}: {bench.machine}", header, cells), "measured")
        st.caption(
            _(
                "Times are medians, with quartiles in brackets. “By the roofline” is the least time: every layer as "
                "fast as this machine multiplies or moves bytes, whichever takes longer. Memory is what the "
                "activations held at once, as torch's allocator saw it, working space of the convolutions included."
            )
        )


def _header() -> list[str]:
    return [
        _("Network"),
        _("Images at a time"),
        _("Latency"),
        _("Images per second"),
        _("By the roofline"),
        _("Mult-adds"),
        _("Bytes moved"),
        _("Of the peak rate"),
        _("Activations, measured"),
        _("Activations, predicted"),
        _("Parameters"),
    ]


def _cells(speed: Speed, bench: Bench, report: Report) -> Iterator[str | int]:
    precision = bench.machine.precision
    layers = benches.layers(report, speed.batch, precision)
    load, median = whole(speed.network, layers), speed.timing.median
    predicted = memory(report.graph, precision)
    low, high = speed.timing.quartiles
    yield speed.network
    yield speed.batch
    yield f"{_time(median)} ({_time(low)} – {_time(high)})"
    yield decimal(f"{speed.images_per_s:.4g}")
    yield _time(sum(map(bench.roof.seconds, layers)))
    yield exact(load.mult_adds)
    yield binary(load.bytes)
    yield percent(load.mult_adds / median / bench.roof.mult_adds_per_s)
    yield _("unknown") if speed.peak_activations is None else binary(speed.peak_activations)
    yield binary(speed.batch * predicted.peak_activations)
    yield binary(predicted.parameters)


def _time(seconds: float) -> str:
    return decimal(f"{1000 * seconds:.3g}") + "\u00a0ms"


def _roofline(bench: Bench, reports: Mapping[str, Report]) -> None:
    """Draw the roofline of one of the networks."""
    st.markdown(
        _(
            "A layer can go no faster than the machine multiplies (the flat roof), nor than it moves the layer's "
            "weights, inputs and outputs (the slope). A depthwise convolution does about one mult-add for each byte: "
            "it stands under the slope, however few its mult-adds. Normalisation and activations do none at all, and "
            "take time too. What stays in the caches may rise above the slope."
        )
    )
    names = {str(i): network for i, (network, _layers) in enumerate(bench.layers)}
    chosen = names[widgets.choice(_("Network"), names, name="roof", kind="row")]
    speed = bench.largest(chosen)
    batch = speed.batch if speed else 1
    layers = benches.layers(reports[chosen], batch, bench.machine.precision)
    charted.show(charts.roofline(bench, chosen, layers, _), "roofline")
    least = sum(map(bench.roof.seconds, layers))
    st.caption(
        _("Layers were timed one by one, {n} images at a time: {sum} in all; by the roofline at least {least}.").format(
            n=batch, sum=_time(sum(dict(bench.layers)[chosen].values())), least=_time(least)
        )
    )

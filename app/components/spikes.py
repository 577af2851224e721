"""What a spiking network computes at a firing rate, layer by layer, beside its dense twin."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from app import widgets
from app.figures import exact, percent, short
from app.i18n import _
from explorer.report import Report
from explorer.spiking import Synapses, break_even, spikes, synapses

RATE = 10
"""The firing rate at first, in per cent."""


def are_in(report: Report) -> bool:
    """Say whether a network has spiking neurons."""
    return bool(spikes(report.graph))


def show(report: Report) -> None:
    """Let the reader set how often neurons fire, and count."""
    st.markdown(
        _(
            "A layer that reads spikes multiplies nothing: each spike that arrives costs an **accumulate** per weight, "
            "and silence nothing. Only the layer that reads the picture multiplies, in every time step."
        )
    )
    rate = widgets.slider(
        _("Firing rate: neurons that fire in a time step"),
        name="rate", default=RATE, low=0, high=100, step=1, format="%d %%",
    )  # fmt: skip
    layers = synapses(report.graph, rate / 100)
    _totals(layers)
    st.table(_rows(layers), hide_index=True, border="horizontal", alt=_("Synaptic operations, layer by layer"))
    st.caption(
        _(
            "Behind the first layer there are fewer accumulates than mult-adds in the dense twin while less than "
            "{rate} of the neurons fire. One rate is taken for all; `explorer.firing` measures the true ones."
        ).format(rate=percent(break_even(layers)))
    )


def _totals(layers: Sequence[Synapses]) -> None:
    """Show the operations of each kind, for one input in all time steps."""
    accumulates = round(sum(each.accumulates for each in layers))
    multiplied = sum(each.multiply_accumulates for each in layers)
    twin = sum(each.twin for each in layers)
    figures = (
        (_("Accumulates"), accumulates, _("of layers that read spikes")),
        (_("Multiply-accumulates"), multiplied, _("of the layer that reads the picture")),
        (_("The dense twin's mult-adds"), twin, _("the same network with ReLU, in one step")),
    )
    with st.grid(3, min_column_width=185):
        for label, number, detail in figures:
            with st.container(border=True, gap="xxsmall", height="stretch"):
                st.metric(label, short(number))
                st.markdown(f"**{exact(number)}**")
                st.caption(detail)


def _rows(layers: Sequence[Synapses]) -> dict[str, list[str]]:
    return {
        _("Layer"): [each.node.name for each in layers],
        _("Reads"): [_("numbers") if each.rate is None else _("spikes") for each in layers],
        _("Mult-adds if dense, all steps"): [exact(each.mult_adds) for each in layers],
        _("Accumulates"): [exact(round(each.accumulates)) for each in layers],
        _("Multiply-accumulates"): [exact(each.multiply_accumulates) for each in layers],
        _("The dense twin's mult-adds"): [exact(each.twin) for each in layers],
    }

"""The field at a glance: accuracy as published beside what networks cost; a click opens the network."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import streamlit as st

from app import state, widgets
from app.comparing import field_filter, field_point, field_table
from app.components.careful import part
from app.i18n import _
from explorer.charts import Chart
from explorer.comparing import landscape, landscape_charts
from explorer.comparing.landscape import Choice, Expense, Point

OWNER = "field"
KEY = "widget/field/chart"


@part
def show() -> None:
    """Let the reader choose what is looked at; draw it, and the network that is picked."""
    st.markdown(
        _(
            "Accuracy is what papers and libraries published, each with its source; parameters and mult-adds are what "
            "we count, at the input that the source names. Measurements under different protocols and trainings do "
            "not compare: choose one below."
        )
    )
    with st.spinner(_("Counting every network, once…")):
        dataset = field_filter.dataset()
        found = landscape.points(dataset)
    choice = field_filter.choice(found, dataset)
    kept = landscape.select(found, choice)
    if not kept:
        st.info(_("No published figure is left: choose more families, years, protocols or sources."))
        return
    expense, drawing = _looks()
    st.caption(field_filter.said(kept, choice, dataset))
    best = landscape.front(kept, expense, choice.top)
    if drawing == "efficiency":
        _draw(landscape_charts.per_unit(kept, expense, choice.top, _), "widget/field/efficiency")
    else:
        _scatter(kept, best, expense, choice, drawing == "error")
    field_table.show(kept, best, f"field_{dataset}")
    _without()


def _looks() -> tuple[Expense, str]:
    costs = {"mult_adds": _("Mult-adds"), "params": _("Parameters")}
    drawings = {"accuracy": _("Accuracy"), "error": _("Error, logarithmic"), "efficiency": _("Accuracy per unit")}
    with st.container(horizontal=True, vertical_alignment="bottom"):
        drawing = widgets.choice(_("Chart"), drawings, name="drawing", owner=OWNER, kind="row")
        expense = widgets.choice(_("Against"), costs, name="across", owner=OWNER, kind="row")
    return ("params" if expense == "params" else "mult_adds"), drawing


def _scatter(kept: Sequence[Point], best: Sequence[Point], expense: Expense, choice: Choice, as_error: bool) -> None:
    """Draw the bubbles; the one that is clicked is picked."""
    names = field_point.names(kept)
    picked = state.value("point", "", widgets.one_of("point", names, ""), OWNER)
    chosen = names.get(picked)
    chart = landscape_charts.scatter(kept, best, expense, choice.top, as_error, chosen, _)

    def pick() -> None:
        clicked = state.clicked(KEY)
        if clicked is not None:
            state.put("point", list(names)[clicked], "", OWNER)

    _draw(chart, KEY, on_select=pick, selection_mode="points")
    if chosen:
        field_point.show(chosen)
    else:
        st.caption(_("Click a network to see where its figure comes from, and to open it."))


def _draw(chart: Chart, key: str, **more: Any) -> None:
    look = {"displaylogo": False, "toImageButtonOptions": {"format": "svg", "filename": "field"}}
    st.plotly_chart(chart.figure, key=key, config=look, alt=chart.title, **more)


def _without() -> None:
    networks = ", ".join(_(network.name) for network in landscape.unmeasured())
    words = _("Networks of the zoo of which no accuracy is published, as far as we know: {networks}.")
    st.caption(words.format(networks=networks))

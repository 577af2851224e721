"""The search bench: random cells of NASNet's space, what their networks cost, and which nothing else beats."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

import streamlit as st

from app import state, widgets
from app.comparing import batches, cell_card, charted
from app.components.careful import part
from app.figures import decimal, localised
from app.i18n import _
from explorer.comparing import cells, cells_chart
from explorer.comparing.cells import METRICS, Candidate, Setup
from explorer.zoo.nasnet import Frame

OWNER = "bench"
STEM = "cells"
MOST_CELLS = 400


@part
def show() -> None:
    """Let the reader draw cells, count, and keep the front under a budget."""
    _introduction()
    setup, seeds = _setup()
    pieces = [(f"cell {seed} {setup}", partial(cells.candidate, seed, setup)) for seed in seeds]
    name = f"cells {seeds.start} {len(seeds)} {setup}"
    found = batches.made(pieces, name, _("Building networks from cells"))
    (landmark,) = batches.made([(f"cell A {setup}", partial(cells.reference, setup))], f"A {setup}", cells.REFERENCE)
    if found:
        _compare(found, landmark, setup)


def _introduction() -> None:
    st.markdown(
        _(
            "A search for architectures draws a cell, stacks it into a network, trains that, and learns from its "
            "accuracy. Here cells are drawn at random from NASNet's space, stacked and counted; nothing is trained, so "
            "that **nothing is known of their accuracy**. What can be known is what a cell costs, and what it gives a "
            "network to work with."
        )
    )
    space = cells.space()
    with st.expander(_("How large is the space?"), icon=":material/all_inclusive:"):
        st.markdown(
            _(
                "A cell has five blocks. Block b, counted from 0, chooses two of b + 2 hidden states (the inputs of "
                "the cell and the blocks before it), one of 13 operations for each, and to add or to concatenate: "
                "$2\\,(13\\,(b+2))^2$ ways. Multiplied over the blocks that is **{choices}** cells, and **{networks}** "
                "pairs of a normal and a reduction cell. Many of them are the same network: where left and right make "
                "no difference, **{unordered}** cells are left."
            ).format(
                choices=localised(f"{space.choices:,}"),
                networks=_power(space.choices**2),
                unordered=localised(f"{space.unordered:,}"),
            )
        )


def _power(number: int) -> str:
    mantissa, exponent = f"{number:.1e}".split("e+")
    return f"${decimal(mantissa)}\\cdot 10^{{{int(exponent)}}}$"


def _setup() -> tuple[Setup, range]:
    """Let the reader say how many cells are drawn, and how they become networks."""
    frames = {"cifar": _("CIFAR, 32×32"), "imagenet": _("ImageNet, 224×224")}
    with st.container(horizontal=True, vertical_alignment="bottom"):
        count = widgets.number(_("Cells"), name="cells", default=60, low=2, high=MOST_CELLS, step=1, width=140)
        first = widgets.number(_("First seed"), name="drawn", default=0, low=0, high=900_000, step=1, width=160)
        repeats = widgets.number(_("Normal cells in a row, N"), name="row", default=2, low=1, high=6, step=1, width=190)
        filters = widgets.number(_("Filters"), name="thin", default=32, low=4, high=128, step=4, width=140)
        frame: Frame = widgets.choice(_("Frame"), frames, name="around", kind="row")  # type: ignore[assignment]
    return Setup(repeats, filters, frame), range(first, first + count)


def _compare(found: Sequence[Candidate], landmark: Candidate, setup: Setup) -> None:
    """Let the reader choose the axes and the budget; draw the candidates, and the one that is picked."""
    x, y, log = _axes()
    affordable = cells.within(found, _budget())
    front = cells.front(affordable, x, y)
    everything = {each.label: each for each in (*found, landmark)}
    picked = state.value("picked", "", widgets.one_of("picked", everything, ""), OWNER)
    chosen = everything.get(picked)
    chart = cells_chart.chart(found, affordable, front, landmark, x, y, chosen, log, _)

    def pick() -> None:
        clicked = state.clicked(charted.key(STEM))
        if clicked is not None:
            state.put("picked", list(everything)[clicked], "", OWNER)

    st.caption(
        _(
            "{n} cells, {paid} within the budget, {best} on the front: no other is as good in both, and better in one."
        ).format(n=len(found), paid=len(affordable), best=len(front))
    )
    charted.show(chart, STEM, on_select=pick, selection_mode="points")
    if chosen:
        cell_card.show(chosen, setup)
    else:
        st.caption(_("Click a cell to see it drawn. Below: the cells of the front."))
        cell_card.gallery(front, setup)


def _axes() -> tuple[str, str, bool]:
    names = {id: _(metric.name) for id, metric in METRICS.items()}
    with st.container(horizontal=True, vertical_alignment="bottom"):
        x = widgets.choice(_("Across: the cost"), names, name="cost", default="mult_adds", owner=OWNER, width=330)
        y = widgets.choice(_("Upwards: what it buys"), names, name="buys", default="depth", owner=OWNER, width=330)
        return x, y, widgets.switch(_("Logarithmic"), name="log", default=True, owner=OWNER)


def _budget() -> dict[str, int]:
    """Let the reader say what may be spent; 0 is no limit."""
    captions = {"mult_adds": _("Most mult-adds, in millions"), "params": _("Most parameters, in millions")}
    most = {}
    with st.container(horizontal=True, vertical_alignment="bottom"):
        for id, caption in captions.items():
            limit = widgets.number(
                caption,
                name=f"most_{id}",
                default=0.0,
                low=0.0,
                high=1e5,
                step=10.0 if id == "mult_adds" else 0.5,
                help=_("0: no limit"),
                width=260,
            )
            if limit:
                most[id] = round(limit * 1e6)
    return most

"""The numbers of a duel: each contender's figure beside the first one's, and the tables to take away."""

from __future__ import annotations

import pandas as pd
import streamlit as st

from app.components import exports
from app.figures import decimal, exact, percent, short
from app.i18n import _
from explorer.comparing.duels import bouts
from explorer.comparing.duels.bouts import Bout, Side
from explorer.comparing.duels.terms import FIGURES, Figure
from explorer.receptive_field import gated
from explorer.shapes import times
from explorer.table import Table


def cards(bout: Bout, figure: Figure) -> None:
    """Show what each contender costs, how many times less, its output and how far it sees."""
    st.caption(_("{figure} at an input of {shape}").format(
        figure=_(FIGURES[figure]), shape=times(bout.duel.input_of(bout.setting))
    ))  # fmt: skip
    with st.grid(len(bout.sides), min_column_width=230):
        for number, side in enumerate(bout.sides):
            with st.container(border=True, gap="xxsmall", height="stretch"):
                value = side.value(figure)
                delta = percent(bout.ratio(figure, number) - 1) if number else None
                st.metric(_(side.contender.name), short(value), delta, delta_color="inverse")
                st.markdown(f"**{exact(value)}**" + _against(bout, figure, number))
                st.caption(_reach(side))


def _reach(side: Side) -> str:
    """Say what comes out, and how far it sees."""
    words = _("output {shape} · sees {field}")
    said = words.format(shape=times(side.report.graph.output_shape), field=_(side.receptive_field))
    return said + (_(" (its gates see the whole image)") if gated(side.report.graph) else "")


def _against(bout: Bout, figure: Figure, number: int) -> str:
    """Say how many times more or less than the first, and by how much."""
    first, ratio = bout.sides[0].value(figure), bout.ratio(figure, number)
    if not number or not first:
        return ""
    difference = bout.difference(figure, number)
    if not difference:
        return " · " + _("the same")
    if ratio < 1:
        words = _("{factor} times less, {difference} fewer")
        return " · " + words.format(factor=_factor(1 / ratio), difference=exact(-difference))
    words = _("{factor} times as much, {difference} more")
    return " · " + words.format(factor=_factor(ratio), difference=exact(difference))


def _factor(number: float) -> str:
    return exact(round(number)) if number >= 100 else decimal(f"{number:.3g}")


def tables(bout: Bout, figure: Figure) -> None:
    """Lay the numbers out, to be taken away: in total, layer by layer, and at every preset."""
    stem = f"duel_{bout.duel.id}"
    st.subheader(_("In numbers"), anchor=False)
    _table(bouts.summary(bout, _), f"{stem}_totals")
    _table(bouts.parts(bout, _), f"{stem}_layers")
    level = bout.duel.sweeps[0].level
    with st.expander(_("The duel at every preset"), icon=":material/table_rows:", expanded=level):
        _table(bouts.presets(bout.duel, figure, _), f"{stem}_presets")


def _table(table: Table, stem: str) -> None:
    frame = pd.DataFrame(table.cells, columns=list(table.headers))
    formats = {
        name: st.column_config.NumberColumn(format="percent" if frame[name].dtype.kind == "f" else "localized")
        for name in frame.columns
        if frame[name].dtype.kind in "if"
    }
    st.dataframe(frame, hide_index=True, column_config=formats, alt=table.caption)
    exports.of_table(table, stem)

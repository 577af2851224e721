"""Every point of the field as a table: what was measured, by whom and how, and what we count."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from urllib.parse import urlencode

import pandas as pd
import streamlit as st

from app.comparing import links
from app.comparing.field_filter import protocol_words
from app.components import exports
from app.components.literature import source
from app.figures import localised
from app.i18n import _
from explorer.comparing.accuracy import Top
from explorer.comparing.landscape import Point, efficiency
from explorer.table import Table


def show(kept: Sequence[Point], best: Sequence[Point], stem: str) -> None:
    """Lay the points out, and offer the table to take away."""
    cells = _cells(kept, best)
    number, text = st.column_config.NumberColumn, st.column_config.TextColumn
    title = _("Every figure with its source")
    with st.expander(title, icon=":material/table_rows:", expanded=True):
        st.dataframe(
            pd.DataFrame(cells | {"open": [_address(point) for point in kept]}),
            hide_index=True,
            alt=title,
            column_config={
                "network": text(_("Network"), pinned=True),
                "year": number(_("Year"), format="%d"),
                "family": text(_("Family")),
                "top1": number(_("Top-1 accuracy (%)"), format="%.2f"),
                "top5": number(_("Top-5 accuracy (%)"), format="%.2f"),
                "params": number(_("Parameters"), format="localized"),
                "mult_adds": number(_("Mult-adds"), format="localized"),
                "per_params": number(_("Accuracy per million parameters"), format="%.2f"),
                "per_mult_adds": number(_("Accuracy per billion mult-adds"), format="%.2f"),
                "front": text(_("On the front")),
                "protocol": text(_("Protocol")),
                "detail": text(_("How it was measured")),
                "source": text(_("Source")),
                "open": st.column_config.LinkColumn(_("Open"), display_text=_("Open in Explore")),
            },
        )
        rows = [
            tuple("" if cell is None else f"{cell:.5g}" if isinstance(cell, float) else cell for cell in row)
            for row in zip(*cells.values(), strict=True)
        ]
        exports.of_table(Table.of(title, tuple(cells), rows), stem)


def _cells(kept: Sequence[Point], best: Sequence[Point]) -> dict[str, list[Any]]:
    words = protocol_words()
    return {
        "network": [point.label for point in kept],
        "year": [point.network.year for point in kept],
        "family": [_(point.network.family) for point in kept],
        "top1": [point.measurement.top1 for point in kept],
        "top5": [point.measurement.top5 for point in kept],
        "params": [point.params for point in kept],
        "mult_adds": [point.mult_adds for point in kept],
        "per_params": [efficiency(point, "params", _top(point)) for point in kept],
        "per_mult_adds": [efficiency(point, "mult_adds", _top(point)) for point in kept],
        "front": [_("yes") if point in best else "" for point in kept],
        "protocol": [words[point.measurement.protocol] for point in kept],
        "detail": [localised(_(point.measurement.detail)) for point in kept],
        "source": [source(point.measurement.source) for point in kept],
    }


def _top(point: Point) -> Top:
    return 1 if point.measurement.top1 else 5


def _address(point: Point) -> str:
    return "explore?" + urlencode(links.address(point.network, point.measurement.input_shape))

"""The layer table: folded to stages, blocks or layers, with sub-totals; the row that is picked is the page's layer."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import pandas as pd
import streamlit as st

from app import cached, state, widgets
from app.components.headline import Convention
from app.figures import localised
from app.i18n import _, ngettext
from explorer import table
from explorer.graph import Node
from explorer.layers import AvgPool, MaxPool
from explorer.memory import BYTES
from explorer.report import Report
from explorer.table import Row
from explorer.tree import Group

ROW_HEIGHT = 35
NARROW = ("name", "shape", "formula", "mult_adds", "field", "activations", "params_share", "mult_adds_share", "memory")


def depth(report: Report) -> int | None:
    """Let the reader fold the table; None is every layer."""
    deepest = cached.of(report, "deepest", lambda: 1 + max(level for level, _item in report.tree.walk()))
    names = {1: _("Stages"), 2: _("Blocks")}
    folds = {str(level): names.get(level, _("Level {n}").format(n=level)) for level in range(1, deepest)}
    options = {**folds, "layers": _("Layers")}
    chosen = widgets.choice(_("Fold to"), options, name="fold", default="layers", owner=report.id, width=130)
    return None if chosen == "layers" else int(chosen)


def every_row() -> bool:
    """Let the reader leave out the layers that keep shape and numbers: activations, dropout."""
    tip = _("Leaves out the layers without parameters that keep the shape of their input.")
    return not widgets.switch(_("Without ReLU, dropout…"), name="brief", help=tip)


def brief(rows: Sequence[Row]) -> tuple[Row, ...]:
    """Leave out layers without parameters whose output has the shape of their one input."""
    return tuple(row for row in rows if not (row.node and _is_elementwise(row.node)))


def _is_elementwise(node: Node) -> bool:
    return not node.parameters and node.input_shapes == (node.shape,) and not isinstance(node.layer, MaxPool | AvgPool)


def show(
    rows: Sequence[Row], convention: Convention, picked: str, pick: Callable[[str], None], height: int, narrow: bool
) -> None:
    """Draw the table; call ``pick`` with the path of the row that the reader picks, or "" when none is left.

    A narrow table stands beside something as high, and leaves out what the written-out arithmetic says already.
    """
    paths = [row.path for row in rows]
    key = f"widget/table/{rows[0].report.id}/{len(rows)}"
    state.pick_row(key, _holding(picked, paths))

    def picks() -> None:
        row = state.picked_row(key)
        pick("" if row is None else paths[row])

    cells = cached.of(
        rows[0].report,
        "table",
        lambda: frame(rows, convention),
        paths,
        convention,
        convention.precision,
        state.language(),
    )
    st.dataframe(
        cells,
        key=key,
        height=height if narrow else min(height, ROW_HEIGHT * (len(rows) + 1) + 2),
        hide_index=True,
        column_order=NARROW if narrow else None,
        column_config=_columns(convention, max(map(len, paths)), len(rows[0].report.graph.input_shape)),
        on_select=picks,
        selection_mode=["single-row", "single-cell"],
        alt=_("The layers of {name}, with shapes, parameters and mult-adds").format(name=rows[0].report.name),
    )


def _holding(picked: str, paths: Sequence[str]) -> int | None:
    """Find the row of a layer, or of the folded group that holds it."""
    while picked and picked not in paths:
        picked = picked.rpartition(".")[0]
    return paths.index(picked) if picked else None


def frame(rows: Sequence[Row], convention: Convention) -> pd.DataFrame:
    """Fill the table's cells; a group's row holds the sums of what is inside."""
    report, size = rows[0].report, BYTES[convention.precision]
    counted = {node.name: convention.counting(node) for node in report.graph}
    activations, params = ([row.sum(figure) for row in rows] for figure in ("activations", "params"))
    mult_adds = [sum(counted[line.node.name] for line in row.lines) for row in rows]
    every_mult_add = sum(counted.values()) or 1
    return pd.DataFrame(
        {
            "name": [_name(row) for row in rows],
            "type": [_type(row) for row in rows],
            "shape": [table.COLUMNS["output_shape"].cell(row) for row in rows],
            "activations": activations,
            "formula": _written_out(rows),
            "params": params,
            "params_share": [each / (report.params or 1) for each in params],
            "mult_adds": mult_adds,
            "mult_adds_share": [each / every_mult_add for each in mult_adds],
            "field": _fields(rows),
            "memory": [size * each for each in activations],
        }
    )


def _columns(convention: Convention, longest: int, axes: int) -> dict[str, Any]:
    """Say how each column looks, for an input of so many axes."""
    text, number, bar = st.column_config.TextColumn, st.column_config.NumberColumn, st.column_config.ProgressColumn
    return {
        "name": text(_("Layer"), pinned=True, width=min(44 + 7 * longest, 260)),
        "type": text(_("Type"), width=150),
        "shape": text(_("Activation map"), help=_axes(axes)),
        "activations": number(_("Neurons"), format="localized"),
        "formula": text(_("Parameters, written out"), width=222),
        "params": number(_("Parameters"), format="localized"),
        "params_share": bar(_("Share of parameters"), format="percent", min_value=0, max_value=1),
        "mult_adds": number(_("Mult-adds"), format="localized", help=str(convention)),
        "mult_adds_share": bar(_("Share of mult-adds"), format="percent", min_value=0, max_value=1),
        "field": text(_("Receptive field"), help=_seen(axes)),
        "memory": number(
            _("Memory"),
            format="bytes",
            help=_("of the activation maps, {precision}").format(precision=convention.precision),
        ),
    }


def _axes(count: int) -> str:
    return {
        2: _("channels × length"),
        4: _("channels × time × height × width"),
    }.get(count, _("channels × height × width"))


def _seen(axes: int) -> str:
    if axes == 3:
        return _("pixels of the input that one output position sees")
    return _("positions of the input that one output position sees")


def _name(row: Row) -> str:
    return f"▸ {row.path}" if isinstance(row.item, Group) else row.path


def _written_out(rows: Sequence[Row]) -> list[str]:
    """Write the arithmetic of all rows, put into the reader's language at one go: thousands of rows ask once."""
    formula = table.COLUMNS["params_formula"].cell
    return localised("\n".join(str(formula(row)) or f"{row.sum('params'):,}" for row in rows)).split("\n")


def _fields(rows: Sequence[Row]) -> list[str]:
    texts = [str(row.last.receptive_field) for row in rows]
    words = {text: _(text) for text in {*texts}}
    return [words[text] for text in texts]


def _type(row: Row) -> str:
    n = len(row.lines)
    return row.node.type if row.node else ngettext("{n} layer", "{n} layers", n).format(n=n)

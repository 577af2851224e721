"""The tables of networks side by side: what differs from the reference is marked by a sign and by colour."""

from __future__ import annotations

import streamlit as st

from app import widgets
from app.figures import binary, decimal, exact, short
from app.i18n import _
from explorer.comparing.lineup import FIGURES, Figure, Lineup, Rung
from explorer.comparing.lineup_tables import SIGN
from explorer.comparing.stages import Stage
from explorer.shapes import times

NOTHING = "—"
MINUS = "−"


def totals(both: Lineup) -> None:
    """Lay the totals out, a column per network: the figure, and for all but the reference the ratio and the delta."""
    cells: dict[str, list[str]] = {_("Total"): [_named(figure) for figure in FIGURES] + [_("Input")]}
    for i, label in enumerate(both.labels):
        shape = times(both.reports[i].graph.input_shape)
        cells[_heading(both, i, label)] = [_total(both, figure, i) for figure in FIGURES] + [shape]
    st.table(
        cells, hide_index=True, border="horizontal", alt=_("Totals of {names}").format(names=", ".join(both.labels))
    )


def _named(figure: Figure) -> str:
    return f"**{_(figure.name)}**" + (f" ({_(figure.unit)})" if figure.unit and figure.unit != "bytes" else "")


def _heading(both: Lineup, i: int, label: str) -> str:
    return f"{label} ({_('reference')})" if i == both.reference else label


def _total(both: Lineup, figure: Figure, i: int) -> str:
    number = figure.of(both.reports[i])
    if not figure.relative:
        return f"**{exact(number)}**"
    size = binary if figure.unit == "bytes" else short
    said = f"**{size(number)}**" if figure.unit == "bytes" else f"**{short(number)}** · {exact(number)}"
    ratio, delta = both.ratio(figure, i), both.delta(figure, i)
    if i == both.reference or ratio is None:
        return said
    if not delta:
        return f"{said} · ="
    return f"{said} · **×{_ratio(ratio)}** · {'+' if delta > 0 else MINUS}{size(abs(delta))}"


def _ratio(ratio: float) -> str:
    return decimal(f"{ratio:#.3g}".removesuffix(".") if ratio < 1000 else f"{ratio:.0f}")


def stages(both: Lineup) -> None:
    """Lay the stages out, a row each: their layers or what they cost, by the reader's choice."""
    captions = {
        "layers": _("Layers"),
        "params": _("Parameters"),
        "mult_adds": _("Mult-adds"),
        "activations": _("Neurons"),
    }
    what = widgets.choice(_("In the cells"), captions, name="cell", owner="networks", kind="row")
    cells: dict[str, list[str]] = {_("Stage"): [f"**{_(rung.key)}**" for rung in both.rungs]}
    for i, label in enumerate(both.labels):
        cells[_heading(both, i, label)] = [_cell(rung, i, both.reference, what) for rung in both.rungs]
    alt = _("Stages of {names}").format(names=", ".join(both.labels))
    st.table(cells, hide_index=True, border="horizontal", alt=alt)
    st.caption(
        _(
            "A stage is all layers whose maps have one share of the input's side, such as 1/4; a block that scales "
            "down stands in the stage that it ends in. :orange-badge[{sign}] marks what differs from {reference}."
        ).format(sign=SIGN, reference=both.labels[both.reference])
    )


def _cell(rung: Rung, i: int, reference: int, what: str) -> str:
    stage = rung.stages[i]
    words = NOTHING if stage is None else _words(stage, rung.stages[reference], what, i == reference)
    return f":orange-badge[{SIGN}] {words}" if _differs(rung, i, reference, what) else words


def _differs(rung: Rung, i: int, reference: int, what: str) -> bool:
    """Say whether what is shown differs: the layers and all that they cost, or the one number."""
    stage, base = rung.stages[i], rung.stages[reference]
    if what == "layers" or stage is None or base is None:
        return rung.differs(i, reference)
    return stage.sum(what) != base.sum(what)


def _words(stage: Stage, base: Stage | None, what: str, is_reference: bool) -> str:
    if what == "layers":
        return " · ".join(filter(None, (f"**{times(stage.shape)}**", stage.words)))
    number = stage.sum(what)
    if is_reference or base is None or base.sum(what) in (0, number):
        return f"**{short(number)}**"
    return f"**{short(number)}** · ×{_ratio(number / base.sum(what))}"

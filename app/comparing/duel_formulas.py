"""The closed formulas of a duel: in symbols, with the numbers, and what they come to; what differs is boxed."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

import streamlit as st

from app.components import exports
from app.components.exports import Format
from app.figures import decimal, exact
from app.i18n import _
from explorer.comparing.duels.bouts import Bout, Side
from explorer.comparing.duels.record import Law
from explorer.comparing.duels.terms import MARK, Figure, Term, aligned, total

MOST_TERMS, FIRST, LAST = 10, 4, 2
"""Of more terms than that, the first and the last are written."""
SMALL = 1e-3


def show(bout: Bout, figure: Figure) -> None:
    """Write each contender's formula, then what holds for the whole duel."""
    box = rf"$\textcolor{{{MARK}}}{{\boxed{{\mathbf{{n}}}}}}$"
    words = _("In a box {box}: what makes the difference. With a plus: layers that the first contender does not have.")
    st.markdown(words.format(box=box))
    for side in bout.sides:
        st.markdown(f"**{_(side.contender.name)}**")
        _terms(side, figure)
        stem = f"duel_{bout.duel.id}_{side.contender.id}_formula"
        file = Format("LaTeX", "tex", "text/x-tex", partial(aligned, side.terms, figure))
        exports.offer((file,), stem, _(side.contender.name), f"{stem}/")
    ratio, crossing = bout.duel.ratio(bout.setting, figure), bout.duel.crossing(bout.setting, figure)
    if ratio:
        first, second = (_text(_(side.contender.name)) for side in bout.sides[:2])
        st.latex(rf"\frac{{{second}}}{{{first}}} = {_written(ratio)}")
    if crossing:
        st.markdown(_("On the first curve below, both cost the same at"))
        st.latex(_written(crossing))


def _terms(side: Side, figure: Figure) -> None:
    terms: Sequence[Term | None] = side.terms
    if len(terms) > MOST_TERMS:
        terms = [*terms[:FIRST], None, *terms[-LAST:]]
    rows = [(_label(term), *_cells(term, figure)) if term else ("⋮", "⋮", "⋮", "⋮") for term in terms]
    rows.append((f"**{_('total')}**", "", "", f"**{exact(total(side.terms, figure))}**"))
    headers = (_("Part"), _("in symbols"), _("with the numbers"), _("comes to"))
    st.table(
        {header: [row[i] for row in rows] for i, header in enumerate(headers)},
        hide_index=True,
        border="horizontal",
        alt=_("The formula of {name}").format(name=_(side.contender.name)),
    )


def _label(term: Term) -> str:
    label = _(term.label).format(n=term.number)
    return rf"**\+ {label}**" if term.new else label


def _cells(term: Term, figure: Figure) -> tuple[str, str, str]:
    return f"${term.symbols(figure)}$", f"${term.numbers(figure)}$", exact(term.value(figure))


def _written(law: Law) -> str:
    return f"{law.symbols} = {law.numbers} {_value(float(law.value))}"


def _value(number: float) -> str:
    """Write what comes out; what is very small, as one of many."""
    if 0 < number < SMALL:
        return rf"\approx \frac{{1}}{{{exact(round(1 / number)).replace(',', '{,}')}}}"
    return "= " + decimal(f"{number:.4g}").replace(",", "{,}")


def _text(words: str) -> str:
    r"""Write words within a formula.

    >>> _text("5×5 first")
    '\\text{5}\\times\\text{5 first}'
    """
    return r"\times".join(rf"\text{{{part}}}" for part in words.split("×"))

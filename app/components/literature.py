"""What papers, lectures and model pages say of the network, beside what we count, and why they differ."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from app.figures import decimal, exact, localised, percent
from app.i18n import _
from app.markup import plain
from explorer.published import Comparison, compare
from explorer.report import Report


def show(report: Report) -> None:
    """Lay the published figures beside ours; then the measurements, which we do not make."""
    found = compare(report)
    if not found:
        st.info(_("Nobody has published figures of this network at this setting, as far as we know."))
    ours = {"params": report.params, "mult_adds": report.mult_adds}
    headings = {
        "params": _("Parameters"),
        "mult_adds": _("Mult-adds"),
        "top-1 error": _("Top-1 error, as published"),
        "top-5 error": _("Top-5 error, as published"),
        "average precision": _("Average precision of detection, as published"),
    }
    for quantity, heading in headings.items():
        rows = [row for row in found if row.figure.quantity == quantity]
        counted = quantity in ours
        if rows:
            told = _("{heading}: we count {n}").format(heading=heading, n=exact(ours[quantity])) if counted else heading
            st.markdown(f"##### {told}")
            _table(rows, heading, counted)


def _table(rows: Sequence[Comparison], heading: str, counted: bool) -> None:
    said = [row.figure.quote if counted else decimal(row.figure.quote) for row in rows]
    cells = {_("They say"): [plain(quote) for quote in said]}
    if counted:
        cells[_("Difference")] = [_difference(row) for row in rows]
    cells[_("Why") if counted else _("How it was measured")] = [_why(row) for row in rows]
    cells[_("Source")] = [plain(source(row.figure.source)) for row in rows]
    st.table(cells, hide_index=True, border="horizontal", alt=_("{heading}: published figures").format(heading=heading))


def _difference(row: Comparison) -> str:
    if row.difference is None:
        return ""
    if row.agrees:
        return ":green[:material/check:]"
    return ("−" if row.difference < 0 else "+") + percent(abs(row.difference))


def _why(row: Comparison) -> str:
    if row.figure.explanation:
        return plain(localised(_(row.figure.explanation)))
    if row.agrees:
        return _("The same.") if row.difference == 0 else _("The same, rounded.")
    return ""


def source(text: str) -> str:
    """Say in the reader's language what kind of source it is; titles stay as they are."""
    kinds = {
        "lecture: ": _("lecture: "),
        "model page": _("model page"),
        "metadata of the weights": _("metadata of the weights"),
    }
    for kind, said in kinds.items():
        text = text.replace(kind, said)
    return text

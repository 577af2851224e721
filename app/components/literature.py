"""What papers, lectures and model pages say of the network, beside what we count, and why they differ."""

from __future__ import annotations

import re
from collections.abc import Sequence

import streamlit as st

from app.figures import exact, localised, percent
from app.i18n import _
from explorer.published import Comparison, compare
from explorer.report import Report

_MARKUP = re.compile(r"([\\`*_{}\[\]<>#+\-!~$:|^])")


def show(report: Report) -> None:
    """Lay the published figures beside ours; then the error rates, which we do not measure."""
    found = compare(report)
    if not found:
        st.info(_("Nobody has published figures of this network at this setting, as far as we know."))
        return
    counted = [row for row in found if row.figure.quantity in ("params", "mult_adds")]
    measured = [row for row in found if row not in counted]
    if counted:
        _counts(counted)
    if measured:
        st.markdown("##### " + _("Error rates on ImageNet, as published"))
        _errors(measured)


def _counts(rows: Sequence[Comparison]) -> None:
    names = {"params": _("Parameters"), "mult_adds": _("Mult-adds")}
    st.table(
        {
            _("Figure"): [names[row.figure.quantity] for row in rows],
            _("They say"): [_plain(row.figure.quote) for row in rows],
            _("We count"): ["" if row.ours is None else exact(row.ours) for row in rows],
            _("Difference"): [_difference(row) for row in rows],
            _("Why"): [_why(row) for row in rows],
            _("Source"): [_plain(row.figure.source) for row in rows],
        },
        hide_index=True,
        border="horizontal",
        alt=_("Published figures beside ours"),
    )


def _errors(rows: Sequence[Comparison]) -> None:
    names = {"top-1 error": _("Top-1 error"), "top-5 error": _("Top-5 error")}
    st.table(
        {
            _("Figure"): [names[row.figure.quantity] for row in rows],
            _("They say"): [_plain(row.figure.quote) for row in rows],
            _("How it was measured"): [_plain(_(row.figure.explanation)) for row in rows],
            _("Source"): [_plain(row.figure.source) for row in rows],
        },
        hide_index=True,
        border="horizontal",
        alt=_("Published error rates"),
    )


def _difference(row: Comparison) -> str:
    if row.difference is None:
        return ""
    if row.agrees:
        return ":green[:material/check:]"
    return ("−" if row.difference < 0 else "+") + percent(abs(row.difference))


def _why(row: Comparison) -> str:
    if row.figure.explanation:
        return _plain(localised(_(row.figure.explanation)))
    return _("The same, rounded.") if row.agrees else ""


def _plain(text: str) -> str:
    """Keep a quotation from being read as Markdown."""
    return _MARKUP.sub(r"\\\1", text)

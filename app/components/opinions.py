"""Second opinions: other counters beside ours, each difference explained. On demand, as it wakes torch up."""

from __future__ import annotations

from typing import TYPE_CHECKING

import streamlit as st

from app import cached
from app.figures import exact, localised
from app.i18n import _
from explorer.errors import ExplorerError
from explorer.report import Report

if TYPE_CHECKING:
    from explorer.audit import Audit

MOST_MULT_ADDS = 60_000_000_000
MOST_BYTES = 1 << 30


def show(report: Report) -> None:
    """Ask the counters, and show what each says."""
    if report.mult_adds > MOST_MULT_ADDS or report.memory().peak_activations > MOST_BYTES:
        st.info(_("The counters run the network; at this input it is too large for that. Make the input smaller."))
        return
    with st.spinner(_("The counters run the network; the first time this takes some seconds…"), show_time=True):
        try:
            audit = cached.of(report, "audit", lambda: _audit(report))
        except ExplorerError as error:
            st.error(str(error), icon=":material/block:")
            return
    st.table(
        {
            _("Counter"): [_(row.counter) for row in audit.rows],
            _("Parameters"): [_count(row.params) for row in audit.rows],
            _("Mult-adds"): [_count(row.mult_adds) for row in audit.rows],
            _("Why it differs"): [_explained(row.explanation) for row in audit.rows],
        },
        hide_index=True,
        border="horizontal",
        alt=_("Three counters side by side"),
    )
    left = audit.unexplained
    st.caption(_("Nothing is left unexplained.") if not left else _("{n} unexplained.").format(n=exact(left)))


def _audit(report: Report) -> Audit:
    from explorer.audit import audit

    return audit(report.graph)


def _explained(text: str) -> str:
    """Say each part of an explanation, ``+ 1,000: words``, in the reader's language; a plus makes no list."""
    parts = (part.partition(": ") for part in text.split("; "))
    return "; ".join(
        localised(number).replace("+", r"\+") + colon + _(words) if colon else _(number)
        for number, colon, words in parts
    )


def _count(number: int | None) -> str:
    return _("not installed") if number is None else exact(number)

"""Compose: build a network, from nothing or from any other."""

from __future__ import annotations

import streamlit as st

from app import cached
from app.components import anatomy, headline, more
from app.composing import away, desk, editor
from app.i18n import _
from app.markup import plain
from explorer.reading import Document
from explorer.receptive_field import gated
from explorer.report import Report


def figures(document: Document) -> None:
    """Show what it costs, as far as it goes."""
    drafted, report = cached.composition(document)
    if report is None:
        return
    with st.container(horizontal=True, horizontal_alignment="distribute", vertical_alignment="bottom"):
        words = _("Figures up to where it breaks") if drafted.error else _("Figures")
        st.subheader(words, anchor=False, width="content")
        convention = headline.convention(gated(report.graph))
    counted: Report = report.without_gates if convention.ignore_gates else report
    headline.figures(counted, convention)
    headline.facts(counted)
    anatomy.show(counted, convention)
    more.show(counted)


st.set_page_config(initial_sidebar_state="collapsed")  # the outline needs the room
document = desk.stand().document
st.title(plain(document.name), anchor=False)
editor.show(document)
figures(document)
if not desk.sign():
    away.warn()

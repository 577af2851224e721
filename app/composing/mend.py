"""Where the composition breaks: why, and repairs to choose from; where it does not, what is doubtful about it."""

from __future__ import annotations

from dataclasses import replace

import streamlit as st

from app import cached
from app.composing import desk
from app.figures import exact
from app.i18n import _, ngettext
from explorer.composing.doubts import doubts
from explorer.composing.outline import Draft
from explorer.reading import Document
from explorer.spec import Series

MOST_SHOWN = 12
"""So many doubts are shown; one habit can raise many."""


def show(document: Document, drafted: Draft) -> None:
    """Say what is wrong, and offer what would mend it; of a network that is whole, what is doubtful."""
    if drafted.error is None:
        _doubt(drafted)
        return
    if document.spec == Series():
        st.info(_("Nothing stands here yet: insert a layer or a block."), icon=":material/add_circle:")
        return
    st.error(str(drafted.error), title=_("The network breaks here"), icon=":material/heart_broken:")
    repairs = cached.repairs(document)
    with st.container(horizontal=True, gap="xsmall"):
        for position, repair in enumerate(repairs):
            st.button(
                repair.label,
                key=f"widget/repair/{position}",
                icon=":material/build:",
                help=_("What breaks then: {trouble}").format(trouble=repair.then) if repair.then else None,
                on_click=desk.put,
                args=(replace(document, spec=repair.spec), repair.label),
            )
    if not repairs:
        st.caption(_("No single repair is known; undo, or change what stands before that place."))


def _doubt(drafted: Draft) -> None:
    """List what is allowed and yet does nothing, or not what was meant."""
    found = list(doubts(drafted.graph)) if drafted.graph else []
    if not found:
        return
    count = len(found)
    with st.popover(
        ngettext("{n} doubt", "{n} doubts", count).format(n=exact(count)), icon=":material/help:", type="tertiary"
    ):
        st.caption(_("Nothing here is an error; it is what a reader of this network would ask about."))
        st.markdown("\n".join(f"- {doubt.sentence}" for doubt in found[:MOST_SHOWN]))
        if count > MOST_SHOWN:
            st.caption(_("… and {n} more.").format(n=exact(count - MOST_SHOWN)))

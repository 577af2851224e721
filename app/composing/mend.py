"""Where the composition breaks: why, in one sentence, and repairs to choose from."""

from __future__ import annotations

from dataclasses import replace

import streamlit as st

from app import cached
from app.composing import desk
from app.i18n import _
from explorer.composing.outline import Draft
from explorer.reading import Document
from explorer.spec import Series


def show(document: Document, drafted: Draft) -> None:
    """Say what is wrong, and offer what would mend it."""
    if drafted.error is None:
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
                on_click=desk.put,
                args=(replace(document, spec=repair.spec), repair.label),
            )
    if not repairs:
        st.caption(_("No single repair is known; undo, or change what stands before that place."))

"""The editor: toolbar, outline, and beside it the form, the palette, the transformations, the text, or the ways out."""

from __future__ import annotations

from functools import partial

import streamlit as st

from app import cached, state, widgets
from app.composing import acts, away, desk, form, insert, mend, opening, outline, toolbar, transform, written
from app.i18n import _
from explorer.composing.outline import Draft
from explorer.composing.places import Path
from explorer.reading import Document
from explorer.report import Report

HEIGHT = 560
EDIT, INSERT, TRANSFORM, TEXT, SHARE = "edit", "insert", "transform", "text", "share"


@st.fragment
def show(document: Document) -> None:
    """Draw the editor; a pick redraws nothing else, a change the whole page."""
    drafted, report = cached.composition(document)
    at = desk.picked()
    if sentence := desk.refusal():
        st.error(sentence, icon=":material/block:")
    tools = st.container(horizontal=True, gap="xsmall")
    left, right = st.columns([5, 3], gap="small")
    with right:
        panel = _panel()
    with tools:
        opening.show()
        toolbar.show(document, at, panel == TEXT)
    with left:
        mend.show(document, drafted)
        outline.show(drafted.rows, at, document.name, HEIGHT, desk.pick, _move, toolbar.press)
    with right:
        _beside(panel, document, drafted, report, at)
    state.publish_fragment()


def _panel() -> str:
    captions = {
        EDIT: _("Edit"),
        INSERT: _("Insert"),
        TRANSFORM: _("Transform"),
        TEXT: _("YAML"),
        SHARE: _("Share"),
    }
    return widgets.choice(_("Beside the outline"), captions, name="panel", kind="row", label_visibility="collapsed")


def _beside(panel: str, document: Document, drafted: Draft, report: Report | None, at: Path) -> None:
    """Draw the panel that the reader has chosen."""
    match panel:
        case "edit":
            row = next(row for row in drafted.rows if row.path == at)
            form.show(document, row)
        case "insert":
            insert.show(document, drafted, at)
        case "transform":
            if changed := transform.show(document):
                desk.put(changed, _("Transform the whole network"))
        case "text":
            written.show(document)
        case _share:
            away.show(document, None if drafted.error else report)


def _move(one: Path, other: Path) -> None:
    """Move what the reader has dragged."""
    words = f"{_('Move')} · {toolbar.called(desk.history().now.document.spec, one)}"
    desk.change(partial(acts.move, at=one, to=other), words)

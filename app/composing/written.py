"""The composition as text, beside the outline: what is written there stands on the desk as soon as it can be read."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import streamlit as st

from app import cached, state
from app.composing import desk
from app.figures import exact
from app.i18n import _
from explorer.reading import Document, Problem
from explorer.text import TextError, load

KEY, KEPT = "widget/text", "composing/text"
HEIGHT = 470
_LOOKS = """<style>
.st-key-widget-text textarea { font-family: "Source Code Pro", monospace; font-size: 0.85rem; white-space: pre; }
</style>"""
"""Indentation has a meaning here: letters of one width, and lines that do not wrap."""
MOST_SHOWN = 6
"""So many problems are shown; one mistake can bring many."""


@dataclass(frozen=True)
class Writing:
    """What the reader has written, the composition that stood or came of it, and what is wrong with it."""

    text: str
    document: Document
    problems: tuple[Problem, ...] = ()


def show(document: Document) -> None:
    """Draw the text and what is wrong with it; a text that cannot be read stays as it was written."""
    writing: Writing | None = state.kept(KEPT, None)
    if writing is None or writing.document != document:
        writing = Writing(cached.text(document), document)
    st.html(_LOOKS)
    state.show(KEY, writing.text)
    st.text_area(
        _("The network as YAML"),
        key=KEY,
        height=HEIGHT,
        on_change=_read,
        args=(document,),
        help=_("Ctrl+Enter takes it over. A list is a series; `name: …` gives a part its name."),
    )
    if writing.problems:
        _tell(writing)


def _read(document: Document) -> None:
    """Take over what the reader has written, if it can be read."""
    text = str(state.shown(KEY))
    try:
        found = load(text)
    except TextError as error:
        state.keep(KEPT, Writing(text, document, error.problems))
        return
    state.keep(KEPT, Writing(text, found))
    desk.put(found, _("Edit the text"))


def _tell(writing: Writing) -> None:
    """Say what is wrong, each thing with its line; offer the way back."""
    count = len(writing.problems)
    title = _("The text cannot be read; the network is as it was")
    st.error(marked(writing.text, writing.problems[:MOST_SHOWN]), title=title, icon=":material/edit_note:")
    if count > MOST_SHOWN:
        st.caption(_("… and {n} more.").format(n=exact(count - MOST_SHOWN)))
    st.button(
        _("Back to the network's text"),
        key="widget/text/back",
        icon=":material/settings_backup_restore:",
        on_click=state.keep,
        args=(KEPT, None),
    )


def marked(text: str, problems: Sequence[Problem]) -> str:
    """Write each problem with its line of the text, and the lines around it.

    >>> print(marked("a: 1", [Problem(1, "there is no a")]))
    **line 1**: there is no a
    ```
    ▶ 1  a: 1
    ```
    """
    lines = text.splitlines() or [""]
    found = []
    for problem in problems:
        at = min(problem.line, len(lines))
        near = range(max(1, at - 1), min(len(lines), at + 1) + 1)
        shown = "\n".join(f"{'▶' if n == at else ' '} {n}  {lines[n - 1]}".replace("```", "'''") for n in near)
        found.append("**" + _("line {n}").format(n=problem.line) + f"**: {problem.message}\n```\n{shown}\n```")
    return "\n\n".join(found)

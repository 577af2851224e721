"""The edges of a box on a photo, kept in the address: the reader draws it with the mouse, or writes its edges."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

import streamlit as st

from app import state, widgets
from app.i18n import _
from explorer.vision.cut import Edges, lies_on

NONE = ""
Draw = Callable[[Edges | None], None]


class Paper(NamedTuple):
    """What is drawn on: which photo, its size, and the fewest pixels that a box on it has each way."""

    photo_id: str
    width: int
    height: int
    least: int


def linked(name: str, paper: Paper) -> tuple[Edges | None, Draw]:
    """Give the box that the reader has drawn on this photo, and what draws another, or none.

    Args:
        name: the setting's name in the address.
        paper: what is drawn on.
    """

    def read(text: str) -> str:
        if _edges(text, paper):
            return text
        across, down = f"0 ≤ left < right ≤ {paper.width}", f"0 ≤ top < bottom ≤ {paper.height}"
        apart = _("at least {n} pixels each way").format(n=paper.least)
        raise widgets.refused(name, text, f"{across}, {down}, {apart}", NONE)

    def draw(edges: Edges | None) -> None:
        state.put(name, ",".join(map(str, edges or ())), NONE, paper.photo_id)

    return _edges(state.value(name, NONE, read, paper.photo_id), paper), draw


def written(name: str, before: Edges | None, draw: Draw, paper: Paper) -> Edges | None:
    """Let the reader write the edges; they begin as they were drawn, or as those of the whole photo."""
    labels = (_("Left edge"), _("Top edge"), _("Right edge"), _("Bottom edge"))
    most = (paper.width, paper.height) * 2
    begin = before or (0, 0, paper.width, paper.height)
    left, top, right, bottom = (
        column.number_input(label, 0, high, edge, key=f"widget/edge/{name}/{paper.photo_id}/{before}/{label}")
        for column, label, edge, high in zip(st.columns(4), labels, begin, most, strict=True)
    )
    now = left, top, right, bottom
    if now == begin or not lies_on(now, paper.width, paper.height, paper.least):
        return before
    draw(now)
    return now


def _edges(text: str, paper: Paper) -> Edges | None:
    """Read the edges of a box that lies on the photo."""
    parts = text.split(",")
    if len(parts) != 4 or not all(part.isdecimal() and len(part) < 6 for part in parts):
        return None
    left, top, right, bottom = map(int, parts)
    edges = left, top, right, bottom
    return edges if lies_on(edges, paper.width, paper.height, paper.least) else None

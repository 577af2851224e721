"""A patch over the photo, dragged by the reader: what does the network say when this is hidden?"""

from __future__ import annotations

import streamlit as st

from app import probing, widgets
from app.components import guesses, question
from app.components.careful import part
from app.components.marker import Marker
from app.components.marker import show as mark
from app.components.place import crop, place
from app.figures import percent
from app.i18n import _
from app.looking import Subject
from explorer.vision.patch import Fill, colour

STEPS = 4
"""An arrow key moves the patch by this share of its side."""


@part
def show(subject: Subject) -> None:
    """Let the reader drag a patch, choose its size and its colour, and watch the probability."""
    left, right = st.columns([3, 2], gap="large")
    grid = subject.model.preprocessing.size
    with right:
        target = question.target(subject)
        side = question.patch(subject)
        fill = _fill()
    at, move = place("patch_at", subject, (grid[0] - side + 1, grid[1] - side + 1))
    after = probing.hidden(subject, *at, side, fill)
    then = next(guess.probability for guess in after if guess.index == target)
    before = next(guess.probability for guess in subject.guesses if guess.index == target)
    with left:
        mark(
            crop(subject),
            Marker(grid, (side, side), at, max(1, side // STEPS), _css(colour(fill, subject.model.preprocessing))),
            key=f"widget/patch/{subject.model.id}",
            label=_("Patch. Drag it, or move it with the arrow keys; with Shift by one pixel."),
            said=f"{_(subject.model.classes[target])}: {percent(before)} → {percent(then)}",
            moved=move,
        )
        st.caption(
            _("Drag the patch. Occlusion sensitivity does the same at every place, and draws a map of the falls.")
        )
    with right:
        guesses.changed(subject.guesses, after)


def _fill() -> Fill:
    captions = {"mean": _("mean colour"), "black": _("black"), "white": _("white")}
    chosen: Fill = widgets.choice(_("Filled with"), captions, name="fill", kind="row")  # type: ignore[assignment]
    return chosen


def _css(shares: tuple[float, ...]) -> str:
    """Write a colour, one share of white per channel, for the browser."""
    red, green, blue = (round(255 * each) for each in (shares * 3 if len(shares) == 1 else shares))
    return f"rgb({red}, {green}, {blue})"

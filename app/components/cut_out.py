"""Which part of the photo is looked at: all of it, or what the reader cuts out."""

from __future__ import annotations

from functools import partial

import streamlit as st
from PIL import Image

from app.components import edges, rectangle
from app.components.edges import Paper
from app.i18n import _
from explorer.shapes import times
from explorer.vision.cut import Edges
from explorer.vision.images import LEAST_SIDE

NAME = "part"


def pick(photo: Image.Image, photo_id: str) -> Edges | None:
    """Let the reader cut a part out of the photo; None for all of it."""
    paper = Paper(photo_id, *photo.size, LEAST_SIDE)
    part, draw = edges.linked(NAME, paper)
    desk = st.popover(_("Cut out a part"), icon=":material/crop:", width="stretch", key="widget/cut", on_change="rerun")
    if desk.open:
        with desk:
            part = _ask(photo, part, draw, paper)
    if part:
        st.button(
            _said(part),
            key="widget/whole",
            icon=":material/close:",
            type="tertiary",
            help=_("Back to the whole photo"),
            on_click=partial(draw, None),
        )
    return part


def _ask(photo: Image.Image, before: Edges | None, draw: edges.Draw, paper: Paper) -> Edges | None:
    """Let the reader draw the part, or write its edges."""
    st.caption(
        _(
            "Draw a box round the thing: the network is fed the square in the middle of it. A network that sees "
            "few pixels knows a thing best when it fills most of them."
        )
    )
    above = st.container()
    part = edges.written(NAME, before, draw, paper)
    with above:
        rectangle.show(
            photo,
            part,
            key=f"widget/cut/{paper.photo_id}",
            label=_("The part. Arrow keys move it; with Shift they move its lower right corner."),
            said=_said(part),
            drawn=draw,
            least=LEAST_SIDE,
        )
    return part


def _said(part: Edges | None) -> str:
    if not part:
        return _("The whole photo")
    left, top, right, bottom = part
    return _("Cut out: {size} pixels").format(size=times((right - left, bottom - top)))

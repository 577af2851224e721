"""A rectangle that the reader draws on a picture, by mouse, finger or keys."""

from __future__ import annotations

from collections.abc import Callable

import streamlit as st
from PIL import Image

from app.components.marker import address
from app.view import component
from explorer.vision.cut import Edges

_HTML = """
<div class="marker">
  <div class="frame"><img alt="" draggable="false"><button type="button" class="mark drawn" hidden></button></div>
  <p class="said" role="status"></p>
</div>
"""
_component = component(__file__, _HTML, style="marker.css")

LEAST = 2
"""The fewest pixels that a rectangle has each way: a click draws none."""


def show(
    picture: Image.Image,
    box: Edges | None,
    *,
    key: str,
    label: str,
    said: str,
    drawn: Callable[[Edges], None],
    least: int = LEAST,
) -> None:
    """Show a picture to draw on; call ``drawn`` with the new rectangle before the script runs again.

    Args:
        picture: what is drawn on.
        box: what has been drawn, if anything.
        key: keeps it across reruns.
        label: what the rectangle is called by a screen reader.
        said: what stands beneath, and is read out when it changes.
        drawn: told the new rectangle.
        least: the fewest pixels that a rectangle has each way.
    """

    def told() -> None:
        left, top, right, bottom = map(int, st.session_state[key]["box"].split(","))
        drawn((left, top, right, bottom))

    shown = {"picture": address(picture), "size": picture.size, "box": box, "least": least}
    _component(key=key, data={**shown, "label": label, "said": said}, on_box_change=told)

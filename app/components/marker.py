"""A marker on a picture, which the reader moves by mouse, finger or arrow keys."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Callable
from dataclasses import dataclass
from io import BytesIO

import streamlit as st
from PIL import Image

from app.view import component

_HTML = """
<div class="marker">
  <div class="frame"><img alt="" draggable="false"><button type="button" class="mark"></button></div>
  <p class="said" role="status"></p>
</div>
"""
_component = component(__file__, _HTML)
SIDE = 560
"""The longer side of the picture that is sent, in pixels."""

Place = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Marker:
    """A marker of ``size`` whose upper left corner is ``at``, on a picture of ``grid``, all (rows, columns).

    An arrow key moves it by ``step``, with Shift by one; ``fill`` is a CSS colour, or nothing.
    """

    grid: Place
    size: Place
    at: Place
    step: int = 1
    fill: str = ""


def show(
    picture: Image.Image, marker: Marker, *, key: str, label: str, said: str, moved: Callable[[int, int], None]
) -> None:
    """Show a picture with a marker; call ``moved`` with the new place before the script runs again.

    Args:
        picture: shown over the whole grid.
        marker: where it stands, and how it moves.
        key: keeps the marker across reruns.
        label: what the marker is called by a screen reader.
        said: what stands beneath, and is read out when it changes.
        moved: told the new row and column.
    """

    def told() -> None:
        row, column = map(int, st.session_state[key]["place"].split(","))
        moved(row, column)

    _component(
        key=key,
        data={
            "picture": address(picture),
            "grid": marker.grid,
            "size": marker.size,
            "at": marker.at,
            "step": marker.step,
            "fill": marker.fill,
            "label": label,
            "said": said,
        },
        on_place_change=told,
    )


def address(picture: Image.Image) -> str:
    """Write a picture as a data URL: it needs no request of its own, which a page that changes quickly would lose."""
    shown, out = picture.copy(), BytesIO()
    shown.thumbnail((SIDE, SIDE))
    shown.save(out, "JPEG", quality=85)
    return "data:image/jpeg;base64," + b64encode(out.getvalue()).decode()

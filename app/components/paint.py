"""How maps are laid over a photo: opacity and colours, the same for all maps of a view."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import streamlit as st
from PIL import Image

from app import widgets
from app.i18n import _
from explorer.vision.attribution import Map
from explorer.vision.overlay import COLOUR_MAPS, colours, overlay
from explorer.vision.preprocess import Box

LEGEND = (256, 12)


@dataclass(frozen=True, slots=True)
class Paint:
    """Opacity, 0 to 1, and the name of a colour map."""

    opacity: float
    colour_map: str

    def over(self, photo: Image.Image, heat: Map, box: Box) -> Image.Image:
        """Lay heat over the part of a photo that was fed."""
        return overlay(photo, heat, box, self.opacity, self.colour_map)


def pick() -> Paint:
    """Let the reader choose."""
    with st.container(horizontal=True, vertical_alignment="bottom"):
        opacity = widgets.slider(_("Opacity of the map (%)"), name="opacity", default=50, low=0, high=100, step=5)
        names = {name: name for name in COLOUR_MAPS}
        return Paint(opacity / 100, widgets.choice(_("Colours"), names, name="colours", kind="row"))


def legend(paint: Paint, least: str, most: str) -> None:
    """Say what the darkest and the brightest colour mean."""
    ramp = np.linspace(0, 1, LEGEND[0], dtype=np.float32)[None].repeat(LEGEND[1], 0)
    low, bar, high = st.columns([1, 2, 1], vertical_alignment="center")
    low.caption(least)
    bar.image(colours(ramp, paint.colour_map), width="stretch", alt=_("The colours from no evidence to the most"))
    high.caption(most)

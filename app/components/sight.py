"""The map over the photo: what the network looked at."""

from __future__ import annotations

from functools import partial

import numpy as np
import streamlit as st
from PIL import Image

from app import state, widgets
from app.i18n import _
from explorer.shapes import times
from explorer.vision.attribution import Attribution
from explorer.vision.overlay import COLOUR_MAPS, colours, npy, overlay, png
from explorer.vision.weights import Model

LEGEND = (256, 12)
BLOCKS = (256, 256)


@st.fragment
def show(photo: Image.Image, name: str, model: Model, found: Attribution) -> None:
    """Draw the map over the photo; opacity and colours redraw nothing else."""
    target = _(model.classes[found.target])
    settings, legend = st.columns([3, 2], vertical_alignment="bottom")
    with settings:
        opacity = widgets.slider(_("Opacity of the map (%)"), name="opacity", default=50, low=0, high=100, step=5)
    with legend:
        colour_map = widgets.choice(_("Colours"), {name: name for name in COLOUR_MAPS}, name="colours", kind="row")
    box = model.preprocessing.box(*photo.size)
    picture = overlay(photo, found.heat, box, opacity / 100, colour_map)
    st.image(
        picture,
        width="stretch",
        output_format="JPEG",
        alt=_("{name} with the evidence for {target} laid over it").format(name=name, target=target),
    )
    _legend(colour_map, target)
    _downloads(picture, found, name)
    state.publish_fragment()


def empty(found: Attribution, target: str) -> None:
    """Say that nothing speaks for the class, where that is so."""
    if found.empty:
        st.warning(
            _(
                "The map is empty: at {layer}, nothing in this photo speaks for {target}. There is no heat to show."
            ).format(layer=found.layer, target=target),
            icon=":material/filter_none:",
        )


def _legend(colour_map: str, target: str) -> None:
    ramp = np.linspace(0, 1, LEGEND[0], dtype=np.float32)[None].repeat(LEGEND[1], 0)
    low, bar, high = st.columns([1, 2, 1], vertical_alignment="center")
    low.caption(_("no evidence for {target}").format(target=target))
    bar.image(colours(ramp, colour_map), width="stretch", alt=_("The colours from no evidence to the most"))
    high.caption(_("the most on this photo"))


def inside(photo: Image.Image, model: Model, found: Attribution) -> None:
    """Show, pixel by pixel, what the network was fed and the map as it was computed."""
    fed = model.preprocessing.crop(photo).convert("RGB")
    with st.container(horizontal=True):
        _blocks(fed, _("What the network was fed: {size} pixels"))
        _blocks(Image.fromarray(colours(found.heat)), _("The map as computed: {size} cells"))


def _blocks(picture: Image.Image, words: str) -> None:
    """Enlarge a small picture without smoothing it."""
    words = words.format(size=times(picture.size[::-1]))
    blocks = picture.resize(BLOCKS, Image.Resampling.NEAREST)
    st.image(blocks, caption=words, width=BLOCKS[0], output_format="PNG", alt=words)


def _downloads(picture: Image.Image, found: Attribution, name: str) -> None:
    stem = f"{name.rpartition('.')[0] or name}_{found.method}_{found.target}"
    with st.container(horizontal=True):
        st.download_button(
            _("Picture (PNG)"),
            partial(png, picture),
            f"{stem}.png",
            "image/png",
            on_click="ignore",
            icon=":material/image:",
        )
        st.download_button(
            _("Map (NPY, {shape})").format(shape=times(found.map.shape)),
            partial(npy, found.map),
            f"{stem}.npy",
            "application/octet-stream",
            on_click="ignore",
            icon=":material/grid_on:",
            help=_("The map's numbers, as NumPy reads them: positive where there is evidence for the class."),
        )

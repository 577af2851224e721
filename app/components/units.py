"""The maps of a layer themselves: which units respond to this photo, where, and what excites one of them most."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import streamlit as st
from PIL import Image

from app import probing, widgets
from app.components import paint, question
from app.components.careful import part
from app.components.place import crop
from app.figures import short
from app.i18n import _
from app.looking import Subject
from explorer.errors import ExplorerError
from explorer.shapes import times
from explorer.vision.attribution import Map
from explorer.vision.features import Patch, first_filters
from explorer.vision.overlay import colours, npy
from explorer.vision.preprocess import Box
from explorer.vision.sheet import tiled

SHOWN, SIDE = 12, 128
WALL = 640
"""Width of the picture of all filters, at most, in pixels."""


@part
def show(subject: Subject) -> None:
    """Let the reader choose a layer and a unit; show the strongest maps, and the unit's own."""
    left, right = st.columns(2, gap="large")
    with left:
        layer = question.layer(subject)
    maps = probing.features(subject, layer)
    order = np.argsort(-maps.max((1, 2)), kind="stable")
    with right:
        looks = paint.pick()
    st.caption(
        _("The {n} maps of {layer} that respond most to this photo, all on one scale.").format(
            n=min(SHOWN, len(maps)), layer=layer
        )
    )
    _strongest(maps, [int(unit) for unit in order[:SHOWN]], looks.colour_map)
    owner = f"{subject.model.id}/{layer}"
    unit = widgets.number(
        _("Look at one unit"), name="unit", default=int(order[0]), low=0, high=len(maps) - 1, step=1, owner=owner
    )
    own, others = st.columns(2, gap="large")
    with own:
        _one(subject, maps[unit], unit, looks)
    with others:
        _exciting(subject, layer, unit)
    _filters(subject)


def _filters(subject: Subject) -> None:
    """Show the filters that see the pixels themselves; say why there are none to show, where that is so."""
    st.subheader(_("The first filters"), anchor=False)
    try:
        name, filters = first_filters(subject.model.network)
    except ExplorerError as error:
        st.info(str(error), icon=":material/block:")
        return
    st.caption(
        _(
            "The {n} filters of {layer}, as pictures: what each answers to most. Each is stretched from its least "
            "weight to its greatest. Edges, spots and colours are what a trained network learns to see first; noise is "
            "what it begins with."
        ).format(n=len(filters), layer=name)
    )
    wall = tiled(filters)
    scale = max(1, WALL // wall.shape[1])
    picture = Image.fromarray(wall).resize((wall.shape[1] * scale, wall.shape[0] * scale), Image.Resampling.NEAREST)
    st.image(picture, output_format="PNG", alt=_("The {n} filters of {layer}").format(n=len(filters), layer=name))
    st.download_button(
        _("Filters (NPY, {shape})").format(shape=times(filters.shape)),
        lambda: npy(filters),
        f"{subject.model.id}_filters.npy",
        on_click="ignore",
        icon=":material/grid_on:",
    )


def _strongest(maps: Map, units: list[int], colour_map: str) -> None:
    most = max(float(maps.max()), np.finfo(np.float32).tiny)
    pictures = [Image.fromarray(colours(np.clip(maps[unit], 0, None) / most, colour_map)) for unit in units]
    words = [_("unit {n}").format(n=unit) for unit in units]
    _row(pictures, words)


def _row(pictures: Sequence[Image.Image], words: Sequence[str]) -> None:
    with st.container(horizontal=True):
        for picture, each in zip(pictures, words, strict=True):
            st.image(_enlarged(picture), caption=each, width=SIDE, output_format="PNG", alt=each)


def _one(subject: Subject, map: Map, unit: int, looks: paint.Paint) -> None:
    """Lay the map of one unit over what was fed."""
    most = float(map.max())
    if most <= 0:
        st.info(_("Unit {n} is silent on this photo.").format(n=unit), icon=":material/volume_off:")
        return
    photo = crop(subject)
    words = _("Unit {n} over the photo; its largest value is {most}").format(n=unit, most=short(most))
    picture = looks.over(photo, np.clip(map, 0, None) / most, Box(0, 0, *photo.size))
    st.image(picture, caption=words, width="stretch", output_format="JPEG", alt=words)


def _exciting(subject: Subject, layer: str, unit: int) -> None:
    """Show the parts of the bundled pictures that excite a unit most."""
    found = probing.exciting(subject, layer, unit)
    if not found:
        st.info(_("No bundled picture excites this unit."), icon=":material/volume_off:")
        return
    words = [short(patch.response) for _picture, patch in found]
    st.markdown(
        _("**What excites this unit most** among the bundled pictures: all that it can see from its best place")
    )
    _row([_cut(subject, picture, patch) for picture, patch in found], words)


def _cut(subject: Subject, picture: Image.Image, patch: Patch) -> Image.Image:
    """Cut out of what was fed what the unit can see."""
    fed = subject.model.preprocessing.crop(picture).convert("RGB")
    (top, bottom), (left, right) = patch.rows, patch.columns
    return fed.crop((left, top, right, bottom))


def _enlarged(picture: Image.Image) -> Image.Image:
    """Enlarge a small picture without smoothing it; its longer side gets the width of all."""
    scale = SIDE / max(picture.size)
    size = (max(1, round(picture.width * scale)), max(1, round(picture.height * scale)))
    return picture.resize(size, Image.Resampling.NEAREST)

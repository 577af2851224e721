"""A cell of the map: what it could see of the photo, by the theory, and what it does see, by the gradient."""

from __future__ import annotations

import streamlit as st

from app import looking, probing
from app.components import marker, paint, question, waiting
from app.components.careful import part
from app.components.marker import Marker
from app.components.place import crop, place
from app.figures import decimal, exact
from app.i18n import _
from app.looking import Subject
from explorer.receptive_field import ReceptiveField, pixels, receptive_fields
from explorer.shapes import times
from explorer.vision.attribution import Map
from explorer.vision.effective_field import cells_holding
from explorer.vision.outline import outlined
from explorer.vision.overlay import overlay
from explorer.vision.preprocess import Box

MOST = 0.9
"""The share of the pull that is told in numbers."""


@part
def show(subject: Subject) -> None:
    """Let the reader choose a layer and click a cell of its map; show the cell's two receptive fields."""
    choices, looks_of = st.columns(2, gap="large")
    with choices:
        target = question.target(subject)
        layer = question.layer(subject)
    with looks_of:
        looks = paint.pick()
    left, right = st.columns(2, gap="large")
    graph = subject.model.network.graph
    grid = graph.shape_of(layer)[1], graph.shape_of(layer)[2]
    at, move = place("cell", subject, grid, layer)
    with left:
        found = waiting.made(looking.attribution(subject, "grad-cam", target, layer), "Grad-CAM")
        if found is None:
            return
        photo = crop(subject)
        whole = Box(0, 0, *photo.size)
        marker.show(
            looks.over(photo, found.heat, whole),
            Marker(grid, (1, 1), at),
            key=f"widget/cell/{subject.model.id}/{layer}",
            label=_("Cell. Click another one, or move on with the arrow keys."),
            said=_("Cell {cell} of {grid} at {layer}").format(
                cell=f"({at[0]}, {at[1]})", grid=times(grid), layer=layer
            ),
            moved=move,
        )
    pull = probing.pull(subject, layer, *at)
    field = receptive_fields(graph)[layer]
    seen = pixels(field, at, graph.input_shape)
    with right:
        _fields(subject, pull, seen, looks)
        st.markdown(_in_words(field, seen, pull))


def _fields(subject: Subject, pull: Map, seen: tuple[tuple[int, int], ...], looks: paint.Paint) -> None:
    """Draw both fields over what was fed: a frame around all that the cell could see, colours where it does."""
    photo = crop(subject)
    height, width = subject.model.preprocessing.size
    across, down = photo.width / width, photo.height / height
    (top, bottom), (left, right) = seen
    frame = Box(left * across, top * down, right * across, bottom * down)
    strength = pull / pull.max() if pull.max() else pull
    picture = overlay(photo, strength, Box(0, 0, *photo.size), looks.opacity, looks.colour_map)
    st.image(
        outlined(picture, frame),
        width=marker.SIDE,
        output_format="JPEG",
        alt=_("The photo with the theoretical receptive field as a frame and the effective one as colours"),
    )


def _in_words(field: ReceptiveField, seen: tuple[tuple[int, int], ...], pull: Map) -> str:
    """Say how large both fields are."""
    area = (seen[0][1] - seen[0][0]) * (seen[1][1] - seen[1][0])
    inside = times(tuple(last - first for first, last in seen))
    could = {
        "exact": _("**Frame**: by the theory the cell can see {size} pixels; {inside} of them lie on the photo."),
        "whole image": _(
            "**Frame**: by the theory the cell can see the whole image, through a gate or a pooling of all."
        ),
        "unknown": _("**Frame**: no one size holds for all cells here; the frame is the whole image."),
    }[field.status].format(size=field, inside=inside)
    if not pull.any():
        return could + "\n\n" + _("**Colours**: no pixel moves this cell. All its units are silent on this photo.")
    most = cells_holding(pull, MOST)
    does = _(
        "**Colours**: what moves the cell on this photo. {n} pixels, {share} % of the frame, hold {most} % of the pull."
    )
    return (
        could + "\n\n" + does.format(n=exact(most), share=decimal(f"{100 * most / area:.0f}"), most=round(100 * MOST))
    )

"""One map over the photo, or two of two classes: what the network looked at."""

from __future__ import annotations

import numpy as np
import streamlit as st
from PIL import Image

from app import looking, widgets
from app.components import files, guesses, marker, paint, question, waiting
from app.components.careful import part
from app.components.question import Question
from app.i18n import _
from app.looking import Subject
from explorer.shapes import times
from explorer.vision.attribution import Attribution, Map
from explorer.vision.boxes import box_of
from explorer.vision.contrast import contrast, on_one_scale
from explorer.vision.methods import METHODS
from explorer.vision.outline import outlined
from explorer.vision.overlay import colours, overlay
from explorer.vision.preprocess import Box

BLOCKS = (256, 256)


def show(subject: Subject) -> None:
    """Show what the model takes the photo for, and where the evidence stands."""
    left, right = st.columns([3, 2], gap="large")
    with right:
        guesses.show(subject.guesses, subject.card.unsure_below)
        asked = question.pick(subject)
    with left, st.spinner(_("Looking…")):
        if seen := _seen(subject, asked):
            _say_if_empty(subject, seen)
            _pictures(subject, seen)
            _inside(subject, seen[0].heat)


def _seen(subject: Subject, asked: Question) -> list[Attribution]:
    """Give the map of the target, or those of each of two classes rather than the other; none if that was stopped."""
    title = _(METHODS[asked.method].name)
    targets = [asked.target] if asked.rather_than is None else [asked.target, asked.rather_than]
    wanted = [looking.attribution(subject, asked.method, target, asked.layer, asked.cover) for target in targets]
    box = subject.model.preprocessing.box(*subject.photo.size)

    def sketch(found: Attribution) -> None:
        st.image(marker.address(overlay(subject.photo, found.heat, box)), width="stretch", alt=title)

    found = [waiting.made(each, title, sketch) for each in wanted]
    there = [each for each in found if each is not None]
    if len(there) < len(targets):
        return []
    return there if len(there) == 1 else [contrast(there[0], there[1]), contrast(there[1], there[0])]


def _say_if_empty(subject: Subject, seen: list[Attribution]) -> None:
    """Say that nothing speaks for the class, where that is so."""
    if len(seen) == 1 and seen[0].empty:
        st.warning(
            _(
                "The map is empty: at {layer}, nothing in this photo speaks for {target}. There is no heat to show."
            ).format(layer=seen[0].layer, target=_(subject.model.classes[seen[0].target])),
            icon=":material/filter_none:",
        )


@part
def _pictures(subject: Subject, seen: list[Attribution]) -> None:
    """Draw the maps over the photo, on one scale; opacity and colours redraw nothing else."""
    looks = paint.pick()
    box = subject.model.preprocessing.box(*subject.photo.size)
    heats = on_one_scale(seen)
    pictures = [looks.over(subject.photo, heat, box) for heat in heats]
    if widgets.switch(
        _("Box round the evidence"),
        name="box",
        help=_(
            "Round the largest part that is at least a fifth as bright as the brightest place: where the network, "
            "which has never seen a box, would say that the thing is."
        ),
    ):
        pictures = [_boxed(picture, heat, box) for picture, heat in zip(pictures, heats, strict=True)]
    names = [_(subject.model.classes[each.target]) for each in seen]
    for column, picture, words in zip(st.columns(len(seen)), pictures, _captions(names), strict=True):
        column.image(
            picture,
            caption=words if len(seen) > 1 else None,
            width="stretch",
            output_format="JPEG",
            alt=_("{name} with the evidence for {target} laid over it").format(name=subject.name, target=words),
        )
    paint.legend(looks, _("no evidence for {target}").format(target=" / ".join(names)), _("the most on this photo"))
    files.offer(subject.name, seen, pictures, _captions(names))


def _boxed(picture: Image.Image, heat: Map, fed: Box) -> Image.Image:
    found = box_of(heat, fed)
    return outlined(picture, found, max(2, picture.width // 200)) if found else picture


def _captions(names: list[str]) -> list[str]:
    if len(names) == 1:
        return names
    words = _("{one} rather than {other}")
    return [words.format(one=one, other=other) for one, other in zip(names, names[::-1], strict=True)]


def _inside(subject: Subject, heat: Map) -> None:
    """Show, pixel by pixel, what the network was fed and the map as it was computed."""
    fed = subject.model.preprocessing.crop(subject.photo).convert("RGB")
    with st.container(horizontal=True):
        _blocks(fed, _("What the network was fed: {size} pixels"))
        _blocks(Image.fromarray(colours(np.asarray(heat))), _("The map as computed: {size} cells"))


def _blocks(picture: Image.Image, words: str) -> None:
    """Enlarge a small picture without smoothing it."""
    words = words.format(size=times(picture.size[::-1]))
    blocks = picture.resize(BLOCKS, Image.Resampling.NEAREST)
    st.image(blocks, caption=words, width=BLOCKS[0], output_format="PNG", alt=words)

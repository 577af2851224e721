"""One map among several: which network, by which method, for which class; or why there is none."""

from __future__ import annotations

from dataclasses import dataclass

import streamlit as st
from PIL import Image

from app import looking
from app.components import card_picker, question, waiting
from app.components.paint import Paint
from app.i18n import _
from app.looking import Subject
from explorer.errors import ExplorerError
from explorer.graph import INPUT
from explorer.shapes import times
from explorer.vision.attribution import Attribution, Map
from explorer.vision.methods import METHODS


@dataclass(frozen=True, eq=False)
class Panel:
    """A map, or the sentence that says why there is none (neither: the reader has stopped it)."""

    subject: Subject
    method: str
    found: Attribution | None
    refused: str = ""

    @property
    def aim(self) -> str:
        """Name the class that the map is for."""
        return self.subject.model.classes[self.found.target] if self.found else ""

    @property
    def title(self) -> str:
        """Say by which method, which network and for which class the map is, at which layer, and how fine."""
        parts = [_(METHODS[self.method].name), card_picker.caption(self.subject.card)]
        if self.found:
            parts.append(question.named(self.subject, self.found.target))
            parts += [self.found.layer] if self.found.layer != INPUT else []
            parts.append(_("empty") if self.found.empty else times(self.found.map.shape))
        return " · ".join(parts)

    def picture(self, heat: Map, looks: Paint) -> Image.Image:
        """Lay the heat over the photo."""
        photo = self.subject.photo
        return looks.over(photo, heat, self.subject.model.preprocessing.box(*photo.size))


def look(subject: Subject, method: str, aim: str, depth: int) -> Panel:
    """Look for a class, at a depth in percent; a network that does not know it looks for what it finds likeliest."""
    classes = subject.model.classes
    target = classes.index(aim) if aim in classes else subject.guesses[0].index
    layer = layer_at(subject, depth) if METHODS[method].takes_layer else None
    waits_for = f"{_(METHODS[method].name)} · {card_picker.caption(subject.card)}"
    try:
        return Panel(subject, method, waiting.made(looking.attribution(subject, method, target, layer), waits_for))
    except ExplorerError as error:
        return Panel(subject, method, None, str(error))


def layer_at(subject: Subject, depth: int) -> str:
    """Give the layer so many percent of the way from the stem to the head."""
    layers = question.offered(subject.model.network.graph)
    return layers[round(depth / 100 * (len(layers) - 1))]


def refusal(panel: Panel) -> None:
    """Say why there is no map, where that is so."""
    if panel.refused:
        st.caption(panel.title)
        st.info(panel.refused, icon=":material/block:")

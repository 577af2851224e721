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
from explorer.vision.contrast import contrast
from explorer.vision.methods import METHODS


@dataclass(frozen=True, eq=False)
class Panel:
    """A map, or the sentence that says why there is none (neither: the reader has stopped it)."""

    subject: Subject
    method: str
    found: Attribution | None
    refused: str = ""
    against: str = ""

    @property
    def aim(self) -> str:
        """Name the class that the map is for."""
        return self.subject.model.classes[self.found.target] if self.found else ""

    @property
    def title(self) -> str:
        """Say by which method, which network and for which class the map is, at which layer, and how fine."""
        parts = [_(METHODS[self.method].name), card_picker.caption(self.subject.card)]
        if self.found:
            named = question.named(self.subject, self.found.target)
            rather = _("{one} rather than {other}").format(one=named, other=_(self.against))
            parts.append(rather if self.against else named)
            parts += [self.found.layer] if self.found.layer != INPUT else []
            parts.append(_("empty") if self.found.empty else times(self.found.map.shape))
        return " · ".join(parts)

    def picture(self, heat: Map, looks: Paint) -> Image.Image:
        """Lay the heat over the photo."""
        photo = self.subject.photo
        return looks.over(photo, heat, self.subject.model.preprocessing.box(*photo.size))


def look(subject: Subject, method: str, aim: str, against: str, depth: int) -> Panel:
    """Look for a class, rather than another if there is one, at a depth in percent.

    A network that does not know the class looks for what it finds likeliest; it cannot hold that against a class.
    """
    classes = subject.model.classes
    try:
        if against and not {aim, against} <= {*classes}:
            raise ExplorerError(
                _("This network does not know both {aim} and {against}.").format(aim=_(aim), against=_(against))
            )
        target = classes.index(aim) if aim in classes else subject.guesses[0].index
        found = _made(subject, method, target, depth)
        other = _made(subject, method, classes.index(against), depth) if against and found else None
        if against:
            found = contrast(found, other) if found and other else None
        return Panel(subject, method, found, against=against)
    except ExplorerError as error:
        return Panel(subject, method, None, str(error))


def _made(subject: Subject, method: str, target: int, depth: int) -> Attribution | None:
    """Make the map of one class while the reader watches."""
    layer = layer_at(subject, depth) if METHODS[method].takes_layer else None
    waits_for = f"{_(METHODS[method].name)} · {card_picker.caption(subject.card)}"
    return waiting.made(looking.attribution(subject, method, target, layer), waits_for)


def layer_at(subject: Subject, depth: int) -> str:
    """Give the layer so many percent of the way from the stem to the head."""
    layers = question.offered(subject.model.network.graph)
    return layers[round(depth / 100 * (len(layers) - 1))]


def refusal(panel: Panel) -> None:
    """Say why there is no map, where that is so."""
    if panel.refused:
        st.caption(panel.title)
        st.info(panel.refused, icon=":material/block:")

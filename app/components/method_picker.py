"""The question: which method, for which class, at which layer."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import streamlit as st

from app import widgets
from app.i18n import _
from explorer.shapes import times
from explorer.vision.maps import last_map, stations
from explorer.vision.methods import METHODS
from explorer.vision.predict import Guess
from explorer.vision.weights import Model

LIKELIEST = "likeliest"


@dataclass(frozen=True, slots=True)
class Question:
    """What the reader asks of a photo."""

    method: str
    target: int
    layer: str | None


def pick(model: Model, guesses: Sequence[Guess]) -> Question:
    """Let the reader choose method, class and, where the method reads one, layer."""
    captions = {id: _(described.name) for id, described in METHODS.items()}
    method = widgets.choice(_("Method"), captions, name="method", kind="row")
    described = METHODS[method]
    st.caption(f"{_(described.summary)} [{described.paper}]({described.url})")
    target = _target(guesses, model)
    return Question(method, target, _layer(model) if described.takes_layer else None)


def _target(guesses: Sequence[Guess], model: Model) -> int:
    first = _("the likeliest: {name}").format(name=_(guesses[0].name))
    captions = {LIKELIEST: first} | {guess.name: _(guess.name) for guess in guesses}
    chosen = widgets.choice(_("Evidence for which class?"), captions, name="target", owner=model.id)
    return guesses[0].index if chosen == LIKELIEST else model.target(chosen)


def _layer(model: Model) -> str:
    graph = model.network.graph
    offered = list(dict.fromkeys((*stations(graph), last_map(graph))))
    captions = {name: f"{name} · {times(graph.shape_of(name)[1:])}" for name in offered}
    return widgets.choice(
        _("Layer, from the stem to the head"),
        captions,
        name="layer",
        default=last_map(graph),
        owner=model.id,
        kind="scale",
        help=_("Early layers see edges and colours in small places, the last one whole things, coarsely."),
    )

"""Several methods and several networks side by side: one photo, one scale, one set of colours."""

from __future__ import annotations

from collections.abc import Sequence
from math import ceil

import streamlit as st
from PIL import Image
from streamlit.delta_generator import DeltaGenerator

from app import looking, widgets
from app.components import card_picker, files, paint, panel, question
from app.components.careful import part
from app.components.paint import Paint
from app.components.panel import Panel
from app.i18n import _
from app.looking import Subject
from explorer.vision.contrast import on_one_scale
from explorer.vision.own import untrained_twin

MOST, MOST_NETWORKS = 6, 3
"""So many maps, and so many networks, stand side by side."""
USUAL_NETWORKS = 2
USUAL = ["grad-cam", "occlusion"]


@part
def show(subject: Subject) -> None:
    """Let the reader choose networks and methods; draw their maps in rows of methods and columns of networks."""
    left, right = st.columns(2, gap="large")
    with left:
        networks = _networks(subject)
    with right:
        aim = question.target(subject)
        against = question.rather_than(subject, aim)
    chosen = widgets.several(_("Methods"), question.methods(), name="methods", default=USUAL)
    depth, together = _scales()
    looks = paint.pick()
    if not networks or not chosen:
        st.info(_("Choose at least one network and one method."), icon=":material/grid_view:")
        return
    classes = subject.model.classes[aim], "" if against is None else subject.model.classes[against]
    methods = chosen[: MOST // len(networks)]
    if len(methods) < len(chosen):
        st.caption(_("At most {most} maps at a time: the last methods are left out.").format(most=MOST))
    places = _grid(len(methods), len(networks))
    drawn = [
        each
        for row, method in enumerate(methods)
        for each in _row(networks, method, classes, depth, looks, together, places[row * len(networks) :])
    ]
    if drawn:
        sought = " / ".join(dict.fromkeys(_(each.aim) for each, _picture in drawn))
        paint.legend(looks, _("no evidence for {target}").format(target=sought), _("the most on this photo"))
        found, pictures, titles = zip(*((each.found, picture, each.title) for each, picture in drawn), strict=True)
        files.offer(subject.name, found, pictures, titles)


def _scales() -> tuple[int, bool]:
    left, right = st.columns(2, gap="large", vertical_alignment="bottom")
    with left:
        words = _("How deep, from the stem (0 %) to the head (100 %)")
        depth = widgets.slider(words, name="share", default=100, low=0, high=100, step=5)
    with right:
        return depth, widgets.switch(
            _("One scale for all maps of a method"),
            name="together",
            help=_("Off: each map is as bright as its own largest value. On: values are compared across the networks."),
        )


def _grid(methods: int, networks: int) -> list[DeltaGenerator]:
    """Give the places of the maps, method by method; the maps of one network stand in rows of their own."""
    across = networks if networks > 1 else min(MOST_NETWORKS, max(2, methods))
    rows = ceil(methods * networks / across)
    return [column.empty() for _row in range(rows) for column in st.columns(across, gap="medium")]


def _networks(subject: Subject) -> list[Subject]:
    """Let the reader choose among the networks whose weights are here, and the page's own network with random ones."""
    twin = untrained_twin(subject.card, subject.model.classes)
    cards = {card.id: card for card in (subject.card, *card_picker.here(), twin)}
    shipped = (card for card in cards.values() if card.origin is None and card.seed is None)
    kin = [card.id for card in shipped if {*card.classes} & {*subject.model.classes}]
    chosen = widgets.several(
        _("Networks"),
        {id: card_picker.caption(card) for id, card in cards.items()},
        name="networks",
        default=list(dict.fromkeys((subject.card.id, *kin)))[:USUAL_NETWORKS],
        owner=subject.card.id,
        max_selections=MOST_NETWORKS,
        help=_(
            "Published networks stand here once they were downloaded: choose one as the model, on the left. The page's "
            "own network stands here untrained too: what of the map comes from learning?"
        ),
    )
    return [looking.another(subject, cards[id]) for id in chosen[:MOST_NETWORKS]]


def _row(
    networks: Sequence[Subject],
    method: str,
    classes: tuple[str, str],
    depth: int,
    looks: Paint,
    together: bool,
    places: Sequence[DeltaGenerator],
) -> list[tuple[Panel, Image.Image]]:
    """Look by one method with each network; draw the maps, and give those that there are."""
    panels = []
    for network, place in zip(networks, places, strict=False):
        with place.container():
            panels.append(panel.look(network, method, *classes, depth))
            panel.refusal(panels[-1])
    found = [each.found for each in panels if each.found]
    heats = iter(on_one_scale(found) if together else [each.heat for each in found])
    drawn = []
    for each, place in zip(panels, places, strict=False):
        if each.found:
            picture = each.picture(next(heats), looks)
            place.image(picture, caption=each.title, width="stretch", output_format="JPEG", alt=each.title)
            drawn.append((each, picture))
    return drawn

"""See: what a network looked at."""

from __future__ import annotations

import streamlit as st

from app import widgets
from app.components import photo_picker
from app.i18n import _
from explorer.errors import ExplorerError
from explorer.vision.cards import Card, shipped

st.title(_("What did the network look at?"), anchor=False)
with st.sidebar:
    picked = photo_picker.pick()

with st.spinner(_("Waking torch up; this takes some seconds, once…")):
    from app import looking
    from app.components import guesses, method_picker, model_card, sight


def pick_card() -> Card:
    """Let the reader pick a model that ships."""
    cards = {card.id: card for card in shipped()}
    if not cards:
        raise ExplorerError(_("No model is installed here: the folder of models is empty."))
    captions = {id: id.replace("_", " ") for id in cards}
    return cards[widgets.choice(_("Model"), captions, name="model")]


def show(picked: photo_picker.Picked, card: Card) -> None:
    """Show what the model takes the photo for, and where the evidence stands."""
    model = looking.model(card.sha256, card)
    photo = looking.decoded(picked.sha256, picked.data, picked.name)
    found = looking.guesses(picked.sha256, card.sha256, model, photo)
    with st.sidebar:
        model_card.in_short(model)
    left, right = st.columns([3, 2], gap="large")
    with right:
        guesses.show(found, card.unsure_below)
        asked = method_picker.pick(model, found)
    with left, st.spinner(_("Looking…")):
        seen = looking.attribution(picked.sha256, card.sha256, asked.method, asked.target, asked.layer, model, photo)
        sight.empty(seen, _(model.classes[seen.target]))
        sight.show(photo, picked.name, model, seen)
        sight.inside(photo, model, seen)
        st.caption(_("Picture: {credit}").format(credit=picked.credit) if picked.credit else picked.name)
    model_card.meaning()
    model_card.show(model)


try:
    with st.sidebar:
        card = pick_card()
    if picked:
        show(picked, card)
    else:
        st.info(_("Choose a photo on the left."), icon=":material/add_photo_alternate:")
except ExplorerError as error:
    st.error(str(error), icon=":material/block:")

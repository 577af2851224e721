"""See: what a network looked at."""

from __future__ import annotations

import streamlit as st

from app.components import card_picker, photo_picker
from app.i18n import _
from explorer.errors import ExplorerError
from explorer.vision.cards import Card

st.title(_("What did the network look at?"), anchor=False)
with st.sidebar:
    picked = photo_picker.pick()

with st.spinner(_("Waking torch up; this takes some seconds, once…")):
    from app import looking
    from app.components import guesses, method_picker, model_card, sight


def show(picked: photo_picker.Picked, card: Card) -> None:
    """Show what the model takes the photo for, and where the evidence stands."""
    model = looking.model(card.key, card)
    photo = looking.decoded(picked.sha256, picked.data, picked.name)
    found = looking.guesses(picked.sha256, card.key, model, photo)
    with st.sidebar:
        model_card.in_short(model)
    left, right = st.columns([3, 2], gap="large")
    with right:
        guesses.show(found, card.unsure_below)
        asked = method_picker.pick(model, found)
    with left, st.spinner(_("Looking…")):
        seen = looking.attribution(picked.sha256, card.key, asked.method, asked.target, asked.layer, model, photo)
        sight.empty(seen, _(model.classes[seen.target]))
        sight.show(photo, picked.name, model, seen)
        sight.inside(photo, model, seen)
        st.caption(_("Picture: {credit}").format(credit=picked.credit) if picked.credit else picked.name)
    model_card.meaning()
    model_card.show(model)


try:
    with st.sidebar:
        card = card_picker.pick()
    if card.origin and not card.here:
        card_picker.offer(card, card.origin)
    elif picked:
        show(picked, card)
    else:
        st.info(_("Choose a photo on the left."), icon=":material/add_photo_alternate:")
except ExplorerError as error:
    st.error(str(error), icon=":material/block:")

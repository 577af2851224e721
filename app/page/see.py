"""See: what a network looked at."""

from __future__ import annotations

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from app import widgets
from app.components import card_picker, model_picker, photo_picker
from app.i18n import _
from explorer.errors import ExplorerError
from explorer.vision.cards import Card
from explorer.vision.cut import cut

st.set_page_config(initial_sidebar_state="auto")  # the composer, which needs the room, closes it
st.title(_("What did the network look at?"), anchor=False)
with st.sidebar:
    picked, beneath = photo_picker.pick(), st.container()

with st.spinner(_("Waking torch up; this takes some seconds, once…")):
    from app import looking
    from app.components import boxed, compare, cut_out, device_picker, doubt, field, hide, model_card, sight, units


def show(picked: photo_picker.Picked, beneath: DeltaGenerator, card: Card, place: looking.Place) -> None:
    """Show what the model takes the photo for, and where the evidence stands, in the view that the reader chooses."""
    photo, photo_id = looking.photo(picked.sha256, picked.data, picked.name), picked.sha256
    with beneath:
        part = cut_out.pick(photo, photo_id)
    if part:
        photo, photo_id = cut(photo, part), f"{photo_id} {part}"
    subject = looking.subject(photo_id, picked.name, photo, card, place)
    model_picker.warn(card)
    with st.sidebar:
        model_card.in_short(subject.model)
    views = {
        "map": (_("One map"), sight.show),
        "compare": (_("Side by side"), compare.show),
        "box": (_("Draw a box"), boxed.show),
        "hide": (_("Hide a part"), hide.show),
        "field": (_("What a cell sees"), field.show),
        "maps": (_("Feature maps"), units.show),
        "doubt": (_("Put to the test"), doubt.show),
    }
    view = widgets.choice(_("View"), {id: words for id, (words, _show) in views.items()}, name="look", kind="row")
    views[view][1](subject)
    st.caption(_("Picture: {credit}").format(credit=picked.credit) if picked.credit else picked.name)
    model_card.meaning()
    model_card.show(subject.model)


try:
    with st.sidebar:
        card, place = model_picker.pick(), device_picker.pick()
    if card is None:
        model_picker.missing()
    elif card.origin and not card.here:
        card_picker.offer(card, card.origin)
    elif picked:
        show(picked, beneath, card, place)
    else:
        st.info(_("Choose a photo on the left."), icon=":material/add_photo_alternate:")
except ExplorerError as error:
    st.error(str(error), icon=":material/block:")

"""Which trained network looks: one that ships, or a published one, which is fetched when the reader says so."""

from __future__ import annotations

from urllib.parse import urlsplit

import streamlit as st

import explorer
from app import widgets
from app.figures import binary, exact, percent
from app.i18n import _
from explorer.errors import ExplorerError
from explorer.vision.cards import Card, Origin, shipped
from explorer.vision.catalogue import obtain, published
from explorer.vision.download import kept
from explorer.vision.own import network_of


def pick() -> Card:
    """Let the reader pick a model: first those that ship, then published ones in the order of history."""
    cards = {card.id: card for card in _cards()}
    if not cards:
        raise ExplorerError(_("No model is installed here: the folder of models is empty."))
    captions = {id: caption(card) for id, card in cards.items()}
    return cards[widgets.choice(_("Model"), captions, name="model")]


def ids() -> set[str]:
    """Name the models that ship or are published."""
    return {card.id for card in _cards()}


def here() -> list[Card]:
    """List the models whose weights are on this machine."""
    return [card for card in _cards() if card.here]


def _cards() -> list[Card]:
    order = {architecture.id: i for i, architecture in enumerate(explorer.architectures())}
    return [*shipped(), *sorted(published(), key=lambda card: order.get(card.architecture, len(order)))]


def caption(card: Card) -> str:
    """Call a model by its network and the name of the weights."""
    network = _(network_of(card).name)
    if card.seed is not None:
        return _("{network}, untrained").format(network=network)
    return f"{network} · {card.name.removeprefix('IMAGENET1K_').replace('_', ' ')}"


def offer(card: Card, origin: Origin) -> None:
    """Say what can be fetched, from where and on which terms; fetch it when the reader says so."""
    st.subheader(caption(card), anchor=False)
    host = urlsplit(origin.url).hostname or ""
    facts = [
        _("These weights are published and not on this machine yet: **{size}** from {host}.").format(
            size=binary(origin.size), host=host
        ),
        _("**{accuracy}** of {photos} photos that it had never seen were named right.").format(
            accuracy=percent(card.accuracy or 0), photos=exact(card.validation["photos"])
        ),
        _("The file is checked: its SHA-256 must begin with {digits}.").format(digits=f"`{origin.digest}`")
        if origin.digest
        else _("No SHA-256 is published for this file: that of the first download is kept and shown."),
        f"**{_('Terms')}**: {card.terms}",
    ]
    st.markdown("\n".join(f"- {fact}" for fact in facts))
    if part := kept(card.file):
        st.caption(_("{size} are here already; the download goes on from there.").format(size=binary(part)))
    if st.button(_("Download"), icon=":material/download:", type="primary"):
        _fetch(card)


def _fetch(card: Card) -> None:
    """Fetch the weights while the reader watches. Whatever the reader does meanwhile ends it; what came is kept."""
    place = st.empty()
    with place.container():
        bar = st.progress(0.0)
        st.button(_("Cancel"), icon=":material/close:")

    def show(done: int, total: int) -> None:
        words = _("{done} of {total}").format(done=binary(done), total=binary(total))
        bar.progress(min(done / max(total, 1), 1.0), words)

    try:
        obtain(card, show)
    except ExplorerError as error:
        place.error(str(error), icon=":material/cloud_off:")
    else:
        st.rerun()

"""Which network looks, with which weights: learned ones, random ones, or the reader's own."""

from __future__ import annotations

import streamlit as st

from app import state, widgets
from app.components import card_picker, network_picker, upload
from app.i18n import _
from explorer.vision.cards import Card
from explorer.vision.class_names import read_classes
from explorer.vision.own import own_card, untrained_card

TRAINED, RANDOM, OWN = "trained", "random", "own"
ENDINGS = ("safetensors", "pth", "pt")
MOST_MB = 200
"""The largest file of weights that a page takes; the command line takes any."""


def pick() -> Card | None:
    """Let the reader pick a network and its weights; None as long as a file of weights is wanted and not there.

    The address holds which network, in the word that the composer and the compare page use too (``model=~…``): of such
    a word alone the weights are random.
    """
    captions = {TRAINED: _("Learned"), RANDOM: _("Random"), OWN: _("Own")}
    reference = network_picker.arrived()
    if reference != state.kept("reference", ""):
        state.keep("reference", reference)
        if reference and widgets.peek(captions, name="weights", default=RANDOM) == TRAINED:
            widgets.turn("weights", RANDOM, TRAINED)
    match widgets.choice(_("Weights"), captions, name="weights", default=TRAINED, kind="row"):
        case "random":
            return _random(reference)
        case "own":
            return _own(reference)
        case _:
            return card_picker.pick()


def _random(reference: str) -> Card:
    network = network_picker.pick(reference)
    seed = widgets.number(_("Seed of the random weights"), name="random_seed", default=0, low=0, high=9999, step=1)
    return untrained_card(network, seed, network_picker.preparation(network))


def _own(reference: str) -> Card | None:
    """Take a file of weights and, if there is one, a file of names."""
    network = network_picker.pick(reference)
    weights = upload.ask(
        st.file_uploader,
        _("Weights (a state dict)"),
        name="weights",
        type=ENDINGS,
        max_upload_size=MOST_MB,
        help=_(
            "`.safetensors`, or `.pth` as `torch.save(model.state_dict(), …)` writes it. Nothing in it is run: a file "
            "that asks for that is refused. The number of classes is the file's."
        ),
    )
    names = upload.ask(
        st.file_uploader,
        _("Names of the classes (optional)"),
        name="names",
        type=("txt", "json"),
        max_upload_size=4,
        help=_("One name a line, or JSON: a list, numbers with names, or names with numbers."),
    )
    preparation = network_picker.preparation(network)
    st.caption(
        _(
            "The address of this page holds the network and how photos are prepared, not your files: they stay in this "
            "session, and are gone when it ends."
        )
    )
    if weights is None:
        return None
    classes = read_classes(names.data, names.name) if names else ()
    return own_card(network, weights.name, weights.data, classes, preparation)


def warn(card: Card) -> None:
    """Say plainly what a network is that nobody has trained, or nobody here knows."""
    if card.seed is not None:
        st.warning(
            _(
                "**Untrained**: the weights are random (seed {seed}). The answers below are chance, and the maps show "
                "what the architecture alone makes of a photo."
            ).format(seed=card.seed),
            icon=":material/casino:",
        )


def missing() -> None:
    """Say what is waited for."""
    st.info(_("Choose a file of weights on the left."), icon=":material/upload_file:")

"""A network without weights, by its name or as a reference, and how photos are prepared for it."""

from __future__ import annotations

import streamlit as st

import explorer
from app import cached, state, widgets
from app.components import card_picker, picker
from app.i18n import _
from explorer.errors import ExplorerError
from explorer.reading import Document
from explorer.vision.own import usual
from explorer.vision.preprocess import IMAGENET_MEAN, IMAGENET_STD, Preprocessing
from explorer.zoo import Architecture

OWNER, USUAL = "network", "small_resnet"
LARGEST = 1024
SCALES = {
    "imagenet": (IMAGENET_MEAN, IMAGENET_STD),
    "shares": ((0.0, 0.0, 0.0), (1.0, 1.0, 1.0)),
    "halves": ((0.5, 0.5, 0.5), (0.5, 0.5, 0.5)),
}
"""Means and standard deviations by channel that trainings usually use."""


def arrived() -> str:
    """Give the network that the address names as the model, as a reference; nothing if it names a card, or none."""
    text = state.value("model", "", str, owner="arrived")
    if not text or text in card_picker.ids():
        return ""
    try:
        cached.network(text)
    except ExplorerError:
        return ""
    return text


def pick(reference: str) -> Architecture | Document:
    """Let the reader choose a network that takes photos; of one of the zoo, turn the knobs."""
    zoo = {each.id: each for each in explorer.architectures() if len(each.input_shape) == 3}
    captions = {id: each.name for id, each in zoo.items()}
    if reference and reference not in zoo:
        captions = {reference: _called(cached.network(reference))} | captions
    chosen = widgets.choice(_("Network"), captions, name="model", default=USUAL, owner=OWNER)
    if chosen not in zoo:
        return cached.network(chosen)
    network = zoo[chosen]
    with st.expander(_("Knobs"), icon=":material/tune:"):
        return network.set(**{knob.name: picker.turn(knob, network.id) for knob in network.knobs})


def _called(network: Architecture | Document) -> str:
    """Call a network by its name and its knobs."""
    if isinstance(network, Document):
        return _("{name} (composed)").format(name=network.name)
    return ", ".join((network.name, *(f"{name}={value}" for name, value in network.values)))


def preparation(network: Architecture | Document) -> Preprocessing:
    """Let the reader say how photos are prepared; what is usual stands there already."""
    known = usual(network)
    owner = f"{network.name}/{known.size}"
    with st.expander(_("How photos are prepared"), icon=":material/crop:"):
        size = known.size
        if size[0] == size[1]:
            words = _("Side of what is fed (pixels)")
            side = widgets.number(words, name="side", default=size[0], low=1, high=LARGEST, step=1, owner=owner)
            size = (side, side)
        words = _("Part of the photo's shorter side that is fed (%)")
        share = 100 * known.size[0] / known.resize if size == known.size else 100.0
        fed = widgets.slider(words, name="fed", default=share, low=25.0, high=100.0, step=0.5, owner=f"{owner}/{size}")
        mean, std = _scale() if len(known.mean) == 3 else (known.mean, known.std)
    return Preprocessing(size, max(*size, round(100 * max(size) / fed)), mean, std)


def _scale() -> tuple[tuple[float, ...], tuple[float, ...]]:
    """Let the reader say how the colours are scaled."""
    captions = {
        "imagenet": _("as for ImageNet"),
        "shares": _("from 0 to 1"),
        "halves": _("from −1 to 1"),
        "own": _("by other numbers"),
    }
    chosen = widgets.choice(_("Colours"), captions, name="scaled")
    if chosen != "own":
        return SCALES[chosen]
    mean, std = IMAGENET_MEAN, IMAGENET_STD
    return _numbers(_("Means"), "means", mean, 0.0), _numbers(_("Standard deviations"), "deviations", std, 0.001)


def _numbers(label: str, name: str, default: tuple[float, ...], low: float) -> tuple[float, ...]:
    """Let the reader write three numbers, of red, green and blue."""
    numbers = []
    for column, channel, number in zip(st.columns(3), ("R", "G", "B"), default, strict=True):
        with column:
            numbers.append(
                widgets.number(
                    f"{label} {channel}", name=f"{name}_{channel}", default=number, low=low, high=10.0, format="%.4f"
                )
            )
    return tuple(numbers)

"""What the See page computes, kept for all readers: models, photos, predictions, maps.

Only the See page imports this module: it brings torch, which takes seconds. Photos are known by the SHA-256 of
their bytes: Streamlit hashes only a sample of a large array, and would take a changed photo for the old one.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

import streamlit as st
from PIL import Image

from explorer.vision import images
from explorer.vision.attribution import Attribution
from explorer.vision.backend import InferenceBackend, ThreadBackend
from explorer.vision.cards import Card
from explorer.vision.device import choose
from explorer.vision.methods import attribute
from explorer.vision.occlusion import Tick
from explorer.vision.predict import Guess, predict
from explorer.vision.weights import Model, load_card

T = TypeVar("T")


@st.cache_resource(show_spinner=False)
def backend() -> InferenceBackend:
    """Give the place where networks run, one for the whole server."""
    return ThreadBackend()


@st.cache_resource(max_entries=4, show_spinner=False)
def model(key: str, _card: Card) -> Model:
    """Load the model of a card, on the best device there is; it is known by the key of its card."""
    return load_card(_card, choose("auto"))


@st.cache_resource(max_entries=16, show_spinner=False)
def decoded(sha256: str, _data: bytes, _name: str) -> Image.Image:
    """Decode a photo; nobody changes it afterwards."""
    return images.decode(_data, _name)


@st.cache_data(max_entries=256, show_spinner=False)
def guesses(sha256: str, weights: str, _model: Model, _photo: Image.Image) -> tuple[Guess, ...]:
    """Give the probability of every class, the likeliest first."""
    return _run(lambda tick: predict(_model.network, _model.prepare(_photo), _model.classes, len(_model.classes)))


@st.cache_data(max_entries=256, show_spinner=False)
def attribution(
    sha256: str,
    weights: str,
    method: str,
    target: int,
    layer: str | None,
    _model: Model,
    _photo: Image.Image,
) -> Attribution:
    """Give the map of a method for a class."""
    network = _model.network
    return _run(lambda tick: attribute(method, network, _model.prepare(_photo), target, layer, tick))


def _run(work: Callable[[Tick], T]) -> T:
    return backend().submit(work).result()

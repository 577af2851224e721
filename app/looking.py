"""What the See page computes, kept for all readers: models, photos, predictions, maps.

Only the See page imports this module: it brings torch, which takes seconds. Photos are known by the SHA-256 of
their bytes: Streamlit hashes only a sample of a large array, and would take a changed photo for the old one.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Generic, TypeVar

import streamlit as st
import torch
from PIL import Image

from explorer.vision import images
from explorer.vision.attribution import Attribution
from explorer.vision.backend import InferenceBackend, ThreadBackend
from explorer.vision.cards import Card
from explorer.vision.kept import Kept as Activations
from explorer.vision.methods import attribute
from explorer.vision.occlusion import Tick, refined
from explorer.vision.predict import Guess, predict
from explorer.vision.scarcity import empty_caches
from explorer.vision.shelf import Shelf
from explorer.vision.weights import Model, load_card

T = TypeVar("T")


MODELS_BYTES = 2 << 30
"""So many bytes of weights are kept; what was used longest ago makes room."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where a network runs, and whether in mixed precision."""

    device: torch.device
    half: bool = False


@dataclass(frozen=True, eq=False)
class Subject:
    """A photo before a model: what every view of the page is about."""

    photo_id: str
    name: str
    photo: Image.Image
    card: Card
    place: Place
    model: Model
    guesses: tuple[Guess, ...]

    @property
    def key(self) -> tuple[str, str]:
        """Give what everything about this photo and this model is kept under."""
        return self.photo_id, _key(self.card, self.place)


@dataclass
class Kept(Generic[T]):
    """A place for something that takes a while to make."""

    value: T | None = None


@dataclass(frozen=True, eq=False)
class Wanted(Generic[T]):
    """Something that takes a while to make: its name, the place where it is kept, and ever better versions of it."""

    name: str
    kept: Kept[T]
    steps: Callable[[Tick], Iterator[T]]


@st.cache_resource(show_spinner=False)
def backend() -> InferenceBackend:
    """Give the place where networks run, one for the whole server."""
    return ThreadBackend()


def another(before: Subject, card: Card) -> Subject:
    """Put the same photo before the model of another card."""
    return subject(before.photo_id, before.name, before.photo, card, before.place)


def subject(photo_id: str, name: str, photo: Image.Image, card: Card, place: Place) -> Subject:
    """Put a photo before the model of a card; its id holds the part that was cut out of it, if any."""
    key = _key(card, place)
    model = _models().get(key, lambda: load_card(card, place.device, place.half))
    return Subject(photo_id, name, photo, card, place, model, _guesses(photo_id, key, model, photo))


def _key(card: Card, place: Place) -> str:
    """Give the key of a model at a place, and of what is computed there."""
    return f"{card.key} {place.device}{' half' if place.half else ''}"


@st.cache_resource(show_spinner=False)
def _models() -> Shelf[Model]:
    """Give the models that were used last; the memory of one that makes room goes back to its device."""
    return Shelf(MODELS_BYTES, lambda model: model.nbytes, lambda gone: empty_caches())


def attribution(
    subject: Subject, method: str, target: int, layer: str | None, cover: tuple[int, int] | None = None
) -> Wanted[Attribution]:
    """Give the map of a method for a class; ``cover`` is the side and the step of the patches of occlusion."""
    model = subject.model

    def steps(tick: Tick) -> Iterator[Attribution]:
        image = model.prepare(subject.photo)
        if method == "occlusion":
            patch, stride = cover or (None, None)
            yield from refined(model.network, image, target, patch=patch, stride=stride, half=model.half, tick=tick)
        else:
            yield attribute(method, _activations().look(subject.key, model.network, image), image, target, layer, tick)

    name = " ".join(map(str, (*subject.key, method, target, layer, cover)))
    return Wanted(name, kept_map(*subject.key, method, target, layer, cover), steps)


@st.cache_resource(show_spinner=False)
def _activations() -> Activations:
    """Keep what the networks computed of the photos that were looked at last: another class costs only the tail."""
    return Activations()


@st.cache_resource(max_entries=256, show_spinner=False)
def kept_map(
    photo_id: str, weights: str, method: str, target: int, layer: str | None, cover: tuple[int, int] | None
) -> Kept[Attribution]:
    """Give the place of a map."""
    return Kept()


@st.cache_resource(max_entries=16, show_spinner=False)
def photo(sha256: str, _data: bytes, _name: str) -> Image.Image:
    """Decode a photo; nobody changes it afterwards."""
    return images.decode(_data, _name)


@st.cache_data(max_entries=256, show_spinner=False)
def _guesses(photo_id: str, weights: str, _model: Model, _photo: Image.Image) -> tuple[Guess, ...]:
    return run(lambda: predict(_model.network, _model.prepare(_photo), _model.classes, len(_model.classes)))


def run(work: Callable[[], T]) -> T:
    """Do quick work where networks run, and wait for it."""
    return backend().submit(lambda tick: work()).result()

"""What the See page computes, kept for all readers: models, photos, predictions, maps.

Only the See page imports this module: it brings torch, which takes seconds. Photos are known by the SHA-256 of
their bytes: Streamlit hashes only a sample of a large array, and would take a changed photo for the old one.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

import numpy as np
import streamlit as st
from PIL import Image

from explorer.vision import images
from explorer.vision.attribution import Attribution, Map
from explorer.vision.backend import InferenceBackend, ThreadBackend
from explorer.vision.cards import Card
from explorer.vision.device import choose
from explorer.vision.effective_field import effective_field
from explorer.vision.examples import examples
from explorer.vision.faithfulness import Curve, deletion, insertion
from explorer.vision.features import Patch, feature_maps, top_patches
from explorer.vision.methods import attribute
from explorer.vision.occlusion import Tick, occlusion
from explorer.vision.patch import Fill, hide
from explorer.vision.predict import Guess, predict
from explorer.vision.sanity import Forgotten, cascade
from explorer.vision.weights import Model, load_card

T = TypeVar("T")


@dataclass(frozen=True, eq=False)
class Subject:
    """A photo before a model: what every view of the page is about."""

    sha256: str
    name: str
    photo: Image.Image
    card: Card
    model: Model
    guesses: tuple[Guess, ...]

    @property
    def key(self) -> tuple[str, str]:
        """Give what everything about this photo and this model is kept under."""
        return self.sha256, self.card.key


@dataclass
class Kept(Generic[T]):
    """A place for something that takes a while to make."""

    value: T | None = None


@dataclass(frozen=True, eq=False)
class Wanted(Generic[T]):
    """Something that takes a while to make: its name, the place where it is kept, and how it is made."""

    name: str
    kept: Kept[T]
    work: Callable[[Tick], T]


@dataclass(frozen=True, slots=True)
class Trial:
    """The probability while a map's pixels are taken away, while they come back, and while random ones are taken."""

    deletion: Curve
    insertion: Curve
    at_random: Curve


@st.cache_resource(show_spinner=False)
def backend() -> InferenceBackend:
    """Give the place where networks run, one for the whole server."""
    return ThreadBackend()


def subject(sha256: str, data: bytes, name: str, card: Card) -> Subject:
    """Put a photo before the model of a card."""
    model, photo = _model(card.key, card), _decoded(sha256, data, name)
    return Subject(sha256, name, photo, card, model, _guesses(sha256, card.key, model, photo))


def another(subject: Subject, card: Card) -> Subject:
    """Put the same photo before the model of another card."""
    model, photo = _model(card.key, card), subject.photo
    return Subject(subject.sha256, subject.name, photo, card, model, _guesses(subject.sha256, card.key, model, photo))


def attribution(
    subject: Subject, method: str, target: int, layer: str | None, cover: tuple[int, int] | None = None
) -> Wanted[Attribution]:
    """Give the map of a method for a class; ``cover`` is the side and the step of the patches of occlusion."""
    model = subject.model

    def work(tick: Tick) -> Attribution:
        image = model.prepare(subject.photo)
        if cover:
            return occlusion(model.network, image, target, patch=cover[0], stride=cover[1], tick=tick)
        return attribute(method, model.network, image, target, layer, tick)

    name = " ".join(map(str, (*subject.key, method, target, layer, cover)))
    return Wanted(name, kept_map(*subject.key, method, target, layer, cover), work)


@st.cache_resource(max_entries=256, show_spinner=False)
def kept_map(
    sha256: str, weights: str, method: str, target: int, layer: str | None, cover: tuple[int, int] | None = None
) -> Kept[Attribution]:
    """Give the place of a map."""
    return Kept()


def hidden(subject: Subject, row: int, column: int, side: int, fill: Fill) -> tuple[Guess, ...]:
    """Give the probability of every class, the likeliest first, with a square of the photo hidden."""
    return _hidden(*subject.key, row, column, side, fill, subject)


def pull(subject: Subject, layer: str, row: int, column: int) -> Map:
    """Give the effective receptive field of a cell."""
    return _pull(*subject.key, layer, row, column, subject)


def features(subject: Subject, layer: str) -> Map:
    """Give all maps of a layer."""
    return _features(*subject.key, layer, subject)


def exciting(subject: Subject, layer: str, unit: int) -> tuple[tuple[Image.Image, Patch], ...]:
    """Give the bundled pictures that excite a unit most, and where."""
    return _exciting(subject.card.key, layer, unit, subject.model)


def trial(subject: Subject, found: Attribution) -> Wanted[Trial]:
    """Give what becomes of the probability when a map's pixels go and come back."""
    model = subject.model

    def work(tick: Tick) -> Trial:
        image = model.prepare(subject.photo)
        at_random = np.random.default_rng(0).random(image.shape[-2:], dtype=np.float32)
        return Trial(
            deletion(model.network, image, found.target, found.map, tick=lambda done: tick(done / 3)),
            insertion(model.network, image, found.target, found.map, tick=lambda done: tick((1 + done) / 3)),
            deletion(model.network, image, found.target, at_random, tick=lambda done: tick((2 + done) / 3)),
        )

    what = (*subject.key, "trial", found.method, found.target, found.layer)
    return Wanted(" ".join(map(str, what)), _kept(*what), work)


def forgotten(subject: Subject, found: Attribution, layer: str | None) -> Wanted[tuple[Forgotten, ...]]:
    """Give the maps of networks that have forgotten ever more of what they learned."""
    model = subject.model

    def work(tick: Tick) -> tuple[Forgotten, ...]:
        image = model.prepare(subject.photo)
        return cascade(
            model.network, lambda network: attribute(found.method, network, image, found.target, layer), tick=tick
        )

    what = (*subject.key, "forgotten", found.method, found.target, found.layer)
    return Wanted(" ".join(map(str, what)), _kept(*what), work)


@st.cache_resource(max_entries=64, show_spinner=False)
def _kept(*what: object) -> Kept[Any]:
    """Give the place of something else than a map."""
    return Kept()


@st.cache_resource(max_entries=8, show_spinner=False)
def _features(sha256: str, weights: str, layer: str, _subject: Subject) -> Map:
    model = _subject.model
    return _run(lambda: feature_maps(model.network, model.prepare(_subject.photo), layer))


@st.cache_resource(max_entries=64, show_spinner=False)
def _exciting(weights: str, layer: str, unit: int, _model: Model) -> tuple[tuple[Image.Image, Patch], ...]:
    pictures = [images.read(each.file) for each in examples().values()]
    gallery = (_model.prepare(each) for each in pictures)
    found = _run(lambda: top_patches(_model.network, gallery, layer, unit))
    return tuple((pictures[patch.picture], patch) for patch in found)


@st.cache_resource(max_entries=4, show_spinner=False)
def _model(key: str, _card: Card) -> Model:
    """Load the model of a card, on the best device there is; it is known by the key of its card."""
    return load_card(_card, choose("auto"))


@st.cache_resource(max_entries=16, show_spinner=False)
def _decoded(sha256: str, _data: bytes, _name: str) -> Image.Image:
    """Decode a photo; nobody changes it afterwards."""
    return images.decode(_data, _name)


@st.cache_data(max_entries=256, show_spinner=False)
def _guesses(sha256: str, weights: str, _model: Model, _photo: Image.Image) -> tuple[Guess, ...]:
    return _run(lambda: predict(_model.network, _model.prepare(_photo), _model.classes, len(_model.classes)))


@st.cache_data(max_entries=1024, show_spinner=False)
def _hidden(
    sha256: str, weights: str, row: int, column: int, side: int, fill: Fill, _subject: Subject
) -> tuple[Guess, ...]:
    model = _subject.model
    picture = hide(model.prepare(_subject.photo), row, column, side, fill, model.preprocessing)
    return _run(lambda: predict(model.network, picture, model.classes, len(model.classes)))


@st.cache_data(max_entries=128, show_spinner=False)
def _pull(sha256: str, weights: str, layer: str, row: int, column: int, _subject: Subject) -> Map:
    model = _subject.model
    return _run(lambda: effective_field(model.network, model.prepare(_subject.photo), layer, row, column))


def _run(work: Callable[[], T]) -> T:
    """Do quick work where networks run, and wait for it."""
    return backend().submit(lambda tick: work()).result()

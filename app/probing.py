"""Quick questions to a network before a photo: hide a square, follow a cell, read the maps of a layer."""

from __future__ import annotations

import streamlit as st
from PIL import Image

from app.looking import Subject, run
from explorer.vision import images
from explorer.vision.attribution import Map
from explorer.vision.effective_field import effective_field
from explorer.vision.examples import examples
from explorer.vision.features import Patch, feature_maps, top_patches
from explorer.vision.patch import Fill, hide
from explorer.vision.predict import Guess, predict
from explorer.vision.weights import Model


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
    return _exciting(subject.key[1], layer, unit, subject.model)


@st.cache_resource(max_entries=8, show_spinner=False)
def _features(photo_id: str, weights: str, layer: str, _subject: Subject) -> Map:
    model = _subject.model
    return run(lambda: feature_maps(model.network, model.prepare(_subject.photo), layer))


@st.cache_resource(max_entries=64, show_spinner=False)
def _exciting(weights: str, layer: str, unit: int, _model: Model) -> tuple[tuple[Image.Image, Patch], ...]:
    pictures = [images.read(each.file) for each in examples().values()]
    gallery = (_model.prepare(each) for each in pictures)
    found = run(lambda: top_patches(_model.network, gallery, layer, unit))
    return tuple((pictures[patch.picture], patch) for patch in found)


@st.cache_data(max_entries=1024, show_spinner=False)
def _hidden(
    photo_id: str, weights: str, row: int, column: int, side: int, fill: Fill, _subject: Subject
) -> tuple[Guess, ...]:
    model = _subject.model
    picture = hide(model.prepare(_subject.photo), row, column, side, fill, model.preprocessing)
    return run(lambda: predict(model.network, picture, model.classes, len(model.classes)))


@st.cache_data(max_entries=128, show_spinner=False)
def _pull(photo_id: str, weights: str, layer: str, row: int, column: int, _subject: Subject) -> Map:
    model = _subject.model
    return run(lambda: effective_field(model.network, model.prepare(_subject.photo), layer, row, column))

"""The models that ship: each loads, keeps the promises of its card, and knows the bundled pictures."""

import pytest
import torch

from app.translate import EVERYDAY
from explorer.assets import MODELS
from explorer.errors import ExplorerError
from explorer.training.localise import BASELINE
from explorer.training.recipes import RECIPES
from explorer.vision import images
from explorer.vision.cam import cam
from explorer.vision.cards import shipped
from explorer.vision.examples import examples
from explorer.vision.grad_cam import grad_cam
from explorer.vision.maps import gap_head
from explorer.vision.predict import predict
from explorer.vision.weights import load_card

SHIPPED = pytest.mark.parametrize("card", shipped(MODELS), ids=lambda card: card.id)
KNOWN = {
    "everyday12": {"butterfly": "butterfly", "bus": "bus", "oranges": "fruit"},
    "digits": {"three": "3", "five": "5"},
}
LEAST = {"everyday12": 0.75, "digits": 0.99}
"""By the task: the bundled pictures that every model names right, and the accuracy without which none ships."""


def task(card):
    return RECIPES[card.architecture].task


def test_there_is_a_model_for_photos_and_one_for_digits():
    assert next(map(task, shipped(MODELS))) == "everyday12"
    assert {task(card) for card in shipped(MODELS)} == set(KNOWN)


@SHIPPED
def test_a_card_says_what_a_reader_must_know(card):
    assert card.id == RECIPES[card.architecture].name
    assert card.accuracy >= LEAST[task(card)]
    assert card.terms
    assert card.data
    assert card.limits
    assert set(card.validation["accuracy_per_class"]) == set(card.classes)
    assert set(card.classes) <= {*EVERYDAY.split(), *"0123456789"}  # their names are translated, or need not be
    assert card.training["command"]
    assert 0 < card.unsure_below < 1
    assert card.validation["unsure"]["share_of_none"] > card.validation["unsure"]["share"]


@SHIPPED
def test_a_card_for_photos_says_how_well_every_method_finds_the_object(card):
    if task(card) == "digits":
        return
    found = card.validation["localisation"]["methods"]
    assert {BASELINE, "grad-cam", "occlusion"} <= set(found)
    assert ("cam" in found) == _pools_globally(card)


@SHIPPED
def test_bundled_pictures_are_named(card):
    model = load_card(card)
    for picture, name in KNOWN[task(card)].items():
        fed = model.prepare(images.read(examples()[picture].file))
        first = predict(model.network, fed, model.classes)[0]
        assert first.name == name, picture
        assert first.probability > card.unsure_below, picture


def test_a_photo_is_no_digit():
    (card,) = (card for card in shipped(MODELS) if task(card) == "digits")
    model = load_card(card)
    for photo in ("cat", "coffee"):
        fed = model.prepare(images.read(examples()[photo].file))
        assert predict(model.network, fed, model.classes)[0].probability < card.unsure_below


@SHIPPED
def test_grad_cam_is_cam_where_there_is_cam(card):
    model = load_card(card)
    picture, name = next(iter(KNOWN[task(card)].items()))
    fed, target = model.prepare(images.read(examples()[picture].file)), model.target(name)
    gradient = grad_cam(model.network, fed, target)
    assert not gradient.empty
    if _pools_globally(card):
        exact = cam(model.network, fed, target)
        torch.testing.assert_close(torch.tensor(gradient.heat), torch.tensor(exact.heat), rtol=1e-3, atol=1e-4)
    else:
        with pytest.raises(ExplorerError, match="grad-cam"):
            cam(model.network, fed, target)


def _pools_globally(card):
    try:
        gap_head(load_card(card).network.graph)
    except ExplorerError:
        return False
    return True

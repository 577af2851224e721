"""The models that ship: each loads, keeps the promises of its card, and knows the bundled pictures."""

import pytest
import torch

from app.translate import EVERYDAY
from explorer.assets import MODELS
from explorer.vision import images
from explorer.vision.cam import cam
from explorer.vision.cards import shipped
from explorer.vision.examples import examples
from explorer.vision.grad_cam import grad_cam
from explorer.vision.predict import predict
from explorer.vision.weights import load_card

SHIPPED = pytest.mark.parametrize("card", shipped(MODELS), ids=lambda card: card.id)


@SHIPPED
def test_a_card_says_what_a_reader_must_know(card):
    assert card.accuracy > 0.81
    assert card.terms
    assert card.data
    assert card.limits
    assert set(card.validation["accuracy_per_class"]) == set(card.classes)
    assert set(card.classes) <= set(EVERYDAY.split())  # their names are translated
    assert card.training["command"]


@SHIPPED
@pytest.mark.parametrize(("picture", "name"), [("butterfly", "butterfly"), ("bus", "bus"), ("oranges", "fruit")])
def test_bundled_pictures_are_named_and_their_maps_agree(card, picture, name):
    model = load_card(card)
    fed = model.prepare(images.read(examples()[picture].file))
    first = predict(model.network, fed, model.classes)[0]
    assert first.name == name
    assert first.probability > card.unsure_below
    exact, gradient = (method(model.network, fed, first.index) for method in (cam, grad_cam))
    assert not exact.empty
    torch.testing.assert_close(torch.tensor(gradient.heat), torch.tensor(exact.heat), rtol=1e-3, atol=1e-4)

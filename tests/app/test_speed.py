"""Networks measured on this machine: the page asks first, refuses what is too much, and says what it measured on."""

import pytest
import torch

from explorer.measuring import machine
from tests.app.support import opened, said


@pytest.fixture(autouse=True)
def small(monkeypatch):
    monkeypatch.setitem(machine.SIDE, "cpu", 16)
    monkeypatch.setitem(machine.COPIED, "cpu", 1 << 12)


def asked(page):
    """Give the button that starts the bench."""
    return next(each for each in page.button if each.label == "Measure")


def test_nothing_runs_before_the_reader_asks_and_then_everything_is_shown():
    page = opened("compare", show="speed", nets="lenet5", images="2", sweep="true")
    assert not page.error
    assert not page.get("plotly_chart")
    asked(page).click().run(timeout=120)
    assert not page.exception
    text = said(page)
    assert f"torch {torch.__version__}" in text
    assert "random weights" in text
    assert len(page.get("plotly_chart")) == 4
    assert asked(page)
    table = page.dataframe[0].value
    assert list(table["Images at a time"]) == [1, 2]
    assert list(table["Mult-adds"]) == ["416,520", "833,040"]
    assert all(float(held.split("\u00a0")[0]) > 0 for held in table["Activations, measured"])


def test_what_is_too_much_is_refused_in_one_sentence():
    page = opened("compare", show="speed", nets="vgg16", images="64")
    (error,) = page.error
    assert "VGG16 (configuration D): a batch of 64 needs 2.05 GiB of memory; allowed: 2 GiB" in error.value
    (error,) = opened("compare", show="speed", nets="vgg16", images="32").error
    assert "VGG16 (configuration D): a batch of 32 takes 495 billion mult-adds; allowed: 300 billion" in error.value

"""What the See page says of a model, on the card of a made-up one."""

import pytest

from explorer.vision.cards import FOLDER_VARIABLE
from tests.app.support import opened, said
from tests.support.models import edit, write_small


@pytest.fixture(autouse=True)
def card(tmp_path, monkeypatch):
    monkeypatch.setenv(FOLDER_VARIABLE, str(tmp_path))
    return write_small(tmp_path)


def tables(page):
    return {tuple(table.value.columns): table.value for table in page.dataframe}


def test_how_well_the_maps_find_the_object_stands_on_the_card():
    page = opened("see")
    assert "Judged on 56 photos" in said(page)
    table = tables(page)["Method", "Hottest place on the object", "Overlap of the boxes (IoU)"]
    assert table.to_numpy().tolist() == [["Grad-CAM", 75, 50], ["The middle of the photo", 50, 25]]


def test_a_card_without_these_figures_says_nothing_of_them(card):
    edit(card, id="another", validation={"accuracy": 0.5})
    page = opened("see")
    assert not page.error
    assert "Judged on" not in said(page)

"""The See page with the networks that ship: photos are what it opens with, digits can be chosen."""

import pytest

from explorer.vision.cards import shipped
from tests.app.support import opened, said


def test_it_opens_with_the_best_network_for_photos():
    first = shipped()[0]
    assert len(first.preprocessing.mean) == 3
    assert opened("see").selectbox("widget//model").value == first.id


@pytest.mark.parametrize(("example", "digit"), [("three", "3"), ("five", "5")])
def test_a_drawn_digit_is_read(example, digit):
    page = opened("see", model="lenet5_digits", example=example)
    assert page.metric[0].value == digit
    assert "unsure" not in said(page)


def test_a_cat_is_no_digit():
    page = opened("see", model="lenet5_digits", example="cat")
    assert "take this answer as “unsure”" in said(page)

"""The largest networks of the zoo: the page answers, stages unfold one at a time and all at once."""

import pytest
from playwright.sync_api import expect

import explorer
from tests.browser.conftest import App

UNFOLDED = {
    "resnet1202": ("layer2.1…199", "layer2.1.conv1"),
    "densenet201": ("features.denseblock4.denselayer1…32", "features.denseblock4.denselayer30"),
    "nasnet_a_large": ("cell_0", "cell_0.comb_iter_0_left.separable_1.depthwise_conv2d"),
}
"""A box of the first view with a sign that unfolds it, and a box that is then there or, if it was there, is gone."""


@pytest.mark.parametrize("id", UNFOLDED)
def test_a_large_network_opens_and_unfolds(app: App, id: str):
    app.open(f"?arch={id}")
    app.shows(f"{explorer.analyze(id).params:,}")
    boxes = app.page.locator(".box")
    path, inside = UNFOLDED[id]
    box, inner = (app.page.locator(f'.box[data-path="{each}"]') for each in (path, inside))
    was_open = inner.count()
    box.locator("> .fold" if was_open or id == "nasnet_a_large" else "> .badge").click()
    expect(inner).to_have_count(1 - was_open)
    app.page.get_by_role("button", name="Unfold everything", exact=True).click()
    if id == "resnet1202":
        app.shows("more than 1,500 boxes")
    else:
        expect(boxes.nth(400)).to_be_attached()
    app.page.get_by_role("button", name="Fold everything", exact=True).click()
    expect(boxes.nth(30)).to_have_count(0)
    app.shows(f"{explorer.analyze(id).params:,}")

"""A reader composes: a layer goes and comes back, a network breaks and is repaired, its text is edited."""

import re

from playwright.sync_api import Locator, expect

from tests.browser.conftest import App


def composer(app: App, network: str) -> None:
    """Open a network in the composer, by way of Explore."""
    app.open(f"?arch={network}")
    app.page.get_by_role("link", name="Open in the composer").click()
    expect(app.page.get_by_role("treegrid")).to_be_visible()
    app.idle()


def row(app: App, path: str) -> Locator:
    return app.page.locator(f".outline .row[data-path='{path}']")


def picked(app: App, path: str) -> None:
    """Pick a row, and wait until its form is there."""
    row(app, path).click()
    expect(row(app, path)).to_have_attribute("aria-selected", "true")
    expect(app.page).to_have_url(re.compile(f"at={path}(&|$)"))
    app.idle()


def test_a_layer_goes_and_comes_back_the_network_breaks_and_is_repaired_and_a_reload_loses_nothing(app: App):
    composer(app, "vgg16")
    expect(row(app, "0.4")).to_contain_text("MaxPool")
    picked(app, "0.5")
    app.page.keyboard.press("Delete")
    app.shows("138,209,960")
    expect(row(app, "0.5")).to_contain_text("ReLU")
    app.idle()
    app.page.keyboard.press("Control+z")
    app.shows("138,357,544")

    picked(app, "0.30")
    app.page.get_by_role("spinbutton", name="kernel_size").fill("50")
    app.page.keyboard.press("Enter")
    app.shows("The network breaks here")
    expect(row(app, "0.30")).to_have_class(re.compile("trouble"))
    expect(row(app, "1")).to_contain_text("–")
    app.page.get_by_role("button", name=re.compile("drop .*features.30")).click()
    expect(app.page.get_by_text("The network breaks here")).to_have_count(0)

    app.idle()
    app.page.get_by_role("radio", name="YAML").click()
    text = app.page.get_by_role("textbox", name="The network as YAML")
    expect(text).to_have_value(re.compile("^name: vgg16"))
    text.fill("name: mine\ninput: [1, 8, 8]\nnetwork:\n- Flatten\n- Linear: {out_features: 3}\n")
    text.press("Control+Enter")
    expect(app.page.get_by_role("heading", name="mine")).to_be_visible()
    app.shows("195")
    text.fill("name: mine\ninput: [1, 8, 8]\nnetwork:\n- Flaten\n")
    text.press("Control+Enter")
    app.shows("line 4")
    app.idle()

    app.page.evaluate("location.reload()")
    expect(app.page.get_by_role("heading", name="mine")).to_be_visible()
    app.shows("195")
    expect(row(app, "1")).to_contain_text("Linear")


def test_the_outline_is_walked_folded_and_rearranged_by_keys(app: App):
    composer(app, "resnet18")
    picked(app, "0")
    app.page.keyboard.press("ArrowDown")
    expect(app.page).to_have_url(re.compile("at=1(&|$)"))
    app.idle()
    app.page.keyboard.press("Alt+ArrowDown")
    expect(row(app, "2")).to_contain_text("bn1")
    expect(row(app, "2")).to_have_attribute("aria-selected", "true")
    picked(app, "4")
    app.page.keyboard.press("ArrowLeft")
    expect(row(app, "4")).to_have_attribute("aria-expanded", "false")
    expect(row(app, "4.0")).to_have_count(0)
    app.page.keyboard.press("ArrowRight")
    expect(row(app, "4.0")).to_be_visible()


def test_a_row_is_dragged_to_another_place(app: App):
    composer(app, "lenet5")
    expect(row(app, "1")).to_contain_text("relu1")
    row(app, "1").drag_to(row(app, "2"), target_position={"x": 60, "y": 28})
    expect(row(app, "1")).to_contain_text("s2")
    expect(row(app, "2")).to_contain_text("relu1")


def test_the_steps_can_be_walked_by_the_browsers_own_buttons(app: App):
    composer(app, "lenet5")
    picked(app, "0")
    app.page.get_by_test_id("stBaseButton-secondary").filter(has_text="content_copy").first.click()
    app.shows("c2")
    app.idle()
    app.page.go_back()
    expect(row(app, "1")).to_contain_text("relu1")


def test_a_network_of_a_thousand_layers_can_be_worked_on(app: App):
    composer(app, "resnet1202")
    app.shows("19,421,274")
    picked(app, "0")
    app.page.keyboard.press("Control+d")
    expect(row(app, "1")).to_contain_text("conv2")

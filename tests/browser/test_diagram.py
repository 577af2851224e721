"""What a reader does with the diagram: fold, pick, zoom, and all of it by keyboard."""

import pytest
from playwright.sync_api import Locator, expect

from tests.browser.conftest import App


def box(app: App, path: str) -> Locator:
    return app.page.locator(f'.box[data-path="{path}"]')


def width(app: App) -> float:
    return app.page.locator("svg.diagram").bounding_box()["width"]


@pytest.fixture
def resnet50(app: App) -> App:
    app.open("?arch=resnet50&view=diagram")
    expect(box(app, "layer1.1…2")).to_be_attached()
    return app


def test_a_chevron_unfolds_and_folds_and_the_box_stays_in_place(resnet50: App):
    row = box(resnet50, "layer1.1…2")
    row.locator(".fold").hover()
    before = row.locator(".body").bounding_box()["y"]
    row.locator(".fold").click()
    expect(box(resnet50, "layer1.1.conv1")).to_be_attached()
    assert row.locator("> .body").bounding_box()["y"] == pytest.approx(before, abs=2)
    row.locator("> .fold").click()
    expect(box(resnet50, "layer1.1.conv1")).to_have_count(0)


def test_a_badge_shows_each_block_of_a_row(resnet50: App):
    box(resnet50, "layer1.1…2").locator(".badge").click()
    expect(box(resnet50, "layer1.2")).to_be_attached()


def test_a_double_click_unfolds_and_the_tools_fold_all(resnet50: App):
    box(resnet50, "layer1.0").locator(".body").dblclick(position={"x": 150, "y": 30})
    expect(box(resnet50, "layer1.0.conv1")).to_be_attached()
    resnet50.page.get_by_role("button", name="Fold everything", exact=True).click()
    expect(box(resnet50, "layer1.0")).to_have_count(0)
    resnet50.page.get_by_role("button", name="Unfold everything").click()
    expect(box(resnet50, "layer4.2.conv3")).to_be_attached()


def test_a_click_picks_a_box_and_its_card_opens(resnet50: App):
    box(resnet50, "conv1").locator(".body").click(position={"x": 60, "y": 30})
    expect(box(resnet50, "conv1")).to_have_class("box conv selected")
    resnet50.shows("⌊(224 − 7 + 2·3)/2⌋ + 1 = 112")
    resnet50.idle()
    resnet50.page.keyboard.press("Escape")
    expect(box(resnet50, "conv1")).to_have_class("box conv")


def test_zoom_lasts_over_a_run(resnet50: App):
    usual = width(resnet50)
    resnet50.page.get_by_role("button", name="Zoom in").click()
    assert width(resnet50) == pytest.approx(1.25 * usual)
    box(resnet50, "conv1").locator(".body").click(position={"x": 60, "y": 30})
    resnet50.shows("⌊(224 − 7 + 2·3)/2⌋ + 1 = 112")
    resnet50.idle()
    assert width(resnet50) == pytest.approx(1.25 * usual)


def test_the_keyboard_goes_from_box_to_box_and_unfolds(resnet50: App):
    resnet50.page.locator(".stage").focus()
    for key in ("Tab", "ArrowDown", "ArrowDown", "ArrowDown"):
        resnet50.page.keyboard.press(key)
    expect(box(resnet50, "layer1")).to_be_focused()
    resnet50.page.keyboard.press("Space")
    expect(box(resnet50, "layer1.0")).to_have_count(0)
    expect(box(resnet50, "layer1")).to_be_focused()
    expect(box(resnet50, "layer1")).to_have_attribute("aria-expanded", "false")
    resnet50.page.keyboard.press("Enter")
    expect(box(resnet50, "layer1")).to_have_attribute("aria-pressed", "true")


def test_the_wheel_zooms_with_ctrl_and_a_drag_moves(resnet50: App):
    stage = resnet50.page.locator(".stage")
    stage.scroll_into_view_if_needed()
    stage.hover(position={"x": 400, "y": 300})
    picture, usual = resnet50.page.locator("svg.diagram"), width(resnet50)
    written = picture.get_attribute("width")
    resnet50.page.keyboard.down("Control")
    resnet50.page.mouse.wheel(0, -60)
    resnet50.page.keyboard.up("Control")
    expect(picture).not_to_have_attribute("width", written)
    assert width(resnet50) > 1.2 * usual
    place = stage.bounding_box()
    x, y = place["x"] + 30, place["y"] + 400
    resnet50.page.mouse.move(x, y)
    resnet50.page.mouse.down()
    resnet50.page.mouse.move(x, y - 150, steps=4)
    resnet50.page.mouse.up()
    assert stage.evaluate("stage => stage.scrollTop") >= 140

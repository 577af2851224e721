import re

import pytest
from playwright.sync_api import Locator, expect

from explorer.vision.examples import examples
from tests.browser.answers import Answers
from tests.browser.conftest import App
from tests.support import bad_images


def to_upload(app: App) -> Locator:
    """Go to the page by its link, not its address: Streamlit asks an address below the root for its health, in vain."""
    app.page.get_by_role("link", name="See").click()
    app.page.get_by_role("radio", name="Upload").click()
    app.shows("Choose a photo on the left.")
    return app.page.get_by_test_id("stFileUploaderDropzoneInput")


def test_from_the_table_of_vgg16_to_the_map_of_a_photo(app: App):
    app.open("?arch=lenet5")
    app.choose("Network", "VGG16 (configuration D)")
    app.shows("138,357,544")
    upload = to_upload(app)
    upload.set_input_files(
        {"name": "mine.jpg", "mimeType": "image/jpeg", "buffer": examples()["cat"].file.read_bytes()}
    )
    app.shows("The likeliest class")
    expect(app.page.get_by_alt_text(re.compile(r"^mine\.jpg with the evidence for \w+ laid over it$"))).to_be_visible()
    expect(app.page.get_by_role("button", name="Map (NPY, 8×8)")).to_be_visible()
    with app.page.expect_download() as download:
        app.page.get_by_role("button", name="Picture (PNG)").click()
    assert re.fullmatch(r"mine_grad-cam_\d+\.png", download.value.suggested_filename)


def test_a_bad_image_gets_one_sentence(app: App):
    app.open()
    upload = to_upload(app)
    upload.set_input_files({"name": "cut.jpg", "mimeType": "image/jpeg", "buffer": bad_images.refused()["cut.jpg"]})
    app.shows("cut.jpg: the image is broken or cut short; allowed: a whole JPEG, PNG, WebP, GIF, BMP or TIFF file")


def probability(app: App) -> str:
    return app.page.locator(".said").text_content()


def test_a_patch_is_dragged_over_an_uploaded_photo_and_moved_by_keys(app: App):
    app.open()
    upload = to_upload(app)
    upload.set_input_files(
        {"name": "mine.jpg", "mimeType": "image/jpeg", "buffer": examples()["cat"].file.read_bytes()}
    )
    app.shows("The likeliest class")
    app.idle()
    app.page.get_by_role("radio", name="Hide a part").click()
    patch, said = app.page.locator(".mark"), app.page.locator(".said")
    expect(said).to_have_text(re.compile(r"^cat: ([\d.]+)\u00a0% → [\d.]+\u00a0%$"))
    app.idle()
    before, box = said.text_content(), patch.bounding_box()
    app.page.mouse.move(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    app.page.mouse.down()
    app.page.mouse.move(box["x"] - 60, box["y"] - 60, steps=6)
    app.page.mouse.up()
    expect(said).not_to_have_text(before)
    moved = patch.bounding_box()
    assert moved["x"] == pytest.approx(box["x"] - 60 - box["width"] / 2, abs=8)
    expect(app.page).to_have_url(re.compile(r"patch_at=\d+%2C\d+"))
    expect(app.page.locator(".frame.asking")).to_have_count(0)
    before = app.page.url
    app.page.keyboard.press("ArrowRight")
    expect(app.page).not_to_have_url(before)
    app.idle()
    assert patch.bounding_box()["x"] > moved["x"]


def test_a_click_on_a_cell_shows_what_it_sees(app: App):
    app.open()
    app.page.get_by_role("link", name="See").click()
    app.shows("The likeliest class")
    app.idle()
    app.page.get_by_role("radio", name="What a cell sees").click()
    app.shows("Cell (4, 4) of 8×8")
    app.idle()
    app.page.locator(".frame").click(position={"x": 5, "y": 5})
    app.shows("Cell (0, 0) of 8×8")
    app.page.keyboard.press("ArrowDown")
    app.shows("Cell (1, 0) of 8×8")
    expect(app.page).to_have_url(re.compile(r"cell=1%2C0"))


def test_occlusion_shows_how_far_it_is_and_can_be_stopped(app: App):
    app.open()
    app.page.get_by_role("link", name="See").click()
    app.shows("The likeliest class")
    app.idle()
    app.choose("Method", "Occlusion sensitivity")
    app.shows("Step from patch to patch")
    app.idle()
    app.page.get_by_role("radio", name="¼ patch").click()
    slider = app.page.get_by_role("slider", name="Side of the patch")
    slider.focus()
    for _press in range(4):
        app.page.keyboard.press("ArrowLeft")
    app.shows(re.compile(r"Occlusion sensitivity · about \d+ s left"))
    app.page.get_by_role("button", name="Cancel").click()
    app.shows("Stopped: Occlusion sensitivity")
    app.idle()
    expect(app.page.get_by_text("s left")).to_have_count(0)
    app.page.get_by_role("button", name="Go on").click()
    app.shows(re.compile(r"Occlusion sensitivity · about \d+ s left"))
    app.page.get_by_role("radio", name="a patch", exact=True).click()  # less work: it takes the place of the other
    expect(app.page.get_by_role("button", name="Map (NPY, 64×64)")).to_be_visible()


def test_what_an_address_says_is_not_lost_when_the_reader_is_quicker_than_the_page(app: App):
    app.open()
    app.page.get_by_role("link", name="See").click()
    app.shows("The likeliest class")
    app.idle()
    address = "?method=occlusion&patch=5&step=4&opacity=80&colours=cividis"
    app.page.evaluate(
        "address => { history.pushState({}, '', address); history.pushState({}, '', '?'); history.back() }", address
    )
    app.shows(re.compile(r"Occlusion sensitivity · "))  # how the map is painted is not asked yet
    app.choose("Method", "Gradient × input")
    expect(app.page.get_by_role("button", name="Map (NPY, 64×64)")).to_be_visible()
    app.idle()
    expect(app.page.get_by_role("slider", name="Opacity of the map (%)")).to_have_value("80")
    expect(app.page).to_have_url(re.compile(r"method=gradient-x-input.*opacity=80.*colours=cividis"))


def test_a_box_is_drawn_with_the_mouse_and_moved_by_keys(app: App):
    app.open()
    app.page.get_by_role("link", name="See").click()
    app.shows("The likeliest class")
    app.idle()
    app.page.get_by_role("radio", name="Draw a box").click()
    app.shows("You have drawn no box yet.")
    app.idle()
    frame = app.page.locator(".frame").bounding_box()
    assert frame
    across, down = (
        lambda share, axis=axis, side=side: frame[axis] + share * frame[side]
        for axis, side in (("x", "width"), ("y", "height"))
    )
    app.page.mouse.move(across(0.2), down(0.2))
    app.page.mouse.down()
    app.page.mouse.move(across(0.6), down(0.5))
    app.page.mouse.move(across(0.8), down(0.8))
    app.page.mouse.up()
    app.shows(re.compile(r"Your box and the map's: IoU [\d.]+"))
    expect(app.page).to_have_url(re.compile(r"drawn=9\d%2C(59|60)%2C36\d%2C(239|240|241)"))
    app.idle()
    before = app.page.url
    app.page.locator(".mark").focus()
    app.page.keyboard.press("ArrowRight")
    expect(app.page).not_to_have_url(before)
    app.idle()
    start, first = (int(re.findall(r"drawn=(\d+)", url)[0]) for url in (before, app.page.url))
    assert 0 < first - start < 10


def test_a_reader_who_is_quicker_than_the_page_loses_no_step_of_a_box(app: App):
    answers = Answers(app.page)
    app.open("see?look=box&drawn=100,50,300,250&lang=en")
    mark, left = app.page.locator(".mark"), app.page.get_by_role("spinbutton", name="Left edge")
    expect(left).to_have_value("100")
    answers.hold()
    mark.press("ArrowRight")
    answers.wait_for(1)
    mark.press("ArrowRight")
    answers.wait_for(2)
    answers.let_through(1)
    expect(left).to_have_value("105")
    expect(mark).to_be_focused()
    mark.press("ArrowRight")
    answers.wait_for(2)
    answers.let_through()
    expect(app.page).to_have_url(re.compile("drawn=115%2C50%2C315%2C250"))
    app.idle()


def test_a_part_is_cut_out_of_an_uploaded_photo(app: App):
    app.open("")
    photo = {"name": "mine.jpg", "mimeType": "image/jpeg", "buffer": examples()["cat"].file.read_bytes()}
    to_upload(app).set_input_files(photo)
    app.shows("The likeliest class")
    app.page.get_by_role("button", name="Cut out a part").click()
    frame = app.page.locator(".frame")
    expect(frame).to_be_visible()
    app.idle()
    place = frame.bounding_box()
    assert place
    app.page.mouse.move(place["x"] + 0.5 * place["width"], place["y"] + 0.1 * place["height"])
    app.page.mouse.down()
    app.page.mouse.move(place["x"] + 0.8 * place["width"], place["y"] + 0.5 * place["height"])
    app.page.mouse.move(place["x"] + 0.9 * place["width"], place["y"] + 0.9 * place["height"])
    app.page.mouse.up()
    expect(app.page).to_have_url(re.compile(r"part=22\d%2C(29|30|31)%2C40\d%2C(269|270|271)"))
    app.idle()
    expect(frame).to_be_visible()
    app.page.keyboard.press("Escape")
    app.page.get_by_role("button", name=re.compile(r"Cut out: 1[78]\d×\d+ pixels")).click()
    expect(app.page).not_to_have_url(re.compile("part="))
    app.shows("The likeliest class")
    app.idle()

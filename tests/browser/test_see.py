import re

from playwright.sync_api import Locator, expect

from explorer.vision.examples import examples
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

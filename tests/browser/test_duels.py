"""Block against block in a real browser: a dial is turned, the curve says where, the composer takes a contender."""

import re

from playwright.sync_api import expect

from explorer.comparing.duels import bout
from tests.browser.conftest import App


def test_a_dial_is_turned_and_the_composer_takes_the_contender(app: App):
    app.open()
    app.page.get_by_role("link", name="Compare").click()
    app.shows("271,351,808")
    app.shows("225")
    thumb = app.page.get_by_test_id("stSlider").filter(has_text="before the 3×3").get_by_role("slider")
    thumb.focus()
    thumb.press("ArrowRight")
    app.shows(f"{bout('inception', r3=72).sides[1].value('mult_adds'):,}")
    expect(app.page).to_have_url(re.compile(r"r3=72"))
    app.idle()
    app.page.get_by_role("button", name="Back to the preset").click()
    app.shows("271,351,808")
    app.idle()
    app.page.get_by_role("link", name="Open in the composer").last.click()
    expect(app.page).to_have_url(re.compile(r"/compose"))
    app.shows("346,720")

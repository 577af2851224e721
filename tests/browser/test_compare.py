"""The Compare page in a browser: the networks are picked, the field is clicked."""

import re

from playwright.sync_api import expect

from tests.browser.conftest import App


def test_a_bubble_is_clicked_and_its_network_opens(app: App):
    app.open("compare?show=field&families=VGG&lang=en")
    bubbles = app.page.locator("[data-testid=stPlotlyChart] path.point")
    expect(bubbles.nth(3)).to_be_visible()
    bubbles.nth(2).scroll_into_view_if_needed()
    box = bubbles.nth(2).bounding_box()
    assert box
    middle = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    app.page.mouse.move(*middle)
    expect(app.page.locator(".hoverlayer .hovertext").first).to_contain_text("VGG16")
    app.page.mouse.click(*middle)
    app.shows("15,470,264,320")
    expect(app.page).to_have_url(re.compile("point=vgg16"))
    app.page.get_by_role("link", name="Open in Explore").click()
    expect(app.page).to_have_url(re.compile("arch=vgg16"))
    expect(app.page.get_by_role("heading", name="VGG16 (configuration D)")).to_be_visible()
    app.page.go_back()
    app.shows("model page of He et al.")
    expect(app.page).to_have_url(re.compile("show=field.*point=vgg16"))


def test_a_network_is_added_and_a_group_of_its_diagram_opened(app: App):
    app.open("compare?show=networks&nets=resnet18,plain18")
    app.choose("Add a network", "LeNet-5 · 1998")
    app.shows("61,706")
    expect(app.page).to_have_url(re.compile(r"nets=resnet18%2Cplain18%2Clenet5|nets=resnet18,plain18,lenet5"))
    app.idle()
    app.page.get_by_role("button", name="Fold everything", exact=True).nth(1).click()
    expect(app.page).to_have_url(re.compile("open2=none"))
    app.page.get_by_role("radio", name="Plain-18").click()
    app.shows("Plain-18 (reference)")
    expect(app.page).to_have_url(re.compile("against=2"))

"""Scaling and the search bench in a browser: charts are drawn, a click on a cell draws it, the address follows."""

import re

from playwright.sync_api import expect


def test_a_click_on_a_cell_draws_it(app):
    app.open("compare?show=cells&cells=4&thin=4&row=1")
    points = app.page.locator(".js-plotly-plot .scatterlayer .points path")
    expect(points.first).to_be_visible()
    points.first.click(force=True)
    expect(app.page.get_by_role("heading", name=re.compile("Cells of seed|NASNet-A, in"))).to_be_visible()
    app.idle()
    assert "picked=" in app.page.url
    expect(app.page.get_by_role("link", name="Open in the composer")).to_be_visible()


def test_another_family_is_another_law(app):
    app.open("compare?show=scaling")
    expect(app.page.locator(".js-plotly-plot .scatterlayer").first).to_be_visible()
    app.page.get_by_role("radio", name="EfficientNet φ").click()
    app.shows("compound coefficient φ")
    app.idle()
    assert "study=efficientnet" in app.page.url
    expect(app.page.locator(".js-plotly-plot .textpoint").last).to_contain_text("B7")

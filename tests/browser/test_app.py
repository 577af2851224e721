import re

from playwright.sync_api import expect

from tests.browser.conftest import App


def test_vgg16_is_picked_and_its_figures_are_read(app: App):
    app.open("?arch=lenet5")
    app.shows("61,706")
    app.choose("Network", "VGG16 (configuration D)")
    app.shows("138,357,544")
    app.shows("15,470,264,320")
    expect(app.page).to_have_url(f"{app.url}/")  # VGG16 is what an address without a network opens


def test_a_row_opens_its_card_and_the_back_button_closes_it(app: App):
    app.open("?arch=vgg16")
    table = app.page.get_by_test_id("stDataFrame").first
    table.scroll_into_view_if_needed()
    expect(table.locator("table[role=grid] tr").nth(6)).to_be_attached()
    table.click(position={"x": 200, "y": 35 * 6 + 17})
    app.shows("Pooling takes the largest value of each window")
    expect(app.page).to_have_url(re.compile(r"node=features\.4"))
    app.page.go_back()
    expect(app.page.get_by_text("Pooling takes the largest value")).to_have_count(0)


def test_the_other_page_and_back_lose_nothing(app: App):
    app.open("?arch=lenet5&num_classes=5&lang=fr")
    app.shows("Réseau")
    app.page.get_by_test_id("stTopNavLink").filter(has_text="Voir").click()
    expect(app.page).to_have_url(re.compile(r"/see"))
    app.idle()
    app.page.get_by_test_id("stTopNavLink").filter(has_text="Explorer").click()
    expect(app.page.get_by_role("heading", name="LeNet-5")).to_be_visible()
    expect(app.page).to_have_url(re.compile(r"arch=lenet5"))
    expect(app.page).to_have_url(re.compile(r"num_classes=5"))
    expect(app.page).to_have_url(re.compile(r"lang=fr"))


def test_the_table_is_downloaded(app: App):
    app.open("?arch=lenet5")
    with app.page.expect_download() as download:
        app.page.get_by_role("button", name="CSV", exact=True).click()
    assert download.value.suggested_filename == "lenet5.csv"
    assert download.value.path().read_text().splitlines()[1].startswith("c1,Conv,input,6×28×28,4704,156")


def test_the_language_is_changed_and_every_choice_stays(app: App):
    app.open("?arch=resnet50&fold=1&colour=params&view=table")
    app.page.get_by_role("radio", name="Français").click()
    app.shows("Réseau")
    expect(app.page.get_by_role("combobox", name="Replier aux")).to_have_value("Étages")
    expect(app.page.get_by_role("combobox", name="Couleur selon")).to_have_value("paramètres")
    app.choose("Replier aux", "Blocs")
    expect(app.page).to_have_url(re.compile("fold=2"))
    for setting in ("arch=resnet50", "colour=params", "view=table", "lang=fr"):
        expect(app.page).to_have_url(re.compile(setting))
    app.page.get_by_role("radio", name="English").click()
    expect(app.page.get_by_role("combobox", name="Fold to")).to_have_value("Blocks")


def test_the_composer_closes_the_side_and_the_other_pages_open_it_again(app: App):
    app.open()
    links, side = app.page.get_by_test_id("stTopNavLink"), app.page.get_by_text("Language", exact=True)
    for page in ("Explore", "See"):
        links.filter(has_text="Compose").click()
        app.idle()
        expect(side).not_to_be_in_viewport()
        links.filter(has_text=page).click()
        app.idle()
        expect(side).to_be_in_viewport()

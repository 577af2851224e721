"""Block against block, as a reader finds it on the Compare page."""

from __future__ import annotations

import pytest

from explorer import references
from explorer.comparing.duels import DUELS, bout
from explorer.lower import lower
from tests.app.support import opened, said


def shown(**address):
    return opened("compare", show="duels", **address)


def metrics(page):
    return [metric.value for metric in page.metric]


@pytest.mark.parametrize("id", DUELS)
def test_every_duel_is_shown(id):
    page = shown(duel=id)
    duel, fought = DUELS[id], bout(id)
    assert duel.question in said(page)
    assert len(metrics(page)) == len(duel.contenders)
    for side in fought.sides:
        assert f"**{side.value(duel.figure):,}**" in said(page)
    assert sum(map(len, (page.slider, page.select_slider, page.number_input))) == len(duel.dials)
    assert not page.error


def test_the_slide_that_is_wrong_is_explained_and_the_note_goes_when_a_dial_is_turned():
    page = shown(duel="inception")
    assert "358,055,936 is that sum" in said(page)
    page.slider(key="widget/duel/inception/lecture/r3").set_value(128).run()
    assert "358,055,936 is that sum" not in said(page)
    assert f"**{bout('inception', r3=128).sides[1].value('mult_adds'):,}**" in said(page)
    assert page.query_params["r3"] == "128"


def test_the_address_opens_a_duel_at_a_preset_with_its_dials_turned():
    page = shown(duel="inception", preset="inception3b", r3="64", figure="weights")
    assert f"**{bout('inception', 'inception3b', r3=64).sides[1].value('weights'):,}**" in said(page)


def test_each_preset_remembers_its_dials_and_can_be_set_back():
    page = shown(duel="five", between="128")
    assert f"**{bout('five', between=128).sides[1].value('mult_adds'):,}**" in said(page)
    page.selectbox(key="widget/duel/five/preset").set_value("c256").run()
    assert f"**{bout('five', 'c256').sides[1].value('mult_adds'):,}**" in said(page)
    page.selectbox(key="widget/duel/five/preset").set_value("c64").run()
    assert f"**{bout('five', between=128).sides[1].value('mult_adds'):,}**" in said(page)
    next(button for button in page.button if "Back to the preset" in button.label).click().run()
    assert f"**{bout('five').sides[1].value('mult_adds'):,}**" in said(page)
    assert "between" not in page.query_params


def test_dials_that_contradict_one_another_get_one_sentence():
    page = shown(duel="sharing", kernel="20", side="8")
    (error,) = page.error
    assert error.value == "duel sharing: the filter is 20×20; allowed: at most the input's 8×8"
    page.slider(key="widget/duel/sharing/lecture/kernel").set_value(3).run()
    assert not page.error


def test_a_bad_value_in_the_link_is_said_and_the_preset_stands():
    page = shown(duel="five", between="9999")
    assert any("between=9999" in warning.value for warning in page.warning)
    assert f"**{bout('five').sides[1].value('mult_adds'):,}**" in said(page)


def test_the_crossing_stands_in_words():
    page = shown(duel="inception")
    assert "From **225** on “with 1×1 bottlenecks” costs more than “naive”" in said(page)
    page = shown(duel="sharing")
    assert "At **32** both cost the same" in said(page)


def test_the_formulas_are_written_with_the_numbers():
    page = shown(duel="separable")
    assert r"\frac{1}{512} + \frac{1}{3^2} = 0.1131" in page.latex[0].value
    tables = [table.value for table in page.table]
    assert any("14 \\cdot 14" in cell for table in tables for cell in table.iloc[:, 2])


def test_a_contender_opens_in_the_composer():
    page = shown(duel="gate")
    links = [link for link in page.get("page_link") if "composer" in link.proto.label]
    assert len(links) == 2
    token = links[1].proto.query_string.partition("net=")[2]
    document = references.read(token)
    assert lower(document.spec, document.input_shape).output_shape == bout("gate").sides[1].report.graph.output_shape


def test_files_have_names_of_their_own():
    page = shown(duel="residual")
    keys = [button.key for button in page.get("download_button")]
    assert len(keys) == len(set(keys))
    assert {"CSV", "Markdown", "LaTeX", "SVG"} <= {button.label for button in page.get("download_button")}

"""The picker: a field per axis of the input, for vectors of words, images and clips; the names of the knobs."""

import re

import explorer
from explorer import analyze
from tests.app.support import MAIN, opened, said


def test_a_sentence_has_a_length():
    page = opened(arch="text_cnn", length="20")
    assert "**1×20**" in said(page)
    assert f"{analyze('text_cnn', (1, 20)).mult_adds:,}" in said(page)
    page.number_input("widget/text_cnn/vocabulary").set_value(0).run()
    assert "**300×20**" in said(page)


def test_a_clip_has_time_steps_height_and_width():
    page = opened(arch="c3d", time="32", height="224", width="128")
    assert "**3×32×224×128**" in said(page)
    assert "stride 16×32×32" in said(opened(arch="c3d"))


def test_an_input_follows_the_knob_that_it_depends_on():
    page = opened(arch="snn_lenet")
    page.number_input("widget/snn_lenet/time_steps").set_value(3).run()
    assert "**1×3×28×28**" in said(page)
    assert f"{analyze(explorer.get('snn_lenet', time_steps=3)).mult_adds:,}" in said(page)
    assert page.query_params == {"arch": "snn_lenet", "time_steps": "3"}


def test_no_knob_has_the_name_of_another_setting_of_the_page():
    """Both would stand in the address under one name."""
    sources = "\n".join(path.read_text("utf-8") for path in MAIN.parent.rglob("*.py"))
    settings = {*re.findall(r'\bname="(\w+)"', sources), *re.findall(r'\("(\w+)", _\(', sources)}
    assert {"arch", "height", "width", "fold"} <= settings
    taken = {(each.id, knob.name) for each in explorer.architectures() for knob in each.knobs if knob.name in settings}
    assert taken == set()

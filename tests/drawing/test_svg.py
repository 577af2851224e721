"""SVG: well-formed, self-contained, readable by ear and by eye, and safe with hostile names."""

import re
from xml.etree import ElementTree as ET

import pytest

import explorer
from explorer.drawing.diagram import draw
from explorer.drawing.palette import DARK, LIGHT, is_dark
from explorer.drawing.svg import COLOURS, svg, tooltip
from explorer.errors import ExplorerError
from explorer.graph import Graph, Node
from explorer.joins import Unknown
from tests.support.zoo import KINDS

NS = "{http://www.w3.org/2000/svg}"


def drawing(id="lenet5"):
    return draw(explorer.lower(explorer.get(id)))


def texts(document):
    return [element.text for element in ET.fromstring(document).iter(f"{NS}text")]


@pytest.mark.parametrize("id", KINDS)
def test_it_parses_and_says_everything(id):
    drawn = drawing(id)
    document = svg(drawn)
    root = ET.fromstring(document)
    titles = [title.text for title in root.iter(f"{NS}title")]
    assert titles == [tooltip(box) for box in drawn.boxes]
    assert {box.title for box in drawn.boxes if box.kind not in ("join", "port")} <= set(texts(document))
    assert {edge.label for edge in drawn.edges if edge.label} <= set(texts(document))


def test_a_tooltip_says_the_numbers():
    box = drawing().find("c3")
    assert tooltip(box).splitlines() == [
        "c3: conv 5×5, 16",
        "ReLU",
        "2,416 parameters",
        "240,000 mult-adds",
        "3,200 activations",
        "output 16×10×10",
    ]


@pytest.mark.parametrize("theme", ["light", "dark", "auto"])
@pytest.mark.parametrize("colour", COLOURS)
def test_it_needs_nothing_from_elsewhere(theme, colour):
    document = svg(drawing("resnet18"), theme, colour)
    assert "http" not in document.replace("http://www.w3.org/2000/svg", "")
    assert not re.search(r"url\(|href|<script|<image|var\(--", document)


def test_themes_have_their_own_paper():
    assert f".paper{{fill:{LIGHT.paper}}}" in svg(drawing(), "light")
    assert f".paper{{fill:{DARK.paper}}}" in svg(drawing(), "dark")
    assert "prefers-color-scheme" in svg(drawing(), "auto")
    assert "prefers-color-scheme" not in svg(drawing(), "light") + svg(drawing(), "dark")


def luminance(colour):
    channels = (int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5))
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


@pytest.mark.parametrize("theme", [LIGHT, DARK])
def test_text_has_contrast(theme):
    for tint in theme.kinds.values():
        for ink, least in ((theme.ink, 7), (theme.quiet, 4.5)):
            low, high = sorted((luminance(ink), luminance(tint.fill)))
            assert (high + 0.05) / (low + 0.05) >= least, (tint, ink)
        low, high = sorted((luminance(tint.edge), luminance(theme.paper)))
        assert (high + 0.05) / (low + 0.05) >= 3, tint


def test_cost_colours_come_with_a_legend_and_readable_text():
    document = svg(drawing("vgg16"), "light", "params")
    assert {"0", "parameters", "102,764,544"} <= set(texts(document))
    root = ET.fromstring(document)
    for group in root.iter(f"{NS}g"):
        style = next((rect.get("style") for rect in group.findall(f"{NS}rect") if rect.get("style")), "")
        if found := re.match(r"fill:(#\w{6})", style):
            assert ("on-dark" in group.get("class")) == is_dark(found[1])


def test_the_dearest_box_is_brightest():
    document = svg(drawing("vgg16"), "light", "params")
    (dearest,) = [g for g in ET.fromstring(document).iter(f"{NS}g") if g.get("data-path") == "classifier.0"]
    assert "#fee838" in dearest.find(f"{NS}rect").get("style")


def test_the_selected_box_stands_out():
    document = svg(drawing("resnet50"), selected="layer3.2.conv1")
    chosen = [g.get("data-path") for g in ET.fromstring(document).iter(f"{NS}g") if "selected" in g.get("class", "")]
    assert chosen == ["layer3.1…5"]
    assert 'class="box conv selected' not in svg(drawing("resnet50"))


def test_groups_name_what_folds_them():
    document = svg(drawing("resnet50"))
    folds = {
        g.get("data-path"): (g.get("data-toggle"), g.get("data-unroll")) for g in ET.fromstring(document).iter(f"{NS}g")
    }
    assert folds["layer3"] == ("layer3", None)
    assert folds["layer3.1…5"] == ("layer3.1", "layer3.1…5")
    assert folds["conv1"] == (None, None)


HOSTILE = """a"b'<script>alert(1)</script>&amp;{}\\n]]>--><!--%"""


def test_hostile_names_are_only_text():
    node = Node(HOSTILE, Unknown(HOSTILE, (4, 8, 8)), ("input",), ((4, 8, 8),), (4, 8, 8))
    drawn = draw(Graph(HOSTILE, (4, 8, 8), (node,), HOSTILE))
    document = svg(drawn, selected=HOSTILE)
    root = ET.fromstring(document)
    assert not list(root.iter(f"{NS}script"))
    assert HOSTILE + " ?" in texts(document)
    assert [g.get("data-path") for g in root.iter(f"{NS}g") if "selected" in g.get("class", "")] == [HOSTILE]
    assert root.get("aria-label") == f"Diagram of {HOSTILE}"


def test_what_is_not_allowed_is_named():
    with pytest.raises(ExplorerError, match="colour is 'jet'; allowed: kind, params, mult_adds, activations"):
        svg(drawing(), colour="jet")
    with pytest.raises(ExplorerError, match="theme is 'pink'; allowed: light, dark, auto"):
        svg(drawing(), theme="pink")

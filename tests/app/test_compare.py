"""The Compare page: its views, networks side by side, the field at a glance."""

from __future__ import annotations

import pytest
from streamlit.testing.v1 import AppTest

import explorer
from app.comparing import field_point, lineup, links, views
from explorer.comparing.landscape import Choice, front, points, select
from explorer.comparing.presets import PRESETS
from tests.app.support import opened, said

SIDE, FIELD = {"show": "networks"}, {"show": "field"}


def side_by_side(*references: str, **more: str) -> AppTest:
    return opened("compare", show="networks", nets=",".join(references), **more)


def columns(page: AppTest, table: int = 1) -> dict[str, list[str]]:
    """Give a table's cells by the heads of its columns: 0 are the totals, 1 the stages."""
    return {
        str(head): [cell.replace("\u00a0", " ") for cell in cells] for head, cells in page.table[table].value.items()
    }


@pytest.mark.parametrize("view", list(views.views()))
def test_every_view_opens_at_its_address(view):
    page = opened("compare", show=view)
    assert page.title[0].value == "Compare"
    assert not page.error
    assert not page.warning


def test_a_view_that_there_is_not_gets_one_sentence():
    page = opened("compare", show="beauty")
    assert "show=beauty; allowed: duels" in page.warning[0].value


def test_it_opens_on_a_comparison_of_the_lectures():
    page = opened("compare", **SIDE)
    text = said(page)
    assert PRESETS[0].lesson in text
    totals = columns(page, 0)
    assert [name.removesuffix(" (reference)") for name in totals][1:] == [
        network.name for network in PRESETS[0].networks
    ]
    assert "**138.4 M** · 138,357,544" in totals["VGG16 (configuration D) (reference)"]
    assert "**25.56 M** · 25,557,032 · **×0.185** · −112.8 M" in totals["ResNet-50"]


def test_networks_stand_in_the_address_at_any_knobs():
    page = side_by_side("resnet50:num_classes=10", "resnet18@3x64x64")
    totals = columns(page, 0)
    ours = explorer.analyze(explorer.get("resnet50", num_classes=10))
    assert any(f"{ours.params:,}" in cell for cell in totals["ResNet-50, num_classes=10 (reference)"])
    assert totals["ResNet-18"][-1] == "3×64×64"
    assert page.query_params["nets"] == "resnet50:num_classes=10,resnet18@3x64x64"


def test_the_reference_can_be_another_one():
    page = side_by_side("vgg16", "resnet50", against="2")
    assert list(columns(page))[1:] == ["VGG16 (configuration D)", "ResNet-50 (reference)"]
    assert "**×5.41**" in columns(page, 0)["VGG16 (configuration D)"][0]
    assert "marks what differs from ResNet-50" in said(page)


def test_what_differs_has_a_sign():
    cells = columns(side_by_side("resnet50", "resnet101"))
    marked = [stage for stage, cell in zip(cells["Stage"], cells["ResNet-101"], strict=True) if "≠" in cell]
    assert marked == ["**1/16**"]
    cells = columns(side_by_side("plain34", "resnet34", cell="params"))
    assert cells["ResNet-34"] == [
        "**9.536 k**",
        "**222 k**",
        *cells["ResNet-34"][2:5],
        "**513 k**",
    ]
    assert all(cell.startswith(":orange-badge[≠]") for cell in cells["ResNet-34"][2:5])


def test_a_network_that_cannot_be_is_named_and_the_others_stay():
    page = side_by_side("vgg16", "vgg99", "resnet18:depth=3", "alexnet")
    assert ["vgg99" in each.value for each in page.error] == [True, False]
    assert "resnet18 has no knob 'depth'" in page.error[1].value
    assert list(columns(page, 0))[1:] == ["VGG16 (configuration D) (reference)", "AlexNet (two groups)"]
    assert page.query_params["nets"] == "vgg16,vgg99,resnet18:depth=3,alexnet"  # nothing is lost


def test_an_input_that_is_too_small_is_explained():
    page = side_by_side("vgg16", "lenet5", side="16")
    assert any("does not fit" in error.value for error in page.error)
    assert "Choose two to six networks" in page.info[0].value
    assert not page.table


def test_one_side_for_all():
    totals = columns(side_by_side("vgg16", "googlenet", side="299"), 0)
    assert {cells[-1] for name, cells in totals.items() if name != "Total"} == {"3×299×299"}


def test_too_many_networks_are_refused_in_a_sentence():
    page = side_by_side(*["lenet5"] * 7)
    assert "allowed: from 1 to 6 networks" in page.warning[0].value


def test_networks_are_replaced_moved_removed_and_added():
    page = side_by_side("vgg16", "resnet50")
    page.selectbox("widget/nets/1/which/en").select("alexnet").run()
    assert page.query_params["nets"] == "vgg16,alexnet"
    page.button("widget/nets/1/up").click().run()
    assert page.query_params["nets"] == "alexnet,vgg16"
    page.selectbox("widget/nets/add/en").select("lenet5").run()
    assert page.query_params["nets"] == "alexnet,vgg16,lenet5"
    assert page.selectbox("widget/nets/add/en").value is None
    assert lineup._reference(" lenet-5 ") == "lenet5"
    page.button("widget/nets/0/out").click().run()
    assert page.query_params["nets"] == "vgg16,lenet5"
    page.selectbox("widget/nets/preset/en").select("shortcuts").run()
    assert page.query_params["nets"] == "plain34,resnet34"
    assert not page.exception


def test_a_knob_is_turned_in_its_place():
    page = side_by_side("mobilenet_v1", "mobilenet_v1")
    page.number_input("widget/nets/1/mobilenet_v1/alpha").set_value(0.5).run()
    assert page.query_params["nets"] == "mobilenet_v1,mobilenet_v1:alpha=0.5"
    assert page.number_input("widget/nets/0/mobilenet_v1/alpha").value == 1.0
    assert list(columns(page))[2] == "MobileNet (v1), alpha=0.5"
    page = side_by_side("googlenet", "vgg16")
    page.selectbox("widget/nets/0/googlenet/module").select("naive").run()
    assert page.query_params["nets"] == "googlenet:module=naive,vgg16"


def test_a_composition_stands_beside_a_network():
    from explorer import references
    from explorer.text import load

    word = references.write(load("name: mine\ninput: [3, 32, 32]\nnetwork: [{Conv: {out_channels: 4}}]"))
    page = side_by_side("lenet5", word)
    assert columns(page, 0)["mine"][0].startswith("**16** · 16")
    assert page.query_params["nets"] == f"lenet5,{word}"


def test_the_address_of_a_composition_is_taken_for_its_reference():
    assert lineup._reference("http://localhost:8501/compose?net=~abc&lang=fr") == "~abc"
    assert lineup._reference("resnet50:num_classes=10") == "resnet50:num_classes=10"
    assert lineup._reference("vgg16@3,96,96") == "vgg16@3x96x96"


CHARTS = [("field", by) for by in ("depth", "share")]
CHARTS += [(cost, by) for cost in ("mult_adds", "params") for by in ("depth", "share", "stage")]


@pytest.mark.parametrize(("curve", "by"), CHARTS)
def test_every_chart_of_networks_has_its_numbers(curve, by):
    page = side_by_side("lenet5", "alexnet", curve=curve, by=by)
    assert len(page.get("plotly_chart")) == 1
    assert len(page.dataframe[0].value) >= 5


def test_the_groups_that_are_open_stand_in_the_address_by_place():
    page = side_by_side("resnet18", "resnet34", open2="layer1,layer2")
    assert page.query_params["open2"] == "layer1,layer2"
    assert "open1=layer9; allowed: all, none" in side_by_side("resnet18", "vgg16", open1="layer9").warning[0].value


def test_the_files_of_a_comparison(monkeypatch):
    made = {}
    monkeypatch.setattr("streamlit.download_button", lambda label, make, name, *_, **__: made.setdefault(name, make()))
    side_by_side("plain34", "resnet34")
    assert made["comparison.csv"].startswith("stage,network,output_shape,layers,params")
    assert "| 1/8 | 128×28×28: 3×3, 128 (×8) | ≠ 128×28×28" in made["comparison.md"]
    assert r"\toprule" in made["comparison.tex"]
    assert '"reference": 0' in made["comparison.json"]
    assert made["resnet34.svg"].startswith("<svg")


def test_the_field_has_every_point_with_its_source():
    page = opened("compare", **FIELD)
    shown = page.dataframe[0].value
    assert len(shown) == len(select(points("ImageNet"), Choice()))
    assert shown["source"].str.len().min() > 0
    vgg = shown[shown["network"] == "VGG16 (configuration D)"].iloc[0]
    assert (vgg["params"], vgg["mult_adds"]) == (138357544, 15470264320)
    assert "one crop" in said(page)
    assert "NiN (ImageNet)" in said(page)  # of which nothing is published


def test_the_front_is_marked_in_the_table():
    shown = opened("compare", **FIELD, across="params").dataframe[0].value
    best = front(select(points("ImageNet"), Choice()), "params")
    assert list(shown[shown["front"] == "yes"]["network"].sort_values()) == sorted(point.label for point in best)


def test_what_is_looked_at_stands_in_the_address():
    address = {"families": "VGG,ResNet", "sources": "torchvision V1", "until": "2014", "which": "all"}
    page = opened("compare", **FIELD, **address)
    assert list(page.dataframe[0].value["network"]) == [
        f"VGG{n} (configuration {c})" for n, c in ((11, "A"), (13, "B"), (16, "D"), (19, "E"))
    ]
    assert page.query_params == {"show": "field", **address}
    page.slider("widget/field/ImageNet/until").set_value(2016).run()
    assert set(page.dataframe[0].value["family"]) == {"VGG", "ResNet"}


def test_cifar_is_a_field_of_its_own():
    page = opened("compare", **FIELD, data="CIFAR-10")
    shown = page.dataframe[0].value
    assert "VGG16 (configuration D)" not in list(shown["network"])
    assert "trained with augmentation" in set(shown["protocol"])


@pytest.mark.parametrize("drawing", ["accuracy", "error", "efficiency"])
def test_the_field_is_drawn_in_every_way(drawing):
    page = opened("compare", **FIELD, drawing=drawing, top="5")
    assert len(page.get("plotly_chart")) == 1
    assert not page.dataframe[0].value["top5"].isna().any()


def test_nothing_left_is_said():
    page = opened("compare", **FIELD, families="VGG", since="2016")
    assert "No published figure is left" in page.info[0].value


def test_a_point_that_is_picked_tells_its_source_and_opens_its_network():
    page = opened("compare", **FIELD, point="squeezenet1_0")
    text = said(page)
    assert "Iandola" in text
    assert "top-1 **57.5 %**" in text
    page.button("widget/field/add").click().run()
    assert not page.exception
    page.button_group("widget//show").set_value("networks").run()
    assert page.query_params["nets"] == "vgg16,resnet50,mobilenet_v1,squeezenet1_0"


def test_points_have_names_of_their_own():
    named = field_point.names(points("ImageNet"))
    assert len(named) == len(points("ImageNet"))
    assert named["vgg16"].network == named["vgg16.2"].network == explorer.get("vgg16")


def test_the_link_opens_the_network_as_it_was_measured():
    (point,) = (p for p in points("ImageNet") if p.network.id == "mobilenet_v1" and p.measurement.origin == "timm")
    address = links.address(point.network, point.measurement.input_shape)
    assert (address["height"], address["alpha"]) == ("256", "1.0")
    page = opened("explore", **address)
    assert page.title[0].value == "MobileNet (v1)"
    assert f"{point.mult_adds:,}" in said(page)
    assert not page.warning


def test_the_files_of_the_field(monkeypatch):
    made = {}
    monkeypatch.setattr("streamlit.download_button", lambda label, make, name, *_, **__: made.setdefault(name, make()))
    opened("compare", **FIELD, families="VGG")
    lines = made["field_ImageNet.csv"].splitlines()
    assert lines[0].startswith("network,year,family,top1")
    assert "69.02,88.628" in lines[1]
    assert made["field_ImageNet.md"].count("\n") == len(lines) + 1


def test_compare_in_french():
    page = opened("compare", show="networks", nets="vgg16,resnet50", lang="fr")
    assert page.title[0].value == "Comparer"
    totals = columns(page, 0)
    assert any("138\u202f357\u202f544" in cell for cell in totals["VGG16 (configuration D) (référence)"])
    assert "×0,185" in totals["ResNet-50"][0]
    page = opened("compare", show="field", lang="fr", point="vgg16")
    assert "Cliquez" not in said(page)
    assert "Exactitude" in said(page) or "L'exactitude" in said(page)

import json
import subprocess
import sys

import pytest

import explorer
from app.components import exports, picture
from explorer import analyze, table
from explorer.cost import Counting, total
from explorer.drawing.diagram import draw
from explorer.drawing.fold import everything
from tests.app.support import opened, said

ARCH = "widget//arch"
EVERY_ID = [architecture.id for architecture in explorer.architectures()]


@pytest.mark.parametrize("id", EVERY_ID)
def test_every_network_opens_at_its_address(id):
    page = opened(arch=id)
    assert page.title[0].value == explorer.get(id).name
    assert f"{analyze(id).params:,}" in said(page)
    assert not page.warning
    assert not page.error


def test_the_app_opens_on_vgg16_with_its_figures_and_conventions():
    text = said(opened())
    assert "138,357,544" in text
    assert "15,470,264,320" in text
    assert "convolutions and linear layers" in text
    assert "**212×212**" in text


def test_picking_a_network_shows_it():
    page = opened()
    page.selectbox(ARCH).select("resnet50").run()
    assert not page.exception
    assert page.title[0].value == "ResNet-50"
    assert "25,557,032" in said(page)
    assert page.query_params["arch"] == "resnet50"


def test_turning_a_knob_changes_the_figures_and_the_address():
    page = opened()
    page.number_input("widget/vgg16/num_classes").set_value(10).run()
    assert f"{analyze(explorer.get('vgg16', num_classes=10)).params:,}" in said(page)
    assert page.query_params == {"num_classes": "10"}


def test_a_network_opens_as_published_and_remembers_its_own_knobs():
    page = opened(num_classes="10")
    page.selectbox(ARCH).select("lenet5").run()
    assert page.number_input("widget/lenet5/num_classes").value == 10  # its own default, not VGG's setting
    page.selectbox(ARCH).select("resnet18").run()
    assert page.number_input("widget/resnet18/num_classes").value == 1000
    page.selectbox(ARCH).select("vgg16").run()
    assert page.number_input("widget/vgg16/num_classes").value == 10


def test_a_family_shows_its_networks_and_opens_its_first():
    page = opened(arch="vgg16")
    assert len(page.selectbox(ARCH).options) == len(EVERY_ID)
    assert "Plain-18 · 2015 · ResNet" in page.selectbox(ARCH).options
    page.selectbox("widget/family/en").set_value("DenseNet").run()
    assert page.title[0].value == "DenseNet-121"
    assert page.query_params == {"arch": "densenet121"}
    of_the_family = [each for each in explorer.architectures() if each.family == "DenseNet"]
    assert page.selectbox(ARCH).options == [f"{each.name} · {each.year}" for each in of_the_family]
    page.selectbox(ARCH).select("densenet201").run()
    page.selectbox("widget/family/en").set_value("").run()
    assert page.title[0].value == "DenseNet-201"


def test_a_small_range_is_a_slider_and_an_address_may_hold_a_number_between_its_steps():
    page = opened(arch="mobilenet_v1", rho="0.857", alpha="0.5")
    assert page.slider("widget/mobilenet_v1/rho").value == 0.857
    assert page.query_params == {"arch": "mobilenet_v1", "rho": "0.857", "alpha": "0.5"}
    assert "**3×192×192**" in said(page)
    page.slider("widget/mobilenet_v1/alpha").set_value(0.75).run()
    assert page.query_params["alpha"] == "0.75"


def test_steps_of_a_whole_number_hold_in_the_address_too():
    assert opened(arch="wrn", depth="22").slider("widget/wrn/depth").value == 22
    page = opened(arch="wrn", depth="23")
    assert "depth=23; allowed: from 10 to 1,000 in steps of 6. Shown instead: 40" in page.warning[0].value


def test_a_setting_that_cannot_be_built_gets_one_sentence():
    page = opened(arch="densenet_cifar", depth="41")
    (error,) = page.error
    assert "depth is 41; allowed" in error.value
    assert page.query_params == {"arch": "densenet_cifar", "depth": "41"}
    page.number_input("widget/densenet_cifar/depth").set_value(40).run()
    assert not page.error
    assert page.metric


def test_an_address_opens_the_very_view():
    page = opened(arch="googlenet", module="naive", aux_heads="true", height="256", width="320")
    expected = analyze(explorer.get("googlenet", module="naive", aux_heads=True), (3, 256, 320))
    assert f"{expected.params:,}" in said(page)
    assert f"{expected.mult_adds:,}" in said(page)
    assert "**3×256×320**" in said(page)


@pytest.mark.parametrize(
    ("name", "given", "words"),
    [
        ("arch", "vgg99", "allowed: vgg19"),
        ("num_classes", "many", "allowed: from 1 to 100,000. Shown instead: 1000"),
        ("num_classes", "1e9", "allowed: from 1 to 100,000"),
        ("height", "0", "allowed: from 1 to 4,096. Shown instead: 224"),
        ("bias", "perhaps", "allowed: true, false. Shown instead: false"),
        ("fold", "7", "Shown instead: layers"),
        ("node", "features.99", "Shown instead: nothing"),
        ("precision", "float8", "allowed: float32, float16, bfloat16, int8"),
    ],
)
def test_a_bad_value_in_the_address_gets_one_sentence_and_the_default(name, given, words):
    page = opened(**{name: given, "twice": "true"})
    (warning,) = page.warning
    assert warning.value.startswith(f"The link says {name}={given}; ")
    assert words in warning.value
    assert "138,357,544" in said(page)
    assert page.query_params == {"twice": "true"}  # nothing else is lost


def test_an_input_that_is_too_small_is_explained_and_the_figures_up_to_there_are_shown():
    page = opened(height="8", width="8")
    (error,) = page.error
    assert "features.30: MaxPool cannot take 512×1×1" not in error.value  # three poolings earlier it is over already
    assert error.value.startswith("features.")
    assert "does not fit" in error.value
    assert page.metric


def test_every_convention_names_itself_and_counts_more():
    page = opened(bias="true", twice="true")
    counted = total(explorer.lower(explorer.get("vgg16")), Counting(bias=True, factor=2))
    assert f"{counted:,}" in said(page)
    assert "2 × (convolutions and linear layers + biases)" in said(page)


def test_the_table_folds_to_stages_with_sub_totals():
    page = opened(fold="1")
    shown = page.dataframe[0].value
    assert list(shown["name"].str.strip("▸ ")) == ["features", "flatten", "classifier"]
    assert list(shown["params"]) == [14714688, 0, 123642856]
    assert shown["params_share"].sum() == pytest.approx(1)


def test_the_table_writes_the_arithmetic_out():
    shown = opened().dataframe[0].value.set_index("name")
    row = shown.loc["features.5"]
    assert row["formula"] == "(3·3·64)·128 + 128 = 73,856"
    assert row["shape"] == "128×112×112"
    assert row["mult_adds"] == 924844032


def test_the_table_can_leave_out_what_neither_counts_nor_changes_the_shape():
    types = list(opened(brief="true").dataframe[0].value["type"])
    assert "ReLU" not in types
    assert "Dropout" not in types
    assert types.count("Conv") == 13
    assert types.count("MaxPool") == 5


def test_the_card_of_a_layer_shows_where_its_numbers_come_from():
    text = said(opened(node="features.5"))
    assert "(112 − 3 + 2·1)/1 + 1 = 112" in text
    assert "weights (3·3·64)·128 = 73,728; biases 128" in text
    assert "112·112 · (3·3·64)·128 = 924,844,032" in text
    assert "6 + (3 − 1)·2 = 10" in text


def test_the_card_of_a_pooling_layer_says_why_it_has_no_parameters():
    assert "Pooling takes the largest value of each window: there is nothing to learn." in said(
        opened(node="features.4")
    )


def test_the_card_of_a_group_adds_up():
    assert "14,714,688" in said(opened(node="features"))


def test_french():
    page = opened(lang="fr", arch="vgg16")
    text = said(page)
    assert "138\u202f357\u202f544" in text
    assert "champ récepteur" in text
    assert page.selectbox(f"{ARCH}/fr").label == "Réseau"
    assert page.query_params == {"lang": "fr"}


def test_the_language_can_be_changed_without_losing_anything():
    page = opened(arch="resnet50", stride_on="1x1", fold="2", node="layer1")
    page.button_group("widget//lang").set_value("fr").run()
    assert not page.exception
    assert page.query_params == {
        "arch": "resnet50",
        "stride_on": "1x1",
        "fold": "2",
        "node": "layer1",
        "lang": "fr",
    }


def test_the_page_needs_no_torch():
    code = (
        "import sys; from tests.app.support import opened; opened(); "
        "loaded = [name for name in ('torch', 'torchvision', 'torchinfo', 'fvcore') if name in sys.modules]; "
        "assert not loaded, loaded"
    )
    subprocess.run([sys.executable, "-c", code], check=True, capture_output=True)


def test_a_folded_table_marks_the_group_that_holds_the_picked_layer():
    page = opened(arch="resnet18", fold="1", node="layer2.0.conv1")
    shown = page.dataframe[0].value
    key = f"widget/table/resnet18/{len(shown)}"
    (row,) = page.session_state[key]["selection"]["rows"]
    assert shown["name"][row] == "▸ layer2"


@pytest.mark.parametrize("id", ["vgg16", "googlenet", "resnet152", "xception", "densenet121", "nasnet_a_mobile"])
def test_every_box_of_the_diagram_belongs_to_a_row_of_the_table(id):
    report = analyze(id)
    rows = {row.path: row for row in table.rows(report, groups=True)}
    for opened_groups in (None, frozenset(), everything(report.graph)):
        for box in draw(report.graph, opened_groups).boxes:
            found = picture.row_of(box, rows)
            assert found in rows if box.nodes else not found


def test_the_groups_that_are_open_stand_in_the_address():
    assert opened(arch="resnet50", open="layer1,layer2").query_params["open"] == "layer1,layer2"
    page = opened(arch="resnet50", open="layer9")
    assert "open=layer9; allowed: all, none, layer1" in page.warning[0].value
    assert "open" not in page.query_params


def test_what_differs_from_all_is_written_in_few_words():
    report = analyze("resnet50")
    everything_open = picture.unfolded(report.graph)
    assert opened(arch="resnet50", open="all,layer1").query_params["open"] == "all,layer1"
    assert picture._written(everything_open, report, True) == "all"
    assert picture._written(everything_open - {"layer1"}, report, True) == "all,layer1"
    assert picture._written(frozenset({"layer1"}), report, False) == "layer1"
    assert picture._written(frozenset(), report, False) == "none"
    assert "allowed: all, none, layer1" in opened(arch="resnet50", open="all,layer9").warning[0].value


def test_what_is_too_large_to_unfold_says_so():
    words = "more than 1,500 boxes"
    assert words in said(opened(arch="resnet1202", view="diagram", open="all"))
    assert words not in said(opened(arch="resnet1202", view="diagram"))
    assert words not in said(opened(arch="resnet152", view="diagram", open="all"))


@pytest.mark.parametrize("chart", ["params", "mult_adds", "activations", "cumulative", "receptive_field"])
def test_every_chart_stands_with_its_numbers(chart):
    page = opened(arch="lenet5", more="charts", chart=chart)
    assert len(page.get("plotly_chart")) == 1
    numbers = page.dataframe[1].value
    assert len(numbers) > 3
    if chart == "params":
        assert numbers.iloc[:, -1].sum() == 61706


def test_published_figures_stand_beside_ours_with_the_reason_for_each_difference():
    page = opened(arch="googlenet")
    text = said(page)
    assert "Parameters: we count 6,998,552" in text
    told = page.table[0].value
    assert "6.8 (million parameters)" in [quote.replace("\\", "") for quote in told["They say"]]
    for difference, why in zip(told["Difference"], told["Why"], strict=True):
        assert why or "check" in difference


def test_published_measurements_say_on_which_data():
    page = opened(arch="wrn_34_2")
    text = said(page)
    assert "Top-1 error, as published" in text
    assert "Average precision of detection, as published" in text
    assert page.table[0].value["Why"].tolist() == ["The same, rounded."]
    assert "COCO" in page.table[3].value["How it was measured"][0]


def test_published_figures_in_french():
    page = opened(arch="wide_resnet50_2", lang="fr")
    told = page.table[0].value
    assert told["Pourquoi"].tolist() == ["Le même, arrondi.", "Le même."]
    assert "métadonnées des poids" in told["Source"][1]
    measured = page.table[3].value
    assert measured.iloc[0, 0] == "5,79 %"
    assert r"cours \: Architectures" in measured["Source"][0]


def test_second_opinions_are_explained():
    page = opened(arch="lenet5", more="opinions")
    told = page.table[0].value
    assert list(told["Counter"]) == ["ours", "torchinfo", "fvcore"]
    assert told["Why it differs"][1] == r"\+ 6,518: one for each bias, wherever it is added"
    assert "Nothing is left unexplained." in said(page)


def test_a_network_too_large_to_run_is_not_run():
    page = opened(arch="vgg16", more="opinions", height="4096", width="4096")
    assert "too large" in page.info[0].value


def test_the_files_to_take_away(monkeypatch):
    made = {}
    monkeypatch.setattr("streamlit.download_button", lambda label, make, name, *_, **__: made.setdefault(name, make()))
    report = analyze("lenet5")
    exports.show(report, None, picture.files(report, frozenset(), "kind"))
    assert made["lenet5.csv"].startswith("name,type,inputs,output_shape,activations,params")
    assert "| c1 | Conv | 6×28×28 |" in made["lenet5.md"]
    assert r"\toprule" in made["lenet5.tex"]
    assert json.loads(made["lenet5.json"])["params"] == 61706
    assert made["lenet5.svg"].startswith("<svg")
    assert made["lenet5.dot"].startswith("digraph lenet5 {")
    assert "class LeNet5(nn.Module):" in made["lenet5.py"]


def test_the_source_is_shown_at_the_setting_and_the_input_of_the_page():
    page = opened(arch="resnet18", more="code", num_classes="7", height="64", width="64")
    (written,) = [code.value for code in page.code if "nn.Module" in code.value]
    assert "num_classes: int = 7" in written
    assert "torch.zeros(1, 3, 64, 64)" in written


def test_a_network_that_there_is_not_is_refused_in_a_sentence_until_the_knob_is_turned_back():
    page = opened(arch="densenet_cifar", depth="41")
    assert [error.value for error in page.error] == [
        "densenet_cifar: depth is 41; allowed with bottlenecks: 4 plus a multiple of 6, such as 40 or 46"
    ]
    page.number_input("widget/densenet_cifar/depth").set_value(40).run()
    assert not page.error
    report = analyze(explorer.get("densenet_cifar", depth=40))
    assert f"{report.params:,}" in said(page)


def test_a_knob_may_set_the_input():
    page = opened(arch="mobilenet_v1", alpha="0.75", rho="0.714")
    assert "3×160×160" in said(page)
    assert f"{166_396_800:,}" in said(page)


def test_gates_see_the_whole_image_unless_the_reader_leaves_them_out():
    page = opened(arch="efficientnet_b0")
    assert "**851×851**, every 32×32 pixels (its gates see the whole image)" in said(page)
    page.toggle("widget//ungated").set_value(True).run()
    assert said(page).count("its gates see") == 0
    assert page.query_params == {"arch": "efficientnet_b0", "ungated": "true"}
    assert page.dataframe[0].value.set_index("name")["field"]["features.8.2"] == "851×851"
    assert "widget//ungated" not in {toggle.key for toggle in opened(arch="mobilenet_v2").toggle}

"""Reports, tables and exports."""

import csv
import io
import json

import pytest

import explorer
from explorer.layers import Conv, ReLU
from explorer.line import line
from explorer.receptive_field import UNKNOWN
from explorer.report import _to_dict
from explorer.spec import Series
from explorer.table import COLUMNS, DEFAULT, rows, table
from explorer.text import dump
from explorer.tree import Group, tree


@pytest.fixture(scope="module")
def vgg16():
    return explorer.analyze("vgg16")


def test_totals_are_the_sums_of_the_lines(vgg16):
    assert (vgg16.params, vgg16.mult_adds) == (138_357_544, 15_470_264_320)
    assert (vgg16.weights, vgg16.biases) == (138_344_128, 13_416)
    assert vgg16.activations == sum(line.activations for line in vgg16.lines)
    assert vgg16.memory().parameters == 4 * vgg16.params


def test_json_has_the_contracts_fields(vgg16):
    report = json.loads(json.dumps(vgg16.to_dict()))
    assert {key: report[key] for key in report if key != "layers"} == {
        "id": "vgg16",
        "name": "VGG16 (configuration D)",
        "input_shape": [3, 224, 224],
        "output_shape": [1000],
        "params": 138_357_544,
        "weights": 138_344_128,
        "biases": 13_416,
        "mult_adds": 15_470_264_320,
        "activations": vgg16.activations,
    }
    assert [layer["name"] for layer in report["layers"]] == [node.name for node in vgg16.graph]
    assert report["layers"][0] == {
        "name": "features.0",
        "type": "Conv",
        "inputs": ["input"],
        "output_shape": [64, 224, 224],
        "params": 1792,
        "weights": 1728,
        "biases": 64,
        "mult_adds": 86_704_128,
        "activations": 3_211_264,
        "formula": "(3·3·3)·64 + 64 = 1,792",
        "mult_adds_formula": "224·224 · (3·3·3)·64 = 86,704,128",
        "receptive_field": {"status": "exact", "size": [3, 3], "stride": [1, 1], "start": [-1, -1]},
    }
    assert report["layers"][-1]["receptive_field"] == {
        "status": "whole image",
        "size": [224, 224],
        "stride": None,
        "start": [0, 0],
    }
    assert set(_to_dict(line(vgg16.graph.nodes[0], UNKNOWN))["receptive_field"].values()) == {
        "unknown",
        None,
    }


@pytest.mark.parametrize("id", ["lenet5", "googlenet", "resnet50"])
def test_folding_keeps_every_layer_and_every_total(id):
    report = explorer.analyze(id)
    for depth in (1, 2, 3, None):
        folded = rows(report, depth)
        assert [line.node.name for row in folded for line in row.lines] == [node.name for node in report.graph]
        assert sum(row.sum("mult_adds") for row in folded) == report.mult_adds
    assert len(rows(report, 1)) <= len(rows(report, 2)) <= len(rows(report)) == len(report.graph)


def test_open_groups_have_their_sub_totals(vgg16):
    both = rows(vgg16, groups=True)
    features = next(row for row in both if row.path == "features")
    inside = [row for row in both if row.path.startswith("features.")]
    assert both.index(features) == both.index(inside[0]) - 1
    assert features.sum("params") == sum(row.sum("params") for row in inside) == 14_714_688


def test_the_tree_nests_stages_and_blocks():
    nested = tree(explorer.lower(explorer.get("resnet18")))
    layer2 = next(item for item in nested.items if isinstance(item, Group) and item.name == "layer2")
    assert [item.path for item in layer2.items if isinstance(item, Group)] == ["layer2.0", "layer2.1"]
    assert layer2.last.name == "layer2.1.relu"
    assert len(nested.nodes) == len(explorer.lower(explorer.get("resnet18")))


def test_csv_reads_back_as_numbers(vgg16):
    read = list(csv.DictReader(io.StringIO(vgg16.table().to_csv())))
    assert sum(int(row["params"]) for row in read) == vgg16.params
    assert read[0]["params_formula"] == "(3·3·3)·64 + 64 = 1,792"


def test_markdown_and_latex_and_html_hold_the_total(vgg16):
    assert vgg16.table().to_markdown().splitlines()[-1].startswith("| total |")
    assert "138,357,544" in vgg16.table(1).to_markdown()
    assert r"features & 31 layers & 512$\times$7$\times$7" in vgg16.table(1).to_latex()
    assert "<td>138,357,544</td>" in vgg16._repr_html_()
    assert vgg16._repr_latex_() == vgg16.table().to_latex()


def test_hostile_names_do_not_leave_their_cell():
    report = explorer.Report(explorer.lower(Series(a=Conv(2)), (3, 4, 4), name="<b>|&_</b>"))
    assert "<b>" not in report.table().to_html()
    assert r"<b>|\&\_</b>" in report.table().to_latex()


def test_pandas_has_a_row_per_layer(vgg16):
    frame = vgg16.to_pandas()
    assert list(frame.columns) == list(DEFAULT)
    assert frame["mult_adds"].sum() == vgg16.mult_adds


def test_every_column_fills_every_row(vgg16):
    for row in rows(vgg16, groups=True):
        for column in COLUMNS.values():
            assert isinstance(column.cell(row), str | int | float)
    shares = table(vgg16, columns=("name", "params_share"))
    assert sum(row[1] for row in shares.cells) == pytest.approx(1)


def test_analyze_takes_what_the_contract_names(tmp_path):
    spec = Series(Conv(4), ReLU())
    path = tmp_path / "two.yaml"
    path.write_text(dump(spec, (3, 8, 8), "two"), encoding="utf-8")
    expected = explorer.analyze(spec, (3, 8, 8)).params
    assert explorer.analyze(path).params == explorer.analyze(str(path)).params == expected
    assert explorer.analyze(explorer.get("resnet50", stride_on="1x1")).mult_adds == 3_857_973_248
    assert explorer.analyze("vgg16", (3, 256, 256)).params > 138_357_544
    assert explorer.analyze(explorer.lower(spec, (3, 8, 8))).params == expected


@pytest.mark.parametrize(
    ("network", "message"),
    [
        (3, "analyze: 3 is no network; allowed: an id, a spec, a YAML file or a torch module"),
        ("vgg99", "no architecture is called 'vgg99'; did you mean vgg19"),
        (Conv(3), "a spec has no input shape of its own"),
    ],
)
def test_analyze_refuses_what_is_no_network(network, message):
    with pytest.raises(explorer.ExplorerError, match=message):
        explorer.analyze(network)


def test_headers_name_the_axes_that_there_are():
    for id, unit, seen in (
        ("text_cnn", "C×L", "positions"),
        ("vgg16", "C×H×W", "pixels"),
        ("c3d", "C×T×H×W", "positions"),
    ):
        headers = explorer.analyze(id).table().headers
        assert f"Activation map ({unit})" in headers
        assert f"Receptive field ({seen})" in headers

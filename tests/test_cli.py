"""The command line: its contract, and one line for every mistake."""

import csv
import io
import json
import subprocess
import sys

import pytest

import explorer
from explorer.cli import main
from explorer.text import load


def run(capsys, *arguments):
    try:
        code = main(arguments)
    except SystemExit as leaving:
        code = leaving.code
    out, err = capsys.readouterr()
    return code, out, err


def test_list_names_every_network(capsys):
    code, out, _ = run(capsys, "list")
    assert code == 0
    named = [line.split()[0] for line in out.splitlines() if line.startswith("  ")]
    assert named == [a.id for a in explorer.architectures()]
    headings = [line for line in out.splitlines() if line and not line.startswith("  ")]
    assert headings == list(dict.fromkeys(a.family for a in explorer.architectures()))
    assert "mobilenet_v1" in out
    assert "[alpha, rho, convolution, shallow]" in out


def test_list_as_json(capsys):
    listed = json.loads(run(capsys, "list", "--format", "json")[1])
    vgg = next(entry for entry in listed if entry["id"] == "vgg16")
    assert (vgg["family"], vgg["year"]) == ("VGG", 2014)
    assert vgg["knobs"][0]["name"] == "num_classes"


def test_report_as_json_is_the_report(capsys):
    code, out, _ = run(capsys, "report", "vgg16", "--format", "json")
    assert code == 0
    assert json.loads(out) == explorer.analyze("vgg16").to_dict()


@pytest.mark.parametrize("format", ["text", "csv", "markdown", "latex"])
def test_report_in_every_format(capsys, format):
    code, out, _ = run(capsys, "report", "lenet5", "--format", format)
    assert code == 0
    assert "48,120" in out


@pytest.mark.parametrize("format", ["text", "markdown"])
def test_audit_shows_the_counters_side_by_side(capsys, format):
    code, out, err = run(capsys, "audit", "lenet5", "resnet18", "--format", format)
    assert (code, err) == (0, "")
    assert "416,520" in out
    assert "torchinfo: biases — one for each bias, wherever it is added" in out


def test_audit_as_json(capsys):
    lenet, resnet = json.loads(run(capsys, "audit", "lenet5", "resnet18", "--format", "json")[1])
    assert [row["counter"] for row in lenet["counters"]] == ["ours", "torchinfo", "fvcore"]
    assert lenet["counters"][1]["difference"] == 6_518
    assert (lenet["unexplained"], resnet["unexplained"]) == (0, 0)


def test_knobs_input_and_depth(capsys):
    arguments = (
        "resnet50",
        "--set",
        "stride_on=1x1",
        "--set",
        "num_classes=10",
        "--input",
        "3,64,64",
        "--format",
        "json",
    )
    report = json.loads(run(capsys, "report", *arguments)[1])
    assert report == explorer.analyze(explorer.get("resnet50", stride_on="1x1", num_classes=10), (3, 64, 64)).to_dict()
    assert len(run(capsys, "report", "resnet50", "--depth", "1")[1].splitlines()) == 17


def test_report_without_gates(capsys):
    fields = [
        json.loads(run(capsys, "report", "efficientnet_b0", "--format", "json", *more)[1])["layers"][-5][
            "receptive_field"
        ]
        for more in ([], ["--ignore-gates"])
    ]
    assert [(field["status"], field["size"]) for field in fields] == [
        ("whole image", [224, 224]),
        ("exact", [851, 851]),
    ]


def test_a_file_is_a_network_too(capsys, tmp_path):
    path = tmp_path / "mine.yaml"
    path.write_text("input: [3, 8, 8]\nnetwork: [Conv: {out_channels: 4}]\n", encoding="utf-8")
    assert json.loads(run(capsys, "report", str(path), "--format", "json")[1])["params"] == 16


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("report", "vgg99"), "no architecture is called 'vgg99'; did you mean"),
        (("report", "vgg16", "--set", "k=2"), "vgg16 has no knob 'k'; allowed: num_classes"),
        (("report", "vgg16", "--set", "num_classes"), "'num_classes' turns no knob; allowed: KNOB=VALUE"),
        (("report", "vgg16", "--set", "num_classes=0"), "knob num_classes is '0'; allowed: a whole number from 1"),
        (("report", "googlenet", "--set", "module=big"), "knob module is 'big'; allowed: bottleneck, naive"),
        (("report", "vgg16", "--input", "3x4"), "'3x4' is no shape; allowed: C,H,W such as 3,224,224"),
        (
            ("report", "vgg16", "--input", "3,16,16"),
            "features.30: MaxPool cannot take 512×1×1: kernel 2×2 does not fit",
        ),
        (
            ("see", "a.jpg", "--model", "x", "--part", "1,2,3"),
            "'1,2,3' is no part of an image; allowed: LEFT,TOP,RIGHT",
        ),
        (("report", "nowhere.yaml"), "nowhere.yaml: the file cannot be read"),
        (("report", "vgg16", "--depth", "0"), "--depth is 0; allowed: 1 or more"),
        (("report", "vgg16", "--format", "xml"), "invalid choice: 'xml'"),
        (("report",), "the following arguments are required: ID|FILE.yaml"),
        (("audit", "lenet5", "vgg99"), "no architecture is called 'vgg99'; did you mean"),
        (("compare", "vgg16"), "there are 1 networks; allowed: 2 to 6"),
        (("compare", "vgg16", "vgg99"), "no architecture is called 'vgg99'; did you mean"),
        (("compare", "vgg16", "resnet50:depth=7"), "resnet50 has no knob 'depth'; allowed"),
        (("compare", "vgg16", "resnet50", "--against", "3"), "the reference is network 3; allowed: 1 to 2"),
        (("compare", "vgg16", "lenet5", "--input", "3,16,16"), "MaxPool cannot take 512×1×1"),
        (("compare", "vgg16", "nowhere.yaml"), "nowhere.yaml: the file cannot be read"),
        (("compare", "vgg16", "~x"), "the shared network '~x' is damaged"),
        (("compare",), "the following arguments are required: NETWORK"),
        (("draw",), "invalid choice: 'draw'"),
    ],
)
def test_a_mistake_gets_one_line_and_exit_code_2(capsys, arguments, message):
    code, out, err = run(capsys, *arguments)
    assert (code, out, err.count("\n")) == (2, "", 1)
    assert message in err


@pytest.mark.parametrize("format", ["text", "markdown", "latex"])
def test_networks_are_compared_in_every_format(capsys, format):
    code, out, _ = run(capsys, "compare", "plain34", "resnet34", "--format", format)
    assert code == 0
    assert "21,797,672" in out  # the totals
    assert "128×28×28: 3×3, 128 (×8)".replace("×", r"$\times$" if format == "latex" else "×") in out  # the stages


def test_networks_are_compared_as_data(capsys, tmp_path):
    path = tmp_path / "mine.yaml"
    path.write_text("name: mine\ninput: [3, 8, 8]\nnetwork: [Conv: {out_channels: 4}]\n", encoding="utf-8")
    arguments = ("compare", "lenet5:num_classes=5", str(path), "resnet18", "--against", "2")
    found = json.loads(run(capsys, *arguments, "--format", "json")[1])
    assert [network["name"] for network in found["networks"]] == ["LeNet-5, num_classes=5", "mine", "ResNet-18"]
    assert found["networks"][1]["params"] == 16
    assert found["networks"][2]["delta"]["params"] == 11689512 - 16
    rows = list(csv.DictReader(io.StringIO(run(capsys, *arguments, "--format", "csv")[1])))
    assert sum(int(row["params"]) for row in rows if row["network"] == "ResNet-18") == 11689512


def test_networks_are_compared_at_one_input(capsys):
    out = run(capsys, "compare", "resnet18", "resnet34", "--input", "3,64,64", "--format", "json")[1]
    networks = json.loads(out)["networks"]
    for network in networks:
        same = json.loads(run(capsys, "report", network["id"], "--input", "3,64,64", "--format", "json")[1])
        assert network["mult_adds"] == same["mult_adds"]


def test_code_is_a_module_that_runs(capsys, tmp_path):
    status, text, error = run(capsys, "code", "lenet5", "--set", "num_classes=7", "--input", "3,32,32")
    assert (status, error) == (0, "")
    assert "num_classes: int = 7" in text
    assert "nn.Conv2d(3, 6, 5)" in text
    path = tmp_path / "tiny.yaml"
    path.write_text("input: [3, 8, 8]\nnetwork: [{Conv: {out_channels: 4}}]", encoding="utf-8")
    assert "class Tiny(nn.Sequential):" in run(capsys, "code", str(path))[1]


def test_code_as_yaml_is_read_again(capsys):
    text = run(capsys, "code", "vgg11", "--format", "yaml", "--input", "3,64,64")[1]
    document = load(text)
    assert (document.name, document.input_shape) == ("vgg11", (3, 64, 64))
    assert document.spec == explorer.get("vgg11").spec


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["vgg17"], "did you mean vgg"),
        (["vgg16", "--input", "3,4,4"], "does not fit"),
        (["vgg16", "--set", "alpha=1"], "vgg16 has no knob 'alpha'"),
        (["nowhere.yaml"], "nowhere.yaml: the file cannot be read"),
    ],
)
def test_code_refuses_in_one_line(capsys, arguments, words):
    status, text, error = run(capsys, "code", *arguments)
    assert (status, text, error.count("\n")) == (2, "", 1)
    assert words in error


def test_a_file_has_no_knobs(capsys, tmp_path):
    path = tmp_path / "mine.yaml"
    path.write_text("input: [3, 8, 8]\nnetwork: ReLU\n", encoding="utf-8")
    assert "a composition has no knobs" in run(capsys, "report", str(path), "--set", "a=1")[2]


def test_doctor_tells_versions_and_device(capsys):
    findings = json.loads(run(capsys, "doctor", "--format", "json")[1])
    assert findings["python"] == sys.version.split()[0]
    assert findings["device"]
    assert "streamlit" in run(capsys, "doctor")[1]


def test_the_module_is_the_command():
    listed = subprocess.run([sys.executable, "-m", "explorer", "list"], capture_output=True, text=True, check=True)
    assert "vgg16" in listed.stdout

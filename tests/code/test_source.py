"""The PyTorch source of every network: it runs, and is the network, key by key and number by number."""

from __future__ import annotations

import ast
import subprocess
import sys
from pathlib import Path

import pytest
import torch

import explorer
from explorer import layers
from explorer.code import source
from explorer.cost import params, total
from explorer.errors import ExplorerError
from explorer.joins import Add, Multiply
from explorer.layers import BatchNorm, Conv, Flatten, Linear, ReLU
from explorer.reading import Document
from explorer.spec import Branches, Cell, Series, Side, Step, layer_types
from tests.support.running import agrees_in_shape, agrees_in_value, built

ZOO = explorer.architectures()
ROOT = Path(__file__).parents[2]


@pytest.fixture(autouse=True, scope="module")
def one_thread():
    threads = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(threads)


@pytest.mark.parametrize("architecture", ZOO, ids=lambda a: a.id)
def test_every_network_has_the_keys_and_shapes_of_its_graph(architecture):
    agrees_in_shape(source(architecture), explorer.lower(architecture))


SMALL = [
    ("mlp", {}, None),
    ("one_conv", {}, None),
    ("lenet5", {}, None),
    ("alexnet", {"num_classes": 10}, (3, 67, 67)),
    ("zfnet", {"num_classes": 10}, (3, 65, 65)),
    ("nin_cifar10", {}, None),
    ("vgg11_lrn", {"num_classes": 10}, (3, 32, 32)),
    ("text_cnn", {"vocabulary": 100}, None),
    ("googlenet", {"aux_heads": True}, (3, 224, 224)),
    ("googlenet", {"module": "naive"}, (3, 64, 64)),
    ("bn_inception", {}, (3, 64, 64)),
    ("inception_v3", {}, (3, 75, 75)),
    ("inception_v4", {}, (3, 75, 75)),
    ("inception_resnet_v1", {}, (3, 80, 80)),
    ("inception_resnet_v2", {}, (3, 75, 75)),
    ("highway_cifar10", {}, None),
    ("highway_fc_mnist", {}, None),
    ("resnet18", {"shortcut": "A"}, (3, 32, 32)),
    ("resnet50", {"stride_on": "1x1"}, (3, 32, 32)),
    ("plain18", {}, (3, 32, 32)),
    ("resnet20", {"shortcut": "B"}, None),
    ("resnet50_d", {}, (3, 64, 64)),
    ("preact_resnet110", {}, None),
    ("wrn", {"depth": 16, "k": 1, "dropout": 0.3}, None),
    ("resnext50_32x4d", {}, (3, 32, 32)),
    ("densenet121", {}, (3, 32, 32)),
    ("densenet_cifar", {"depth": 22}, None),
    ("squeezenet1_1", {}, (3, 64, 64)),
    ("xception", {}, (3, 64, 64)),
    ("mobilenet_v1", {"alpha": 0.25}, (3, 32, 32)),
    ("mobilenet_v2", {"alpha": 0.35}, (3, 32, 32)),
    ("se_resnet50", {}, (3, 32, 32)),
    ("nasnet_random", {"seed": 3, "filters": 4, "repeats": 1}, None),
    ("nasnet_random", {"seed": 5, "filters": 4, "repeats": 1}, None),
    ("nasnet_a_mobile", {}, (3, 64, 64)),
    ("efficientnet_b0", {}, (3, 32, 32)),
    ("snn_lenet", {"time_steps": 5}, None),
    ("small_resnet", {}, None),
]


@pytest.mark.parametrize(("id", "knobs", "shape"), SMALL, ids=lambda value: str(value))
def test_it_computes_what_the_network_computes(id, knobs, shape):
    architecture = explorer.get(id, **{k: v for k, v in knobs.items() if k in explorer.get(id).setting})
    assert len(knobs) == len([k for k in knobs if k in architecture.setting])
    agrees_in_value(source(architecture, shape), explorer.lower(architecture, shape))


def test_every_family_is_computed():
    left_out = {"C3D"}  # the smallest has 78 million parameters; its keys and shapes are held against torch's above
    assert {explorer.get(id).family for id, _, _ in SMALL} | left_out == {a.family for a in ZOO}


EVERY_LAYER = {
    "AdaptiveAvgPool": (layers.AdaptiveAvgPool((2, 4)), (3, 4, 8)),
    "AvgPool": (layers.AvgPool((3, 2), 2, 1, ceil_mode=True, count_include_pad=False), (3, 8, 9)),
    "BatchNorm": (BatchNorm(1e-2, 0.5), (5,)),
    "Complement": (layers.Complement(), (3, 4)),
    "Conv": (Conv(6, (3, 1, 1), (1, 2, 1), (1, 0, 0), (2, 1, 1), 3, bias=False), (3, 6, 6, 6)),
    "Dropout": (layers.Dropout(0.2), (4,)),
    "ELU": (layers.ELU(0.5), (3, 4)),
    "Embedding": (layers.Embedding(9, 4), (1, 7)),
    "Flatten": (Flatten(), (3, 4, 4)),
    "GELU": (layers.GELU(), (3, 4)),
    "GlobalAvgPool": (layers.GlobalAvgPool(), (3, 4, 4, 4)),
    "GlobalMaxPool": (layers.GlobalMaxPool(), (3, 7)),
    "Hardsigmoid": (layers.Hardsigmoid(), (3, 4)),
    "Hardswish": (layers.Hardswish(), (3, 4)),
    "Identity": (layers.Identity(), (3,)),
    "LIF": (layers.LIF(0.7, 0.3), (3, 6, 2)),
    "LeakyReLU": (layers.LeakyReLU(0.2), (3, 4)),
    "Linear": (Linear(4, bias=False), (7,)),
    "LocalResponseNorm": (layers.LocalResponseNorm(3, 1e-2, 0.5, 2.0), (6, 4, 4)),
    "MaxPool": (layers.MaxPool(3, 2, 1, ceil_mode=True), (3, 8)),
    "PadChannels": (layers.PadChannels(7), (3, 4, 4)),
    "ReLU": (ReLU(), (3, 4)),
    "ReLU6": (layers.ReLU6(), (3, 4)),
    "Scale": (layers.Scale(-0.25), (3, 4)),
    "SiLU": (layers.SiLU(), (3, 4)),
    "Sigmoid": (layers.Sigmoid(), (3, 4)),
    "Softmax": (layers.Softmax(), (3, 4)),
    "Tanh": (layers.Tanh(), (3, 4)),
    "ZeroPad": (layers.ZeroPad((-1, 2), (1, 0)), (3, 6, 5)),
}


@pytest.mark.parametrize("name", sorted(layer_types()))
def test_every_layer_computes_what_it_computes_in_the_network(name):
    layer, shape = EVERY_LAYER[name]
    agrees_in_value(source(layer, shape), explorer.lower(layer, shape))
    beside = Branches(Series(Conv(3) if len(shape) > 1 else Linear(3), ReLU()), Series(layer, Flatten()), join="concat")
    if name != "Embedding":
        spec = Series(Branches(Series(layer, Flatten()), Series(Flatten(), ReLU()), join="concat"), Linear(2))
        agrees_in_value(source(spec, shape), explorer.lower(spec, shape))
    assert beside.children


def test_the_text_is_the_same_every_time_and_shows_what_it_costs():
    text = source(explorer.get("resnet50"))
    assert text == source(explorer.get("resnet50"))
    assert "25,557,032 parameters, 4,089,184,256 mult-adds" in text
    assert "https://arxiv.org/abs/1512.03385" in text


@pytest.mark.parametrize(("id", "most"), [("vgg16", 70), ("resnet50", 120), ("inception_v3", 220), ("lenet5", 45)])
def test_it_is_as_long_as_a_person_would_write_it(id, most):
    assert source(explorer.get(id)).count("\n") <= most


def test_blocks_of_one_structure_are_one_class():
    tree = ast.parse(source(explorer.get("resnet50")))
    assert [node.name for node in tree.body if isinstance(node, ast.ClassDef)] == ["Bottleneck", "ResNet50"]
    text = source(explorer.get("resnet50"))
    assert "Bottleneck(1024, 256) for _ in range(5)" in text
    assert "if in_channels != 4 * width:" in text
    assert "return self.relu(out + self.downsample(x))" in text


@pytest.mark.parametrize(
    ("id", "words"),
    [
        ("densenet121", 'OrderedDict((f"denselayer{i + 1}", DenseLayer(256 + 32 * i)) for i in range(24))'),
        ("mobilenet_v2", "self.residual = stride == 1 and in_channels == out_channels"),
        ("highway_cifar10", "carried = x * (1 - out)"),
        ("googlenet", "torch.cat([self.branch1(x), self.branch2(x), self.branch3(x), self.branch4(x)], dim=1)"),
        ("nasnet_a_mobile", "def forward(self, x: Tensor, x_prev: Tensor) -> Tensor:"),
        ("se_resnet50", "class SEBottleneck(nn.Module):"),
        ("xception", "class SeparableConv(nn.Module):"),
        ("efficientnet_b0", "class MBConv(nn.Module):"),
        ("inception_resnet_v2", "0.17 * "),
        ("mlp", "def __init__(self, num_classes: int = 10) -> None:"),
    ],
)
def test_it_reads_like_the_paper(id, words):
    assert words in source(explorer.get(id))


def test_only_torch_is_imported():
    for id in ("vgg16", "densenet121", "snn_lenet"):
        tree = ast.parse(source(explorer.get(id)))
        modules = [a.name for n in ast.walk(tree) if isinstance(n, ast.Import) for a in n.names]
        modules += [n.module for n in ast.walk(tree) if isinstance(n, ast.ImportFrom)]
        assert set(modules) <= {"torch", "collections"}  # the latter is Python's own


def test_side_heads_follow_the_output():
    architecture = explorer.get("googlenet", aux_heads=True)
    text = source(architecture)
    assert "-> tuple[Tensor, Tensor, Tensor]:" in text
    assert "then 2 side outputs" in text


def test_a_setting_is_written_down():
    text = source(explorer.get("mobilenet_v1", alpha=0.5))
    assert "Setting: alpha=0.5." in text
    agrees_in_shape(text, explorer.lower(explorer.get("mobilenet_v1", alpha=0.5)))


def test_it_runs_as_a_script(tmp_path):
    file = tmp_path / "network.py"
    file.write_text(source(explorer.get("lenet5")), encoding="utf-8")
    done = subprocess.run([sys.executable, "-I", file], capture_output=True, text=True, check=True)
    assert done.stdout.split("\n") == ["(1, 10)", "61,706 parameters", ""]


def test_a_side_output_is_told_from_the_main_one_in_a_script(tmp_path):
    spec = Series(flatten=Flatten(), aux=Side(Linear(3)), fc=Linear(5))
    file = tmp_path / "network.py"
    file.write_text(source(spec, (1, 2, 2)), encoding="utf-8")
    done = subprocess.run([sys.executable, "-I", file], capture_output=True, text=True, check=True)
    assert done.stdout.split("\n")[0] == "(1, 5)"


@pytest.mark.parametrize("tool", [("check",), ("format", "--check")], ids=lambda tool: tool[0])
def test_ruff_finds_nothing_in_the_whole_zoo(tool, tmp_path):
    for architecture in ZOO:
        (tmp_path / f"{architecture.id}.py").write_text(source(architecture), encoding="utf-8")
    options = ["--config", ROOT / "pyproject.toml", "--no-cache", *(["--ignore", "D100"] if tool == ("check",) else [])]
    done = subprocess.run([sys.executable, "-m", "ruff", *tool, *options, tmp_path], capture_output=True, text=True)
    assert done.returncode == 0, done.stdout


def test_ruff_would_find_something(tmp_path):
    (tmp_path / "bad.py").write_text(source(explorer.get("mlp")).replace("(x)", "( x)"), encoding="utf-8")
    command = [sys.executable, "-m", "ruff", "format", "--check", "--config", ROOT / "pyproject.toml", tmp_path]
    assert subprocess.run(command, capture_output=True).returncode == 1


def test_the_comparison_can_fail():
    graph = explorer.lower(explorer.get("resnet20"))
    text = source(explorer.get("resnet20"))
    agrees_in_value(text, graph)
    with pytest.raises(AssertionError):
        agrees_in_value(text.replace("out + self.downsample(x)", "out"), graph)
    with pytest.raises(AssertionError):
        agrees_in_shape(text.replace("self.fc = ", "self.classifier = ").replace("self.fc(", "self.classifier("), graph)


def test_a_document_and_a_spec_are_taken():
    spec = Series(conv=Conv(4, 3), relu=ReLU(), flatten=Flatten(), fc=Linear(2))
    document = Document("my net", (1, 6, 6), spec)
    assert "class MyNet(nn.Module):" in source(document)
    assert "class Other(nn.Module):" in source(spec, (1, 6, 6), "other")
    assert total(explorer.lower(spec, (1, 6, 6)), params) == sum(
        p.numel() for p in built(source(document)).parameters()
    )
    with pytest.raises(ExplorerError, match="a spec has no input shape"):
        source(spec)


def test_a_cell_of_several_inputs_keeps_their_names():
    inner = Cell(("h", "h_prev"), (Step("sum", ("h", "h_prev"), Add()), Step("act", ("sum",), ReLU())), "act")
    steps = (Step("conv", ("x",), Conv(3)), Step("cell", ("conv", "x"), inner), Step("y", ("cell", "x"), Multiply()))
    spec = Cell(("x",), steps, "y")
    text = source(spec, (3, 4, 4))
    assert "def forward(self, h: Tensor, h_prev: Tensor) -> Tensor:" in text
    agrees_in_value(text, explorer.lower(spec, (3, 4, 4)))

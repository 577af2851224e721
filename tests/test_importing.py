"""Networks of torchvision and timm by name: the same totals as the zoo's, clear words where it cannot be."""

from __future__ import annotations

import sys
import urllib.request

import pytest

import explorer
from explorer import importing
from explorer.cli import main
from explorer.cost import mult_adds, params, total
from explorer.errors import ExplorerError
from explorer.lower import lower
from explorer.text import dump, load
from tests.support import oracles

TWINS = [
    ("torchvision:vgg16", "vgg16"),
    ("torchvision:resnet18", "resnet18"),
    ("torchvision:resnet50", "resnet50"),
    ("torchvision:resnext50_32x4d", "resnext50_32x4d"),
    ("torchvision:squeezenet1_1", "squeezenet1_1"),
    ("torchvision:mobilenet_v2", "mobilenet_v2"),
    ("torchvision:inception_v3", "inception_v3"),
    ("torchvision:googlenet", "googlenet_bn"),
    ("torchvision:efficientnet_b0", "efficientnet_b0"),
    ("timm:resnet18", "resnet18"),
    ("timm:legacy_xception", "xception"),
    ("timm:legacy_seresnet50", "se_resnet50"),
]


@pytest.fixture(autouse=True)
def never_online(monkeypatch):
    """Load the libraries; then fail where anything is fetched."""
    oracles.timm()

    def refuse(*_, **__):
        raise AssertionError("something is fetched")

    monkeypatch.setattr(urllib.request, "urlopen", refuse)
    monkeypatch.setattr("socket.socket.connect", refuse)


@pytest.mark.parametrize(("reference", "id"), TWINS, ids=[reference for reference, _ in TWINS])
def test_a_network_that_both_have_has_the_same_totals(reference, id):
    document = importing.document(reference)
    found, ours = lower(document.spec, document.input_shape), lower(explorer.get(id))
    assert document.input_shape == ours.input_shape
    assert found.output_shape == ours.output_shape
    assert total(found, params) == total(ours, params)
    assert total(found, mult_adds) == total(ours, mult_adds)
    assert load(dump(document.spec, document.input_shape, document.name)) == document


def test_layers_keep_the_names_of_their_modules():
    document = importing.document("torchvision:resnet18")
    graph = lower(document.spec, document.input_shape)
    state = oracles.on_meta("resnet18").state_dict()
    owned = {f"{node.name}.{name}": shape for node in graph for name, shape in node.parameters.items()}
    assert {name: shape for name, shape in owned.items() if shape} == {
        name: tuple(value.shape) for name, value in state.items() if name in owned
    }
    assert len(owned) == sum(1 for _ in oracles.on_meta("resnet18").parameters())


@pytest.mark.parametrize(
    ("reference", "words"),
    [
        ("torchvision:resnet51", "torchvision has no network called 'resnet51'; did you mean resnet50"),
        ("torchvision:fcn_resnet50", "torchvision has no network called 'fcn_resnet50'"),
        ("timm:hf-hub:someone/model", "timm has no network called 'hf-hub:someone/model'"),
        ("keras:vgg16", "no library is called 'keras'; allowed: torchvision, timm"),
        ("torchvision:shufflenet_v2_x0_5", r"no word for view \(×32\), .*transpose \(×16\)"),
    ],
)
def test_what_cannot_be_is_said_in_a_sentence(reference, words):
    with pytest.raises(ExplorerError, match=words):
        importing.document(reference)


def test_operations_without_a_word_are_still_counted_in_a_graph():
    report = explorer.analyze(importing.graph("torchvision:shufflenet_v2_x0_5"))
    assert report.params == 1_366_792


def test_a_network_that_cannot_be_built_on_the_meta_device_is_built_all_the_same():
    graph = importing.graph("torchvision:regnet_y_400mf")
    assert total(graph, params) == 4_344_144


def test_a_library_that_is_not_here(monkeypatch):
    monkeypatch.setitem(sys.modules, "timm", None)
    with pytest.raises(ExplorerError, match=r"timm is not here; it comes with: pip install 'convnet-explorer\[timm\]'"):
        importing.document("timm:resnet18")


def test_on_the_command_line(capsys):
    assert main(["code", "torchvision:resnet18@3x64x64"]) == 0
    text = capsys.readouterr().out
    assert "BasicBlock(64, 128, stride=2)" in text
    assert "11,689,512 parameters" in text
    assert "torch.zeros(1, 3, 64, 64)" in text


def test_the_composer_gets_it_as_yaml(capsys):
    assert main(["code", "timm:resnet18", "--format", "yaml"]) == 0
    assert load(capsys.readouterr().out) == importing.document("timm:resnet18")


def test_an_address_builds_no_foreign_network():
    with pytest.raises(ExplorerError):
        explorer.references.read("torchvision:resnet18")

"""Transformations on the command line."""

import json

import pytest
import torch

import explorer
from explorer.cli import main


def test_a_report_of_a_transformed_network(capsys):
    """SE-ResNet-50 of the paper's files, with a head of its own size."""
    arguments = "report resnet50 --set stride_on=1x1 --transform squeeze-excitation:ratio=16 --format json"
    assert main(arguments.split()) == 0
    found = json.loads(capsys.readouterr().out)
    assert (found["id"], found["params"]) == ("resnet50-squeeze-excitation", 28_088_024)


def test_transformations_follow_one_another(capsys):
    arguments = "report vgg16 --input 3,64,64 --transform gap-head --transform batch-norm --format json"
    assert main(arguments.split()) == 0
    found = json.loads(capsys.readouterr().out)
    assert (found["params"], found["input_shape"]) == (15_227_688 + 4_224, [3, 64, 64])


def test_code_of_a_transformed_network_runs(capsys):
    assert main(["code", "lenet5", "--transform", "stacked-3x3", "--transform", "pre-activation"]) == 2
    assert "no residual block to turn round" in capsys.readouterr().err
    assert main(["code", "lenet5", "--transform", "stacked-3x3"]) == 0
    room: dict[str, object] = {}
    exec(compile(capsys.readouterr().out, "code", "exec"), room)
    made = [each for each in room.values() if isinstance(each, type) and issubclass(each, torch.nn.Module)]
    network = made[-1]()
    assert network(torch.zeros(1, 1, 32, 32)).shape == (1, 10)
    lenet = explorer.get("lenet5")
    spec = explorer.transforms.stacked_3x3(lenet)
    assert sum(p.numel() for p in network.parameters()) == explorer.analyze(spec, lenet.input_shape).params


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ("report vgg16 --transform widt", "there is no transformation 'widt'; allowed: width"),
        ("report vgg16 --transform width:alpha=none", "knob alpha is 'none'; allowed: a number from 0.05 to 8"),
        ("report resnet50 --transform gap-head", "has such a head already; allowed: a network that ends otherwise"),
        ("code mlp --transform batch-norm", "no place for a batch norm; allowed: a network with a convolution"),
    ],
)
def test_a_mistake_gets_one_line(capsys, arguments, words):
    assert main(arguments.split()) == 2
    error = capsys.readouterr().err
    assert words in error
    assert error.count("\n") == 1

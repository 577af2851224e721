"""Every formula, worked out: the left side must give the right side, and the right side the product's number."""

import math
import re

import pytest

import explorer
from explorer import cost, formula
from explorer.layers import LIF, Conv, Embedding, MaxPool, PadChannels, ZeroPad
from explorer.lower import lower
from explorer.receptive_field import receptive_fields
from explorer.spec import Series

NETWORKS = [(a.id, {}) for a in explorer.architectures()] + [("googlenet", {"aux_heads": True})]


def work_out(text: str) -> tuple[int, int]:
    """Give both sides of a formula as numbers; a lone number is both sides."""
    left, _, right = text.partition(" = ")
    symbols = {"·": "*", "−": "-", "⌊": "math.floor(", "⌋": ")", "⌈": "math.ceil(", "⌉": ")", ",": ""}
    expression = "".join(symbols.get(c, c) for c in left)
    assert re.fullmatch(r"[\d\s*+\-/().a-z]+", expression), expression
    value = eval(expression, {"math": math})
    assert value == int(value)
    return int(value), int((right or left).replace(",", ""))


@pytest.mark.parametrize(("id", "knobs"), NETWORKS)
def test_both_sides_of_every_formula_agree(id, knobs):
    graph = lower(explorer.get(id, **knobs))
    fields = receptive_fields(graph)
    for node in graph:
        for write, figure in (
            (formula.weights, cost.weights),
            (formula.parameters, cost.params),
            (formula.mult_adds, cost.mult_adds),
            (formula.activations, cost.activations),
        ):
            text = write(node)
            assert work_out(text) == (figure(node),) * 2 if text else figure(node) == 0
        assert [work_out(line)[0] for line in formula.output_size(node)] == [
            work_out(line)[1] for line in formula.output_size(node)
        ]
        if formula.channels(node):
            assert work_out(formula.channels(node)) == (node.shape[0],) * 2
        before = fields[node.inputs[0]]
        for line in formula.receptive_field(before, node):
            left, right = work_out(line)
            assert left == right
            assert right in fields[node.name].size


def test_formulas_as_on_the_slides():
    vgg = lower(explorer.get("vgg16"))
    assert formula.weights(vgg["features.5"]) == "(3·3·64)·128 = 73,728"
    assert formula.output_size(vgg["features.0"]) == ("(224 − 3 + 2·1)/1 + 1 = 224",)
    assert formula.weights(vgg["classifier.0"]) == "25088·4096 = 102,760,448"
    assert formula.parameters(vgg["features.4"]) == "", "a pooling layer has no parameters"
    alexnet = lower(explorer.get("alexnet"))
    assert formula.parameters(alexnet["conv2"]) == "2·(5·5·48)·128 + 256 = 307,456"
    assert formula.output_size(alexnet["pool1"]) == ("(55 − 3)/2 + 1 = 27",)
    mobile = lower(explorer.get("mobilenet_v1"))
    assert formula.weights(mobile["blocks.1.0.conv_dw"]) == "(3·3·1)·64 = 576"
    assert formula.mult_adds(mobile["blocks.1.0.conv_dw"]) == "56·56 · (3·3·1)·64 = 1,806,336"


def test_rectangles_dilation_and_ceil_mode():
    graph = lower(
        Series(a=Conv(4, (1, 7), padding=(0, 3), dilation=(1, 2)), b=MaxPool(3, 2, ceil_mode=True)), (3, 10, 20)
    )
    assert formula.output_size(graph["a"]) == (
        "(10 − 1)/1 + 1 = 10",
        "(20 − (2·(7 − 1) + 1) + 2·3)/1 + 1 = 14",
    )
    assert formula.output_size(graph["b"]) == ("⌈(10 − 3)/2⌉ + 1 = 5", "⌈(14 − 3)/2⌉ + 1 = 7")
    hanging = lower(MaxPool(1, 2, ceil_mode=True), (3, 4, 4))
    assert formula.output_size(hanging["maxpool"]) == ("⌈(4 − 1)/2⌉ + 1 − 1 = 2",)


def test_sequences_volumes_and_the_axes_that_differ():
    sentence = lower(Series(a=Embedding(20, 4), b=Conv(8, 3, 2), c=PadChannels(10)), (1, 7))
    assert formula.parameters(sentence["a"]) == "20·4 = 80"
    assert formula.parameters(sentence["b"]) == "(3·4)·8 + 8 = 104"
    assert formula.mult_adds(sentence["b"]) == "3 · (3·4)·8 = 288"
    assert formula.output_size(sentence["b"]) == ("(7 − 3)/2 + 1 = 3",)
    assert formula.channels(sentence["c"]) == "8 + 2 = 10"
    clip = lower(Series(a=Conv(8, (1, 5, 5)), b=LIF(), c=ZeroPad((1, 0, -2), (0, 0, 3))), (2, 9, 20, 20))
    assert formula.parameters(clip["a"]) == "(1·5·5·2)·8 + 8 = 408"
    assert formula.mult_adds(clip["a"]) == "9·16·16 · (1·5·5·2)·8 = 921,600"
    assert formula.output_size(clip["a"]) == ("(9 − 1)/1 + 1 = 9", "(20 − 5)/1 + 1 = 16")
    assert formula.output_size(clip["c"]) == ("9 + 1 = 10", "16", "16 − 2 + 3 = 17")
    fields = receptive_fields(clip)
    assert formula.receptive_field(fields["a"], clip["b"]) == ("1 + (9 − 1)·1 = 9", "5 + (1 − 1)·1 = 5")

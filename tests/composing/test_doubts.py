"""Doubts: each is said where it is true, and the networks of the zoo raise none but those that they deserve."""

from collections import Counter

import pytest
import torch

import explorer
from explorer.composing.doubts import doubts
from explorer.layers import (
    BatchNorm,
    Conv,
    Dropout,
    Flatten,
    GlobalAvgPool,
    Linear,
    MaxPool,
    ReLU,
    Sigmoid,
    Softmax,
)
from explorer.lower import lower
from explorer.network import Network
from explorer.spec import Branches, Cell, Series, Step

MAP = (3, 8, 8)
CHANGE_NOTHING = [
    (Series(a=Flatten(), b=Flatten()), ["b: a Flatten on the result of a Flatten changes nothing"]),
    (Series(a=Conv(4), b=ReLU(), c=ReLU()), ["c: a ReLU on the result of a ReLU changes nothing"]),
    (
        Series(a=Flatten(), b=Linear(3), c=Flatten()),
        ["c: it flattens a vector, which changes nothing"],
    ),
    (
        Series(a=GlobalAvgPool(), b=MaxPool(1)),
        ["b: it pools maps of a single position, which changes nothing"],
    ),
]


@pytest.mark.parametrize(
    ("spec", "sentences"),
    [
        *CHANGE_NOTHING,
        (
            Series(a=Conv(8), b=BatchNorm()),
            ["b: the 8 biases of a do nothing: batch norm subtracts the mean"],
        ),
        (
            Series(f=Flatten(), a=Linear(8), d=Dropout(), b=Linear(2)),
            ["b: no activation stands between a and it: together they are one linear map"],
        ),
        (
            Series(a=Conv(8, 3, padding=3)),
            ["a: its padding is as wide as its kernel: at the border it sees nothing but zeros"],
        ),
        (
            Cell(("x",), (Step("a", ("x",), Conv(8)), Step("b", ("x",), ReLU())), "b"),
            ["a: nothing reads its result"],
        ),
        (
            Series(f=Flatten(), a=Linear(8), r=ReLU()),
            ["r: it cuts off the negative half of the scores that the network gives"],
        ),
        (
            Series(f=Flatten(), a=Linear(8), r=Sigmoid(), s=Softmax()),
            ["s: it normalises what is squashed between 0 and 1 already"],
        ),
        (Series(a=Conv(8, bias=False), b=BatchNorm(), r=ReLU(), f=Flatten(), c=Linear(2)), []),
        (Series(c=Conv(8), b=Branches(Series(BatchNorm()), Series(), join="add")), []),
        (Series(f=Flatten(), a=Linear(8), r=ReLU(), b=Linear(2), s=Softmax()), []),
        (Conv(8, 3, padding=2), []),
    ],
)
def test_what_is_doubtful_is_said(spec, sentences):
    assert [doubt.sentence for doubt in doubts(lower(spec, MAP))] == sentences


@pytest.mark.parametrize(("spec", "sentences"), CHANGE_NOTHING)
def test_what_is_said_to_change_nothing_changes_nothing(spec, sentences):
    graph = lower(spec, MAP)
    ((name, _),) = doubts(graph)
    (before,) = graph[name].inputs
    values = Network(graph).eval().run({"input": torch.randn(2, *MAP)}, [before, name])
    assert torch.equal(values[before], values[name])


def test_biases_before_batch_norm_do_nothing_in_training():
    """The same output with any biases."""
    network = Network(lower(Series(a=Conv(8), b=BatchNorm()), MAP)).train()
    x = torch.randn(4, *MAP)
    before = network(x)
    network.get_parameter("a.bias").data += 3
    assert torch.allclose(network(x), before, atol=1e-4)


def test_the_zoo_raises_only_doubts_that_it_deserves():
    """Biases before batch norm, in two networks: there the published checkpoints have them."""
    found = Counter(
        (architecture.id, doubt.sentence.partition(" do nothing")[1])
        for architecture in explorer.architectures()
        for doubt in doubts(lower(architecture))
    )
    assert {id for id, _ in found} == {"bn_inception", "se_vgg16"}
    assert {words for _, words in found} == {" do nothing"}

"""Repairs: each gets past the place where the network broke, and the usual mistakes have the usual cures."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import explorer
from explorer import blocks
from explorer.composing import edit
from explorer.composing.fitting import step
from explorer.composing.outline import draft
from explorer.composing.places import walk
from explorer.composing.repairs import MOST, repairs
from explorer.graph import check
from explorer.joins import Add, Concat
from explorer.layers import (
    AvgPool,
    BatchNorm,
    Conv,
    Embedding,
    Flatten,
    GlobalAvgPool,
    Linear,
    LocalResponseNorm,
    MaxPool,
    PadChannels,
    ReLU,
    ZeroPad,
)
from explorer.search_space import cell, random_cell
from explorer.spec import Branches, Cell, Series, Step
from explorer.text import dump, load
from explorer.zoo.highway import highway
from tests.support.specs import SPECS

IMAGE = (3, 32, 32)


def offered(spec, shape):
    """Give the labels, each with the shape of the whole that it leads to, or None if it is not whole then."""
    return {repair.label: draft(repair.spec, shape).rows[0].shape for repair in repairs(spec, shape)}


def beside(*body, join="add", stem=64):
    """Put a body beside a plain shortcut, behind a stem."""
    block = Branches(Series(*body), Series(), join=join)
    return Series(stem=Conv(stem, 3, padding=1), block=block)


@settings(max_examples=150, deadline=None)
@given(SPECS, st.sampled_from([(3, 16, 16), (4, 5), (8,)]))
def test_every_repair_gets_past_the_place(spec, shape):
    broken = draft(spec, shape)
    found = repairs(spec, shape)
    assert len(found) <= MOST
    if broken.error is None or not any(row.kind not in ("Series", "Side", "Branches", "Cell") for row in broken.rows):
        assert found == ()
    assert len({repair.spec for repair in found} | {spec}) == len(found) + 1
    behind = len(broken.rows) - broken.rows.index(broken.failing) if broken.failing else 0
    for repair in found:
        after = draft(repair.spec, shape)
        assert repair.then == str(after.error or "")
        assert repair.label.split("\n") == [repair.label] != [""]
        left = len(after.rows) - after.rows.index(after.failing) if after.failing else 0
        assert left < behind
        assert load(dump(repair.spec, shape)).spec == repair.spec
    assert [bool(repair.then) for repair in found] == sorted(bool(repair.then) for repair in found)


@pytest.mark.parametrize(
    ("spec", "shape", "wanted"),
    [
        (Series(conv=Conv(8, 3)), (1, 2, 2), {"add padding 1": (8, 2, 2), "kernel 2 instead of 3": (8, 1, 1)}),
        (Series(conv=Conv(8, (1, 7))), (1, 8, 4), {
            "add padding 0×3": (8, 8, 4),
            "kernel 1×4 instead of 1×7": (8, 8, 1),
        }),
        (Series(conv=Conv(8, 3, dilation=4)), (1, 6, 6), {"add padding 4": (8, 6, 6)}),
        (Series(conv=Conv(8, 9, padding=1)), (1, 4, 4), {"padding 4 instead of 1": (8, 4, 4)}),
        (Series(pool=MaxPool(3)), (1, 2, 2), {"add padding 1": (1, 1, 1), "kernel 2 instead of 3": (1, 1, 1)}),
        (Series(pool=AvgPool(2, padding=2)), (1, 6, 6), {"padding 1 instead of 2": (1, 4, 4)}),
        (
            Series(Conv(4, 3, stride=2, padding=1), Conv(4, 3, stride=2, padding=1), Conv(4, 5)),
            (1, 16, 16),
            {"stride 1 instead of 2 in Conv 1": (4, 4, 4), "drop Conv 2": (4, 4, 4), "add padding 2": (4, 4, 4)},
        ),
        (Series(conv=Conv(4, (3, 1))), (1, 6), {"kernel_size 3 along each axis": (4, 4)}),
        (Conv(64, groups=7), (48, 6, 6), {"4 groups instead of 7": (64, 6, 6), "8 groups instead of 7": (64, 6, 6)}),
        (Conv(64, groups=64), (48, 6, 6), {"48 groups and filters: depthwise on all its maps": (48, 6, 6)}),
        (Conv(66, groups=4), (48, 6, 6), {"64 filters instead of 66": (64, 6, 6), "3 groups instead of 4": (66, 6, 6)}),
        (Series(fc=Linear(10)), (8, 4, 4), {
            "put a Flatten before it": (10,),
            "put global average pooling and a Flatten before it": (10,),
            "a 1×1 convolution instead": (10, 4, 4),
        }),
        (Series(Conv(8), Flatten(), Conv(4, 3), Linear(2)), (1, 6, 6), {
            "move Flatten 1 behind Conv 2": (2,),
            "a Linear of 4 neurons instead": (2,),
            "drop Conv 2": (2,),
        }),
        (Series(a=Conv(8), f=Flatten(), b=Series(c=MaxPool(2), g=Conv(4))), (1, 6, 6), {"drop f": (4, 3, 3)}),
        (Series(a=PadChannels(3), b=ReLU()), (8, 3, 3), {"8 channels instead of 3": (8, 3, 3), "drop a": (8, 3, 3)}),
        (Series(a=ZeroPad(-2, -2), b=ReLU()), (8, 3, 3), {"drop a": (8, 3, 3)}),
        (Series(a=Embedding(9, 9), b=ReLU()), (8, 3, 3), {"drop a": (8, 3, 3)}),
        (Series(a=Flatten(), b=LocalResponseNorm()), (8, 3, 3), {"move a behind b": (72,), "drop a": (8, 3, 3)}),
        (Series(("", Series(a=ReLU())), a=BatchNorm()), (8, 3, 3), {"call it a2": (8, 3, 3)}),
        (Series(Conv(8), cell(random_cell(1), 8)), (8, 9, 9), {"let it read what comes in twice": (32, 9, 9)}),
    ],
)  # fmt: skip
def test_layers(spec, shape, wanted):
    assert wanted.items() <= offered(spec, shape).items()


@pytest.mark.parametrize(
    ("spec", "shape", "wanted"),
    [
        (Series(stem=Conv(64, 3, padding=1), block=blocks.basic_block(256, 2)), IMAGE, {
            "project the shortcut to 256 channels, stride 2": (256, 16, 16),
            "pad the shortcut with zeros to 256 channels, stride 2": (256, 16, 16),
            "stride 1 for conv1, 64 filters for conv2 in the path": (64, 32, 32),
            "drop the shortcut": (256, 16, 16),
        }),
        (beside(Conv(64, 3), ReLU(), Conv(64, 3)), IMAGE, {"padding 1 for Conv in the path": (64, 32, 32)}),
        (beside(Conv(96, 3)), IMAGE, {
            "padding 1 for Conv, 64 filters for Conv in the path": (64, 32, 32),
            "padding 1 for Conv in the path; project the shortcut to 96 channels": (96, 32, 32),
        }),
        (beside(Conv(96, 3, padding=1)), IMAGE, {"concatenate instead": (160, 32, 32)}),
        (Branches(Linear(10), Series(), join="add"), (20,), {
            "project the shortcut to 10 features": (10,),
            "20 neurons for Linear in the path": (20,),
        }),
        (Branches(a=Conv(8), b=Conv(8, 3), c=Series(Conv(8, 5, 2, 2)), d=MaxPool(3, 1, 1), join="concat"), IMAGE, {
            "padding 1 for Conv in the branch b; stride 1 for Conv in the branch c": (27, 32, 32),
        }),
        (Branches(a=Conv(8, 3, 2, 1), b=Conv(8, 3, padding=1), join="concat"), IMAGE, {
            "max pooling behind the branch b, stride 2": (16, 16, 16),
            "stride 1 for Conv in the branch a": (16, 32, 32),
        }),
        (Series(Conv(32), blocks.squeeze_excitation(64, 4)), IMAGE, {"32 filters for fc2 in the path": (32, 32, 32)}),
        (Branches(Series(GlobalAvgPool(), Flatten()), Series(), join="concat"), (20, 4, 4), {
            "average the shortcut to a vector of 20": (40,),
        }),
        (highway(Conv(32)), (16, 8, 8), {"project x to 32 channels": (32, 8, 8)}),
        (Cell(("x",), (Step("a", ("x",), Conv(8, 3, 2, 1)), Step("s", ("a", "x"), Add())), "s"), IMAGE, {
            "project x to 8 channels, stride 2": (8, 16, 16),
        }),
        (Cell(("x",), (Step("a", ("x",), Conv(8)), Step("s", ("a", "x"), Add())), "s"), IMAGE, {
            "concatenate instead": (11, 32, 32),
        }),
        (Cell(("x",), (Step("a", ("x",), Conv(8, 3, 2, 1)), Step("s", ("a", "x"), Concat())), "s"), IMAGE, {
            "max pooling behind x, stride 2": (11, 16, 16),
        }),
    ],
)  # fmt: skip
def test_joins(spec, shape, wanted):
    found = offered(spec, shape)
    assert wanted.items() <= found.items()


def test_a_projection_is_that_of_the_paper():
    """1×1 with the block's stride, and batch norm where the block has it (He et al. 2015, option B)."""
    spec = Series(stem=Conv(64, 3, padding=1), block=blocks.basic_block(128, 2))
    (projected, *_) = repairs(spec, IMAGE)
    by_hand = Series(stem=Conv(64, 3, padding=1), block=blocks.basic_block(128, 2, "projection"))
    assert projected.spec == by_hand
    (padded,) = [each for each in repairs(spec, IMAGE) if each.label.startswith("pad the shortcut")]
    option_a = blocks.basic_block(128, 2, "padding")
    assert explorer.lower(padded.spec, IMAGE) == explorer.lower(edit.replace(spec, (1,), option_a), IMAGE)


ZOO = ("vgg16", "googlenet", "resnet50", "densenet121", "mobilenet_v2", "nasnet_random")


@pytest.mark.parametrize("id", ZOO)
def test_a_network_of_the_zoo_that_was_broken_is_made_whole(id):
    """Some convolution gets a kernel too large, without padding: the first offer that makes it whole is taken."""
    architecture = explorer.get(id)
    spec, shape = architecture.spec, architecture.input_shape
    convs = [path for path, _, part in walk(spec) if isinstance(part, Conv)]
    for path in (convs[0], convs[len(convs) // 2]):
        broken = edit.change(spec, path, kernel_size=shape[1] + 1, padding=0)
        (first, *_) = repairs(broken, shape)
        assert first.then == ""
        assert check(explorer.lower(first.spec, shape)).output_shape == explorer.lower(spec, shape).output_shape


@pytest.mark.parametrize("id", ["resnet18", "densenet121", "mobilenet_v1", "efficientnet_b0"])
def test_other_widths_are_followed_or_taken_back(id):
    """Half of a block's filters more: something offered makes it whole again."""
    architecture = explorer.get(id)
    spec, shape = architecture.spec, architecture.input_shape
    for path in [path for path, _, part in walk(spec) if isinstance(part, Conv)][3:9]:
        layer = edit.get(spec, path)
        wider = edit.change(spec, path, out_channels=layer.out_channels * 3 // 2)
        if draft(wider, shape).error:
            assert repairs(wider, shape)[0].then == ""


def test_a_whole_network_needs_none_and_an_empty_one_has_none():
    assert repairs(explorer.get("resnet18").spec, (3, 64, 64)) == ()
    assert repairs(Series(), (3, 8, 8)) == ()


@given(st.integers(1, 300), st.integers(1, 300))
def test_the_stride_of_a_projection(before, after):
    stride = step((before,), (after,))
    if stride is None:
        assert not any((before - 1) // s + 1 == after for s in range(1, before + 1))
    else:
        assert (before - 1) // stride + 1 == after

"""Layers against torch on the meta device, and against numbers worked out by hand."""

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from explorer import joins
from explorer.errors import ShapeError, SpecError
from explorer.graph import Node
from explorer.joins import Add, Concat, Multiply
from explorer.layers import (
    AdaptiveAvgPool,
    AvgPool,
    BatchNorm,
    Conv,
    Dropout,
    Embedding,
    Flatten,
    Linear,
    MaxPool,
    PadChannels,
    ZeroPad,
)
from explorer.modules import module
from explorer.shapes import per_axis
from explorer.spec import layer_types


def torch_shape(layer, shape):
    """Give the output shape that torch computes, without the batch axis; None where torch refuses."""
    with torch.device("meta"):
        try:
            made = module(Node("layer", layer, ("input",), (shape,), shape)).eval()
            return tuple(made(torch.empty(2, *shape)).shape[1:])
        except (RuntimeError, ValueError):
            return None


def our_shape(layer, shape):
    try:
        return layer.output_shape(shape)
    except ShapeError:
        return None


sizes = st.integers(1, 12)
shifts = st.one_of(st.integers(-4, 4), st.tuples(st.integers(-4, 4), st.integers(-4, 4)))


@settings(max_examples=150, deadline=None)
@given(st.builds(ZeroPad, before=shifts, after=shifts), st.tuples(st.just(2), sizes, sizes))
def test_zero_padding_has_torchs_shapes(layer, shape):
    ours, theirs = our_shape(layer, shape), torch_shape(layer, shape)
    axes = zip(shape[1:], per_axis(layer.before, 2), per_axis(layer.after, 2), strict=True)
    cut_whole = any(n + min(before, after) <= 0 for n, before, after in axes)
    assert ours == theirs or (ours is None and (cut_whole or not all(theirs)))


def test_zeros_stand_where_they_are_said_to_stand():
    pad = ZeroPad(before=(1, -1), after=(0, 2))
    made = module(Node("pad", pad, ("input",), ((1, 2, 2),), (1, 3, 3)))
    assert made(torch.tensor([[[[1.0, 2.0], [3.0, 4.0]]]])).tolist() == [[[[0, 0, 0], [2, 0, 0], [4, 0, 0]]]]


@settings(max_examples=150, deadline=None)
@given(
    st.builds(
        Conv,
        out_channels=st.integers(1, 4).map(lambda n: 4 * n),
        kernel_size=st.one_of(st.integers(1, 7), st.tuples(st.integers(1, 7), st.integers(1, 7))),
        stride=st.integers(1, 4),
        padding=st.integers(0, 3),
        dilation=st.integers(1, 3),
        groups=st.sampled_from((1, 2, 4)),
        bias=st.booleans(),
    ),
    st.tuples(st.just(4), sizes, sizes),
)
def test_convolutions_have_torchs_shapes(layer, shape):
    assert our_shape(layer, shape) == torch_shape(layer, shape)


@settings(max_examples=150, deadline=None)
@given(
    st.sampled_from((MaxPool, AvgPool)),
    st.integers(1, 5),
    st.one_of(st.none(), st.integers(1, 4)),
    st.integers(0, 2),
    st.booleans(),
    st.tuples(st.just(3), sizes, sizes),
)
def test_pooling_has_torchs_shapes(kind, kernel, stride, padding, ceil_mode, shape):
    layer = kind(kernel, stride, padding, ceil_mode)
    assert our_shape(layer, shape) == torch_shape(layer, shape)


@pytest.mark.parametrize("shape", [(8, 9), (8, 9, 7), (8, 9, 7, 5)], ids=["1-D", "2-D", "3-D"])
@pytest.mark.parametrize("layer", [Conv(6, 3, 2, 1), MaxPool(2), AvgPool(3, 2), AdaptiveAvgPool(1), BatchNorm()])
def test_layers_take_any_number_of_axes(layer, shape):
    assert layer.output_shape(shape) == torch_shape(layer, shape)


NEEDED = {
    "Conv": {"out_channels": 2},
    "Linear": {"out_features": 2},
    "MaxPool": {"kernel_size": 2},
    "AvgPool": {"kernel_size": 2},
    "Embedding": {"num_embeddings": 7, "embedding_dim": 3},
    "PadChannels": {"out_channels": 9},
}
SHAPES = {"Linear": (4,), "Embedding": (1, 5)}


@pytest.mark.parametrize("name", sorted(layer_types()))
def test_every_layer_has_torchs_shape_and_parameters(name):
    layer, shape = layer_types()[name](**NEEDED.get(name, {})), SHAPES.get(name, (6, 5, 5))
    assert layer.output_shape(shape) == torch_shape(layer, shape)
    made = module(Node("layer", layer, ("input",), (shape,), shape))
    assert {k: tuple(v.shape) for k, v in made.named_parameters()} == layer.parameters(shape)


@pytest.mark.parametrize(
    ("layer", "shape", "reason"),
    [
        (Conv(8, 7), (3, 5, 5), "kernel 7×7 does not fit in a 5×5 input"),
        (Conv(8, 7, padding=0, dilation=2), (3, 9, 9), "kernel 7×7 (dilated to 13×13) does not fit in a 9×9 input"),
        (Conv(8, 5), (3, 4), "kernel 5 does not fit in a length-4 input"),
        (MaxPool(9, padding=1), (3, 5, 5), "kernel 9×9 does not fit in a padded 7×7 input"),
        (MaxPool(2, padding=2), (3, 5, 5), "padding 2×2 is more than half of the kernel 2×2"),
        (Conv(8, 3, groups=2), (3, 5, 5), "2 groups do not divide 3 input channels"),
        (Conv(9, 3, groups=2), (4, 5, 5), "2 groups do not divide 9 out_channels"),
        (Conv(8, (1, 3, 3)), (4, 5, 5), "the size 1×3×3 has 3 axes, the input has 2 spatial axes"),
        (Conv(8, 3), (100,), "Conv needs a map (channels and spatial axes), not a vector of 100"),
        (Embedding(9, 4), (3, 5), "Embedding needs a sequence of words (1×length), not 3×5"),
        (ZeroPad(-3, -2), (4, 5, 5), "nothing would be left of a 5×5 map"),
        (PadChannels(3), (4, 5, 5), "4 channels are more than 3 already"),
        (Linear(8), (4, 5, 5), "Linear needs a vector, not a map of 4×5×5: put a Flatten before it"),
    ],
)
def test_a_layer_says_why_it_cannot_take_its_input(layer, shape, reason):
    with pytest.raises(ShapeError) as error:
        layer.output_shape(shape)
    assert str(error.value) == reason


@pytest.mark.parametrize(
    ("join", "shapes", "reason"),
    [
        (Add(), ((4, 5, 5), (8, 5, 5)), "Add needs inputs of one shape, not 4×5×5 and 8×5×5"),
        (Concat(), ((4, 5, 5), (4, 6, 6)), "Concat needs maps of one height and width, not 4×5×5 and 4×6×6"),
        (Multiply(), ((4, 5, 5), (3, 1, 1)), "Multiply needs shapes that are equal, or 1 where they differ"),
    ],
)
def test_a_join_says_why_its_inputs_do_not_go_together(join, shapes, reason):
    with pytest.raises(ShapeError, match="^" + reason):
        join.output_shape(*shapes)


@pytest.mark.parametrize(
    ("build", "message"),
    [
        (lambda: Conv(0), "Conv: out_channels is 0; allowed: a whole number from 1 to 1,000,000"),
        (lambda: Conv(8, -1), r"Conv: kernel_size is -1; allowed: a whole number \(or one per axis\) from 1 to 10,000"),
        (lambda: Conv(8, 3.5), "Conv: kernel_size is 3.5"),
        (lambda: Conv(True), "Conv: out_channels is True"),
        (lambda: Conv(10**9), "Conv: out_channels is 1000000000"),
        (lambda: Conv(8, (1, 2, 3, 4)), r"Conv: kernel_size is \(1, 2, 3, 4\)"),
        (lambda: Conv(8, bias=1), "Conv: bias is 1; allowed: true or false"),
        (lambda: Conv(0, 0), "out_channels is 0.*; kernel_size is 0"),
        (lambda: Dropout(1.5), "Dropout: p is 1.5; allowed: a number from 0.0 to 1.0"),
        (lambda: Dropout(float("nan")), "Dropout: p is nan"),
    ],
)
def test_a_field_refuses_what_it_may_not_hold(build, message):
    with pytest.raises(SpecError, match=message):
        build()


def test_parameters_by_hand():
    assert Conv(256, 5, padding=2, groups=2).parameters((96, 27, 27)) == {"weight": (256, 48, 5, 5), "bias": (256,)}
    assert Linear(10, bias=False).parameters((84,)) == {"weight": (10, 84)}
    assert Flatten().parameters((3, 2, 2)) == {}


def test_adaptive_pooling_without_a_common_window_says_so():
    with pytest.raises(ShapeError, match="3×3 parts of a 7×7 map have no common window"):
        AdaptiveAvgPool(3).window((8, 7, 7))
    assert AdaptiveAvgPool(7).window((8, 14, 14)).kernel == (2, 2)


def test_an_unknown_operation_cannot_be_run():
    unknown = joins.Unknown("erfinv", (4,))
    with pytest.raises(ValueError, match="x: erfinv cannot be run"):
        module(Node("x", unknown, ("input",), ((4,),), (4,)))

"""The blocks of the papers, against the worked examples of the lectures."""

import pytest

from explorer.blocks import basic_block, bottleneck, inception, inception_naive
from explorer.cost import mult_adds, params, total
from explorer.lower import lower
from explorer.receptive_field import receptive_fields

LECTURE = (256, 28, 28)


def test_the_naive_inception_module_of_the_lecture():
    """128 1×1, 192 3×3 and 96 5×5 filters: the slide says 854 M operations."""
    graph = lower(inception_naive(128, 192, 96), LECTURE)
    assert [mult_adds(node) for node in graph if mult_adds(node)] == [25_690_112, 346_816_512, 481_689_600]
    assert total(graph, mult_adds) == 854_196_224
    assert graph.output_shape == (672, 28, 28), "pooling keeps all 256 channels"


def test_the_bottleneck_inception_module_of_the_lecture():
    """With 64-channel bottlenecks the slide says 358 M; its list sums to 271,351,808: one 3×3 is counted twice."""
    graph = lower(inception(128, 64, 192, 64, 96, 64), LECTURE)
    assert total(graph, mult_adds) == 271_351_808
    assert graph.output_shape == (480, 28, 28)
    conv3x3 = mult_adds(graph["branch2.1.conv"])
    assert conv3x3 == 86_704_128
    assert round((total(graph, mult_adds) + conv3x3) / 1e6) == 358


@pytest.mark.parametrize(
    ("block", "shape", "weights"),
    [
        (basic_block(64), (64, 56, 56), 2 * 9 * 64 * 64 + 4 * 64),
        (bottleneck(64), (256, 56, 56), 256 * 64 + 9 * 64 * 64 + 64 * 256 + 2 * (64 + 64 + 256)),
    ],
)
def test_residual_blocks_by_hand(block, shape, weights):
    graph = lower(block, shape)
    assert graph.output_shape == shape
    assert total(graph, params) == weights


def test_the_stride_of_a_bottleneck_moves_cost_and_keeps_parameters():
    late, early = (lower(bottleneck(128, 2, "projection", where), (256, 56, 56)) for where in ("3x3", "1x1"))
    assert total(late, params) == total(early, params)
    assert total(late, mult_adds) - total(early, mult_adds) == 256 * 128 * (56 * 56 - 28 * 28)


def test_a_plain_block_has_no_shortcut():
    graph = lower(basic_block(64, shortcut="none"), (64, 56, 56))
    assert [node.type for node in graph].count("Add") == 0


def test_two_3x3_see_what_one_5x5_sees():
    graph = lower(basic_block(8), (8, 32, 32))
    assert receptive_fields(graph)["add"].size == (5, 5)

"""The blocks of the papers, against the worked examples of the lectures."""

import pytest
import torch

from explorer.blocks import basic_block, bottleneck, inception, inception_naive, squeeze_excitation
from explorer.cost import mult_adds, params, total
from explorer.layers import SiLU
from explorer.lower import lower
from explorer.network import Network
from explorer.receptive_field import receptive_fields
from tests.support import oracles

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


def test_a_gate_of_squeeze_and_excitation_by_hand():
    """C channels squeezed to C/r: 2C²/r weights and C/r + C biases, each weight used once."""
    graph = lower(squeeze_excitation(256, 16), (256, 56, 56))
    assert total(graph, params) == 2 * 256 * 256 // 16 + 16 + 256
    assert total(graph, mult_adds) == 2 * 256 * 256 // 16
    assert graph.output_shape == (256, 56, 56)
    assert receptive_fields(graph)["multiply"].status == "whole image"
    assert receptive_fields(graph, ignore_gates=True)["multiply"].size == (1, 1)


def test_a_gate_scales_whole_channels_by_its_own_module():
    """The same as torchvision's SqueezeExcitation with the same weights."""
    gate = Network(lower(squeeze_excitation(6, 2, SiLU()), (6, 5, 5))).eval()
    theirs = oracles.torchvision().ops.SqueezeExcitation(6, 2, activation=torch.nn.SiLU).eval()
    theirs.load_state_dict(gate.state_dict())
    images = torch.randn(2, 6, 5, 5)
    torch.testing.assert_close(gate(images), theirs(images))

"""What boxes say: every word of the language has a kind, and sizes are written for the axes there are."""

import pytest

import explorer
from explorer.drawing import captions
from explorer.drawing.fold import Box
from explorer.layers import (
    LIF,
    AdaptiveAvgPool,
    AvgPool,
    Complement,
    Conv,
    Embedding,
    GlobalMaxPool,
    Hardswish,
    MaxPool,
    PadChannels,
    Scale,
    ZeroPad,
)

SENTENCE, MAP, CLIP = (8, 50), (8, 32, 32), (8, 16, 32, 32)


@pytest.mark.parametrize(
    ("layer", "shape", "said"),
    [
        (Conv(100, 3), SENTENCE, ("conv", "conv 3, 100", "")),
        (Conv(64, 3, 2), MAP, ("conv", "conv 3×3, 64", "stride 2")),
        (Conv(64, (1, 7), dilation=2), MAP, ("conv", "conv 1×7, 64", "dilation 2")),
        (Conv(64, 3, stride=(1, 2, 2), groups=2), CLIP, ("conv", "conv 3×3×3, 64", "stride 1×2×2 · groups 2")),
        (Conv(12, (1, 5, 5)), CLIP, ("conv", "conv 1×5×5, 12", "")),
        (Conv(8, 3, groups=8), CLIP, ("conv", "depthwise 3×3×3, 8", "")),
        (MaxPool(2), SENTENCE, ("pool", "max pool 2", "stride 2")),
        (MaxPool((1, 2, 2)), CLIP, ("pool", "max pool 1×2×2", "stride 1×2×2")),
        (AvgPool(3, 1), MAP, ("pool", "average pool 3×3", "stride 1")),
        (AdaptiveAvgPool(7), CLIP, ("pool", "average pool to 7×7×7", "")),
        (GlobalMaxPool(), SENTENCE, ("pool", "global max pool", "")),
        (Embedding(20_000, 300), (1, 50), ("linear", "embedding 300", "20,000 words")),
        (LIF(0.5), CLIP, ("activation", "LIF neurons", "decay 0.5 · threshold 1")),
        (Hardswish(), MAP, ("activation", "hard swish", "")),
        (Scale(0.1), MAP, ("other", "times 0.1", "")),
        (Complement(), MAP, ("other", "1 − x", "")),
        (PadChannels(16), MAP, ("other", "pad to 16 channels", "")),
        (ZeroPad(-1, (0, 1)), MAP, ("other", "zero pad", "before -1 · after 0×1")),
    ],
    ids=str,
)
def test_a_layer_in_a_box(layer, shape, said):
    graph = explorer.lower(layer, shape)
    box = Box(graph.output, graph.nodes)
    assert (captions.kind(box), captions.title(box), captions.detail(box)) == said

"""DenseNet: what a layer reads and adds, and the depths that there are."""

import pytest

import explorer
from explorer.blocks import dense_layer
from explorer.cost import depth
from explorer.lower import lower

PLAIN = {"bottleneck": False, "compression": 1.0}


def test_layer_l_reads_what_came_in_and_k_maps_of_every_layer_before_it():
    graph = explorer.lower(explorer.get("densenet121"))
    norms = [graph[f"features.denseblock1.denselayer{layer}.norm1"] for layer in range(1, 7)]
    assert [norm.shape[0] for norm in norms] == [64 + 32 * before for before in range(6)]
    assert graph["features.denseblock1.denselayer6.concat"].shape[0] == 256


def test_the_concatenation_keeps_the_input_in_front():
    graph = lower(dense_layer(12), (24, 8, 8))
    assert graph["concat"].inputs == ("input", "conv2")
    assert [shape[0] for shape in graph["concat"].input_shapes] == [24, 12]


@pytest.mark.parametrize(
    "knobs",
    [{}, {"depth": 190, "growth_rate": 40}, {"depth": 40, **PLAIN}, {"depth": 43, **PLAIN}, {"depth": 7, **PLAIN}],
)
def test_the_depth_is_what_is_asked_for(knobs):
    architecture = explorer.get("densenet_cifar", **knobs)
    assert depth(explorer.lower(architecture)) == architecture.setting["depth"]


@pytest.mark.parametrize(
    ("knobs", "sentence"),
    [
        ({"depth": 99}, "depth is 99; allowed with bottlenecks: 4 plus a multiple of 6, such as 94 or 100"),
        ({"depth": 7}, "depth is 7; allowed with bottlenecks: 4 plus a multiple of 6, such as 10 or 16"),
        ({"depth": 41, **PLAIN}, "depth is 41; allowed without bottlenecks: 4 plus a multiple of 3, such as 40 or 43"),
    ],
)
def test_an_impossible_depth_gets_one_sentence(knobs, sentence):
    with pytest.raises(explorer.ExplorerError) as error:
        explorer.lower(explorer.get("densenet_cifar", **knobs))
    assert str(error.value) == f"densenet_cifar: {sentence}"


def test_a_transition_keeps_the_share_that_is_asked_for_rounded_down():
    """0.29 · 204 = 59.16; and 0.35 · 180, whose floating-point product lies below 63."""
    graph = explorer.lower(explorer.get("densenet_cifar", depth=94, compression=0.29))
    assert [graph[f"features.transition1.{name}"].shape[0] for name in ("norm", "conv")] == [204, 59]
    graph = explorer.lower(explorer.get("densenet_cifar", depth=82, compression=0.35))
    assert 0.35 * 180 < 63
    assert [graph[f"features.transition1.{name}"].shape[0] for name in ("norm", "conv")] == [180, 63]

"""Stages: layers by resolution, as the papers' tables have them."""

from __future__ import annotations

import pytest

import explorer
from explorer.comparing.stages import HEAD, SIDES, cuts, in_order, scaled_down, stages
from explorer.layers import BatchNorm, Conv, Flatten, GlobalAvgPool, Linear, MaxPool
from explorer.receptive_field import UNKNOWN
from explorer.shapes import times
from explorer.spec import Branches, Series

EVERY_ID = [architecture.id for architecture in explorer.architectures()]


def found(id: str, **knobs: int | str | bool) -> dict[str, str]:
    """Give the words of a network's stages by their keys."""
    return {stage.key: stage.words for stage in stages(explorer.analyze(explorer.get(id, **knobs)))}


@pytest.mark.parametrize("id", EVERY_ID)
def test_every_layer_stands_in_one_stage(id: str) -> None:
    report = explorer.analyze(id)
    names = [line.node.name for stage in stages(report) for line in stage.lines]
    assert sorted(names) == sorted(report.graph.index)
    for figure in ("params", "mult_adds", "activations"):
        assert sum(stage.sum(figure) for stage in stages(report)) == getattr(report, figure)


@pytest.mark.parametrize("id", EVERY_ID)
def test_stages_stand_in_the_order_in_which_they_run(id: str) -> None:
    report = explorer.analyze(id)
    order = list(report.graph.index)
    ends = [order.index(stage.lines[-1].node.name) for stage in stages(report) if stage.key != SIDES]
    assert ends == sorted(ends)
    assert ends[-1] == order.index(report.graph.output)


def test_resnets_have_the_blocks_of_table_1_of_he_et_al() -> None:
    blocks = {"resnet50": (3, 4, 6, 3), "resnet101": (3, 4, 23, 3), "resnet152": (3, 8, 36, 3)}
    for id, counts in blocks.items():
        for stage_on in ("1x1", "3x3"):
            words = found(id, stride_on=stage_on)
            for key, count, width in zip(("1/4", "1/8", "1/16", "1/32"), counts, (64, 128, 256, 512), strict=True):
                for layer in (f"1×1, {width}", f"3×3, {width}", "Add"):
                    assert f"{layer} (×{count})" in words[key].split(" · ")
                assert f"1×1, {4 * width} (×{count + 1})" in words[key]  # with the projection


def test_vgg_has_the_stages_of_table_1_of_simonyan_and_zisserman() -> None:
    words = found("vgg16")
    convolutions = {"1/1": (2, 64), "1/2": (2, 128), "1/4": (3, 256), "1/8": (3, 512), "1/16": (3, 512)}
    for key, (count, width) in convolutions.items():
        assert words[key].endswith(f"3×3, {width} (×{count})")
    assert words["1/32"] == "MaxPool 2×2"
    assert words[HEAD] == "Linear, 4096 (×2) · Linear, 1000"


def test_an_inverted_bottleneck_that_scales_down_stands_whole_in_the_stage_that_it_ends_in() -> None:
    last = {stage.key: times(stage.shape) for stage in stages(explorer.analyze("mobilenet_v2"))}
    assert last == {
        "1/2": "16×112×112",  # table 2 of Sandler et al. 2018: t, c, n, s
        "1/4": "24×56×56",
        "1/8": "32×28×28",
        "1/16": "96×14×14",
        "1/32": "1280×7×7",
        HEAD: "1000",
    }


def test_a_pooling_layer_inside_a_group_parts_its_stages() -> None:
    spec = Series(body=Series(Conv(4, 3, padding=1), MaxPool(2), Conv(8, 3, padding=1)), pool=GlobalAvgPool())
    both = stages(explorer.analyze(spec, (3, 8, 8)))
    assert [(stage.key, stage.words) for stage in both] == [
        ("1/1", "3×3, 4"),
        ("1/2", "MaxPool 2×2 · 3×3, 8"),
        (HEAD, ""),
    ]


def test_side_heads_are_a_stage_of_their_own() -> None:
    with_sides = explorer.analyze(explorer.get("googlenet", aux_heads=True))
    without = explorer.analyze("googlenet")
    *main, sides = stages(with_sides)
    assert sides.key == SIDES
    assert [(stage.key, stage.params) for stage in main] == [(s.key, s.params) for s in stages(without)]
    assert sides.params == with_sides.params - without.params


def test_gates_stand_with_the_maps_that_they_gate_and_only_their_product_is_named() -> None:
    plain, gated = found("resnet50", stride_on="1x1"), found("se_resnet50")
    assert plain.keys() == gated.keys()
    for key in ("1/4", "1/8", "1/16", "1/32"):
        layers = gated[key].split(" · ")
        (gate,) = (layer for layer in layers if layer.startswith("Multiply"))
        assert [layer for layer in layers if layer != gate] == plain[key].split(" · ")


def test_a_network_of_vectors_is_all_head() -> None:
    assert [stage.key for stage in stages(explorer.analyze("mlp"))] == [HEAD]


def test_stages_that_differ_by_a_bias_or_a_normalisation_are_not_the_same() -> None:
    def only(*layers: Conv | BatchNorm) -> object:
        return stages(explorer.analyze(Series(*layers, Flatten(), Linear(2)), (1, 4, 4)))[0]

    plain = only(Conv(2, 3, bias=False))
    assert plain.same_as(only(Conv(2, 3, bias=False)))  # type: ignore[attr-defined]
    assert not plain.same_as(only(Conv(2, 3)))  # type: ignore[attr-defined]
    assert not plain.same_as(only(Conv(2, 3, bias=False), BatchNorm()))  # type: ignore[attr-defined]
    assert not plain.same_as(None)  # type: ignore[attr-defined]


def test_where_paths_of_different_strides_meet_the_size_of_the_map_decides() -> None:
    assert [scaled_down(UNKNOWN, (8, side, side), (3, 299, 299)) for side in (299, 149, 73, 35, 17, 8)] == [
        *(1, 2, 4, 8, 16, 32)
    ]


def test_a_cut_is_where_nothing_else_is_still_wanted() -> None:
    spec = Series(a=Conv(4), b=Branches(Series(c=Conv(4), d=Conv(4)), Series(), join="add"), e=Conv(2))
    graph = explorer.lower(spec, (3, 8, 8))
    everything = frozenset(graph.index)
    assert [name for name in graph.index if name in cuts(graph, everything)] == ["a", "b.add", "e"]


def test_stages_are_put_in_order() -> None:
    assert in_order([SIDES, "1/16", HEAD, "1/4", "1/1", "1/4"]) == ("1/1", "1/4", "1/16", HEAD, SIDES)

"""MobileNet: its two multipliers, and what a separable convolution saves."""

import pytest

import explorer
from explorer.cost import mult_adds, total
from explorer.lower import lower
from explorer.receptive_field import receptive_fields
from explorer.zoo.mobilenet import full, separable

SIDES = {1: 224, 0.857: 192, 6 / 7: 192, 0.714: 160, 5 / 7: 160, 0.571: 128, 4 / 7: 128, 0.1: 32}


@pytest.mark.parametrize(("rho", "side"), SIDES.items())
def test_the_resolution_multiplier_sets_the_input(rho, side):
    architecture = explorer.get("mobilenet_v1", alpha=0.75, rho=rho)
    assert architecture.input_shape == explorer.lower(architecture).input_shape == (3, side, side)


def test_the_width_multiplier_scales_every_width():
    ones, halves = (explorer.lower(explorer.get("mobilenet_v1", alpha=alpha)) for alpha in (1.0, 0.5))
    assert {n.shape[0] / h.shape[0] for n, h in zip(ones, halves, strict=True) if n.name != "classifier"} == {2.0}


@pytest.mark.parametrize("filters", [64, 512])
def test_a_separable_convolution_saves_what_the_lecture_derives(filters):
    """1/N + 1/9 of the mult-adds for N filters."""
    separate, whole = (lower(block(512, filters, 1), (512, 14, 14)) for block in (separable, full))
    assert total(separate, mult_adds) / total(whole, mult_adds) == pytest.approx(1 / filters + 1 / 9)


def test_the_last_convolution_of_v2_does_not_shrink():
    graphs = [explorer.lower(explorer.get("mobilenet_v2", alpha=alpha)) for alpha in (0.35, 1.0, 1.4)]
    assert [graph["features.18.0"].shape[0] for graph in graphs] == [1280, 1280, 1792]
    assert [graph["features.0.0"].shape[0] for graph in graphs] == [16, 32, 48]


def test_shortcuts_of_v2_join_the_narrow_ends_of_equal_shape():
    graph = explorer.lower(explorer.get("mobilenet_v2"))
    sums = [node for node in graph if node.type == "Add"]
    assert len(sums) == 10
    assert max(node.shape[0] for node in sums) == 160


def test_the_receptive_field_is_that_of_the_literature():
    """Araujo, Norris & Sim 2019, table 1: MobileNet sees 315×315 pixels, at any width."""
    for alpha in (1.0, 0.75):
        graph = explorer.lower(explorer.get("mobilenet_v1", alpha=alpha))
        assert receptive_fields(graph)["blocks.4.1.act2"].size == (315, 315)

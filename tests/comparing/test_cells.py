"""The search bench: what candidates cost, by torch; which are kept; how large the space is, by counting."""

from itertools import combinations_with_replacement, product

import pytest
import torch

import explorer
from explorer import cost
from explorer.comparing.cells import (
    METRICS,
    REFERENCE,
    Setup,
    candidate,
    drawn,
    front,
    genotype,
    reference,
    space,
    spec,
    within,
)
from explorer.comparing.cells_chart import chart
from explorer.drawing.diagram import draw
from explorer.graph import check
from explorer.memory import memory
from explorer.network import Network
from explorer.search_space import INPUTS, OPERATIONS, random_cell
from explorer.zoo.nasnet import NORMAL, frame_input

SMALL = Setup(repeats=1, filters=8)
FOUND = [candidate(seed, SMALL) for seed in range(12)]


@pytest.mark.parametrize("frame", ["cifar", "imagenet"])
@pytest.mark.parametrize("seed", [0, 7, 23])
def test_a_candidate_runs_and_owns_what_is_counted(frame, seed):
    setup = Setup(2, 12, frame)
    found = candidate(seed, setup)
    graph = check(explorer.lower(found.architecture))
    assert graph.input_shape == frame_input(frame)
    with torch.device("meta"):
        network = Network(graph)
        assert network(torch.empty(2, *graph.input_shape)).shape == (2, 10 if frame == "cifar" else 1000)
    assert found.figures["params"] == sum(p.numel() for p in network.parameters()) == found.figures["capacity"]
    assert found.figures["depth"] == cost.depth(graph)
    assert 4 * found.figures["memory"] == memory(graph).peak_activations
    built = explorer.lower(spec(random_cell(2 * seed), random_cell(2 * seed + 1), setup), graph.input_shape)
    assert built.nodes == graph.nodes


def test_behind_the_stem_for_imagenet_the_maps_have_28_pixels_a_side():
    graph = explorer.lower(explorer.get("nasnet_random", frame="imagenet", repeats=1, filters=8))
    sides = [graph[f"cell_{stage}.concat"].shape[1] for stage in range(3)]
    assert sides == [28, 14, 7]


def test_the_landmark_is_nasnet_a_in_the_same_frame():
    found = reference(SMALL)
    assert (found.label, found.normal, found.architecture) == (REFERENCE, NORMAL, None)
    larger = reference(Setup(2, 8))
    assert larger.figures["params"] > found.figures["params"]


def test_the_receptive_field_is_that_of_the_last_map():
    (one,) = [candidate(3, SMALL)]
    report = explorer.analyze(one.architecture)
    exact = [f for f in report.receptive_fields.values() if f.status == "exact"]
    assert one.figures["field"] == max(max(f.size) for f in exact) > 32


def test_the_front_holds_what_nothing_beats():
    kept = front(FOUND, "mult_adds", "depth")
    costs = [each.figures["mult_adds"] for each in kept]
    depths = [each.figures["depth"] for each in kept]
    assert costs == sorted(costs)
    assert depths == sorted(depths)
    assert min(each.figures["mult_adds"] for each in FOUND) == costs[0]
    assert max(each.figures["depth"] for each in FOUND) == depths[-1]
    for each in FOUND:
        if each not in kept:
            assert any(
                one.figures["mult_adds"] <= each.figures["mult_adds"] and one.figures["depth"] >= each.figures["depth"]
                for one in kept
            )


def test_a_budget_pays_for_no_more():
    limit = sorted(each.figures["params"] for each in FOUND)[5]
    paid = within(FOUND, {"params": limit})
    assert len(paid) == 6
    assert {e.label for e in paid} == {e.label for e in FOUND if e.figures["params"] <= limit}
    assert within(FOUND, {}) == tuple(FOUND)


@pytest.mark.parametrize("blocks", [0, 1, 2])
def test_the_space_is_as_large_as_counting_finds(blocks):
    """One block is spelled out; each further one multiplies by its own."""
    counted = unordered = 1
    for block in range(blocks):
        states = [*INPUTS, *map(str, range(block))]
        ends = list(product(OPERATIONS, states))
        counted *= sum(1 for _ in product(ends, ends, ("add", "concat")))
        unordered *= 2 * sum(1 for _ in combinations_with_replacement(ends, 2))
    assert (space(blocks).choices, space(blocks).unordered) == (counted, unordered)


def test_the_space_of_the_paper():
    assert space().choices == 720**2 * 13**10 * 2**5


def test_a_genotype_says_all_that_a_cell_is():
    texts = {genotype(random_cell(seed)) for seed in range(100)}
    assert len(texts) == 100
    assert genotype(NORMAL).splitlines()[-1] == "out = concat(h_prev, 0, 1, 2, 3, 4)"
    assert genotype(NORMAL).splitlines()[0] == "0 = add(5x5 separable(h), 3x3 separable(h_prev))"


@pytest.mark.parametrize("stride", [1, 2])
@pytest.mark.parametrize("seed", [1, 2, 3])
def test_a_cell_is_drawn_with_all_its_operations(seed, stride):
    design = random_cell(seed)
    graph = check(drawn(design, filters=8, side=16, stride=stride))
    assert graph.output_shape[1:] == (16 // stride,) * 2
    separable = sum(end[0].endswith("separable") for block in design.blocks for end in (block.left, block.right))
    depthwise = [n for n in graph if n.type == "Conv" and n.layer.groups > 1]
    assert len(depthwise) == 2 * separable
    assert draw(graph).boxes


def test_the_chart_knows_which_mark_is_which():
    landmark = reference(SMALL)
    paid = within(FOUND, {"params": sorted(each.figures["params"] for each in FOUND)[7]})
    best = front(paid, "mult_adds", "capacity")
    drawn_chart = chart(FOUND, paid, best, landmark, "mult_adds", "capacity", FOUND[2])
    everything = [*FOUND, landmark]
    traces = drawn_chart.figure["data"]
    marks = [mark for each in traces for mark in zip(each["customdata"], each["x"], each["y"], strict=True)]
    for place, x, y in marks:
        assert (everything[place].figures["mult_adds"], everything[place].figures["capacity"]) == (x, y)
    assert {place for place, _x, _y in marks} == set(range(len(everything)))
    sizes = {each["name"]: len(each["x"]) for each in traces}
    assert sizes["over the budget"] == 4
    assert sizes["the front"] == len(best)
    assert len(drawn_chart.rows) == 13
    assert [row[-1] for row in drawn_chart.rows].count("yes") == len(best)
    assert len(drawn_chart.header) == len(METRICS) - 1 + 3

"""Folding: every node is drawn once, repeats fold, and paths open what they name."""

import pytest

import explorer
from explorer.drawing import fold
from explorer.layers import Conv, ReLU
from explorer.spec import Branches, Series, Side
from tests.support.zoo import EVERY, KINDS


def boxes(id, *open_paths, **knobs):
    return fold.fold(explorer.lower(explorer.get(id, **knobs)), frozenset(open_paths))


def inside(found, path):
    return next(box for box in found if box.path == path).inside


def leaves(found):
    return [leaf for box in found for leaf in box.leaves()]


@pytest.mark.parametrize("id", KINDS)
def test_every_node_is_in_one_box_when_all_is_open(id):
    graph = explorer.lower(explorer.get(id))
    found = leaves(fold.fold(graph, fold.everything(graph)))
    assert sorted(node.name for box in found for node in box.nodes) == sorted(node.name for node in graph)
    assert not any(box.toggle for box in found)


@pytest.mark.parametrize("id", KINDS)
def test_every_node_is_in_one_box_when_all_is_closed(id):
    graph = explorer.lower(explorer.get(id))
    found = fold.fold(graph)
    assert [node for box in found for node in box.nodes] == list(graph)
    assert not any(box.inside for box in found)


@pytest.mark.parametrize("id", EVERY)
def test_a_network_opens_readable(id):
    graph = explorer.lower(explorer.get(id))
    opened = fold.default_open(graph)
    shown = [box for box in leaves(fold.fold(graph, opened)) if not box.is_join]
    assert len(shown) <= 60
    assert len(shown) >= 8 or not any(box.toggle for box in shown)


def test_a_network_in_one_module_opens_it():
    graph = explorer.lower(Series(model=Series(*[Conv(8 + i) for i in range(50)])), (3, 8, 8))
    assert fold.default_open(graph) == {"model"}


def test_the_blocks_of_resnet152_fold():
    stages = boxes("resnet152", "layer1", "layer2", "layer3", "layer4")
    rows = {box.path: box.count for stage in stages for box in stage.inside if box.count > 1}
    assert rows == {"layer1.1…2": 2, "layer2.1…7": 7, "layer3.1…35": 35, "layer4.1…2": 2}


def test_the_first_block_of_a_stage_is_not_like_the_others():
    assert [box.path for box in inside(boxes("resnet50", "layer2"), "layer2")] == ["layer2.0", "layer2.1…3"]
    assert [box.path for box in inside(boxes("resnet18", "layer1"), "layer1")] == ["layer1.0…1"]


def test_a_row_opens_its_first_block_for_all():
    (_, row) = inside(boxes("resnet50", "layer2", "layer2.1"), "layer2")
    assert (row.path, row.count, row.toggle, row.unroll) == ("layer2.1…3", 3, "layer2.1", "layer2.1…3")
    assert [box.path for box in row.inside] == [f"layer2.1.{name}" for name in ("conv1", "conv2", "conv3", "add")]
    assert len(row.nodes) == 3 * sum(len(box.nodes) for box in row.inside)


def test_a_row_unrolls():
    (_, row) = inside(boxes("resnet50", "layer2", "layer2.1…3", "layer2.2"), "layer2")
    assert (row.toggle, row.unroll) == ("layer2.1…3", "")
    assert [(box.path, bool(box.inside)) for box in row.inside] == [
        ("layer2.1", False),
        ("layer2.2", True),
        ("layer2.3", False),
    ]


def test_equal_layers_with_other_shapes_or_wiring_do_not_fold():
    block = Series(a=Conv(8, padding=0), b=ReLU())
    other = Series(a=Conv(8, 3, padding=1), b=ReLU())
    graph = explorer.lower(Series(Series(block, block), Series(block, block), Series(other, other)), (8, 4, 4))
    assert [(box.path, box.count) for box in fold.fold(graph)] == [("0…1", 2), ("2", 1)]
    shrinking = explorer.lower(Series(*[Series(Series(Conv(4, 3), ReLU()), Conv(4))] * 3), (4, 9, 9))
    assert [box.count for box in fold.fold(shrinking)] == [1, 1, 1]


def test_blocks_that_differ_in_the_channels_they_read_fold():
    stage = inside(boxes("densenet201", "features", "features.denseblock3"), "features")
    (row,) = inside(stage, "features.denseblock3")
    assert (row.path, row.count) == ("features.denseblock3.denselayer1…48", 48)
    assert {name.rpartition(".")[2] for name in row.varying} == {"norm1", "relu1", "concat"}
    (equal,) = inside(boxes("resnet18", "layer1"), "layer1")
    assert not equal.varying


def test_two_widths_are_two_rows_and_three_are_one():
    block = Series(a=Conv(8), b=Conv(8, 3, padding=1))
    first_is_wider = explorer.lower(Series(Conv(16), *[block] * 4), (3, 8, 8))
    assert [box.count for box in fold.fold(first_is_wider)] == [1, 1, 3]
    dense = Branches(Series(), ("", block), join="concat")
    two, three = (explorer.lower(Series(*[dense] * n), (3, 8, 8)) for n in (2, 3))
    assert [box.count for box in fold.fold(two)] == [1, 1]
    assert [box.count for box in fold.fold(three)] == [3]


@pytest.mark.parametrize(
    ("names", "path"),
    [
        (("0", "1"), "0…1"),
        (("cell9", "cell10"), "cell9…10"),
        (("mixed_6c", "mixed_6d"), "mixed_6c…6d"),
        (("x", "y"), "x…y"),
    ],
)
def test_a_row_is_called_by_its_first_and_last_part(names, path):
    block = Series(a=Conv(4, 3, padding=1), b=Conv(4))
    graph = explorer.lower(Series(*((name, block) for name in names)), (4, 8, 8))
    assert [box.path for box in fold.fold(graph)] == [path]


def test_many_equal_layers_fold_and_few_do_not():
    few, many = (explorer.lower(Series(*[Conv(4)] * n), (4, 8, 8)) for n in (5, 6))
    assert [box.count for box in fold.fold(few)] == [1] * 5
    (row,) = fold.fold(many)
    assert (row.path, row.count, row.toggle) == ("0…5", 6, "0…5")
    (unrolled,) = fold.fold(many, frozenset({"0…5"}))
    assert [box.path for box in unrolled.inside] == list("012345")


def test_followers_join_the_layer_that_only_they_read():
    first = boxes("resnet50")[0]
    assert [node.name for node in first.nodes] == ["conv1", "bn1", "relu"]
    shared = Series(conv=Conv(4), both=Branches(ReLU(), Series(), join="add"))
    paths = [box.path for box in fold.fold(explorer.lower(shared, (4, 8, 8)), frozenset({"both"}))]
    assert paths == ["conv", "both"]


def test_what_is_a_side_output_has_no_followers():
    tapped = Series(conv=Conv(4), tap=Side(Series()), relu=ReLU())
    assert [box.path for box in fold.fold(explorer.lower(tapped, (4, 8, 8)))] == ["conv", "relu"]


def test_a_branch_is_drawn_without_a_frame():
    found = inside(boxes("googlenet", "inception3a"), "inception3a")
    assert [box.path.removeprefix("inception3a.") for box in found] == [
        "branch1.conv",
        "branch2.0.conv",
        "branch2.1.conv",
        "branch3.0.conv",
        "branch3.1.conv",
        "branch4.0",
        "branch4.1.conv",
        "concat",
    ]


def test_a_long_branch_keeps_its_frame():
    long = Series(*[Conv(4 + i) for i in range(9)], Conv(4))
    graph = explorer.lower(Series(two=Branches(a=long, b=Series(), join="add")), (4, 8, 8))
    assert [box.path for box in inside(fold.fold(graph, frozenset({"two"})), "two")] == ["two.a", "two.add"]


def test_a_layer_after_its_activation_needs_no_frame_but_a_pair_of_layers_keeps_it():
    unit = Series(act=ReLU(), conv=Conv(4), after=ReLU())
    pair = Series(conv1=Conv(4), conv2=Conv(4))
    graph = explorer.lower(Series(unit=unit, pair=pair), (4, 8, 8))
    assert [box.path for box in fold.fold(graph)] == ["unit.act", "unit.conv", "pair"]


def test_a_group_that_is_all_there_is_in_a_group_needs_no_frame():
    graph = explorer.lower(Series(stage=Series(Series(Conv(4, 3), Conv(4)))), (4, 8, 8))
    assert [box.path for box in inside(fold.fold(graph, frozenset({"stage"})), "stage")] == ["stage.0.0", "stage.0.1"]


def test_toggling_twice_changes_nothing():
    opened = frozenset({"layer1"})
    assert fold.toggled(fold.toggled(opened, "layer2"), "layer2") == opened


def test_paths_that_are_not_there_are_ignored():
    assert boxes("lenet5", "nowhere") == boxes("lenet5")

"""Drawings of the whole zoo, open and closed: nothing overlaps, nothing is lost, lines meet the boxes."""

from collections import defaultdict
from itertools import combinations

import pytest

import explorer
from explorer.drawing.diagram import draw
from explorer.drawing.fold import everything, unfolded
from explorer.graph import Graph, Node
from explorer.joins import Add, Unknown
from explorer.layers import Conv, ReLU
from explorer.spec import Branches, Series
from tests.support.zoo import KINDS

STATES = {"closed": lambda graph: frozenset(), "default": lambda graph: None, "unfolded": unfolded}


def turned():
    """Give each network with each knob that has choices at its last one."""
    for architecture in map(explorer.get, KINDS):
        for knob in architecture.knobs:
            if knob.choices and knob.choices[-1] != knob.default:
                yield architecture.id, ((knob.name, knob.choices[-1]),)


CASES = [(id, (), state) for id in KINDS for state in STATES] + [(*each, "default") for each in turned()]


@pytest.fixture(scope="module", params=CASES, ids=lambda case: "-".join((case[0], *(k for k, _ in case[1]), case[2])))
def drawn(request):
    id, knobs, state = request.param
    graph = explorer.lower(explorer.get(id, **dict(knobs)))
    return graph, draw(graph, STATES[state](graph))


def levels(drawing):
    found = defaultdict(list)
    for box in drawing.boxes:
        found[box.parent].append(box)
    return found


def overlap(a, b):
    return a.x < b.x + b.w and b.x < a.x + a.w and a.y < b.y + b.h and b.y < a.y + a.h


def test_no_two_boxes_of_a_level_overlap(drawn):
    for level in levels(drawn[1]).values():
        assert not [(a.path, b.path) for a, b in combinations(level, 2) if overlap(a, b)]


def test_everything_is_inside_its_frame(drawn):
    drawing = drawn[1]
    frames = {box.path: box for box in drawing.boxes if box.open}
    for box in drawing.boxes:
        x, y, right, bottom = 0, 0, drawing.width, drawing.height
        if box.parent:
            frame = frames[box.parent]
            x, y, right, bottom = frame.x, frame.y, frame.x + frame.w, frame.y + frame.h
        assert x < box.x
        assert y < box.y
        assert box.x + box.w < right
        assert box.y + box.h < bottom
    for edge in drawing.edges:
        assert all(0 <= x <= drawing.width and 0 <= y <= drawing.height for x, y in edge.points)


def test_lines_start_and_end_at_borders(drawn):
    drawing = drawn[1]
    inside, frames = levels(drawing), {box.path: box for box in drawing.boxes if box.open}
    for edge in drawing.edges:
        level = [*inside[edge.parent], *([frames[edge.parent]] if edge.parent else [])]
        for x, y in (edge.points[0], edge.points[-1]):
            near = [b for b in level if b.x <= x <= b.x + b.w and min(abs(y - b.y), abs(y - b.y - b.h)) < 0.3]
            assert near, (edge, x, y)


def test_every_node_is_in_one_box(drawn):
    graph, drawing = drawn
    names = [name for box in drawing.boxes if not box.open for name in box.nodes]
    assert len(names) == len(set(names))
    rows = {name for box in drawing.boxes if box.open and box.unroll for name in box.nodes}
    assert set(names) | rows == {node.name for node in graph}
    top = [box for box in drawing.boxes if not box.parent]
    for cost in ("params", "mult_adds", "activations"):
        assert sum(getattr(box, cost) for box in top) == getattr(explorer.analyze(graph), cost)


@pytest.mark.parametrize("id", KINDS)
def test_drawing_again_gives_the_same(id):
    drawing, again = (draw(explorer.lower(explorer.get(id))) for _ in range(2))
    opened = frozenset(box.toggle for box in drawing.boxes if box.open)
    assert again == drawing == draw(explorer.lower(explorer.get(id)), opened)


def test_a_shape_is_written_once_where_it_changes():
    drawing = draw(explorer.lower(explorer.get("resnet18")))
    labels = [edge.label for edge in drawing.edges if edge.label]
    assert labels.count("64×112×112") == 1
    assert labels[-1] == "1000"
    conv = next(edge for edge in drawing.edges if edge.value == "layer1.0.relu1")
    assert conv.label == ""


def test_texts_are_those_of_the_papers():
    boxes = {box.path: box for box in draw(explorer.lower(explorer.get("resnet50"))).boxes}
    assert (boxes["conv1"].title, boxes["conv1"].detail) == ("conv 7×7, 64", "stride 2 · BN · ReLU")
    assert boxes["layer3.1…5"].detail == "1×1, 256 · 3×3, 256 · 1×1, 1024"
    assert boxes["layer3.1…5"].count == 5
    assert boxes["input"].title == "input 3×224×224"
    alexnet = {box.path: box for box in draw(explorer.lower(explorer.get("alexnet"))).boxes}
    assert alexnet["conv2"].detail == "groups 2 · ReLU"
    assert alexnet["fc6"].detail == "ReLU · dropout"


def details(id, *open_paths):
    drawn = draw(explorer.lower(explorer.get(id)), frozenset(open_paths))
    return {box.path: (box.title, box.detail) for box in drawn.boxes}


def test_a_closed_group_says_what_it_is_made_of():
    assert details("densenet201", "features")["features.denseblock3"] == ("denseblock3", "48 blocks, 336 layers")
    dense = details("densenet201", "features", "features.denseblock3")["features.denseblock3.denselayer1…48"]
    assert dense == ("denselayer1…48", "1×1, 128 · 3×3, 32")
    assert details("googlenet")["inception3a"] == ("inception3a", "4 branches, 14 layers")
    assert details("xception")["block4…11"] == ("block4…11", "separable 3×3, 728 ×3")
    assert details("resnet50")["layer1"] == ("layer1", "3 blocks, 32 layers")
    assert details("inception_v4")["features"] == ("features", "484 layers")  # units of one convolution among them
    assert details("se_bn_inception")["inception_3a"] == ("inception_3a", "29 layers")
    opened = ("features", "features.1", "features.1.0")
    assert details("efficientnet_b0", *opened)["features.1.0.block.1"][1] == "squeeze 32 → 8 → 32"


def test_a_separable_convolution_is_one_box_and_a_depthwise_one_with_batch_norm_is_not():
    boxes = details("xception", "block2")
    assert boxes["block2.rep.1.conv1"] == ("separable 3×3, 256", "BN · ReLU")
    assert "block2.rep.1.pointwise" not in boxes
    mobile = details("mobilenet_v1", "blocks", "blocks.0")
    assert mobile["blocks.0.0.conv_dw"] == ("depthwise 3×3, 32", "BN · ReLU6")
    assert mobile["blocks.0.0.conv_pw"] == ("conv 1×1, 64", "BN · ReLU6")


def test_shapes_that_differ_along_a_row_are_not_told_of_its_first_block():
    path = "features.denseblock3"
    graph = explorer.lower(explorer.get("densenet201"))
    drawing = draw(graph, frozenset({"features", path, f"{path}.denselayer1"}))
    inside = {edge.value: edge.label for edge in drawing.edges if edge.parent == f"{path}.denselayer1…48"}
    assert inside[f"{path}.denselayer1.conv2"] == "32×14×14"
    assert inside[f"{path}.denselayer1.concat"] == ""
    after = [edge.label for edge in drawing.edges if edge.value == f"{path}.denselayer48.concat"]
    assert sorted(after) == ["", "1792×14×14"]


def test_cells_with_two_inputs_stay_in_line():
    graph = explorer.lower(explorer.get("nasnet_a_mobile"))
    cells = [box for box in draw(graph).boxes if box.path.startswith("cell")]
    assert len({box.x for box in cells}) == 1
    past = [edge for edge in draw(graph).edges if len({x for x, _ in edge.points}) > 1]
    assert all(max(abs(x - cells[0].x - cells[0].w / 2) for x, _ in edge.points) > cells[0].w / 2 for edge in past)
    assert len(past) >= 10
    unfolded_cells = draw(graph, unfolded(graph))
    assert unfolded_cells.width < max(box.w for box in unfolded_cells.boxes) + 250


def test_a_long_name_shows_its_end():
    graph = explorer.lower(explorer.get("nasnet_a_mobile"))
    boxes = {box.path: box.name for box in draw(graph, frozenset({"cell_1"})).boxes}
    assert boxes["cell_1.comb_iter_0_left.separable_1.depthwise_conv2d"] == "…er_0_left.separable_1"
    assert boxes["cell_1.conv_1x1.conv"] == "conv_1x1.conv"
    assert boxes["cell_0"] == ""


def test_depthwise_dilated_and_oblong_convolutions_say_so():
    spec = Series(a=Conv(8, (1, 7), padding=(0, 3)), b=Conv(8, 3, padding=1, groups=8), c=Conv(8, 3, 1, 2, dilation=2))
    boxes = {box.path: box for box in draw(explorer.lower(spec, (8, 9, 9))).boxes}
    assert boxes["a"].title == "conv 1×7, 8"
    assert (boxes["b"].title, boxes["b"].detail) == ("depthwise 3×3, 8", "")
    assert boxes["c"].detail == "dilation 2"


def test_side_outputs_stand_beside_the_main_path():
    drawing = draw(explorer.lower(explorer.get("googlenet", aux_heads=True)))
    boxes = {box.path: box for box in drawing.boxes}
    middle = boxes["input"].x + boxes["input"].w / 2
    assert boxes["inception4b"].x < middle < boxes["inception4b"].x + boxes["inception4b"].w
    assert boxes["aux1"].x > middle
    assert sorted(box.title for box in drawing.boxes if box.title.startswith("side")) == ["side output 1000"] * 2


def test_find_gives_the_box_that_shows_a_path():
    graph = explorer.lower(explorer.get("resnet50"))
    drawing = draw(graph)
    assert drawing.find("layer1").path == "layer1"
    assert drawing.find("bn1").path == "conv1"
    assert drawing.find("layer3.2.conv1").path == drawing.find("layer3.2").path == "layer3.1…5"
    assert draw(graph, frozenset()).find("layer3.2.conv1").path == "layer3"
    assert drawing.find("nowhere") is drawing.find(None) is drawing.find("") is None


def test_thousands_of_layers_are_drawn():
    block = Series(Branches(Series(conv=Conv(4), relu=ReLU()), Series(), join="add"))
    graph = explorer.lower(Series(*[block] * 1000), (4, 8, 8))
    assert len(graph) == 3000
    assert len(draw(graph, everything(graph)).boxes) > 3000


def test_a_constant_that_reads_nothing_is_drawn():
    shape = (4, 8, 8)
    constant = Node("zeros", Unknown("zeros", shape), (), (), shape)
    total = Node("sum", Add(), ("input", "zeros"), (shape, shape), shape)
    drawing = draw(Graph("with a constant", shape, (constant, total), "sum"))
    assert [box.path for box in drawing.boxes] == ["input", "zeros", "sum", "output of sum"]
    assert [edge.value for edge in drawing.edges] == ["input", "zeros", "sum"]

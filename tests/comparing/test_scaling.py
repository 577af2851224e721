"""Scaling: real networks against torchvision, against the papers' tables, and against their laws."""

from itertools import pairwise
from math import isclose

import pytest
from torch import device

import explorer
from explorer import cost
from explorer.charts import COSTS
from explorer.comparing.scaling import grid, lawful, point, published, settings, substituted
from explorer.comparing.scaling_chart import chart
from explorer.comparing.studies import STUDIES, dense_growth, width_at
from explorer.errors import ExplorerError
from tests.support.oracles import torchvision

EVERY = pytest.mark.parametrize("study", STUDIES.values(), ids=STUDIES)


@EVERY
def test_a_study_opens_and_its_law_is_exact_where_it_starts(study):
    base = point(study, study.base)
    assert study.laws
    for figure in study.laws:
        assert lawful(study, figure, study.base, base) == base.figure(figure)
    assert base.params == explorer.analyze(base.architecture).params


@EVERY
def test_the_law_is_near_wherever_the_curves_go(study):
    """Within a factor of two for mult-adds, over the whole range: a law with a wrong exponent is far off there."""
    ends = [axis.name for axis in study.along]
    for name in ends:
        axis = study.axis(name)
        for value in (axis.values[0], axis.values[-1]):
            real = point(study, {name: value})
            base = point(study, {**real.setting, **study.base})
            law = lawful(study, "mult_adds", real.setting, base)
            assert 0.5 < real.mult_adds / law < 2, (name, value)


@EVERY
def test_costs_grow_along_every_axis_but_cardinality(study):
    for axis in study.along:
        costs = [point(study, {axis.name: value}).mult_adds for value in axis.values]
        if axis.name == "cardinality":
            assert max(costs) / min(costs) < 1.1, "the cost is held, but for the rounding of the widths"
        else:
            assert all(a < b for a, b in pairwise(costs))


def test_what_the_papers_tables_print_comes_out():
    """Tables 6 and 7 of MobileNet, in millions of mult-adds, typed from the paper."""
    study = STUDIES["mobilenet"]
    printed = {(1.0, 224): 569, (0.75, 224): 325, (0.5, 224): 149, (0.25, 224): 41, (1.0, 192): 418, (1.0, 128): 186}
    for (alpha, side), millions in printed.items():
        found = point(study, {"alpha": alpha, "rho": side / 224}).mult_adds / 1e6
        assert abs(found - millions) <= 0.5


def test_wide_resnets_have_the_parameters_that_their_paper_prints():
    study = STUDIES["wrn"]
    for depth, k, millions in ((40, 1, 0.6), (40, 2, 2.2), (40, 4, 8.9), (28, 10, 36.5), (22, 8, 17.2), (16, 10, 17.1)):
        assert round(point(study, {"depth": depth, "k": k}).params / 1e6, 1) == millions


def test_resnets_and_resnexts_are_those_of_torchvision():
    with device("meta"):
        resnet = torchvision().models.resnet
        theirs = resnet.ResNet(resnet.Bottleneck, [3, 4, 6, 3], groups=8, width_per_group=14)
    ours = point(STUDIES["resnext"], {"cardinality": 8})
    assert ours.params == sum(p.numel() for p in theirs.parameters())
    assert point(STUDIES["resnet"], {"depth": 152}).params == 60_192_808


def test_constant_cost_gives_the_widths_of_the_paper():
    """Table 2 of ResNeXt."""
    assert [round(width_at(c, 4)) for c in (1, 2, 4, 8, 32)] == [64, 40, 24, 14, 4]
    for c in (1, 3, 17):
        d = width_at(c, 4)
        assert isclose(c * (256 * d + 9 * d * d + d * 256), 70_144)


def test_efficientnet_grows_by_1_92_not_2():
    study = STUDIES["efficientnet"]
    base = point(study, study.base)
    step = lawful(study, "mult_adds", {"phi": 1.0}, base) / base.mult_adds
    assert round(step, 4) == round(1.2 * 1.1**2 * 1.15**2, 4) == 1.9203
    assert base.params == explorer.analyze("efficientnet_b0").params
    written = substituted(study, "mult_adds", {"phi": 2.0}, base, lambda n: f"{n:.4g}")
    assert r"(1.2 \cdot 1.1^2 \cdot 1.15^2)^{2} = 1.92^{2}" in written
    assert written.count("&") == 4


def test_a_depth_between_the_published_ones_is_a_network_too():
    (between,) = [point(STUDIES["resnet_cifar"], {"depth": depth}) for depth in (26,)]
    assert between.architecture.name == "ResNet-26 (CIFAR)"
    below, above = (point(STUDIES["resnet_cifar"], {"depth": depth}) for depth in (20, 32))
    assert between.mult_adds - below.mult_adds == above.mult_adds - between.mult_adds == 3 * 4_718_592


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ({"alpha": 3.0}, "alpha is 3.0; allowed: from 0.25 to 1"),
        ({"beta": 1.0}, "mobilenet has no axis 'beta'; allowed: alpha, rho"),
        ({"alpha": "wide"}, "alpha is 'wide'"),
    ],
)
def test_what_cannot_be_turned_gets_one_sentence(given, words):
    with pytest.raises(ExplorerError, match=words):
        point(STUDIES["mobilenet"], given)


def test_a_knob_without_steps_has_only_the_values_of_its_curve():
    with pytest.raises(ExplorerError, match="depth is 51; allowed: 18, 34, 50, 101, 152"):
        point(STUDIES["resnet"], {"depth": 51})


def test_settings_of_a_chart_and_of_a_grid():
    study = STUDIES["mobilenet"]
    found = list(settings(study, "rho", {"alpha": 0.6}))
    assert {each["alpha"] for each in found} == {0.25, 0.5, 0.6, 0.75, 1.0}
    assert len(found) == 5 * len(study.axis("rho").values)
    assert grid(study)[1][0] == {"alpha": 0.25, "rho": 192 / 224}
    assert grid(STUDIES["resnet"]) == ()


@EVERY
@pytest.mark.parametrize("figure", COSTS)
def test_the_chart_holds_its_numbers(study, figure):
    points = [point(study, each) for each in settings(study, study.along[0].name, {})][::7]
    base = point(study, study.base)
    drawn = chart(study, figure, study.along[0].name, points, points[0], base)
    assert len(drawn.rows) == len(points)
    assert all(len(row) == len(drawn.header) for row in drawn.rows)
    names = [trace["name"] for trace in drawn.figure["data"]]
    assert ("the law" in names) == (figure in study.laws)
    heights = {y for trace in drawn.figure["data"] if "lines+markers" in trace["mode"] for y in trace["y"]}
    assert heights == {each.figure(figure) for each in points}


def test_named_networks_stand_on_the_chart_with_what_is_published():
    study = STUDIES["efficientnet"]
    network, at = study.marks[7]
    assert network.id == "efficientnet_b7"
    assert isclose(224 * 1.15 ** at["phi"], 600)
    assert published(network, "mult_adds")[0].quote == "37B FLOPs"


def test_the_law_of_densenet_counts_the_layers_of_its_blocks():
    network = explorer.lower(explorer.get("densenet_cifar", depth=100, growth_rate=12))
    layers = [node for node in network if "denselayer" in node.name and node.type == "Conv"]
    assert sum(map(cost.weights, layers)) == dense_growth(16, 12, (1, 1, 1))
    assert sum(map(cost.mult_adds, layers)) == dense_growth(16, 12, (32, 16, 8))

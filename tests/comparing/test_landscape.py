"""The field at a glance: what we count on the axes, what is published above it, and the front through it."""

from __future__ import annotations

import itertools

import pytest

import explorer
from explorer.comparing.labels import Label, spread
from explorer.comparing.landscape import Choice, Expense, Point, efficiency, front, points, select, unmeasured
from explorer.comparing.landscape_charts import MOST_BARS, per_unit, scatter
from explorer.errors import ExplorerError
from explorer.published import everything

ALL = points("ImageNet")
SHOWN = select(ALL, Choice())


@pytest.mark.parametrize("id", ["vgg16", "googlenet", "densenet121", "efficientnet_b2", "preact_resnet200"])
def test_the_axes_have_what_we_count_at_the_input_of_the_test(id: str) -> None:
    mine = [point for point in ALL if point.network.id == id]
    assert mine
    for point in mine:
        ours = explorer.analyze(point.network, point.measurement.input_shape)
        assert (point.params, point.mult_adds) == (ours.params, ours.mult_adds)


def test_the_axes_do_not_have_what_is_quoted() -> None:
    quoted = {f.value for f in everything()[explorer.get("googlenet")] if f.quantity in ("params", "mult_adds")}
    drawn = {(point.params, point.mult_adds) for point in ALL if point.network.id == "googlenet"}
    assert drawn == {(6998552, 1582671872)}
    assert not quoted & {6998552.0, 1582671872.0}


def dominated(point: Point, others: tuple[Point, ...], expense: Expense, top: int) -> bool:
    """Say, by looking at each other point, whether one is at least as good in both and better in one."""
    mine = (getattr(point, expense), -(point.measurement.top1 if top == 1 else point.measurement.top5 or 0))
    for other in others:
        theirs = (getattr(other, expense), -(other.measurement.top1 if top == 1 else other.measurement.top5 or 0))
        if theirs[0] <= mine[0] and theirs[1] <= mine[1] and theirs != mine:
            return True
    return False


@pytest.mark.parametrize("expense", ["params", "mult_adds"])
@pytest.mark.parametrize("top", [1, 5])
def test_the_front_is_what_no_other_dominates(expense: Expense, top: int) -> None:
    chosen = select(ALL, Choice(top=top, which="all", protocols=()))  # type: ignore[arg-type]
    best = front(chosen, expense, top)  # type: ignore[arg-type]
    places = {(getattr(p, expense), p.measurement.accuracy(top)) for p in best}  # type: ignore[arg-type]
    naive = {
        (getattr(p, expense), p.measurement.accuracy(top))  # type: ignore[arg-type]
        for p in chosen
        if not dominated(p, chosen, expense, top)
    }
    assert places == naive
    assert 3 < len(best) < len(chosen) / 3


def test_one_crop_of_one_network_is_what_is_shown_at_first() -> None:
    assert {point.measurement.protocol for point in SHOWN} == {"one crop", "not said"}
    assert len({point.network for point in SHOWN}) == len(SHOWN)
    everything_shown = select(ALL, Choice(which="all", protocols=()))
    assert {"many crops", "several networks"} <= {point.measurement.protocol for point in everything_shown}


def test_the_first_figure_is_the_paper_s_and_the_best_the_largest() -> None:
    def resnet50(choice: Choice) -> list[Point]:
        return [p for p in select(ALL, choice) if p.network == explorer.get("resnet50")]

    (first,), (best,) = resnet50(Choice()), resnet50(Choice(which="best"))
    assert first.measurement.source.startswith("fb.resnet.torch")  # not the newer trainings of a paper of 2021
    (as_published,) = (p for p in SHOWN if p.network == explorer.get("resnet50", stride_on="1x1"))
    assert as_published.measurement.source.startswith("model page of He et al.")  # the paper itself has ten crops
    of_all = [p.measurement.top1 for p in resnet50(Choice(which="all"))]
    assert best.measurement.top1 == max(filter(None, of_all))
    assert len(of_all) > 5


def test_families_years_and_sources_are_kept_apart() -> None:
    kept = select(ALL, Choice(families=("ResNet",), origins=("torchvision V1",), since=2015, until=2015))
    assert [point.network.id for point in kept] == ["resnet18", "resnet34", "resnet50", "resnet101", "resnet152"]
    assert select(ALL, Choice(until=2011)) == ()
    assert front((), "params") == ()


def test_data_sets_are_apart() -> None:
    assert {point.network.input_shape for point in points("CIFAR-10")} == {(3, 32, 32)}
    assert not {p.network.id for p in points("CIFAR-10")} & {p.network.id for p in ALL}
    with pytest.raises(ExplorerError, match="data set is 'COCO'; allowed: ImageNet, CIFAR-10"):
        points("COCO")


def test_efficiency_by_hand() -> None:
    (point,) = (p for p in SHOWN if p.network.id == "squeezenet1_0")
    assert efficiency(point, "params") == pytest.approx(point.measurement.top1 / 1.248424)  # type: ignore[operator]
    per_mult_add = efficiency(point, "mult_adds") * point.mult_adds / 1e9
    assert per_mult_add == pytest.approx(point.measurement.top1)


def test_networks_without_a_figure_are_named() -> None:
    assert {network.id for network in unmeasured()} >= {"mlp", "nasnet_random", "plain20"}
    measured = {point.network.id for dataset in ("ImageNet", "CIFAR-10", "MNIST") for point in points(dataset)}
    assert not measured & {network.id for network in unmeasured()}


@pytest.mark.parametrize("expense", ["params", "mult_adds"])
@pytest.mark.parametrize("as_error", [False, True])
def test_the_chart_has_every_point_and_its_source(expense: Expense, as_error: bool) -> None:
    best = front(SHOWN, expense)
    chart = scatter(SHOWN, best, expense, as_error=as_error, chosen=SHOWN[0])
    line, bubbles, names, ring = chart.figure["data"]
    assert len(bubbles["x"]) == len(bubbles["y"]) == len(chart.rows) == len(SHOWN)
    heights = [100 - row[2] if as_error else row[2] for row in chart.rows]  # type: ignore[operator]
    assert bubbles["y"] == pytest.approx(heights)
    assert bubbles["x"] == [row[3 if expense == "params" else 4] for row in chart.rows]
    assert all(row[6] for row in chart.rows)
    assert [row[7] for row in chart.rows].count("yes") == len(best) == len(line["x"])
    assert len(names["text"]) > 8
    assert ring["x"] == [getattr(SHOWN[0], expense)]
    areas = [size**2 for size in bubbles["marker"]["size"]]
    most = max(range(len(SHOWN)), key=lambda i: areas[i])
    other = "mult_adds" if expense == "params" else "params"
    assert getattr(SHOWN[most], other) == max(getattr(point, other) for point in SHOWN)


def test_names_do_not_cover_each_other() -> None:
    labels = [Label(f"GoogLeNet{i}", 10 * i, 0) for i in range(40)]
    kept = spread(labels, 400)
    apart = [10 * (after - before) for before, after in itertools.pairwise(kept)]
    assert len(kept) > 2
    assert min(apart) > 60
    assert spread(labels[:1], 400) == ()  # it would stick out
    assert spread([Label("VGG16", 100, 0), Label("VGG16", 300, 0)], 400) == (0,)  # no name twice
    assert spread([Label("VGG16", 100, 0)], 400, [(90, 5, 110, 40)]) == ()


def test_the_efficiency_chart_is_in_order() -> None:
    chart = per_unit(SHOWN, "params")
    values = [row[1] for row in chart.rows]
    assert values == sorted(values, reverse=True)  # type: ignore[type-var]
    assert len(chart.rows) == len(SHOWN)
    (bars,) = chart.figure["data"]
    assert len(bars["x"]) == min(MOST_BARS, len(SHOWN))
    assert max(bars["x"]) == bars["x"][-1]

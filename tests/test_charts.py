"""Charts: valid plotly, the numbers of the report, units on the axes, a table for each."""

import subprocess
import sys

import plotly.graph_objects
import pytest

import explorer
from app.translate import texts
from explorer import charts
from explorer.errors import ExplorerError
from tests.support.zoo import KINDS


def every_chart(report):
    yield from (charts.costs(report, cost) for cost in charts.COSTS)
    yield from (charts.costs(report, cost, depth=1, log=True) for cost in charts.COSTS)
    yield charts.cumulative(report)
    yield from (charts.receptive_field(report, log) for log in (True, False))


@pytest.mark.parametrize("id", KINDS)
def test_every_chart_is_valid_and_has_its_table(id):
    for chart in every_chart(explorer.analyze(id)):
        figure = chart.to_plotly()
        assert isinstance(figure, plotly.graph_objects.Figure)
        assert figure.layout.yaxis.title.text
        assert figure.layout.xaxis.title.text == "Layers, from input to output"
        assert chart.rows
        assert {len(row) for row in chart.rows} == {len(chart.header)}
        assert all(trace.hoverinfo == "skip" or "%{x}" in trace.hovertemplate for trace in figure.data)


@pytest.mark.parametrize("cost", charts.COSTS)
@pytest.mark.parametrize("depth", [None, 1, 2])
def test_bars_add_up_to_the_total_and_are_those_of_the_table(cost, depth):
    report = explorer.analyze("resnet50")
    chart = charts.costs(report, cost, depth)
    bars = {x: y for trace in chart.figure["data"] for x, y in zip(trace["x"], trace["y"], strict=True)}
    assert bars == {path: value for path, _, value in chart.rows}
    assert sum(bars.values()) == getattr(report, cost)
    assert chart.figure["layout"]["xaxis"]["categoryarray"] == [row[0] for row in chart.rows]


def test_bars_tell_kinds_apart():
    chart = charts.costs(explorer.analyze("vgg16"), "params")
    assert [trace["name"] for trace in chart.figure["data"]] == ["convolution", "linear"]
    assert len({trace["marker"]["color"] for trace in chart.figure["data"]}) == 2


def test_shares_grow_to_all():
    chart = charts.cumulative(explorer.analyze("vgg16"))
    for trace in chart.figure["data"]:
        assert trace["y"] == sorted(trace["y"])
        assert trace["y"][-1] == 1
    before_classifier = next(row for row in chart.rows if row[0] == "flatten")
    assert before_classifier[1:3] == pytest.approx((14_714_688 / 138_357_544, 15_346_630_656 / 15_470_264_320))


def test_a_network_without_parameters_has_shares_of_nothing():
    from explorer.layers import MaxPool

    chart = charts.cumulative(explorer.analyze(MaxPool(2), (3, 8, 8)))
    assert chart.rows == (("maxpool", 0, 0, 1),)


def test_the_receptive_field_stands_beside_the_image():
    chart = charts.receptive_field(explorer.analyze("vgg16"))
    line, marks = chart.figure["data"]
    assert dict(zip(marks["x"], marks["y"], strict=True))["features.30"] == 212
    assert line["y"] == sorted(line["y"])
    assert chart.figure["layout"]["shapes"][0]["y0"] == 224
    assert chart.figure["layout"]["annotations"][0]["text"] == "the image: 224 pixels"
    assert chart.rows[-1] == ("classifier.6", "224×224", "whole image")
    assert "classifier.6" not in marks["x"]


def test_words_can_be_translated():
    asked = set()

    def say(text):
        asked.add(text)
        return f"[{text}]"

    report = explorer.analyze("googlenet")
    made = [charts.costs(report, cost, say=say) for cost in charts.COSTS]
    made += [charts.costs(report, "params", 1, say=say), charts.cumulative(report, say)]
    made.append(charts.receptive_field(report, say=say))
    assert asked <= set(texts())
    for chart in made:
        assert all(word.startswith("[") for word in (chart.title, *chart.header))
        assert chart.figure["layout"]["xaxis"]["title"]["text"] == "[Layers, from input to output]"


def test_a_cost_that_is_not_there_is_refused():
    with pytest.raises(ExplorerError, match="cost is 'price'; allowed: params, mult_adds, activations"):
        charts.costs(explorer.analyze("lenet5"), "price")


def test_charts_do_not_wait_for_plotly():
    code = "import sys, explorer.charts; print('plotly' in sys.modules, 'torch' in sys.modules)"
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert run.stdout.split() == ["False", "False"]

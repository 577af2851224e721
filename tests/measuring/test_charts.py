"""Charts of measurements that were made up: what stands where."""

import pytest

import explorer
from explorer.comparing.roofline import Roof, loads, whole
from explorer.measuring.bench import Bench, Speed
from explorer.measuring.charts import KINDS, against_mult_adds, roofline, shares, throughput
from explorer.measuring.machine import Machine
from explorer.measuring.stopwatch import Timing

GRAPHS = {name: explorer.lower(explorer.get(name), (3, 64, 64)) for name in ("mobilenet_v1", "resnet18")}
LOADS = {(name, batch): loads(graph, batch) for name, graph in GRAPHS.items() for batch in (1, 4)}
BENCH = Bench(
    Machine("a machine", "a processor", "torch", "float32"),
    Roof(1e9, 1e9),
    tuple(Speed(name, batch, Timing((0.1, 0.2, 0.4)), 1000) for name, batch in LOADS),
    tuple((name, {node.name: 0.001 for node in graph}) for name, graph in GRAPHS.items()),
)


def test_time_stands_against_mult_adds_per_image():
    drawn = against_mult_adds(BENCH, LOADS)
    assert [row[:2] for row in drawn.rows] == [*LOADS]
    assert drawn.rows[1][2] == explorer.analyze("mobilenet_v1", (3, 64, 64)).mult_adds
    assert [row[3] for row in drawn.rows] == ["200", "50", "200", "50"]
    first, _second, peak = drawn.figure["data"]
    assert first["error_y"]["array"] == pytest.approx([100, 25])
    assert first["error_y"]["arrayminus"] == pytest.approx([50, 12.5])
    assert [1e6 * y for y in peak["y"]] == pytest.approx(peak["x"])


def test_every_layer_with_mult_adds_stands_under_the_roof_at_its_intensity():
    layers = LOADS["mobilenet_v1", 4]
    drawn = roofline(BENCH, "mobilenet_v1", layers)
    counted = {each.name: each for each in layers if each.mult_adds}
    *rows, total = drawn.rows
    assert [row[0] for row in rows] == [*counted]
    for name, kind, mult_adds, moved, _intensity, rate, share, _ms in rows:
        each = counted[name]
        assert (kind, mult_adds, moved) == (each.kind, each.mult_adds, each.bytes)
        assert rate == round(each.mult_adds / 0.001)
        assert share == pytest.approx(rate / BENCH.roof.rate(each.intensity), rel=1e-3)
    everything = whole("", layers)
    assert total[2:4] == (everything.mult_adds, everything.bytes)
    assert {trace["name"] for trace in drawn.figure["data"]} >= {"depthwise convolution", "1×1 convolution"}


def test_shares_add_up_to_one():
    drawn = shares(BENCH, LOADS)
    for network, graph in GRAPHS.items():
        mine = [row for row in drawn.rows if row[0] == network]
        for measure in range(2, 5):
            assert sum(row[measure] for row in mine) == pytest.approx(1)
        (depthwise,) = [row for row in mine if row[1] == "depthwise convolution"] or [None]
        assert (depthwise is None) == (network == "resnet18")
        assert sum(row[2] for row in mine if row[1] == "linear") == pytest.approx(1 / len(graph))
    assert all(len(trace["x"]) == len(trace["y"][0]) == len(trace["y"][1]) for trace in drawn.figure["data"])
    assert {trace["name"] for trace in drawn.figure["data"]} <= set(KINDS)


def test_throughput_counts_images():
    drawn = throughput(BENCH)
    assert [row[2] for row in drawn.rows] == ["5", "20", "5", "20"]
    assert drawn.figure["data"][0]["x"] == [1, 4]

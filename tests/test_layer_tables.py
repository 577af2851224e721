"""The tables of slides and papers, row by row; where a source misprints, the misprint is named and explained."""

from __future__ import annotations

import re
from collections.abc import Iterator
from math import prod

import pytest

import explorer
from explorer import cost, formula
from explorer.graph import INPUT, Graph, Node
from explorer.layers import Conv
from explorer.shapes import elements
from explorer.spec import Series
from tests.support import reference

MISPRINTS = {
    ("vgg16", "features.0", "params"): "'1.728' has a dot where a comma stands for thousands: the value is 1,728",
    ("vgg16", "classifier.0", "neurons"): "'4094' neurons: the layer has 4096",
    ("vgg16", "classifier.6", "label"): "'FC-4096' labels the last layer, which is FC-1000",
    ("googlenet", "convolution 7×7", "params"): "2.7K are the weights of a separable 7×7; a plain one has 9,408",
    ("googlenet", "convolution 7×7", "ops"): "34M are those of a separable 7×7; a plain one costs 118.0M",
    ("googlenet", "inception (4a)", "params"): "364K: its own filter counts give 366.75K",
    ("googlenet", "inception (4c)", "params"): "463K: its own filter counts give 497.5K",
    ("googlenet", "inception (4d)", "params"): "580K: its own filter counts give 590.5K",
    ("googlenet", "inception (4e)", "params"): "840K: its own filter counts give 847K",
    ("googlenet", "inception (5a)", "params"): "1072K: its own filter counts give 1018K; with '#5×5 reduce' 48 1081K",
    ("googlenet", "inception (5a)", "ops"): "54M: its own filter counts give 51.1M; with '#5×5 reduce' 48 54.2M",
    ("googlenet", "inception (5b)", "params"): "1388K: its own filter counts give 1409K",
    ("vgg", "A", "blocks"): "blocks 3 to 5 are printed with one convolution; with 11 weight layers they have two",
}  # fmt: skip
"""Table, row and column of every misprint, and what is wrong with it."""


def run(graph: Graph, first: str, last: str) -> tuple[Node, ...]:
    """Give the nodes of a row: those from the first to the last in execution order."""
    order = [node.name for node in graph]
    return graph.nodes[order.index(first) : order.index(last) + 1]


def misprints(table: str) -> set[tuple[str, str, str]]:
    return {key for key in MISPRINTS if key[0] == table}


def number(text: str) -> float:
    """Read a printed number: '73,728', '3.2 M', '150 K'."""
    digits, unit = re.fullmatch(r"([\d.,]+)\s*([KkM]?)", text.strip()).groups()
    return float(digits.replace(",", "")) * {"": 1, "K": 1e3, "k": 1e3, "M": 1e6}[unit]


def rounds_to(exact: int, printed: str) -> bool:
    """Say whether a printed number is the exact one, at the two leading digits that slides keep."""
    value = number(printed)
    return value == exact if re.fullmatch(r"[\d,]+", printed) else abs(value - exact) <= 0.025 * exact


@pytest.mark.parametrize("row", reference.table("vgg16"), ids=lambda row: row["node"])
def test_vgg16(row: dict) -> None:
    graph = explorer.lower(explorer.get("vgg16"))
    if row["node"] == INPUT:
        assert (list(graph.input_shape), elements(graph.input_shape)) == (row["shape"], row["neurons"])
        return
    node = graph[row["node"]]
    found = (list(node.shape), cost.activations(node), cost.params(node), cost.mult_adds(node))
    assert found == (row["shape"], row["neurons"], row["params"], row["mult_adds"])
    assert (cost.weights(node), cost.biases(node)) == (row["weights"], row["params"] - row["weights"])


def same_product(printed: str, ours: str) -> bool:
    """Say whether '(3*3*64)*128 = 73,728' and '(3·3·64)·128 = 73,728' have one result, and one product."""
    (left, right), (our_left, our_right) = printed.split(" = "), ours.split(" = ")
    factors = [prod(map(int, re.findall(r"\d+", side))) for side in (left, our_left)]
    return right == our_right and factors[0] == factors[1]


def vgg16_differences() -> Iterator[tuple[str, str, str]]:
    graph = explorer.lower(explorer.get("vgg16"))
    for row in reference.table("vgg16")[1:]:
        node = graph[row["node"]]
        if not rounds_to(cost.activations(node), row["printed_neurons"]):
            yield ("vgg16", node.name, "neurons")
        if row["weights"] and not same_product(row["printed_params"], formula.weights(node)):
            yield ("vgg16", node.name, "params")
        label = row["printed_label"].rpartition("-")[2]
        if node.type != "MaxPool" and int(label) != node.shape[0]:
            yield ("vgg16", node.name, "label")


def test_vgg16_table_agrees_but_for_the_misprints() -> None:
    assert set(vgg16_differences()) == misprints("vgg16")


def test_vgg16_prints_convolutions_as_we_do() -> None:
    graph = explorer.lower(explorer.get("vgg16"))
    printed = [row for row in reference.table("vgg16") if "(" in row["printed_params"]][1:]
    assert len(printed) == 12
    assert [row["printed_params"].replace("*", "·") for row in printed] == [
        formula.weights(graph[row["node"]]) for row in printed
    ]


def test_vgg16_totals() -> None:
    report = explorer.analyze("vgg16")
    rows = reference.table("vgg16")
    assert report.params == 138_357_544 == sum(row["params"] for row in rows)
    assert report.weights == 138_344_128 == sum(row["weights"] for row in rows)
    assert sum(row["neurons"] for row in rows) == 15_237_608


@pytest.mark.parametrize(("id", "form"), [("alexnet", "two_groups"), ("alexnet_one_stream", "one_stream")])
@pytest.mark.parametrize("row", reference.table("alexnet")[1:], ids=lambda row: row["node"])
def test_alexnet(id: str, form: str, row: dict) -> None:
    node = explorer.lower(explorer.get(id))[row["node"]]
    assert (list(node.shape), cost.activations(node)) == (row["shape"], row["neurons"])
    assert (cost.params(node), cost.mult_adds(node)) == (row[f"params_{form}"], row[f"mult_adds_{form}"])


def test_alexnet_prints_the_windows_that_we_use() -> None:
    graph = explorer.lower(explorer.get("alexnet"))
    for row in reference.table("alexnet"):
        if "filters at" in row["printed"]:
            node = graph[row["node"]]
            window = node.layer.window(node.input_shapes[0])
            found = re.findall(r"\b(\d+)x\d+|stride (\d+)|pad (\d+)", row["printed"])
            kernel, stride, *padding = (int("".join(groups)) for groups in found)
            assert (window.kernel[0], window.stride[0]) == (kernel, stride)
            assert not padding or window.padding[0] == padding[0]


@pytest.mark.parametrize("row", reference.table("googlenet"), ids=lambda row: row["printed_label"])
def test_googlenet(row: dict) -> None:
    nodes = run(explorer.lower(explorer.get("googlenet")), row["first"], row["last"])
    found = (list(nodes[-1].shape), sum(map(cost.weights, nodes)), sum(map(cost.params, nodes)))
    assert found == (row["shape"], row["weights"], row["params"])
    assert sum(map(cost.mult_adds, nodes)) == row["mult_adds"]


def googlenet_differences() -> Iterator[tuple[str, str, str]]:
    """K is 1024 and M a million in that table; a unit up or down is rounding."""
    graph = explorer.lower(explorer.get("googlenet"))
    for row in reference.table("googlenet"):
        nodes = run(graph, row["first"], row["last"])
        label = "convolution 7×7" if row["first"] == "conv1.conv" else row["printed_label"]
        for column, figure, unit in (("params", cost.weights, 1024), ("ops", cost.mult_adds, 10**6)):
            if printed := row[f"printed_{column}"]:
                exact = sum(map(figure, nodes)) / unit
                if abs(float(printed[:-1]) - exact) > 1:
                    yield ("googlenet", label, column)


def test_googlenet_table_agrees_but_for_the_misprints() -> None:
    assert set(googlenet_differences()) == misprints("googlenet")


def test_googlenet_stem_was_printed_for_a_separable_convolution() -> None:
    """A depthwise 7×7 of eight filters per channel, then 1×1: 2,712 weights and 34.0 M mult-adds."""
    separable = Series(Conv(24, 7, 2, padding=3, groups=3, bias=False), Conv(64, 1, bias=False))
    report = explorer.analyze(separable, (3, 224, 224))
    assert (report.params, round(report.mult_adds / 1e6)) == (2_712, 34)


@pytest.mark.parametrize("row", reference.table("lenet5")[1:], ids=lambda row: row["node"])
def test_lenet5(row: dict) -> None:
    node = explorer.lower(explorer.get("lenet5"))[row["node"]]
    found = (list(node.shape), cost.weights(node), cost.params(node), cost.mult_adds(node))
    assert found == (row["shape"], row["weights"], row["params"], row["mult_adds"])


@pytest.mark.parametrize("row", reference.table("resnet50"), ids=lambda row: row["printed_label"])
def test_resnet50(row: dict) -> None:
    nodes = run(explorer.lower(explorer.get("resnet50")), row["first"], row["last"])
    found = (list(nodes[-1].shape), sum(map(cost.params, nodes)), sum(map(cost.mult_adds, nodes)))
    assert found == (row["shape"], row["params"], row["mult_adds"])


def blocks(graph: Graph) -> list[str]:
    """Write the convolutions of a VGG block by block, as the table does."""
    found = [""]
    for node in graph:
        match node.type:
            case "Conv":
                found[-1] += f" conv{node.layer.kernel_size}-{node.layer.out_channels}"
            case "LocalResponseNorm":
                found[-1] += " LRN"
            case "MaxPool":
                found.append("")
    return [block.strip() for block in found if block]


@pytest.mark.parametrize("row", reference.table("vgg"), ids=lambda row: row["printed_label"])
def test_vgg_configurations(row: dict) -> None:
    report = explorer.analyze(row["architecture"])
    weighted = [line for line in report.lines if line.node.type in ("Conv", "Linear")]
    convolutions = sum(line.mult_adds for line in weighted if line.node.type == "Conv")
    assert (blocks(report.graph), len(weighted)) == (row["blocks"], row["weight_layers"])
    assert (report.params, report.weights) == (row["params"], row["weights"])
    assert (report.mult_adds, convolutions) == (row["mult_adds"], row["mult_adds_of_convolutions"])
    assert len(weighted) == row["printed_weight_layers"]
    assert round(report.params / 1e6) == int(row["printed_params"].removesuffix("M").strip())


def test_vgg_table_agrees_but_for_the_misprints() -> None:
    differing = {
        ("vgg", row["printed_label"], "blocks")
        for row in reference.table("vgg")
        if blocks(explorer.lower(explorer.get(row["architecture"]))) != row["printed_blocks"]
    }
    assert differing == misprints("vgg")

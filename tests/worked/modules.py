"""Inception modules and separable convolutions: what the bottleneck and the split save."""

from __future__ import annotations

from typing import Any

from explorer import cost
from explorer.blocks import inception, inception_naive
from explorer.graph import Graph
from explorer.layers import MaxPool
from explorer.zoo.mobilenet import full, separable
from tests.worked.routes import Example, graph_of, hwc, kernels, mult_adds, route, zoo


@route("inception_naive_ops")
def _(example: Example) -> dict[str, Any]:
    graph = graph_of(inception_naive(128, 192, 96), example["inputs"]["input_hwc"])
    costs = [cost.mult_adds(node) for node in graph if node.type == "Conv"]
    return totals(example, graph, costs) | {"total_million": round(sum(costs) / 1e6, 1)}


@route("inception_bottleneck_ops")
def _(example: Example) -> dict[str, Any]:
    graph = graph_of(inception(128, 64, 192, 64, 96, 64), example["inputs"]["input_hwc"])
    order = ("branch2.0", "branch3.0", "branch1", "branch2.1", "branch3.1", "branch4.1")
    costs = [cost.mult_adds(graph[f"{name}.conv"]) for name in order]
    return totals(example, graph, costs) | {
        "total_million": round(sum(costs) / 1e6, 2),
        "printed_total_reproduction": sum(costs) + cost.mult_adds(graph["branch2.1.conv"]),
    }


def totals(example: Example, graph: Graph, costs: list[int]) -> dict[str, Any]:
    """Name the costs of the convolutions as the slide does, and add up."""
    terms = [[name, each] for name, each in zip(example["inputs"]["convs"], costs, strict=True)]
    assert sum(costs) == mult_adds(graph)
    return {"terms": terms, "total": sum(costs), "output_hwc": hwc(graph.output_shape), "weights": kernels(graph)}


@route("inception_pool_branch_keeps_depth")
def _(example: Example) -> dict[str, Any]:
    pool = MaxPool(*example["inputs"]["pool"])
    return {"output_hwc": hwc(graph_of(pool, example["inputs"]["input_hwc"]).output_shape)}


@route("inception_3a_module")
def _(example: Example) -> dict[str, Any]:
    graph = graph_of(inception(*example["inputs"]["columns"]), example["inputs"]["input_hwc"])
    assert graph.output_shape == zoo("googlenet")["inception3a.concat"].shape
    return {
        "output_hwc": hwc(graph.output_shape),
        "weights": kernels(graph),
        "biases": cost.total(graph, cost.biases),
        "macs": mult_adds(graph),
    }


@route("depthwise_separable_cost_formula")
def _(example: Example) -> dict[str, Any]:
    agreed = dict(example["expected"])
    for m, n, df in ((8, 16, 14), (3, 5, 7), (32, 32, 10)):
        standard, split = (mult_adds(graph_of(block(m, n, 1), [df, df, m])) for block in (full, separable))
        computed = {"standard": standard, "separable": split, "ratio": split / standard}
        values = {"DK": 3, "M": m, "N": n, "DF": df}
        agreed = {k: text for k, text in agreed.items() if abs(worked_out(text, values) - computed[k]) < 1e-12}
    return agreed


def worked_out(text: str, values: dict[str, int]) -> float:
    result: float = eval(text.replace("^", "**"), dict(values))
    return result


@route("depthwise_ratio_numeric")
def _(example: Example) -> dict[str, Any]:
    ratios = [
        mult_adds(graph_of(separable(32, n, 1), [14, 14, 32])) / mult_adds(graph_of(full(32, n, 1), [14, 14, 32]))
        for n in example["inputs"]["N"]
    ]
    return {"ratio": [round(ratio, 8) for ratio in ratios], "speedup": [round(1 / ratio, 4) for ratio in ratios]}


@route("mobilenet_table3")
def _(example: Example) -> dict[str, Any]:
    narrow = round(example["inputs"]["alpha"] * 512)
    blocks = (
        ("Convolution", full(512, 512, 1), [14, 14, 512]),
        ("Depthwise Separable Conv", separable(512, 512, 1), [14, 14, 512]),
        ("alpha = 0.75", separable(narrow, narrow, 1), [14, 14, narrow]),
        ("rho = 0.714", separable(narrow, narrow, 1), [10, 10, narrow]),
    )
    rows = []
    for name, block, size in blocks:
        graph = graph_of(block, size)
        counts = {"mult_adds": mult_adds(graph), "params": kernels(graph)}
        millions = {
            "mult_adds_million": round(counts["mult_adds"] / 1e6, 1),
            "params_million": round(counts["params"] / 1e6, 2),
        }
        rows.append({"name": name, **counts, **millions})
    return {"rows": rows}


@route("mobilenet_alpha_rho_cost")
def _(example: Example) -> dict[str, Any]:
    given = example["inputs"]
    alpha, rho = given["alpha"], 5 / 7
    width, size = round(alpha * given["M"]), round(rho * given["DF"])
    thin = mult_adds(graph_of(separable(width, width, 1), [size, size, width]))
    whole = mult_adds(graph_of(separable(given["M"], given["N"], 1), [given["DF"], given["DF"], given["M"]]))
    share = round(alpha**2 * rho**2, 5)
    return {"cost": thin, "ratio_to_alpha1_rho1": round(thin / whole, 6), "alpha2_rho2": share}

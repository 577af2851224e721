"""The worked examples of the lectures, each computed by the product's own arithmetic."""

from __future__ import annotations

import json
from typing import Any

import pytest

from tests.support.reference import DATA
from tests.worked import convolutions, modules, networks, values
from tests.worked.routes import ROUTES, Example

EXAMPLES: dict[str, Example] = {
    example["id"]: example for example in json.loads((DATA / "worked_examples.json").read_text("utf-8"))
}

NOT_COMPUTED = {
    "googlenet_aux_loss": "a loss belongs to training; the heads that it weighs are in the network",
    "nas_cost": "days of a search on so many devices; nothing of a network is counted",
    "top5_errors": "accuracies as published: they are quoted, not computed",
}
"""The examples that no arithmetic of the product gives, and why."""

PROSE = {
    "flops_printed", "params_printed", "printed_after", "printed_before", "printed_delta_gflops",
    "printed_total_reproduced_by", "rule",
}  # fmt: skip
"""What a lecture or a paper prints, and explanations: kept beside the figures, not computed."""

MISPRINTS = {
    "inception_bottleneck_ops": ("358M", "total", 271_351_808, "the slide counts its 3×3 convolution twice"),
    "googlenet_vs_alexnet_params": ([12, 25], "ratios", [8.71, 8.91, 8.73], "claims of the papers, in round numbers"),
    "vgg16_first_conv": ("1.728", "params", 1728, "a point where all other rows have a comma"),
    "vgg16_fc6_neurons": (4094, "neurons", 4096, "a slip of the pen"),
}
"""What the slides print, and what is right."""

every_route = pytest.mark.parametrize("id", ROUTES)


def close(value: Any) -> Any:
    """Compare numbers up to the digits that are given, in lists and tables too."""
    match value:
        case float():
            return pytest.approx(value, rel=1e-7, abs=1e-8)
        case list():
            return [close(each) for each in value]
        case dict():
            return {name: close(each) for name, each in value.items()}
        case _:
            return value


@every_route
def test_the_product_computes_it(id: str) -> None:
    example = EXAMPLES[id]
    expected = {name: value for name, value in example["expected"].items() if name not in PROSE}
    assert ROUTES[id](example) == close(expected)


def test_every_example_is_used() -> None:
    assert {*ROUTES} | {*NOT_COMPUTED} == {*EXAMPLES}
    assert not {*ROUTES} & {*NOT_COMPUTED}
    assert all(module.__doc__ for module in (convolutions, modules, networks, values))


def test_every_example_computes_more_than_prose() -> None:
    for id in ROUTES:
        assert {*EXAMPLES[id]["expected"]} - PROSE, id
    assert {name for id in ROUTES for name in EXAMPLES[id]["expected"]} >= PROSE


@pytest.mark.parametrize("id", MISPRINTS)
def test_where_a_slide_is_wrong_the_exact_figure_is_ours(id: str) -> None:
    printed, name, exact, _why = MISPRINTS[id]
    assert EXAMPLES[id]["printed"] == printed
    assert ROUTES[id](EXAMPLES[id])[name] == exact == EXAMPLES[id]["expected"][name] != printed


def test_all_misprints_are_known() -> None:
    assert {id for id, example in EXAMPLES.items() if example.get("misprint")} == {*MISPRINTS}


def test_a_wrong_figure_is_found() -> None:
    example = EXAMPLES["lenet5_params"]
    assert ROUTES["lenet5_params"](example) != close(example["expected"] | {"total": 61_707})
    assert close([0.1234567]) != [0.1234569]

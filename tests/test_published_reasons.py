"""The numbers in the reasons that stand with published figures, each counted anew."""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import cache
from itertools import chain

import pytest

import explorer
from explorer import cost
from explorer.joins import Add, Multiply
from explorer.layers import BatchNorm, Conv, GlobalAvgPool, Linear
from explorer.published import everything
from explorer.report import Report
from explorer.shapes import elements

EXACT = re.compile(r"\d{1,3}(?:,\d{3})+(?!\d|[,.]\d)")
ROUNDED = re.compile(r"\d[\d,]*(?:\.\d+)? (?:billion|million)")
QUOTED = {"23,626,728", "60 million", "1,502 million", "34 million", "52 million", "54 million"}
"""What a reason takes from its source."""


@cache
def report(id: str, *knobs: tuple[str, str | float | bool]) -> Report:
    return explorer.analyze(explorer.get(id, **dict(knobs)))


def params(id: str, **knobs: str | float | bool) -> int:
    return report(id, *knobs.items()).params


def mult_adds(id: str, **knobs: str | float | bool) -> int:
    return report(id, *knobs.items()).mult_adds


def activations(kind: type, id: str, **knobs: str | float | bool) -> int:
    """Count the outputs of all operations of a kind."""
    return sum(line.activations for line in report(id, *knobs.items()).lines if isinstance(line.node.layer, kind))


def norms(id: str, **knobs: str | float | bool) -> int:
    """Count the parameters of batch norm: two for each channel."""
    return sum(line.params for line in report(id, *knobs.items()).lines if isinstance(line.node.layer, BatchNorm))


def without_norms(id: str, **knobs: str | float | bool) -> int:
    return params(id, **knobs) - norms(id, **knobs)


def kernels(id: str) -> int:
    return sum(line.weights for line in report(id).lines if isinstance(line.node.layer, Conv | Linear))


def squeezed(id: str) -> int:
    """Count what global average pooling reads."""
    lines = report(id).lines
    return sum(elements(line.node.input_shapes[0]) for line in lines if isinstance(line.node.layer, GlobalAvgPool))


def gated(id: str, *more: Callable[[str], int], **knobs: str) -> int:
    """Count mult-adds, the products of the gates, and more."""
    return mult_adds(id, **knobs) + activations(Multiply, id, **knobs) + sum(figure(id) for figure in more)


def added(id: str, **knobs: str) -> int:
    """Count the additions of the shortcuts."""
    return activations(Add, id, **knobs)


def squeezenet_of_the_authors() -> int:
    """Count SqueezeNet 1.0 on 227×227, where a padding of the last 1×1 convolution makes 15×15 maps of 13×13."""
    lines = explorer.analyze("squeezenet1_0", (3, 227, 227)).lines
    last = next(line for line in lines if line.node.name == "classifier.1")
    assert last.node.shape == (1000, 13, 13)
    return sum(line.mult_adds for line in lines) + 512 * 1000 * (15 * 15 - 13 * 13)


NUMBERS: dict[str, Callable[[], float]] = {
    "2,752": lambda: params("resnet32", shortcut="B") - params("resnet32"),
    "62,730": lambda: params("mlp") - 3_073 * 6_272,
    "1,024,000": lambda: 1_024 * 1_000,
    "1,320,648": lambda: without_norms("mobilenet_v1", alpha=0.5),
    "1,337,064": lambda: params("mobilenet_v1", alpha=0.5) + norms("mobilenet_v1", alpha=0.5) // 2,
    "1,663,048": lambda: without_norms("mobilenet_v2", alpha=0.35),
    "1,950,136": lambda: without_norms("mobilenet_v2", alpha=0.5),
    "2,609,784": lambda: without_norms("mobilenet_v2", alpha=0.75),
    "3,470,760": lambda: without_norms("mobilenet_v2"),
    "5,342,536": lambda: without_norms("mobilenet_v2", alpha=1.3),
    "6,060,840": lambda: without_norms("mobilenet_v2", alpha=1.4),
    "4,242,920": lambda: params("mobilenet_v1") + norms("mobilenet_v1") // 2,
    "6,998,552": lambda: params("googlenet"),
    "9,177,562": lambda: params("efficientnet_b2") + norms("efficientnet_b2"),
    "10,178,490": lambda: without_norms("preact_resnet1001"),
    "13,004,888": lambda: params("googlenet_bn", aux_heads=True),
    "19,267,584": lambda: mult_adds("resnet34") - mult_adds("resnet34", shortcut="A"),
    "23,834,568": lambda: params("inception_v3"),
    "25,502,912": lambda: kernels("resnet50"),
    "25,557,032": lambda: params("resnet50"),
    "60,965,224": lambda: params("alexnet"),
    "62,378,344": lambda: params("alexnet_one_stream"),
    "107,627,624": lambda: params("zfnet", conv345="512-1024-512"),
    "88,949,818": lambda: params("nasnet_a_large") + norms("nasnet_a_large"),
    "563,638,816": lambda: mult_adds("nasnet_a_mobile", padding="same"),
    "724,406,816": lambda: mult_adds("alexnet"),
    "861,339,936": squeezenet_of_the_authors,
    "2,035,651,008": lambda: gated("se_bn_inception", squeezed),
    "3,644,493,824": lambda: mult_adds("resnet34", shortcut="A"),
    "3,857,973,248": lambda: mult_adds("resnet50", stride_on="1x1"),
    "3,871,526,912": lambda: gated("se_resnet50", added),
    "4,089,184,256": lambda: mult_adds("resnet50"),
    "4,235,999,232": lambda: mult_adds("resnext50_32x4d") + added("resnext50_32x4d"),
    "4,249,653,248": lambda: gated("se_resnext50_32x4d", added, squeezed),
    "7,570,194,432": lambda: mult_adds("resnet101", stride_on="1x1"),
    "7,601,831,936": lambda: gated("se_resnet101", added, squeezed),
    "7,978,928,128": lambda: mult_adds("resnext101_32x4d") + added("resnext101_32x4d"),
    "8,001,634,304": lambda: gated("se_resnext101_32x4d", added, squeezed),
    "11,282,415,616": lambda: mult_adds("resnet152", stride_on="1x1"),
    "11,315,286,016": lambda: gated("se_resnet152", added),
    "15,346,630,656": lambda: sum(line.mult_adds for line in report("vgg16").lines if line.node.type == "Conv"),
    "15,470,264,320": lambda: mult_adds("vgg16"),
    "15,476,462,080": lambda: gated("se_vgg16", placement="stage"),
    "15,484,038,144": lambda: gated("se_vgg16"),
}

ROUNDED_NUMBERS: dict[str, Callable[[], float]] = {
    "0.687 billion": lambda: mult_adds("efficientnet_b1"),
    "0.70 billion": lambda: 2 * mult_adds("squeezenet1_1"),
    "1,582.7 million": lambda: mult_adds("googlenet"),
    "10.266 billion": lambda: mult_adds("efficientnet_b5"),
    "107.63 million": lambda: params("zfnet", conv345="512-1024-512"),
    "118.0 million": lambda: report("googlenet").lines[0].mult_adds,
    "13.156 billion": lambda: mult_adds("inception_resnet_v2"),
    "13.164 billion": lambda: mult_adds("se_inception_resnet_v2"),
    "149.5 million": lambda: mult_adds("mobilenet_v1", alpha=0.5),
    "15.46 billion": lambda: mult_adds("resnext101_64x4d"),
    "23.83 million": lambda: params("inception_v3"),
    "25.56 million": lambda: params("resnet50"),
    "290.7 million": lambda: mult_adds("mobilenet_v1", rho=0.714),
    "3.858 billion": lambda: mult_adds("resnet50", stride_on="1x1"),
    "30 million": lambda: 52_000_000 - (params("inception_v3") - 2_049_000),
    "300.8 million": lambda: mult_adds("mobilenet_v2"),
    "37.7 billion": lambda: mult_adds("efficientnet_b7"),
    "4,866.3 million": lambda: mult_adds("mobilenet_v1", convolution="full") - 1_024_000,
    "4.09 billion": lambda: mult_adds("resnet50"),
    "4.394 billion": lambda: mult_adds("efficientnet_b4"),
    "5.713 billion": lambda: mult_adds("inception_v3"),
    "51.1 million": lambda: sum(line.mult_adds for line in report("googlenet").lines if "5a" in line.node.name),
    "6.11 million": lambda: params("mobilenet_v2", alpha=1.4),
    "60.97 million": lambda: params("alexnet"),
    "7,579 million": lambda: mult_adds("resnet101", stride_on="1x1") + added("resnet101"),
    "7.80 billion": lambda: mult_adds("resnet101"),
    "725.1 million": lambda: cost.total(report("alexnet").graph, cost.Counting(bias=True)),
    "76.5 million": lambda: mult_adds("mobilenet_v1", alpha=0.5, rho=0.714),
    "9.258 billion": lambda: mult_adds("inception_resnet_v2", form="paper"),
}


def reasons() -> set[str]:
    figures = chain.from_iterable(everything().values())
    return {figure.explanation for figure in figures if figure.quantity in ("params", "mult_adds")}


@pytest.mark.parametrize("text", NUMBERS)
def test_an_exact_number_in_a_reason_is_right(text: str) -> None:
    assert f"{NUMBERS[text]():,}" == text


@pytest.mark.parametrize("text", ROUNDED_NUMBERS)
def test_a_rounded_number_in_a_reason_is_right(text: str) -> None:
    number, unit = text.split()
    decimals = len(number.partition(".")[2])
    assert f"{ROUNDED_NUMBERS[text]() / {'billion': 1e9, 'million': 1e6}[unit]:,.{decimals}f}" == number


def test_no_number_in_a_reason_goes_unchecked() -> None:
    text = "\n".join(reasons())
    exact = {number for number in EXACT.findall(ROUNDED.sub("", text)) if len(number) > 5}
    assert exact - QUOTED == {number for number in NUMBERS if len(number) > 5}
    assert set(ROUNDED.findall(text)) - QUOTED == set(ROUNDED_NUMBERS)


def test_planet_has_the_mult_adds_of_inception_v3_and_a_wider_last_layer() -> None:
    body = mult_adds("inception_v3") - 2_048_000
    weights = 52_000_000 - (params("inception_v3") - 2_049_000)
    assert round((body + weights) / 1e9, 2) == 5.74


def test_what_tf_slim_counts_of_batch_norm_fits_every_width() -> None:
    """Three numbers a channel: 4.24, 2.59, 1.34 and 0.47 million."""
    widths = (1.0, 0.75, 0.5, 0.25)
    found = [params("mobilenet_v1", alpha=a) + norms("mobilenet_v1", alpha=a) // 2 for a in widths]
    assert [round(n / 1e6, 2) for n in found] == [4.24, 2.59, 1.34, 0.47]


def test_alexnet_has_not_twelve_times_the_parameters_of_googlenet() -> None:
    assert round(params("alexnet") / params("googlenet"), 1) == 8.7

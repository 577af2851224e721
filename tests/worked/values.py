"""Numbers that go through a network: filters, poolings, normalisation, gates, neurons."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import torch
from torch import Tensor

import explorer
from explorer.graph import INPUT
from explorer.layers import (
    LIF,
    AvgPool,
    BatchNorm,
    Conv,
    Dropout,
    GlobalMaxPool,
    Identity,
    Linear,
    MaxPool,
    ReLU,
)
from explorer.network import Network
from explorer.spec import Branches, Series, Spec
from explorer.zoo.highway import highway
from tests.worked.routes import Example, route


def network(spec: Spec, shape: tuple[int, ...], **state: Any) -> Network:
    """Give the network of a spec in double precision, with these parameters in the order of its state."""
    made = Network(explorer.lower(spec, shape)).double().eval().requires_grad_(False)
    for name, value in state.items():
        getattr(made.get_submodule("layer"), name).copy_(torch.tensor(value))
    return made


def mapped(spec: Spec, rows: list[list[float]], **state: Any) -> list[list[float]]:
    """Send one map through a layer."""
    image = torch.tensor(rows, dtype=torch.double)
    return network(Series(layer=spec), (1, *image.shape), **state)(image[None, None])[0, 0].tolist()


@route("sobel_cross_correlation", "hand_tuned_vertical_edge", "hand_tuned_horizontal_edge", "hand_tuned_blur_sum_3x3")
def _(example: Example) -> dict[str, Any]:
    weights = example["inputs"]["filter"]
    weights = [[1.0] * 3] * 3 if weights == "3x3 of ones" else weights
    image, conv = example["inputs"]["image"], Conv(1, 3, bias=False)
    turned = [row[::-1] for row in weights[::-1]]
    found = {"output": mapped(conv, image, weight=[[weights]])}
    if "true_convolution_output" in example["expected"]:
        found["true_convolution_output"] = mapped(conv, image, weight=[[turned]])
    return found


@route("max_pool_2x2_s2", "max_pool_3x3_s1_p1_same_size", "max_pool_same_matrix")
def _(example: Example) -> dict[str, Any]:
    given = example["inputs"]
    output = mapped(MaxPool(given["kernel"], given["stride"], given.get("padding", 0)), given["input"])
    return {"output": output} | ({"output_hw": [len(output), len(output[0])]} if "padding" in given else {})


@route("average_pool_2x2_s2")
def _(example: Example) -> dict[str, Any]:
    given = example["inputs"]
    return {"output": mapped(AvgPool(given["kernel"], given["stride"]), given["input"])}


def sums(rows: list[list[int]]) -> list[list[int]]:
    """Give the sum of each 2×2 window, which is four times its mean."""
    return [[round(4 * mean) for mean in row] for row in mapped(AvgPool(2), rows)]


def probabilities(rows: list[list[int]]) -> list[list[Fraction]]:
    """Give each value's share of its window."""
    of = sums(rows)
    return [[Fraction(value, of[y // 2][x // 2]) for x, value in enumerate(row)] for y, row in enumerate(rows)]


@route("stochastic_pooling_probabilities")
def _(example: Example) -> dict[str, Any]:
    rows = example["inputs"]["input"]
    shares = probabilities(rows)
    return {
        "window_sums": sums(rows),
        "probabilities_reduced": [[str(share) for share in row] for row in shares],
        "probabilities": [[round(float(share), 10) for share in row] for row in shares],
    }


@route("stochastic_pooling_sample")
def _(example: Example) -> dict[str, Any]:
    """A value may come from several places of its window; the windows are drawn one by one."""
    rows, sample = example["inputs"]["input"], example["expected"]["example_sample"]
    shares, joint = probabilities(rows), Fraction(1)
    for y, x in ((y, x) for y in range(2) for x in range(2)):
        places = [(2 * y + dy, 2 * x + dx) for dy in range(2) for dx in range(2)]
        joint *= sum(shares[i][j] for i, j in places if rows[i][j] == sample[y][x])
    return {"example_sample": sample, "sample_is_possible": joint > 0, "joint_probability": str(joint)}


@route("stochastic_pooling_test_time")
def _(example: Example) -> dict[str, Any]:
    """Σ p·a is Σ a² / Σ a."""
    rows = example["inputs"]["input"]
    squares = sums([[value**2 for value in row] for row in rows])
    means = [[Fraction(a, b) for a, b in zip(*pair, strict=True)] for pair in zip(squares, sums(rows), strict=True)]
    return {
        "output": [[str(mean) for mean in row] for row in means],
        "output_float": [[round(float(mean), 10) for mean in row] for row in means],
    }


def normalised(batch: Tensor, eps: float, **state: Any) -> tuple[Tensor, Tensor, Tensor]:
    """Give what batch normalisation makes of a batch in training, and the batch's mean and biased variance."""
    made = network(Series(layer=BatchNorm(eps, momentum=1.0)), tuple(batch.shape[1:]), **state).train()
    output, norm, n = made(batch), made.get_submodule("layer"), len(batch)
    return output, norm.running_mean, norm.running_var * (n - 1) / n


@route("batchnorm_three_values")
def _(example: Example) -> dict[str, Any]:
    x = torch.tensor(example["inputs"]["x"], dtype=torch.double)
    x_hat, mean, variance = normalised(x[:, None], example["inputs"]["eps"])
    return {"mean": float(mean), "variance": float(variance), "x_hat": x_hat[:, 0].tolist()}


@route("batchnorm_batch_gamma_beta")
def _(example: Example) -> dict[str, Any]:
    given = example["inputs"]
    x = torch.tensor(given["x"], dtype=torch.double)
    y, mean, variance = normalised(x, given["eps"], weight=given["gamma"], bias=given["beta"])
    return {"mean": mean.tolist(), "variance": variance.tolist(), "y": y.tolist()}


@route("batchnorm_can_undo_itself")
def _(example: Example) -> dict[str, Any]:
    """Torch takes no eps of 0 in training: one that is lost in the digits stands for it."""
    x = torch.tensor([[0.3, -7.0], [4.0, 1.5], [2.5, 9.0]], dtype=torch.double)
    eps = example["inputs"]["eps"] or 1e-15
    _, mean, variance = normalised(x, eps)
    y, *_ = normalised(x, eps, weight=variance.sqrt().tolist(), bias=mean.tolist())
    return {"y": "x" if torch.allclose(y, x) else str(y)}


@route("batchnorm_hadamard_not_matmul")
def _(example: Example) -> dict[str, Any]:
    one, other = (torch.tensor([example["inputs"][name]]) for name in ("gamma", "x"))
    both = network(Branches(a=Identity(), b=Identity(), join="multiply"), (2, 2))
    return {"hadamard": both.run({"a": one, "b": other}, ["multiply"])["multiply"][0].tolist()}


@route("batchnorm_params_per_channel")
def _(example: Example) -> dict[str, Any]:
    norm = network(Series(layer=BatchNorm()), (example["inputs"]["channels"], 8, 8)).get_submodule("layer")
    return {
        "trainable": sum(p.numel() for p in norm.parameters()),
        "running_statistics_not_trainable": norm.running_mean.numel() + norm.running_var.numel(),
    }


@route("dropout_keep_probability")
def _(example: Example) -> dict[str, Any]:
    """Training scales what is kept; the form of the slide scales at test time instead, by the inverse."""
    made = network(Dropout(1 - example["inputs"]["p_keep"]), (1000,)).train()
    scale = float(made(torch.ones(4, 1000)).max())
    return {"expected_scale_at_test": 1 / scale, "inverted_scale_at_train": scale}


@route("resnet_zero_weights_identity")
def _(example: Example) -> dict[str, Any]:
    given = example["inputs"]
    block = Series(Branches(Linear(3), Series(), join="add"), ReLU())
    made = network(block, (3,))
    for parameter in made.parameters():
        parameter.fill_(given["W"])
    return {"output": made(torch.tensor([given["a"]], dtype=torch.double))[0].tolist()}


@route("highway_gate")
def _(example: Example) -> dict[str, Any]:
    x, h, t = (torch.tensor([example["inputs"][name]]) for name in ("x", "H", "T"))
    made = network(highway(Linear(2)), (2,))
    return {"y": made.run({INPUT: x, "relu": h, "sigmoid": t}, ["add"])["add"][0].tolist()}


@route("max_pool_over_time")
def _(example: Example) -> dict[str, Any]:
    maps = torch.tensor([example["inputs"]["feature_maps"]])
    return {"output": network(GlobalMaxPool(), (2, 5))(maps).flatten().tolist()}


@route("spiking_lif_update")
def _(example: Example) -> dict[str, Any]:
    """The spikes are the layer's; the potential before each is worked out from those before it."""
    given = example["inputs"]
    current, beta, threshold = given["input_current"], given["beta"], given["threshold"]
    made = network(LIF(beta, threshold), (1, len(current)))
    fired = made(torch.tensor([[current]], dtype=torch.double)).flatten().tolist()
    potential, trace = 0.0, []
    for x, spike in zip(current, fired, strict=True):
        potential = beta * potential + x
        trace.append([potential, spike])
        potential -= threshold * spike
    return {"trace_membrane_before_reset_and_spike": trace}

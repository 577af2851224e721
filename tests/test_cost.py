"""Costs and memory: by hand, against torch's counter, and against a run that watches its tensors."""

import gc
import weakref

import pytest
import torch
from torch.utils.flop_counter import FlopCounterMode

import explorer
from explorer import cost
from explorer.cost import Counting, total
from explorer.layers import BatchNorm, Conv, Flatten, Linear, MaxPool, ReLU
from explorer.lower import lower
from explorer.memory import memory
from explorer.network import Network
from explorer.spec import Branches, Series

TINY = Series(conv=Conv(4, 3), bn=BatchNorm(), act=ReLU(), pool=MaxPool(2), flatten=Flatten(), fc=Linear(10))


def test_a_tiny_network_by_hand():
    graph = lower(TINY, (2, 6, 6))
    figures = {n.name: (cost.weights(n), cost.biases(n), cost.mult_adds(n), cost.activations(n)) for n in graph}
    assert figures == {
        "conv": (4 * 2 * 9, 4, 16 * 72, 64),
        "bn": (4, 4, 0, 64),
        "act": (0, 0, 0, 64),
        "pool": (0, 0, 0, 16),
        "flatten": (0, 0, 0, 16),
        "fc": (160, 10, 160, 10),
    }


@pytest.mark.parametrize(
    ("counting", "expected"),
    [
        (Counting(), 1152 + 160),
        (Counting(bias=True), 1152 + 64 + 160 + 10),
        (Counting(normalisation=True), 1152 + 64 + 160),
        (Counting(pooling=True), 1152 + 160 + 16 * 4),
        (Counting(bias=True, normalisation=True, pooling=True, factor=2), 2 * (1152 + 64 + 160 + 10 + 64 + 64)),
    ],
)
def test_other_conventions_by_hand(counting, expected):
    assert total(lower(TINY, (2, 6, 6)), counting) == expected


def test_a_convention_names_itself():
    assert str(Counting()) == "mult-adds of convolutions and linear layers"
    assert str(Counting(bias=True, factor=2)) == "2 × (mult-adds of convolutions and linear layers + bias)"


@pytest.mark.parametrize("shape", [(4, 12), (4, 12, 10), (4, 6, 7, 8)], ids=["1-D", "2-D", "3-D"])
def test_mult_adds_are_half_of_torchs_flops(shape):
    graph = lower(
        Series(Conv(8, 3, 2, 1, groups=2), ReLU(), Conv(6, 3, dilation=2, padding=2), Flatten(), Linear(5)), shape
    )
    with torch.device("meta"), FlopCounterMode(display=False) as counter:
        Network(graph)(torch.empty(1, *shape))
    assert total(graph, cost.mult_adds) == counter.get_total_flops() // 2


def test_memory_by_hand():
    graph = lower(TINY, (2, 6, 6))
    found = memory(graph)
    assert found.parameters == 4 * (72 + 4 + 8 + 170)
    assert found.activations == 4 * (72 + 64 * 3 + 16 + 16 + 10)
    assert (found.peak_activations, found.peak_node) == (4 * (72 + 64), "conv")
    assert memory(graph, "float16").activations == found.activations // 2


def test_a_shortcut_stays_in_memory():
    body = Series(a=Conv(3, 1), b=ReLU(), c=ReLU())
    assert memory(lower(body, (3, 4, 4))).peak_activations == 4 * 2 * 48
    assert memory(lower(Branches(("", body), Series(), join="add"), (3, 4, 4))).peak_activations == 4 * 3 * 48


def _watched_peak(network: Network, x: torch.Tensor) -> int:
    """Run a network and give the most elements that its values held at any moment."""
    alive: dict[int, int] = {}
    peak = 0

    def watch(module: torch.nn.Module, inputs: tuple[torch.Tensor, ...], output: torch.Tensor) -> torch.Tensor:
        nonlocal peak
        fresh = output.clone() if any(output.data_ptr() == each.data_ptr() for each in inputs) else output
        alive[id(fresh)] = fresh.numel()
        weakref.finalize(fresh, alive.pop, id(fresh))
        peak = max(peak, sum(alive.values()))
        return fresh

    for node in network.graph:
        network.get_submodule(node.name).register_forward_hook(watch)
    with torch.no_grad():
        network(x)
    gc.collect()
    return peak + x.numel()


@pytest.mark.parametrize("id", ["lenet5", "vgg11", "resnet18", "googlenet"])
def test_the_peak_is_what_a_run_holds(id):
    """The run keeps its input to the end, ours lets it go after its last reader: it is added back."""
    graph = lower(explorer.get(id, num_classes=10), (1, 32, 32) if id == "lenet5" else (3, 64, 64))
    ours = memory(graph, "int8")
    watched = _watched_peak(Network(graph).eval(), torch.zeros(1, *graph.input_shape))
    held = (
        0
        if ours.peak_node in graph.readers["input"]
        else graph.input_shape[0] * graph.input_shape[1] * graph.input_shape[2]
    )
    assert ours.peak_activations + held == watched

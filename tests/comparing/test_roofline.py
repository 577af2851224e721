"""The roofline: bytes moved against those of real tensors, and the laws of the roof."""

from collections import Counter

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

import explorer
from explorer.comparing.roofline import VIEWS, Load, Roof, kind, loads, whole
from explorer.network import Network

rates = st.floats(1e3, 1e15)


@pytest.mark.parametrize("id", ["lenet5", "squeezenet1_1", "mobilenet_v2"])
@pytest.mark.parametrize("batch", [1, 3])
def test_bytes_moved_are_those_of_the_tensors_that_torch_reads_and_writes(id, batch):
    shape = (1, 32, 32) if id == "lenet5" else (3, 64, 64)
    graph = explorer.lower(explorer.get(id), shape)
    network, moved = Network(graph).eval().half(), {}

    def watched(name):
        module = network.module_of(name)

        def run(*inputs):
            output = module(*inputs)
            tensors = {id(t): t for t in inputs}.values()
            moved[name] = sum(t.nbytes for t in (*tensors, output, *module.parameters()))
            return output

        return run

    def id(tensor):
        return tensor.data_ptr()

    names = [node.name for node in graph]
    with torch.inference_mode():
        network.run({"input": torch.randn(batch, *shape).half()}, (graph.output,), {n: watched(n) for n in names})
    for found in loads(graph, batch, "float16"):
        is_view = isinstance(graph[found.name].layer, VIEWS)
        assert found.bytes == (0 if is_view else moved[found.name]), found.name


def test_mobilenet_is_made_of_depthwise_and_pointwise_convolutions():
    graph = explorer.lower(explorer.get("mobilenet_v1"))
    kinds = Counter(kind(node) for node in graph if node.type in ("Conv", "Linear"))
    assert kinds == {"convolution": 1, "depthwise convolution": 13, "1×1 convolution": 13, "linear": 1}
    assert Counter(map(kind, explorer.lower(explorer.get("resnext50_32x4d"))))["grouped convolution"] == 16


def test_a_depthwise_convolution_has_few_mult_adds_for_its_bytes():
    """By hand: 9 mult-adds an output; it reads and writes 4 bytes for each, where the map keeps its size."""
    found = {each.name: each for each in loads(explorer.lower(explorer.get("mobilenet_v1")))}
    depthwise, pointwise = found["blocks.1.1.conv_dw"], found["blocks.1.1.conv_pw"]
    assert depthwise.bytes == 4 * (2 * 128 * 56 * 56 + 9 * 128)
    assert depthwise.mult_adds == 9 * 128 * 56 * 56
    assert depthwise.intensity < 9 / 8 < pointwise.intensity / 10


def test_a_larger_batch_moves_the_weights_only_once():
    graph = explorer.lower(explorer.get("vgg11"))
    one, two = (whole("", loads(graph, batch)) for batch in (1, 2))
    assert two.mult_adds == 2 * one.mult_adds
    assert 2 * one.bytes - two.bytes == 4 * explorer.analyze("vgg11").params
    assert two.intensity > one.intensity


@given(rates, rates, st.integers(1, 10**12), st.integers(1, 10**9))
def test_no_load_is_quicker_than_the_roof_allows(mult_adds_per_s, bytes_per_s, mult_adds, moved):
    roof, load = Roof(mult_adds_per_s, bytes_per_s), Load("layer", "other", mult_adds, moved)
    least = roof.seconds(load)
    assert least >= mult_adds / mult_adds_per_s
    assert least >= moved / bytes_per_s
    assert load.mult_adds / least == pytest.approx(roof.rate(load.intensity))
    assert roof.rate(roof.ridge) == pytest.approx(mult_adds_per_s)

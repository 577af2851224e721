"""Batch norm after each convolution: torchvision's networks, and what is left alone."""

from math import prod

import pytest

import explorer
from explorer import blocks, cost
from explorer.layers import BatchNorm, Conv, Flatten, Linear, ReLU
from explorer.spec import Series, Side
from explorer.transforms import batch_norm
from tests.support import oracles
from tests.transforms.support import FAMILIES, changed, named

MAP = (8, 16, 16)


@pytest.mark.parametrize("depth", [11, 13, 16, 19])
def test_vgg_with_batch_norm_is_torchvisions(depth):
    """Theirs keeps the useless biases; without them there is one parameter less for each map."""
    plain = explorer.get(f"vgg{depth}")
    theirs = sum(p.numel() for p in oracles.on_meta(f"vgg{depth}_bn").parameters())
    kept, bare = (
        explorer.analyze(batch_norm(plain, keep_biases=keep), plain.input_shape).params for keep in (True, False)
    )
    maps = sum(node.shape[0] for node in explorer.lower(plain) if node.type == "Conv")
    assert (kept, bare) == (theirs, theirs - maps)


def test_bn_inception_loses_the_biases_that_its_note_speaks_of():
    network = explorer.get("bn_inception")
    before, after = explorer.analyze(network), explorer.analyze(batch_norm(network), network.input_shape)
    assert before.params - after.params == 10_016
    with pytest.raises(explorer.ExplorerError, match="no place for a batch norm"):
        batch_norm(network, keep_biases=True)


@pytest.mark.parametrize("architecture", FAMILIES, ids=named)
def test_what_is_added_is_a_norm_for_each_convolution(architecture):
    found = changed("batch-norm", architecture)
    if not found:
        return
    new = [node for node in found.after if node.name not in found.before.index]
    assert {node.type for node in new} <= {"BatchNorm", "Conv"}
    norms = [node for node in new if node.type == "BatchNorm"]
    convs = [found.after[node.inputs[0]] for node in norms]
    assert all(isinstance(conv.layer, Conv) and prod(conv.shape[1:]) > 1 for conv in convs)
    biases = sum(node.layer.bias * node.shape[0] for node in found.before if isinstance(node.layer, Conv))
    left = sum(node.layer.bias * node.shape[0] for node in found.after if isinstance(node.layer, Conv))
    added = cost.total(found.after, cost.params) - cost.total(found.before, cost.params)
    assert added == sum(2 * node.shape[0] for node in norms) - (biases - left)
    assert cost.total(found.after, cost.mult_adds) == cost.total(found.before, cost.mult_adds)


def test_the_output_gates_and_what_is_normed_later_stay():
    spec = Series(
        conv=Conv(8, 3, padding=1),
        relu=ReLU(),
        gate=blocks.squeeze_excitation(8, 2),
        dense=blocks.dense_layer(4),
        norm=BatchNorm(),
        aux=Side(Series(Conv(4), ReLU(), Flatten(), Linear(2))),
        last=Conv(3),
    )
    graph = explorer.lower(batch_norm(spec, MAP), MAP)
    old = explorer.lower(spec, MAP)
    assert [name for name in graph.index if name not in old.index] == ["bn_conv", "aux.bn_0"]
    assert not graph["conv"].layer.bias
    assert graph["last"].layer.bias


def test_a_single_convolution_of_a_branch_becomes_a_series():
    graph = explorer.lower(
        batch_norm(Series(blocks.Branches(a=Conv(8), b=Conv(8), join="add"), ReLU(), Conv(2)), MAP), MAP
    )
    assert list(graph.index)[:4] == ["0.a.conv", "0.a.bn", "0.b.conv", "0.b.bn"]

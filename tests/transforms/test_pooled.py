"""Other pooling and other activations: what changes, and that the rest does not."""

import pytest
import torch

import explorer
from explorer import cost
from explorer.layers import GELU, AvgPool, Conv, MaxPool, ReLU, Sigmoid
from explorer.network import Network
from explorer.shapes import per_axis
from explorer.spec import Series
from explorer.transforms import activation, all_convolutional, average_pooling
from tests.transforms.support import FAMILIES, changed, named

networks = pytest.mark.parametrize("architecture", FAMILIES, ids=named)


@networks
@pytest.mark.parametrize("id", ["average-pooling", "activation"])
def test_nothing_that_is_counted_changes(id, architecture):
    found = changed(id, architecture)
    if found:
        pairs = list(zip(found.before, found.after, strict=True))
        assert all(one._replace(layer=other.layer) == other for one, other in pairs)
        assert any(one != other for one, other in pairs)
        assert not any(node.type in ("MaxPool", "GlobalMaxPool") for node in found.after if id == "average-pooling")
        assert not any(isinstance(node.layer, ReLU) for node in found.after if id == "activation")


@networks
def test_a_pooling_becomes_a_convolution_of_its_window(architecture):
    found = changed("all-convolutional", architecture)
    pools = [
        n for n in explorer.lower(architecture) if isinstance(n.layer, MaxPool | AvgPool) and n.shape[1:] != (1, 1)
    ]
    halving = [n for n in pools if n.input_shapes[0][1:] != n.shape[1:] and n.layer.kernel_size != 1]
    assert bool(found) == bool(halving)
    if not found:
        return
    normed = any(node.type == "BatchNorm" for node in found.before)
    params = mult_adds = 0
    for node in halving:
        maps, taps = node.shape[0], 1
        for k in per_axis(node.layer.kernel_size, len(node.shape) - 1):
            taps *= k
        params += maps * maps * taps + maps * (2 if normed else 1)
        mult_adds += maps * maps * taps * cost.positions(node)
        assert found.after[f"{node.name}.relu"].shape == node.shape
    assert cost.total(found.after, cost.params) - cost.total(found.before, cost.params) == params
    assert cost.total(found.after, cost.mult_adds) - cost.total(found.before, cost.mult_adds) == mult_adds


def test_windows_that_hang_over_are_padded():
    """Googlenet pools 112 → 56 by ceil_mode; a convolution needs a column of zeros for that."""
    network = explorer.get("googlenet")
    graph = explorer.lower(all_convolutional(network), network.input_shape)
    assert graph["maxpool1.pad"].shape == (64, 113, 113)
    assert graph["maxpool1.conv"].shape == (64, 56, 56)


def test_the_mean_leaves_the_padding_out():
    spec = average_pooling(Series(MaxPool(3, stride=1, padding=1)), (1, 4, 4))
    network = Network(explorer.lower(spec, (1, 4, 4))).eval()
    ones = torch.ones(1, 1, 4, 4)
    assert torch.equal(network(ones), ones)


def test_gates_keep_their_sigmoid():
    graph = explorer.lower(activation(explorer.get("se_resnet50"), to="GELU"), (3, 224, 224))
    kinds = {type(node.layer) for node in graph}
    assert Sigmoid in kinds
    assert GELU in kinds
    assert ReLU not in kinds


@pytest.mark.parametrize(
    ("change", "fields", "words"),
    [
        (average_pooling, {}, "average_pooling: the network has no max pooling; allowed: a network with max pooling"),
        (all_convolutional, {}, "all_convolutional: the network has no pooling that halves its maps; allowed"),
        (activation, {"to": "ReLU"}, "activation: the network has no ReLU or kin that is not ReLU already; allowed"),
        (activation, {"to": "Softmax"}, "activation: to is 'Softmax'; allowed: ReLU, ReLU6"),
    ],
)
def test_what_cannot_be_done_gets_one_sentence(change, fields, words):
    with pytest.raises(explorer.ExplorerError, match=words):
        change(Series(Conv(8, 3), ReLU()), (3, 8, 8), **fields)

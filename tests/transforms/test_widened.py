"""The width multiplier: the zoo's own α and k, and that everything still fits."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import explorer
from explorer import blocks, cost
from explorer.graph import check
from explorer.layers import Conv, Flatten, GlobalAvgPool, Linear, ReLU
from explorer.spec import Branches, Series
from explorer.transforms import squeeze_excitation, width
from tests.transforms.support import FAMILIES, named

MAP = (8, 16, 16)
MORE = [explorer.get(id) for id in ("inception_resnet_v1", "se_resnext50_32x4d", "nasnet_a_mobile", "mobilenet_v2")]


@pytest.mark.parametrize("alpha", [0.25, 0.35, 0.5, 0.75])
def test_mobilenet_narrowed_is_the_zoos(alpha):
    known = explorer.get("mobilenet_v1", alpha=alpha)
    found = explorer.lower(width(explorer.get("mobilenet_v1"), alpha=alpha), known.input_shape, name="mobilenet_v1")
    assert found == explorer.lower(known)


def test_densenet_widened_is_that_of_twice_the_growth_rate():
    known = explorer.get("densenet_cifar", growth_rate=24)
    found = width(explorer.get("densenet_cifar", growth_rate=12), alpha=2.0)
    assert explorer.lower(found, known.input_shape, name=known.id) == explorer.lower(known)


@pytest.mark.parametrize("architecture", FAMILIES + MORE, ids=named)
def test_doubled_every_hidden_value_is_twice_as_wide(architecture):
    """So a layer costs fourfold, twofold where it reads the image or gives the output, or keeps maps apart."""
    before = explorer.lower(architecture)
    after = check(explorer.lower(width(architecture, alpha=2.0), architecture.input_shape))
    assert list(after.index) == list(before.index)
    times = {node.name: after[node.name].shape[0] / node.shape[0] for node in before} | {"input": 1.0}
    assert set(times.values()) == {1.0, 2.0}
    assert times[before.output] == 1
    for node in before:
        if isinstance(node.layer, Conv | Linear):
            came, gone = times[node.inputs[0]], times[node.name]
            apart = isinstance(node.layer, Conv) and node.layer.groups == node.input_shapes[0][0] == node.shape[0] > 1
            assert cost.mult_adds(after[node.name]) == cost.mult_adds(node) * gone * (1 if apart else came)


@settings(max_examples=12, deadline=None)
@given(alpha=st.floats(0.05, 3.0), multiple=st.sampled_from([1, 8]), network=st.sampled_from(FAMILIES + MORE))
def test_at_any_width_everything_fits(alpha, multiple, network):
    after = explorer.lower(width(network, alpha=alpha, multiple=multiple), network.input_shape)
    assert after.output_shape == explorer.lower(network).output_shape


def test_at_width_one_nothing_changes():
    for network in FAMILIES:
        assert width(network, alpha=1.0) == network.spec


def test_widths_follow_what_they_are_added_to_and_gated_by():
    """A concatenation of rounded widths leads; the residual and the gate follow."""
    module = Branches(a=Conv(5), b=Conv(5), c=Conv(5), join="concat")
    spec = Series(module, Branches(Series(), Conv(15, 3, padding=1), join="add"), ReLU(), GlobalAvgPool(), Flatten())
    graph = explorer.lower(width(Series(*spec.children, fc=Linear(3)), MAP, alpha=0.5), MAP)
    assert [graph[name].shape[0] for name in ("0.a", "0.concat", "1.1", "1.add", "fc")] == [2, 6, 6, 6, 3]
    gated = squeeze_excitation(Series(module, ReLU(), GlobalAvgPool(), Flatten(), fc=Linear(3)), MAP, ratio=3)
    graph = explorer.lower(width(gated, MAP, alpha=0.5), MAP)
    assert [graph[name].shape[0] for name in ("0.se_module.fc1", "0.se_module.fc2", "0.concat")] == [2, 6, 6]


def test_groups_stay_and_widths_are_their_multiples():
    spec = Series(Conv(24), Conv(24, 3, groups=8), Conv(24, 3, groups=24), Conv(2))
    graph = explorer.lower(width(spec, MAP, alpha=0.5), MAP)
    assert [(node.shape[0], node.layer.groups) for node in graph] == [(8, 1), (8, 8), (8, 8), (2, 1)]


@pytest.mark.parametrize(
    ("spec", "fields", "words"),
    [
        (Series(Conv(8), ReLU()), {}, "width: the network has no layer but those that give the output; allowed"),
        (Series(Conv(8), Conv(8)), {"alpha": 0}, "alpha is 0, multiple 1; allowed: alpha above 0"),
        (Series(Conv(8), Conv(8)), {"alpha": float("nan")}, "alpha is nan"),
        (
            Series(Branches(a=Conv(3), b=Conv(5), join="concat"), Conv(8, 3, groups=4), Conv(2)),
            {"alpha": 1.5},
            "4 groups do not divide 11 channels",
        ),
        (
            Series(
                Branches(
                    Branches(Conv(3), Conv(3), join="concat"), Branches(Conv(2), Conv(4), join="concat"), join="add"
                ),
                Conv(2),
            ),
            {"alpha": 0.5},
            "rounded widths give 2 and 3 channels, which do not fit together; allowed: others",
        ),
    ],
)
def test_what_does_not_fit_gets_one_sentence(spec, fields, words):
    with pytest.raises(explorer.ExplorerError, match=words):
        width(spec, MAP, **fields)


def test_a_block_alone_keeps_its_output():
    graph = explorer.lower(width(blocks.bottleneck(8, 1), (32, 16, 16), alpha=2.0), (32, 16, 16))
    assert graph.output_shape == (32, 16, 16)
    assert graph["conv1"].shape[0] == 16


def test_the_input_stays_and_so_does_what_is_added_to_it():
    spec = Series(
        Branches(Series(), Conv(8, 3, padding=1), join="add"), Branches(Series(), Conv(4), join="concat"), Conv(2)
    )
    graph = explorer.lower(width(spec, MAP, alpha=0.5), MAP)
    assert [node.shape[0] for node in graph] == [8, 8, 2, 10, 2]


def test_a_gate_of_a_single_map_stays_one():
    gate = Branches(Series(), Series(Conv(1), ReLU()), join="multiply")
    graph = explorer.lower(width(Series(Conv(8), gate, Conv(2)), MAP, alpha=4.0), MAP)
    assert [node.shape[0] for node in graph] == [32, 1, 1, 32, 2]

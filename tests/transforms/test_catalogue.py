"""The contract of a transformation: on each network of the zoo a sound network, or one sentence."""

import pytest
import torch
from torch.utils.flop_counter import FlopCounterMode

import explorer
from explorer import cost
from explorer.errors import ExplorerError
from explorer.graph import INPUT, check
from explorer.network import Network
from explorer.text import dump, load
from explorer.transforms import TRANSFORMATIONS, find, read
from explorer.transforms.catalogue import EXAMPLE
from tests.transforms.support import FAMILIES, ZOO, changed, named

TURNED_ROUND = ("pre-activation",)
"""Transformations that give norms and activations other places."""
NEW_END = ("gap-head",)

everything = pytest.mark.parametrize("transformation", TRANSFORMATIONS, ids=named)
whole_zoo = pytest.mark.parametrize("architecture", ZOO, ids=named)


@whole_zoo
@everything
def test_a_sound_network_or_one_sentence(transformation, architecture):
    found = changed(transformation.id, architecture)
    if found is None:
        with pytest.raises(ExplorerError, match="; allowed: ") as error:
            transformation.apply(architecture.spec, architecture.input_shape)
        assert "\n" not in str(error.value)
        return
    before, after = found.before, check(found.after)
    assert after.output_shape == before.output_shape
    assert [after.shape_of(name) for name in after.sides] == [before.shape_of(name) for name in before.sides]
    if transformation.id not in TURNED_ROUND + NEW_END:
        gone = {node.name for node in before} - {node.name for node in after}
        assert gone <= {name.rpartition(".")[0] for name in after.index}, "what was there is there, or its parts are"
    if transformation.id != "width":
        twice_is_once(transformation, found.spec, architecture.input_shape)


def twice_is_once(transformation, spec, input_shape):
    """Apply again: it finds no place, or changes nothing. Only widths can be multiplied again and again."""
    if transformation.id == "squeeze-excitation":
        assert transformation.apply(spec, input_shape) == spec
    else:
        with pytest.raises(ExplorerError, match="the network has"):
            transformation.apply(spec, input_shape)


@everything
@pytest.mark.parametrize("architecture", FAMILIES, ids=named)
def test_what_comes_of_it_can_be_written_and_read(transformation, architecture):
    found = changed(transformation.id, architecture)
    if found:
        assert load(dump(found.spec, architecture.input_shape)).spec == found.spec


@everything
@pytest.mark.parametrize("architecture", FAMILIES, ids=named)
def test_torch_computes_the_same_shapes_and_costs(transformation, architecture):
    found = changed(transformation.id, architecture)
    if found is None:
        return
    graph = found.after
    with torch.device("meta"):
        network, given = Network(graph).eval(), {INPUT: torch.empty(2, *graph.input_shape)}
    with FlopCounterMode(display=False) as counter:
        computed = network.run(given, [node.name for node in graph])
    assert {name: tuple(value.shape) for name, value in computed.items()} == {n.name: (2, *n.shape) for n in graph}
    assert counter.get_total_flops() == 2 * 2 * cost.total(graph, cost.mult_adds)
    assert sum(p.numel() for p in network.parameters()) == cost.total(graph, cost.params)


def test_which_networks_are_refused():
    """Every transformation takes some family, and all but the multiplier leave some out."""
    counts = {each.id: sum(changed(each.id, network) is not None for network in FAMILIES) for each in TRANSFORMATIONS}
    assert counts.pop("width") == len(FAMILIES)
    assert all(0 < count < len(FAMILIES) for count in counts.values()), counts
    assert [each.id for each in TRANSFORMATIONS if changed(each.id, explorer.get("mlp"))] == ["width", "activation"]


def test_records_are_complete():
    ids = [each.id for each in TRANSFORMATIONS]
    assert len(set(ids)) == len(ids)
    for each in TRANSFORMATIONS:
        assert each.name
        assert each.help.endswith(".")
        assert each.url.startswith("https://")
        assert any(year in each.paper for year in map(str, range(1990, 2025)))
        assert find(each.id) is each
        for field in each.fields:
            assert field.help
            assert field.read(field.default) == field.default


def test_every_choice_of_every_field_is_taken_by_some_network():
    networks = [explorer.get(id) for id in ("resnet50", "googlenet", "vgg16", "alexnet", "efficientnet_b0")]
    for each in TRANSFORMATIONS:
        for field in each.fields:
            for choice in field.choices:
                assert any(changed(each.id, network, **{field.name: choice}) for network in networks), (each.id, choice)


def test_reading_one_from_a_command_line():
    transformation, fields = read(EXAMPLE)
    assert (transformation.id, fields) == ("squeeze-excitation", {"ratio": 8, "placement": "first"})
    _, fields = read("depthwise-separable:keep_first=false:between=nothing")
    assert fields == {"between": "nothing", "keep_first": False}


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("squeeze", "there is no transformation 'squeeze'; allowed: squeeze-excitation"),
        ("zzz", "there is no transformation 'zzz'; allowed: squeeze-excitation, stacked-3x3"),
        ("width:alpha", "'alpha' sets no field; allowed: field=value, such as squeeze-excitation:ratio=8"),
        ("width:beta=2", "width has no field 'beta'; allowed: alpha, multiple"),
        ("gap-head:alpha=2", "gap-head has no field 'alpha'; allowed: none"),
        ("width:alpha=0", "alpha is '0'; allowed: a number from 0.05 to 8"),
        ("squeeze-excitation:ratio=1.5", "ratio is '1.5'; allowed: a whole number from 1 to 64"),
        ("squeeze-excitation:placement=here", "allowed: first, residual, module, convolution, stage"),
    ],
)
def test_what_cannot_be_read_gets_one_sentence(text, words):
    with pytest.raises(ExplorerError, match=words):
        read(text)

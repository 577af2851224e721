"""The bill of a change, held against known figures."""

import pytest

import explorer
from explorer.layers import Linear
from explorer.transforms import squeeze_excitation, with_gap_head
from explorer.transforms.bill import bill, last_map, table

VGG16 = explorer.get("vgg16")


def items(before, after):
    return {item.key: item for item in bill(before, after)}


def test_the_head_of_vgg16():
    """138 million parameters become 15 million: 14,714,688 of the convolutions, and 513·1000."""
    found = items(explorer.analyze(VGG16), explorer.analyze(with_gap_head(VGG16), VGG16.input_shape))
    params = found["params"]
    assert (params.before, params.after, params.difference) == (138_357_544, 15_227_688, -123_129_856)
    assert params.ratio == pytest.approx(0.11006, abs=1e-5)
    assert (found["depth"].before, found["depth"].after) == (16, 14)
    assert (found["receptive_field"].before, found["receptive_field"].after) == (212, 196)


def test_gates_do_not_count_in_the_receptive_field():
    network = explorer.get("resnet18")
    found = items(explorer.analyze(network), explorer.analyze(squeeze_excitation(network), network.input_shape))
    assert found["receptive_field"].difference == 0
    assert found["params"].difference > 0


def test_what_cannot_be_said_stays_empty():
    vector = explorer.analyze(Linear(2), (3,))
    reach = items(vector, vector)["receptive_field"]
    assert (reach.before, reach.difference, reach.ratio) == (None, None, None)
    assert last_map(vector.graph) is None
    assert items(vector, vector)["activations"].ratio == 1


def test_as_a_table():
    report = explorer.analyze("lenet5")
    lines = table(bill(report, report), "LeNet-5", "the same").to_csv().splitlines()
    assert lines[0] == "Figure,Before,After,Difference,Ratio"
    assert lines[1] == "Parameters,61706,61706,0,1.0"
    assert table(bill(report, report), "LeNet-5", "the same").caption == "LeNet-5 → the same"

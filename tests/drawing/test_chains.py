"""The convolutions of a block, as papers list them."""

import pytest

import explorer
from explorer.drawing.chains import chain, links
from explorer.layers import BatchNorm, Conv, GlobalAvgPool, ReLU, Sigmoid
from explorer.spec import Branches, Series


def kernels(spec, shape=(8, 9, 9)):
    found = chain(explorer.lower(spec, shape).nodes)
    return None if found is None else [(node.layer.kernel_size, node.shape[0]) for node in found]


BODY = Series(Conv(4), BatchNorm(), ReLU(), Conv(8, 3, padding=1))


def test_of_a_sum_the_longer_way_counts():
    assert kernels(Branches(BODY, Series(), join="add")) == [(1, 4), (3, 8)]
    assert kernels(Branches(Conv(8), BODY, join="add")) == [(1, 4), (3, 8)]


def test_of_a_product_the_map_counts_and_not_its_gate():
    gate = Series(GlobalAvgPool(), Conv(2), Conv(4), Conv(8), Sigmoid())
    assert kernels(Series(body=BODY, gated=Branches(Series(), gate, join="multiply"))) == [(1, 4), (3, 8)]


def test_branches_side_by_side_are_no_chain():
    assert kernels(Branches(BODY, Conv(2), join="concat")) is None
    assert kernels(Series(Branches(BODY, Conv(2), join="concat"), Conv(4))) is None
    assert kernels(Branches(Series(), BODY, join="concat")) == [(1, 4), (3, 8)]  # DenseNet's layer


@pytest.mark.parametrize(
    ("between", "sizes"),
    [(Series(), [2, 2]), (BatchNorm(), [1, 1, 1, 1]), (ReLU(), [1, 1, 1, 1])],
)
def test_a_separable_convolution_has_nothing_in_between(between, sizes):
    half = Series(Conv(8, 3, padding=1, groups=8), between, Conv(8))
    nodes = chain(explorer.lower(Series(half, half), (8, 9, 9)).nodes)
    assert [len(link) for link in links(nodes)] == sizes

"""NASNet-A: what is not in the reference figures."""

import pytest

import explorer
from explorer import cost


@pytest.mark.parametrize(("id", "channels", "size"), [("nasnet_a_mobile", 528, 4), ("nasnet_a_large", 2016, 6)])
def test_the_auxiliary_head_by_hand(id, channels, size):
    """5×5 pooling with stride 3, 1×1 to 128, one convolution over the whole map to 768, a linear layer."""
    without, with_head = (explorer.lower(explorer.get(id, aux_heads=aux)) for aux in (False, True))
    weights = [channels * 128, 128 * size * size * 768, 768 * 1000]
    added = sum(weights) + 2 * 128 + 2 * 768 + 1000
    assert cost.total(with_head, cost.params) - cost.total(without, cost.params) == added
    work = weights[0] * size * size + weights[1] + weights[2]
    assert cost.total(with_head, cost.mult_adds) - cost.total(without, cost.mult_adds) == work
    assert with_head.sides == ("aux_head.fc",)


def test_padding_that_just_suffices_is_what_the_paper_counts():
    """564 M mult-adds in the paper; the port that pads more and cuts off needs 568 M."""
    counts = [
        cost.total(explorer.lower(explorer.get("nasnet_a_mobile", padding=p)), cost.mult_adds) for p in ("same", "cut")
    ]
    assert [round(count / 1e6) for count in counts] == [564, 568]


def test_a_cell_reads_the_outputs_of_the_last_two():
    """Only in the large network the cell after a reduction reads what the reduction read as the one before."""
    mobile, large = (explorer.lower(explorer.get(f"nasnet_a_{size}")) for size in ("mobile", "large"))
    assert mobile["cell_6.conv_1x1.act"].inputs == large["cell_6.conv_1x1.act"].inputs == ("reduction_cell_0.concat",)
    assert mobile["cell_6.act"].inputs == ("cell_3.concat",)
    assert large["cell_6.act"].inputs == ("cell_4.concat",)
    assert mobile["cell_7.conv_prev_1x1.act"].inputs == ("reduction_cell_0.concat",)


def test_repeated_cells_are_one_object():
    steps = explorer.get("nasnet_a_large").spec.children[0][1].steps
    assert len({id(step.spec) for step in steps if step.name in ("cell_2", "cell_3", "cell_4", "cell_5")}) == 1

"""Cells of NASNet's search space: each of them can be built, and costs what plain torch code for it costs."""

import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from torch import nn
from torch.utils.flop_counter import FlopCounterMode

import explorer
from explorer import cost
from explorer.graph import check
from explorer.layers import Conv
from explorer.network import Network
from explorer.search_space import BLOCKS, OPERATIONS, Block, CellDesign, Place, cell, random_cell
from explorer.spec import Cell, Series, Step
from explorer.text import dump, load
from explorer.zoo.nasnet import NORMAL, REDUCTION

seeds = st.integers(0, 10**9)
MAP = (12, 16, 16)


def alone(spec):
    """Feed a cell from one stem, so that it can be lowered: what comes in first has another number of channels."""
    steps = (Step("before", ("x",), Conv(6)), Step("last", ("x",), Conv(9)), Step("cell", ("last", "before"), spec))
    return Cell(("x",), steps, "cell")


class Plain:
    """The same cells as eager torch code: modules are made as values come by, so that channels are read off them."""

    def __init__(self):
        self.owned = []

    def unit(self, x, filters, kernel_size=(1, 1), stride=(1, 1), dilation=1, groups=1, norm=True):
        padding = tuple(dilation * (k // 2) for k in kernel_size)
        conv = nn.Conv2d(x.shape[1], filters, kernel_size, stride, padding, dilation, groups, bias=False)
        self.owned += [conv, nn.BatchNorm2d(filters)] if norm else [conv]
        return conv(x)

    def separable(self, x, filters, k, stride):
        for s in (stride, 1):
            x = self.unit(x, x.shape[1], (k, k), (s, s), groups=x.shape[1], norm=False)
            x = self.unit(x, filters)
        return x

    def apply(self, name, x, filters, s):
        size, _, kind = name.partition(" ")
        k = int(size[0]) if size[0].isdigit() else 1
        match kind:
            case "" if s == 1 and x.shape[1] == filters:
                return x
            case "" | "conv":
                return self.unit(x, filters, (k, k), (s, s))
            case "dilated conv":
                return self.unit(x, filters, (k, k), (s, s), dilation=2)
            case "separable":
                return self.separable(x, filters, k, s)
            case "avg pool" | "max pool":
                pool = nn.functional.avg_pool2d if kind == "avg pool" else nn.functional.max_pool2d
                x = pool(x, k, s, k // 2)
                return x if x.shape[1] == filters else self.unit(x, filters)
            case _:
                n = int(size[2])
                return self.unit(self.unit(x, filters, (1, n), (1, s)), filters, (n, 1), (s, 1))

    def halved(self, x, filters):
        first = self.unit(x[:, :, ::2, ::2], filters // 2, norm=False)
        second = self.unit(x[:, :, 1::2, 1::2], filters - filters // 2, norm=False)
        self.owned.append(nn.BatchNorm2d(filters))
        return torch.cat([first, second], 1)

    def cell(self, design, x, x_prev, filters, stride=1, previous="same"):
        values = {"h": self.unit(x, filters), "h_prev": x_prev}
        if previous != "raw":
            values["h_prev"] = (self.unit if previous == "same" else self.halved)(x_prev, filters)
        for position, block in enumerate(design.blocks):
            ends = [
                self.apply(name, values[state], filters, stride if state.startswith("h") else 1)
                for name, state in (block.left, block.right)
            ]
            values[str(position)] = torch.cat(ends, 1) if block.combine == "concat" else ends[0] + ends[1]
        smaller = {"h", "h_prev"} if stride == 2 else set()
        return torch.cat(
            [self.halved(values[s], filters) if s in smaller else values[s] for s in design.output], 1
        )  # fmt: skip

    @property
    def params(self):
        return sum(p.numel() for module in self.owned for p in module.parameters())


def counted(run):
    """Give output, parameters and mult-adds of plain torch code."""
    with torch.device("meta"), FlopCounterMode(display=False) as counter:
        plain = Plain()
        output = run(plain)
    return output, plain.params, counter.get_total_flops() // 2


@settings(max_examples=25, deadline=None)
@given(seeds, st.sampled_from([1, 2]), st.sampled_from(["same", "raw"]))
def test_a_random_cell_is_the_one_that_torch_computes(seed, stride, previous):
    design = random_cell(seed)
    graph = check(explorer.lower(alone(cell(design, 8, previous=previous, channels=6, stride=stride)), MAP))
    output, params, mult_adds = counted(
        lambda p: p.cell(design, torch.empty(1, 9, 16, 16), torch.empty(1, 6, 16, 16), 8, stride, previous)
    )
    own = [node for node in graph if node.name not in ("last", "before")]
    assert graph.output_shape == output.shape[1:]
    assert (sum(map(cost.params, own)), sum(map(cost.mult_adds, own))) == (params, mult_adds)
    with torch.device("meta"):
        assert Network(graph)(torch.empty(1, *MAP)).shape == (1, *graph.output_shape)


@settings(max_examples=10, deadline=None)
@given(st.integers(0, 10**6), st.integers(1, 3), st.integers(2, 9))
def test_a_random_network_is_sound(seed, repeats, filters):
    architecture = explorer.get("nasnet_random", seed=seed, repeats=repeats, filters=filters)
    graph = check(explorer.lower(architecture))
    assert graph.output_shape == (10,)
    assert load(dump(architecture.spec, architecture.input_shape)).spec == architecture.spec


@given(seeds, st.integers(1, 7))
def test_a_seed_gives_one_cell_of_the_paper_space(seed, blocks):
    design = random_cell(seed, blocks)
    assert design == random_cell(seed, blocks)
    assert len(design.blocks) == blocks
    known = {"h", "h_prev"}
    for position, block in enumerate(design.blocks):
        assert set(block.states) <= known
        assert {block.left[0], block.right[0]} <= set(OPERATIONS)
        known.add(str(position))
    read = {state for block in design.blocks for state in block.states}
    assert set(design.output) == known - read


def test_seeds_give_different_cells_and_use_everything():
    designs = {random_cell(seed) for seed in range(200)}
    assert len(designs) == 200
    blocks = [block for design in designs for block in design.blocks]
    assert {end[0] for block in blocks for end in (block.left, block.right)} == set(OPERATIONS)
    assert {block.combine for block in blocks} == {"add", "concat"}
    assert len(OPERATIONS) == 13


def test_the_cells_of_nasnet_a_lie_in_the_space():
    for design in (NORMAL, REDUCTION):
        assert len(design.blocks) == BLOCKS
        assert {end[0] for b in design.blocks for end in (b.left, b.right)} <= set(OPERATIONS)
    graph = explorer.lower(alone(cell(NORMAL, 8)), MAP)
    assert graph.output_shape == (6 * 8, 16, 16)
    assert explorer.lower(alone(cell(REDUCTION, 8, stride=2)), MAP).output_shape == (4 * 8, 8, 8)


def test_both_paddings_of_a_strided_map_of_even_size_compute_the_same():
    torch.manual_seed(0)
    for name in ("3x3 separable", "5x5 separable", "7x7 separable", "3x3 max pool"):
        same, cut = (
            Network(explorer.lower(Series(op=OPERATIONS[name](Place(4, 4, 2, True, padding))), (4, 10, 10))).eval()
            for padding in ("same", "cut")
        )
        cut.load_state_dict(same.state_dict())
        images = torch.randn(2, 4, 10, 10)
        torch.testing.assert_close(same(images), cut(images))
        assert same(images).shape == (2, 4, 5, 5)


def test_one_halving_path_sees_the_other_pixels():
    """Factorized reduction: the first half of the filters sees the even pixels, the second the odd ones."""
    design = CellDesign((Block(("identity", "h_prev"), ("identity", "h")),), ("0",))
    graph = explorer.lower(Series(Conv(2), ("", Cell(("x",), (
        Step("last", ("x",), Conv(2, stride=2)), Step("cell", ("last", "x"), cell(design, 4, previous="halved")),
    ), "cell"))), (1, 6, 6))  # fmt: skip
    network = Network(graph).eval()
    image = torch.zeros(1, 2, 6, 6)
    image[:, :, 3, 3] = 1.0
    paths = network.run({"0": image}, ["cell.path_1.avgpool", "cell.path_2.avgpool"])
    assert paths["cell.path_1.avgpool"].sum() == 0
    assert paths["cell.path_2.avgpool"][0, 0].nonzero().tolist() == [[1, 1]]

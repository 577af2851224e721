"""The search space of NASNet (Zoph et al. 2018, section 3): cells as data, what they become, and random ones."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import cache, partial
from random import Random
from typing import Literal

from explorer.joins import JOINS, Concat
from explorer.layers import AvgPool, BatchNorm, Conv, Layer, MaxPool, ReLU, ZeroPad
from explorer.spec import Cell, Series, Spec, Step

Padding = Literal["cut", "same"]
"""How a stride of 2 meets a map of even size, where a row and a column more are needed at the end than at the start.

``same`` adds just those, and means of border windows count the zeros; ``cut`` adds a row and a column at the start as
well, computes, and cuts the first results off again.
"""
Previous = Literal["same", "halved", "raw"]
"""How the cell before the last comes in: through a 1×1; halved, as it has twice the size; or as it is."""

NORM = BatchNorm(eps=1e-3)
INPUTS = ("h", "h_prev")
BLOCKS = 5


@dataclass(frozen=True)
class Block:
    """Two hidden states, an operation for each, and how the results are combined (figure 3)."""

    left: tuple[str, str]
    right: tuple[str, str]
    combine: Literal["add", "concat"] = "add"

    @property
    def states(self) -> tuple[str, str]:
        """Name the two hidden states."""
        return self.left[1], self.right[1]


@dataclass(frozen=True)
class CellDesign:
    """Blocks, and the hidden states that are concatenated at the end.

    A state is ``h``, the output of the last cell; ``h_prev``, that of the cell before it; or a block's position.
    """

    blocks: tuple[Block, ...]
    output: tuple[str, ...]


def random_cell(seed: int, blocks: int = BLOCKS) -> CellDesign:
    """Draw a cell as an untrained controller does: each choice with equal chances, always the same for a seed.

    As in the paper, states that no block reads are concatenated at the end.

    >>> random_cell(7).blocks[0]
    Block(left=('5x5 max pool', 'h_prev'), right=('3x3 separable', 'h'), combine='add')
    """
    draw = Random(seed).choice
    states, found = [*INPUTS], list[Block]()
    for position in range(blocks):
        first, second = draw(states), draw(states)
        left, right = draw(list(OPERATIONS)), draw(list(OPERATIONS))
        found.append(Block((left, first), (right, second), draw(("add", "concat"))))
        states.append(str(position))
    read = {state for block in found for state in block.states}
    return CellDesign(tuple(found), tuple(state for state in states if state not in read))


@dataclass(frozen=True)
class Place:
    """Where an operation stands: channels in and out, stride, and how it pads (``even``: the map has an even size)."""

    channels: int
    filters: int
    stride: int = 1
    even: bool = False
    padding: Padding = "cut"


def _unit(conv: Conv, number: str = "") -> Series:
    """ReLU, convolution, batch norm: the order of the paper."""
    return Series((f"act{number}", ReLU()), (f"conv{number}", conv), (f"bn{number}", NORM))


def _identity(at: Place) -> Spec | None:
    """Give nothing where nothing changes, else a 1×1 convolution."""
    return None if (at.channels, at.stride) == (at.filters, 1) else _conv(at)


def _conv(at: Place, kernel_size: int = 1, dilation: int = 1) -> Spec:
    padding = dilation * (kernel_size // 2)
    return _unit(Conv(at.filters, kernel_size, at.stride, padding, dilation, bias=False))


def _in_two(kernel_size: int, at: Place) -> Spec:
    """Give 1×n, then n×1."""
    n, s = kernel_size, at.stride
    row = Conv(at.filters, (1, n), (1, s), (0, n // 2), bias=False)
    column = Conv(at.filters, (n, 1), (s, 1), (n // 2, 0), bias=False)
    return Series(("", _unit(row, "_1")), ("", _unit(column, "_2")))


def _separable(kernel_size: int, at: Place) -> Spec:
    """Give a depthwise separable convolution twice; the first has the stride."""
    before, padding, after = _around(kernel_size, at)
    first = _depthwise_pointwise(at.channels, at.filters, kernel_size, at.stride, padding)
    second = _depthwise_pointwise(at.filters, at.filters, kernel_size, 1, kernel_size // 2)
    return Series(
        act_1=ReLU(),
        **({"pad": before} if before else {}),
        separable_1=first,
        **({"cut": after} if after else {}),
        bn_sep_1=NORM,
        act_2=ReLU(),
        separable_2=second,
        bn_sep_2=NORM,
    )


def _around(kernel_size: int, at: Place) -> tuple[ZeroPad | None, int, ZeroPad | None]:
    """Give what stands before a convolution, its own padding, and what stands after it."""
    if at.even and at.padding == "cut":
        return ZeroPad(before=1), kernel_size // 2, ZeroPad(before=-1)
    if at.even and at.stride == 2:
        return ZeroPad((kernel_size - 2) // 2, (kernel_size - 1) // 2), 0, None
    return None, kernel_size // 2, None


def _depthwise_pointwise(channels: int, filters: int, kernel_size: int, stride: int, padding: int) -> Series:
    return Series(
        depthwise_conv2d=Conv(channels, kernel_size, stride, padding, groups=channels, bias=False),
        pointwise_conv2d=Conv(filters, bias=False),
    )


def _max_pool(kernel_size: int, at: Place) -> Spec:
    overhang = at.even and at.stride == 2
    pool = MaxPool(kernel_size, at.stride, 0 if overhang else kernel_size // 2, ceil_mode=overhang)
    return _then_fitted(pool, at)


def _avg_pool(at: Place) -> Spec:
    """Give 3×3 average pooling; zeros count in the mean only where ``same`` padding meets a stride."""
    zeros = at.padding == "same" and at.stride == 2
    if not at.even or at.stride == 1:
        return _then_fitted(AvgPool(3, at.stride, 1, count_include_pad=zeros), at)
    if zeros:
        return _then_fitted(Series(pad=ZeroPad(after=1), pool=AvgPool(3, 2)), at)
    return _then_fitted(AvgPool(3, 2, ceil_mode=True, count_include_pad=False), at)


def _then_fitted(pool: Layer | Series, at: Place) -> Spec:
    """Follow pooling with a 1×1 where it has other channels than are wanted."""
    return pool if at.channels == at.filters else Series(pool=pool, conv=Conv(at.filters, bias=False), bn=NORM)


OPERATIONS: dict[str, Callable[[Place], Spec | None]] = {
    "identity": _identity,
    "1x3 then 3x1 conv": partial(_in_two, 3),
    "1x7 then 7x1 conv": partial(_in_two, 7),
    "3x3 dilated conv": partial(_conv, kernel_size=3, dilation=2),
    "3x3 avg pool": _avg_pool,
    "3x3 max pool": partial(_max_pool, 3),
    "5x5 max pool": partial(_max_pool, 5),
    "7x7 max pool": partial(_max_pool, 7),
    "1x1 conv": _conv,
    "3x3 conv": partial(_conv, kernel_size=3),
    "3x3 separable": partial(_separable, 3),
    "5x5 separable": partial(_separable, 5),
    "7x7 separable": partial(_separable, 7),
}
"""The thirteen operations of the paper, as functions from a place to a spec."""


@cache
def cell(
    design: CellDesign,
    filters: int,
    *,
    previous: Previous = "same",
    channels: int = 0,
    stride: int = 1,
    even: bool = False,
    padding: Padding = "cut",
) -> Cell:
    """Give a cell as a spec with two inputs, ``x`` and ``x_prev``: the outputs of the last two cells.

    Args:
        design: the cell's blocks.
        filters: channels of each operation's result.
        previous: how ``x_prev`` comes in.
        channels: those of ``x_prev`` if it comes in raw.
        stride: 2 for a reduction cell: what reads an input of the cell takes it, what reads a block does not.
        even: the stride meets maps of even size, to be padded as ``padding`` says; else padding is symmetric.
        padding: see ``Padding``.

    >>> design = CellDesign((Block(("3x3 max pool", "h"), ("identity", "h_prev")),), output=("0",))
    >>> [step.name for step in cell(design, 8).steps]
    ['conv_1x1', 'conv_prev_1x1', 'comb_iter_0_left', 'comb_iter_0', 'concat']
    """
    at = Place(filters, filters, stride, even, padding)
    steps = [Step("conv_1x1", ("x",), _unit(Conv(filters, bias=False)))]
    values, widths = {"h": "conv_1x1", "h_prev": "x_prev"}, {"h": filters, "h_prev": channels}
    if previous != "raw":
        steps += _halved("x_prev", filters) if previous == "halved" else [_same(filters)]
        values["h_prev"], widths["h_prev"] = steps[-1].name, filters
    for position, block in enumerate(design.blocks):
        steps += _combined(f"comb_iter_{position}", block, at, values, widths)
        values[str(position)] = steps[-1].name
        widths[str(position)] = filters * (2 if block.combine == "concat" else 1)
    return _closed(design, values, steps, filters, stride)


def _combined(name: str, block: Block, at: Place, values: dict[str, str], widths: dict[str, int]) -> list[Step]:
    """Apply a block's operations and combine the results; an identity that changes nothing needs no step."""
    steps, ends = [], []
    for side, (operation, state) in (("left", block.left), ("right", block.right)):
        spec = OPERATIONS[operation](
            replace(at, channels=widths[state], stride=at.stride if state in INPUTS else 1)
        )  # fmt: skip
        if spec:
            steps.append(Step(f"{name}_{side}", (values[state],), spec))
        ends.append(steps[-1].name if spec else values[state])
    return [*steps, Step(name, tuple(ends), JOINS[block.combine])]


def _closed(design: CellDesign, values: dict[str, str], steps: list[Step], filters: int, stride: int) -> Cell:
    """Concatenate the states that the design gives out; the inputs of a reduction cell are halved for that."""
    ends = []
    for state in design.output:
        if state in INPUTS and stride == 2:
            steps += _halved(values[state], filters, f"reduction_{state}_")
            ends.append(steps[-1].name)
        else:
            ends.append(values[state])
    return Cell(("x", "x_prev"), (*steps, Step("concat", tuple(ends), Concat())), "concat")


def _same(filters: int) -> Step:
    return Step("conv_prev_1x1", ("x_prev",), _unit(Conv(filters, bias=False)))


def _halved(value: str, filters: int, prefix: str = "") -> list[Step]:
    """Halve a map; half of the filters see it shifted by one ("factorized reduction" in the authors' code)."""
    pool = AvgPool(1, stride=2)
    act, one, two, path, bn = (prefix + name for name in ("act", "path_1", "path_2", "path", "final_path_bn"))
    shifted = Series(pad=ZeroPad(-1, 1), avgpool=pool, conv=Conv(filters - filters // 2, bias=False))
    return [
        Step(act, (value,), ReLU()),
        Step(one, (act,), Series(avgpool=pool, conv=Conv(filters // 2, bias=False))),
        Step(two, (act,), shifted),
        Step(path, (one, two), Concat()),
        Step(bn, (path,), NORM),
    ]

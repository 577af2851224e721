"""NASNet-A (Zoph et al. 2018): two cells that a search found, stacked; keys are timm's and its forerunner's."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import Literal

from explorer.layers import AvgPool, Conv, Dropout, Flatten, GlobalAvgPool, Linear, ReLU
from explorer.search_space import NORM, Block, CellDesign, Padding, cell, random_cell
from explorer.shapes import Shape
from explorer.spec import Cell, Series, Side, Spec, Step
from explorer.zoo.architecture import Architecture, Knob, classes_knob

# Figure 4 of the paper, left: the normal cell keeps the size of its maps.
NORMAL = CellDesign(
    (
        Block(("5x5 separable", "h"), ("3x3 separable", "h_prev")),
        Block(("5x5 separable", "h_prev"), ("3x3 separable", "h_prev")),
        Block(("3x3 avg pool", "h"), ("identity", "h_prev")),
        Block(("3x3 avg pool", "h_prev"), ("3x3 avg pool", "h_prev")),
        Block(("3x3 separable", "h"), ("identity", "h")),
    ),
    output=("h_prev", "0", "1", "2", "3", "4"),
)
# Right: the reduction cell halves it.
REDUCTION = CellDesign(
    (
        Block(("5x5 separable", "h"), ("7x7 separable", "h_prev")),
        Block(("3x3 max pool", "h"), ("7x7 separable", "h_prev")),
        Block(("3x3 avg pool", "h"), ("5x5 separable", "h_prev")),
        Block(("identity", "1"), ("3x3 avg pool", "0")),
        Block(("3x3 separable", "0"), ("3x3 max pool", "h")),
    ),
    output=("1", "2", "3", "4"),
)


Frame = Literal["cifar", "imagenet"]


@dataclass(frozen=True)
class Plan:
    """How cells are stacked for ImageNet: N @ filters of the last cell, and what the published code does besides."""

    repeats: int
    filters: int
    stem: int
    even: tuple[bool, bool, bool, bool]  # which reductions, two in the stem and two later, meet maps of even size
    skip: bool  # a cell after a reduction takes what that took as the one before, not the reduction's own input
    aux_map: int  # height and width at the auxiliary head's last convolution
    dropout: float


MOBILE = Plan(4, 1056, 32, (False, True, True, True), False, 4, 0.5)
LARGE = Plan(6, 4032, 96, (False, False, True, False), True, 6, 0.5)


def nasnet(plan: Plan, num_classes: int, padding: Padding, aux_heads: bool) -> Spec:
    """Give NASNet-A: a stem with two reduction cells, then three times N normal cells, with a reduction between."""
    filters = plan.filters // 24
    reduce = partial(cell, REDUCTION, stride=2, padding=padding)
    stack = _Stack(Step("conv0", ("x",), Series(conv=Conv(plan.stem, 3, stride=2, bias=False), bn=NORM)))
    stack.put("cell_stem_0", reduce(filters // 4, previous="raw", channels=plan.stem, even=plan.even[0]))
    stack.put("cell_stem_1", reduce(filters // 2, previous="halved", even=plan.even[1]))
    for stage in range(3):
        width, before = filters * 2**stage, stack.before
        if stage:
            stack.put(f"reduction_cell_{stage - 1}", reduce(width, even=plan.even[stage + 1]))
        if stage and plan.skip:
            stack.before = before
        for i in range(plan.repeats):
            previous = "same" if i else "halved"
            stack.put(f"cell_{6 * stage + i}", cell(NORMAL, width, previous=previous))
        if stage == 1 and aux_heads:
            stack.steps.append(Step("aux_head", (stack.last,), Side(_aux_head(plan.aux_map, num_classes))))
    return _classified(stack, plan.dropout, num_classes)


def nasnet_random(num_classes: int, seed: int, repeats: int, filters: int, frame: Frame) -> Spec:
    """Stack random cells."""
    return stacked(random_cell(2 * seed), random_cell(2 * seed + 1), frame, repeats, filters, num_classes)


def stacked(
    normal: CellDesign, reduction: CellDesign, frame: Frame, repeats: int, filters: int, num_classes: int
) -> Spec:
    """Stack any two cells as the paper does (figure 2): three times N normal cells, a reduction between.

    For CIFAR-10 behind a 3×3 convolution, for ImageNet behind one with stride 2 and two narrower reduction cells. Maps
    are padded symmetrically throughout.
    """
    large = frame == "imagenet"
    stem = MOBILE.stem if large else 3 * filters
    conv = Conv(stem, 3, stride=2 if large else 1, padding=1, bias=False)
    stack = _Stack(Step("conv0", ("x",), Series(conv=conv, bn=NORM)))
    if large:
        narrow, half = max(2, filters // 4), max(2, filters // 2)
        stack.put("cell_stem_0", cell(reduction, narrow, stride=2, previous="raw", channels=stem))
        stack.put("cell_stem_1", cell(reduction, half, stride=2, previous="halved"))
    for stage in range(3):
        width = filters * 2**stage
        if stage:
            stack.put(f"reduction_cell_{stage - 1}", cell(reduction, width, stride=2))
        for i in range(repeats):
            first = "halved" if stage or large else "raw"
            previous = "same" if i else first
            spec = cell(normal, width, previous=previous, channels=stem)
            stack.put(f"cell_{repeats * stage + i}", spec)
    return _classified(stack, 0, num_classes)


def frame_input(frame: Frame, **others: object) -> Shape:
    """Give the input of a frame.

    >>> frame_input("imagenet")
    (3, 224, 224)
    """
    return (3, 224, 224) if frame == "imagenet" else (3, 32, 32)


class _Stack:
    """Steps of the network, and the names of the last two outputs."""

    def __init__(self, stem: Step) -> None:
        self.steps = [stem]
        self.last = self.before = stem.name

    def put(self, name: str, spec: Cell) -> None:
        """Lay a cell on the last two outputs."""
        self.steps.append(Step(name, (self.last, self.before), spec))
        self.last, self.before = name, self.last


def _classified(stack: _Stack, dropout: float, num_classes: int) -> Spec:
    return Series(
        ("", Cell(("x",), tuple(stack.steps), stack.last)),
        act=ReLU(),
        global_pool=GlobalAvgPool(),
        flatten=Flatten(),
        **({"head_drop": Dropout(dropout)} if dropout else {}),
        last_linear=Linear(num_classes),
    )


def _aux_head(size: int, num_classes: int) -> Spec:
    return Series(
        act=ReLU(),
        pool=AvgPool(5, stride=3),
        conv0=Conv(128, bias=False),
        bn0=NORM,
        act0=ReLU(),
        conv1=Conv(768, size, bias=False),
        bn1=NORM,
        act1=ReLU(),
        flatten=Flatten(),
        fc=Linear(num_classes),
    )


_record = partial(
    Architecture,
    family="NASNet",
    year=2017,
    authors="Zoph, Vasudevan, Shlens, Le",
    paper="Learning Transferable Architectures for Scalable Image Recognition",
    url="https://arxiv.org/abs/1707.07012",
)
_aux_heads = Knob("aux_heads", False, "the auxiliary classifier that helps training", (False, True))
_padding = partial(Knob, "padding", help="zeros around maps of even size: just enough, or more, then cut off")
_CELLS = (
    "Two cells that a controller, trained by reinforcement, found on CIFAR-10; each takes the outputs of the last two. "
    "A separable convolution is applied twice. "
)

ARCHITECTURES = (
    _record(
        id="nasnet_a_mobile",
        name="NASNet-A Mobile (4 @ 1056)",
        input_shape=(3, 224, 224),
        build=partial(nasnet, MOBILE),
        knobs=(classes_knob(), _padding(default="cut", choices=("cut", "same")), _aux_heads),
        notes=_CELLS + "Where a stride meets a map of even size, the PyTorch port pads a row and a column too many, "
        "computes, and cuts them off: 568 M mult-adds. With padding that just suffices they are the paper's 564 M.",
    ),
    _record(
        id="nasnet_a_large",
        name="NASNet-A Large (6 @ 4032)",
        input_shape=(3, 331, 331),
        build=partial(nasnet, LARGE),
        knobs=(classes_knob(), _padding(default="same", choices=("same", "cut")), _aux_heads),
        notes=_CELLS + "The first normal cell after a reduction reads what the reduction read as the cell before. Only "
        "the first reduction after the stem meets maps of even size (42×42).",
    ),
    _record(
        id="nasnet_random",
        name="Random cells of NASNet's search space",
        input_shape=(3, 32, 32),
        input_of=frame_input,
        build=nasnet_random,
        knobs=(
            classes_knob(10),
            Knob("seed", 0, "which random cells", low=0, high=1_000_000),
            Knob("repeats", 2, "normal cells in a row, N", high=8),
            Knob("filters", 32, "channels of each operation in the first cells", low=2, high=256),
            Knob(
                "frame", "cifar", "the frame around the cells: that of CIFAR-10, or of ImageNet", ("cifar", "imagenet")
            ),
        ),
        notes="A normal and a reduction cell drawn by chance, each choice with equal chances, and stacked as the paper "
        "does for CIFAR-10 or for ImageNet (figure 2). The best of the cells that random search finds are little more "
        "than 1 % worse than those of the trained controller: much of the merit is the space's. Details that the paper "
        "leaves open are those of its code, without the dropout of paths.",
    ),
)

"""Exact occlusion at less cost: where a patch cannot reach, the activations of the whole picture are used again.

Every node knows its window, so it is known which box of its output a patch can change. Boxes of all positions go
through the network as one batch. What a layer reads is gathered by one list of row numbers, from one storage of
rows (a row holds the channels of one pixel): those of the whole picture, one for all that lies outside, and those
of the boxes. Where the boxes have grown to most of a map, whole maps go on; where a patch reaches everything at
once, that is the plain batched pass.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence, Set
from dataclasses import dataclass
from math import ceil, prod
from typing import Literal

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn import functional

from explorer.cost import mult_adds
from explorer.graph import INPUT, Graph, Node
from explorer.joins import Add, Concat, Multiply
from explorer.layers import AvgPool, Conv, Layer, MaxPool, ZeroPad
from explorer.network import Network
from explorer.shapes import Window
from explorer.vision import winograd
from explorer.vision.folded import Folded
from explorer.vision.maps import leading_to
from explorer.vision.regions import Boxes, hull, reached, seen
from explorer.vision.shelf import Shelf

WORTH = 0.75
"""Share of a map above which the whole map is computed: gathering costs time too."""

Place = tuple[int, int]
Tick = Callable[[float], None]
"""Told the share that is done, 0 to 1; it stops the work by raising."""


@dataclass(frozen=True, eq=False)
class Gather:
    """Which rows of one input a node reads; the boxes lie behind the whole picture's rows, whole maps alone."""

    rows: Tensor
    size: tuple[int, int]
    boxed: bool
    outside: Literal["zero", "-inf"] = "zero"


@dataclass(frozen=True, eq=False)
class Step:
    """How one node is computed: on boxes, on tiles or on whole maps, from gathered inputs (None: as they are)."""

    node: Node
    gathers: tuple[Gather | None, ...]
    form: Literal["boxes", "tiles", "whole"]
    share: float
    order: Tensor | None = None
    """Row numbers that bring tiles back into the order of pixels."""
    size: tuple[int, int] = (0, 0)

    @property
    def elements(self) -> int:
        """Count what is gathered and computed for one position."""
        read = [prod(g.size) * x[0] for g, x in zip(self.gathers, self.node.input_shapes, strict=True) if g]
        return sum(read) + ceil(self.share * prod(self.node.shape))


@dataclass(frozen=True, eq=False)
class Plan:
    """The steps for a number of positions, and the nodes whose activations on the whole picture are read."""

    count: int
    patch: int
    output: str
    steps: tuple[Step, ...]
    wanted: frozenset[str]

    @property
    def share(self) -> float:
        """Give the mult-adds of the steps as a share of those for whole pictures."""
        whole = sum(mult_adds(step.node) for step in self.steps)
        return sum(mult_adds(step.node) * step.share for step in self.steps) / max(1, whole)

    @property
    def bytes(self) -> int:
        """Estimate the memory that the largest step takes, in single precision."""
        return 4 * max(self.count * step.elements for step in self.steps)

    @property
    def nbytes(self) -> int:
        """Count the bytes of the row numbers, which are what a plan that is kept takes."""
        orders = sum(step.order.nbytes for step in self.steps if step.order is not None)
        return orders + sum(gather.rows.nbytes for step in self.steps for gather in step.gathers if gather)


class _Planner:
    """Follows the boxes through the graph."""

    def __init__(self, graph: Graph, places: Sequence[Place], patch: int, device: torch.device) -> None:
        self.graph, self.count, self.device = graph, len(places), device
        tops, lefts = (np.array(axis, dtype=np.int32) for axis in zip(*places, strict=True))
        self.boxes: dict[str, Boxes | None] = {INPUT: Boxes(tops, lefts, patch, patch)}
        self.wanted: set[str] = {INPUT}

    def step(self, node: Node) -> Step:
        """Plan a node, and note the boxes of its output (None: whole maps)."""
        window, inputs = _window(node), [self.boxes[name] for name in node.inputs]
        given = [box for box in inputs if box is not None]
        if window is None or len(given) < len(inputs):
            return self.whole(node, window)
        boxes = reached(given[0], window, node.shape) if isinstance(node.layer, Layer) else hull(given, node.shape)
        if boxes.share(node.shape) > WORTH:
            return self.whole(node, window)
        self.boxes[node.name] = boxes
        if self.tiled(node, window):
            return self.tiles(node, window, boxes)
        looked_at = seen(boxes, window)
        outside: Literal["zero", "-inf"] = "-inf" if isinstance(node.layer, MaxPool) else "zero"
        gathers = tuple(self.gather(name, looked_at, outside) for name in node.inputs)
        return Step(node, gathers, "boxes", boxes.share(node.shape))

    def whole(self, node: Node, window: Window | None) -> Step:
        """Plan a node on whole maps; boxes that it reads are laid into the maps of the whole picture."""
        self.boxes[node.name] = None
        if window and self.tiled(node, window):
            return self.tiles(node, window, self.all_of(node.shape[1:]))
        gathers = [
            self.gather(name, self.all_of(self.graph.shape_of(name)[1:])) if self.boxes[name] else None
            for name in node.inputs
        ]
        return Step(node, tuple(gathers), "whole", 1.0)

    def tiled(self, node: Node, window: Window) -> bool:
        """Say whether a convolution goes by tiles; accelerators bring their own."""
        return self.device.type == "cpu" and winograd.pays(node.layer, window, node.input_shapes[0][0])

    def tiles(self, node: Node, window: Window, boxes: Boxes) -> Step:
        """Plan a 3×3 convolution of boxes by tiles."""
        down, across = winograd.tiles(boxes.height, boxes.width)
        larger = Boxes(boxes.tops, boxes.lefts, winograd.SIDE * down, winograd.SIDE * across)
        name = node.inputs[0]
        gather = self.gather(name, seen(larger, window), always=True)
        assert gather is not None
        rows = winograd.inputs_in_order(gather.rows.reshape(self.count, *gather.size))
        order = winograd.outputs_in_order(self.count, boxes.height, boxes.width).int()
        gathers = (Gather(rows, gather.size, gather.boxed),)
        return Step(node, gathers, "tiles", boxes.share(node.shape), order, (boxes.height, boxes.width))

    def all_of(self, size: tuple[int, ...]) -> Boxes:
        """Give the whole map as a box for each position."""
        zero = np.zeros(self.count, dtype=np.int32)
        return Boxes(zero, zero, *size)

    def gather(
        self, name: str, read: Boxes, outside: Literal["zero", "-inf"] = "zero", always: bool = False
    ) -> Gather | None:
        """Number the rows that are read of an input; None where they are just what the boxes hold."""
        boxes = self.boxes[name]
        if boxes and read.same(boxes) and not always:
            return None
        if boxes:
            self.wanted.add(name)
        rows = torch.from_numpy(read.numbers(self.graph.shape_of(name), boxes)).flatten().to(self.device)
        return Gather(rows, (read.height, read.width), boxes is not None, outside)


def _window(node: Node) -> Window | None:
    """Give the window of a node that can be computed box by box; None for all others."""
    if len(node.shape) != 3:
        return None
    if isinstance(node.layer, Add | Concat | Multiply):
        return Window.of(2) if len({shape[1:] for shape in node.input_shapes}) == 1 else None
    window = node.layer.window(node.input_shapes[0]) if isinstance(node.layer, Layer) else None
    if isinstance(node.layer, Conv | ZeroPad | MaxPool):
        return window
    if isinstance(node.layer, AvgPool):
        padded = window is not None and any(window.padding)
        return None if node.layer.ceil_mode or (padded and not node.layer.count_include_pad) else window
    return window if window is Window.of(2) else None


PLANS: Shelf[Plan] = Shelf(256 << 20, lambda plan: plan.nbytes)
"""The plans of the last blocks of patches, for the next photo."""


def plan(graph: Graph, places: tuple[Place, ...], patch: int, output: str, device: torch.device) -> Plan:
    """Plan the forward pass for pictures with a patch hidden at each place; needs no numbers of the picture.

    The row numbers lie on the device; the plans used last are kept.
    """

    def make() -> Plan:
        planner = _Planner(graph, places, patch, device)
        steps = tuple(planner.step(node) for node in leading_to(graph, output))
        return Plan(len(places), patch, output, steps, frozenset(planner.wanted))

    return PLANS.get((graph, places, patch, output, device), make)


def base_rows(network: Network, image: Tensor, wanted: Set[str]) -> dict[str, Tensor]:
    """Give the activations of the whole picture as rows, and behind them the one for all that lies outside."""
    if not wanted:
        return {}
    values = network.run({INPUT: image}, wanted - {INPUT}) | {INPUT: image}
    return {name: functional.pad(_rows(values[name]), (0, 0, 0, 1)) for name in wanted}


def _rows(maps: Tensor) -> Tensor:
    """Lay maps ``(N, C, H, W)`` out as rows of channels."""
    return maps.permute(0, 2, 3, 1).reshape(-1, maps.shape[1])


def run(
    folded: Folded, plan: Plan, base: Mapping[str, Tensor], colour: Tensor, tick: Tick = lambda done: None
) -> Tensor:
    """Give the output for the picture with each patch hidden, one row a position; tick after every node."""
    hidden = colour.reshape(1, -1, 1, 1).expand(plan.count, base[INPUT].shape[1], plan.patch, plan.patch)
    values = {INPUT: hidden.contiguous(memory_format=torch.channels_last)}
    last = {name: step for step in plan.steps for name in step.node.inputs}
    for number, step in enumerate(plan.steps, 1):
        values[step.node.name] = _computed(folded, step, values, base)
        for name in set(step.node.inputs):
            if last[name] is step and name != plan.output:
                del values[name]
        tick(number / len(plan.steps))
    return values[plan.output]


def _computed(folded: Folded, step: Step, values: Mapping[str, Tensor], base: Mapping[str, Tensor]) -> Tensor:
    """Compute a node; boxes without the padding, which was gathered."""
    name, layer = step.node.name, step.node.layer
    if step.form == "tiles":
        return _by_tiles(folded, step, values, base)
    given = [
        values[of] if gather is None else _gathered(values[of], gather, base.get(of))
        for of, gather in zip(step.node.inputs, step.gathers, strict=True)
    ]
    boxed, module = step.form == "boxes", folded.network.module_of(name)
    if name in folded.done or (boxed and isinstance(layer, ZeroPad)):
        return given[0]
    if name in folded.in_place and step.gathers == (None,):
        return given[0].relu_()
    if isinstance(module, nn.Conv2d):
        padding = 0 if boxed else module.padding
        return functional.conv2d(
            given[0], *folded.weights[name], module.stride, padding, module.dilation, module.groups
        )
    if boxed and isinstance(layer, MaxPool):
        return functional.max_pool2d(given[0], layer.kernel_size, layer.stride)
    if boxed and isinstance(layer, AvgPool):
        return functional.avg_pool2d(given[0], layer.kernel_size, layer.stride)
    computed: Tensor = module(*given)
    return computed


def _by_tiles(folded: Folded, step: Step, values: Mapping[str, Tensor], base: Mapping[str, Tensor]) -> Tensor:
    name, (of,), (gather,) = step.node.name, step.node.inputs, step.gathers
    assert gather is not None
    assert step.order is not None
    storage = _storage(values[of], gather, base.get(of))
    tiles = winograd.convolve(storage, gather.rows, folded.transformed(name), folded.weights[name][1])
    return _maps(tiles.index_select(0, step.order), len(values[of]), step.size)


def _gathered(boxes: Tensor, gather: Gather, base: Tensor | None) -> Tensor:
    return _maps(_storage(boxes, gather, base).index_select(0, gather.rows), len(boxes), gather.size)


def _storage(boxes: Tensor, gather: Gather, base: Tensor | None) -> Tensor:
    """Put the row for all that lies outside, the whole picture's rows before it, and the boxes together."""
    before = base if gather.boxed and base is not None else boxes.new_zeros(1, boxes.shape[1])
    storage = torch.cat((before, _rows(boxes)))
    if gather.outside == "-inf":
        storage[len(before) - 1] = -torch.inf
    return storage


def _maps(rows: Tensor, count: int, size: tuple[int, int]) -> Tensor:
    """Read rows of channels as maps, without a copy."""
    return rows.reshape(count, *size, -1).permute(0, 3, 1, 2)

"""Exact occlusion at less cost: where a patch cannot reach, the activations of the whole picture are used again.

Every node knows its window, so it is known which box of its output a patch can change. Boxes of all positions go
through the network as one batch. What a layer reads is gathered by one list of row numbers, from one storage of
rows (a row holds the channels of one pixel): those of the whole picture, one of zeros, one of −∞, and those of the
boxes. Where the boxes have grown to most of a map, whole maps go on.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence, Set
from dataclasses import dataclass
from functools import lru_cache
from math import prod
from typing import Any, Literal

import torch
from torch import Tensor, nn
from torch.nn import functional

from explorer.cost import mult_adds
from explorer.graph import INPUT, Graph, Node
from explorer.joins import Add, Concat, Multiply, Operation
from explorer.layers import AvgPool, Conv, Layer, MaxPool, ZeroPad
from explorer.network import Network
from explorer.shapes import Shape, Window

WORTH = 0.6
"""Share of a map above which the whole map is computed: gathering costs time too."""

Place = tuple[int, int]


@dataclass(frozen=True, eq=False)
class Boxes:
    """One box per position on the same map: first row and column of each, and their common height and width."""

    tops: Tensor
    lefts: Tensor
    height: int
    width: int

    def covers(self, shape: Shape) -> bool:
        """Say whether the boxes are so large that whole maps are as cheap."""
        return self.height * self.width > WORTH * shape[1] * shape[2]


@dataclass(frozen=True, eq=False)
class Step:
    """How one node is computed: on boxes or on whole maps, from inputs gathered by row numbers (None: as they are)."""

    node: Node
    rows: tuple[Tensor | None, ...]
    sizes: tuple[tuple[int, int], ...]
    boxed: bool
    pads: Literal["zero", "-inf"] = "zero"


@dataclass(frozen=True, eq=False)
class Plan:
    """The steps for a number of positions, and the nodes whose activations on the whole picture are read."""

    count: int
    steps: tuple[Step, ...]
    wanted: frozenset[str]
    share: float
    """Mult-adds of the steps as a share of those for whole pictures."""


class _Planner:
    """Follows the boxes through the graph."""

    def __init__(self, graph: Graph, places: Sequence[Place], patch: int) -> None:
        self.graph, self.count = graph, len(places)
        tops, lefts = (torch.tensor(axis) for axis in zip(*places, strict=True))
        self.boxes: dict[str, Boxes | None] = {INPUT: Boxes(tops, lefts, patch, patch)}
        self.wanted: set[str] = {INPUT}

    def step(self, node: Node) -> Step:
        """Plan a node, and note the boxes of its output (None: whole maps)."""
        window = _window(node)
        inputs = [self.boxes[name] for name in node.inputs]
        if any(box is None for box in inputs) or window is None:
            return self.whole(node)
        given = [box for box in inputs if box is not None]
        boxes = _reached(given[0], window, node.shape) if isinstance(node.layer, Layer) else _hull(given, node.shape)
        if boxes.covers(node.shape):
            return self.whole(node)
        self.boxes[node.name] = boxes
        if not isinstance(node.layer, Layer) or window is Window.of(2):
            rows = [self.gather(name, boxes.tops, boxes.lefts, boxes.height, boxes.width) for name in node.inputs]
            return Step(node, tuple(rows), ((boxes.height, boxes.width),) * len(rows), True)
        tops, lefts, height, width = _read(boxes, window)
        rows = [self.gather(node.inputs[0], tops, lefts, height, width)]
        return Step(node, tuple(rows), ((height, width),), True, "-inf" if isinstance(node.layer, MaxPool) else "zero")

    def share(self, node: Node) -> float:
        """Give the share of a node's map that is computed."""
        boxes = self.boxes[node.name]
        return boxes.height * boxes.width / prod(node.shape[1:]) if boxes else 1.0

    def whole(self, node: Node) -> Step:
        """Plan a node on whole maps; boxes that it reads are laid into the maps of the whole picture."""
        self.boxes[node.name] = None
        zero = torch.zeros(self.count, dtype=torch.long)
        rows, sizes = [], []
        for name in node.inputs:
            height, width = self.graph.shape_of(name)[1:] if self.boxes[name] else (0, 0)
            rows.append(self.gather(name, zero, zero, height, width) if self.boxes[name] else None)
            sizes.append((height, width))
        return Step(node, tuple(rows), tuple(sizes), False)

    def gather(self, name: str, tops: Tensor, lefts: Tensor, height: int, width: int) -> Tensor | None:
        """Number the rows of a region per position; None where the region is just what the boxes hold."""
        boxes, (_, rows, columns) = self.boxes[name], self.graph.shape_of(name)
        assert boxes is not None
        if (height, width) == (boxes.height, boxes.width) and tops.equal(boxes.tops) and lefts.equal(boxes.lefts):
            return None
        self.wanted.add(name)
        y = (tops[:, None] + torch.arange(height))[:, :, None]
        x = (lefts[:, None] + torch.arange(width))[:, None, :]
        numbers = y * columns + x
        numbers = torch.where((y < 0) | (y >= rows) | (x < 0) | (x >= columns), rows * columns, numbers)
        in_y, in_x = y - boxes.tops[:, None, None], x - boxes.lefts[:, None, None]
        inside = (in_y >= 0) & (in_y < boxes.height) & (in_x >= 0) & (in_x < boxes.width)
        first = rows * columns + 1 + torch.arange(self.count)[:, None, None] * boxes.height * boxes.width
        return torch.where(inside, first + in_y * boxes.width + in_x, numbers).flatten().int()


def _window(node: Node) -> Window | None:
    """Give the window of a node that can be computed box by box; None for all others."""
    if isinstance(node.layer, Add | Concat | Multiply):
        return Window.of(2) if len({shape[1:] for shape in node.input_shapes}) == 1 and len(node.shape) == 3 else None
    if not isinstance(node.layer, Layer) or len(node.shape) != 3:
        return None
    if isinstance(node.layer, Conv | ZeroPad):
        return node.layer.window(node.input_shapes[0])
    window = node.layer.window(node.input_shapes[0])
    if isinstance(node.layer, MaxPool):
        return window
    if isinstance(node.layer, AvgPool):
        padded = window is not None and any(window.padding)
        return None if node.layer.ceil_mode or (padded and not node.layer.count_include_pad) else window
    return window if window is Window.of(2) else None


def _reached(boxes: Boxes, window: Window, shape: Shape) -> Boxes:
    """Give the boxes of outputs whose windows meet the given boxes, clipped to the map and of one size."""
    tops, height = _reached_along(boxes.tops, boxes.height, window, 0, shape[1])
    lefts, width = _reached_along(boxes.lefts, boxes.width, window, 1, shape[2])
    return Boxes(tops, lefts, height, width)


def _reached_along(first: Tensor, size: int, window: Window, axis: int, n: int) -> tuple[Tensor, int]:
    stride, padding, extent = window.stride[axis], window.padding[axis], window.extent[axis]
    low = -((extent - 1 - padding - first) // stride)
    high = (first + size - 1 + padding) // stride
    return _of_one_size(low.clamp(0, n - 1), high.clamp(0, n - 1), n)


def _of_one_size(low: Tensor, high: Tensor, n: int) -> tuple[Tensor, int]:
    size = max(1, int((high - low).max()) + 1)
    return low.clamp(max=n - size), size


def _hull(boxes: list[Boxes], shape: Shape) -> Boxes:
    """Give boxes that hold, position by position, those of several inputs."""
    tops, height = _hull_along([(b.tops, b.height) for b in boxes], shape[1])
    lefts, width = _hull_along([(b.lefts, b.width) for b in boxes], shape[2])
    return Boxes(tops, lefts, height, width)


def _hull_along(spans: list[tuple[Tensor, int]], n: int) -> tuple[Tensor, int]:
    low = torch.stack([first for first, _ in spans]).amin(0)
    high = torch.stack([first + size - 1 for first, size in spans]).amax(0)
    return _of_one_size(low, high, n)


def _read(boxes: Boxes, window: Window) -> tuple[Tensor, Tensor, int, int]:
    """Give the regions that the outputs of the boxes look at: first rows and columns, height and width."""
    (top, left), (down, right) = window.padding, window.stride
    height = (boxes.height - 1) * down + window.extent[0]
    width = (boxes.width - 1) * right + window.extent[1]
    return boxes.tops * down - top, boxes.lefts * right - left, height, width


@lru_cache(maxsize=32)
def plan(graph: Graph, places: tuple[Place, ...], patch: int, output: str) -> Plan:
    """Plan the forward pass for pictures with a patch hidden at each place; needs no numbers of the picture."""
    planner = _Planner(graph, places, patch)
    steps = tuple(planner.step(node) for node in _leading_to(graph, output))
    whole = sum(mult_adds(step.node) for step in steps)
    planned = sum(mult_adds(step.node) * planner.share(step.node) for step in steps)
    return Plan(len(places), steps, frozenset(planner.wanted), planned / max(1, whole))


def _leading_to(graph: Graph, output: str) -> list[Node]:
    needed = {output}
    for node in reversed(graph.nodes):
        if node.name in needed:
            needed.update(node.inputs)
    return [node for node in graph if node.name in needed]


def base_rows(network: Network, image: Tensor, wanted: Set[str]) -> dict[str, Tensor]:
    """Give the activations of the whole picture as rows, with a row of zeros behind them."""
    if not wanted:
        return {}
    values = network.run({INPUT: image}, wanted - {INPUT}) | {INPUT: image}
    return {name: _rows(values[name], extra=1) for name in wanted}


def _rows(maps: Tensor, extra: int = 0) -> Tensor:
    """Lay maps ``(N, C, H, W)`` out as rows of channels, with so many rows of zeros behind them."""
    rows = maps.permute(0, 2, 3, 1).reshape(-1, maps.shape[1])
    return functional.pad(rows, (0, 0, 0, extra)) if extra else rows


def run(network: Network, plan: Plan, base: Mapping[str, Tensor], colour: Tensor, patch: int, output: str) -> Tensor:
    """Give the output for the picture with each patch hidden, one row a position."""
    hidden = colour.reshape(1, -1, 1, 1).expand(plan.count, base[INPUT].shape[1], patch, patch)
    values = {INPUT: hidden.contiguous(memory_format=torch.channels_last)}
    last = {name: step for step in plan.steps for name in step.node.inputs}
    for step in plan.steps:
        given = [
            values[name] if rows is None else _gathered(base[name], values[name], rows, size, step.pads)
            for name, rows, size in zip(step.node.inputs, step.rows, step.sizes, strict=True)
        ]
        values[step.node.name] = _computed(network, step, given)
        for name in set(step.node.inputs):
            if last[name] is step and name != output:
                del values[name]
    return values[output]


def _gathered(base: Tensor, boxes: Tensor, rows: Tensor, size: tuple[int, int], pads: str) -> Tensor:
    storage = torch.cat((base, _rows(boxes)))
    if pads == "-inf":
        storage[len(base) - 1] = -torch.inf
    return storage.index_select(0, rows.to(storage.device)).reshape(len(boxes), *size, -1).permute(0, 3, 1, 2)


def _computed(network: Network, step: Step, given: list[Tensor]) -> Tensor:
    """Run a node on whole maps as it is; on boxes without its padding, which was gathered."""
    module = network.module_of(step.node.name)
    computed: Tensor = _on_boxes(step.node.layer, module, given) if step.boxed else module(*given)
    return computed


def _on_boxes(layer: Operation, module: nn.Module, given: list[Tensor]) -> Any:
    match layer:
        case Conv():
            assert isinstance(module, nn.Conv2d)
            weight, bias = module.weight, module.bias
            return functional.conv2d(given[0], weight, bias, module.stride, 0, module.dilation, module.groups)
        case MaxPool():
            return functional.max_pool2d(given[0], layer.kernel_size, layer.stride)
        case AvgPool():
            return functional.avg_pool2d(given[0], layer.kernel_size, layer.stride)
        case ZeroPad():
            return given[0]
        case _:
            return module(*given)

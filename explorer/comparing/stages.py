"""The stages of a network: its layers by how far they have scaled the input down; then its head; then its side heads.

A stage is what a paper puts into one row of its table: all layers whose maps have one resolution, wherever they stand
in the spec. So networks that are nested in different ways fall into the same stages.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from math import log2, prod

from explorer.graph import INPUT, Graph, Node
from explorer.joins import Add, Concat, Multiply
from explorer.layers import AvgPool, Conv, Linear, MaxPool
from explorer.line import Line
from explorer.receptive_field import ReceptiveField
from explorer.report import Report
from explorer.shapes import Shape, per_axis, times
from explorer.tree import Group

HEAD, SIDES = "head", "side heads"
MOST_KINDS = 6
"""So many kinds of layers are named with their channels; of more, the channels are left out."""


@dataclass(frozen=True)
class Stage:
    """The layers of one stage: ``key`` is "1/4" where maps have a quarter of the input's side, or the head's name."""

    key: str
    lines: tuple[Line, ...]

    def sum(self, figure: str) -> int:
        """Add up a figure of the layers inside: params, mult_adds or activations."""
        return sum(getattr(line, figure) for line in self.lines)

    @property
    def params(self) -> int:
        """Count the trainable parameters."""
        return self.sum("params")

    @property
    def mult_adds(self) -> int:
        """Count multiply–accumulates for one image."""
        return self.sum("mult_adds")

    @property
    def shape(self) -> Shape:
        """Give the shape that the stage ends in."""
        return self.lines[-1].node.shape

    @cached_property
    def contents(self) -> tuple[tuple[str, int], ...]:
        """Name the layers that count, join or scale down, and how many there are of each, in order.

        Where there are more than six kinds, as in Inception modules, layers of different width are one kind. Of a
        gate, only the product is named.
        """
        nodes = [line.node for line in self.lines if _is_map(line.node.shape) or not self.key.startswith("1/")]
        full = Counter(filter(None, (_named(node, channels=True) for node in nodes)))
        if len(full) <= MOST_KINDS:
            return tuple(full.items())
        return tuple(Counter(filter(None, (_named(node, channels=False) for node in nodes))).items())

    @property
    def words(self) -> str:
        """Write the contents in one line.

        >>> import explorer
        >>> stages(explorer.analyze("resnet18"))[1].words
        'MaxPool 3×3 · 3×3, 64 (×4) · Add (×2)'
        """
        return " · ".join(f"{name} (×{count})" if count > 1 else name for name, count in self.contents)

    def same_as(self, other: Stage | None) -> bool:
        """Say whether the other stage has the same layers at the same cost, and ends in the same shape."""
        return other is not None and self._facts == other._facts

    @property
    def _facts(self) -> tuple[object, ...]:
        return self.shape, self.contents, self.params, self.mult_adds


def stages(report: Report) -> tuple[Stage, ...]:
    """Sort the layers of a network into its stages, from the input to the head.

    A layer belongs to the stage of its output, a block that scales its input down to the stage of the block's output,
    the layers of a gate to that of the map that they gate. The head is what follows the last map of more than one
    position.

    >>> import explorer
    >>> [stage.key for stage in stages(explorer.analyze("resnet50"))]
    ['1/2', '1/4', '1/8', '1/16', '1/32', 'head']
    >>> [times(stage.shape) for stage in stages(explorer.analyze("vgg16"))]
    ['64×224×224', '128×112×112', '256×56×56', '512×28×28', '512×14×14', '512×7×7', '1000']
    """
    report = report.without_gates
    main = _reaching(report.graph)
    own = _resolutions(report, main)
    of_blocks = own | _of_blocks(report.tree, own, cuts(report.graph, main))
    found: dict[str, list[Line]] = {}
    for line in report.lines:
        name = line.node.name
        key = SIDES if name not in main else f"1/{of_blocks[name]}" if name in own else HEAD
        found.setdefault(key, []).append(line)
    return tuple(Stage(key, tuple(found[key])) for key in in_order(found))


def _resolutions(report: Report, main: frozenset[str]) -> dict[str, int]:
    """Say by how much each layer before the head has scaled the input down."""
    lines = [line for line in report.lines if line.node.name in main]
    while lines and not _is_map(lines[-1].node.shape):
        lines.pop()
    found, down = {}, 1
    for line in lines:
        if _is_map(line.node.shape):
            down = scaled_down(line.receptive_field, line.node.shape, report.graph.input_shape)
        found[line.node.name] = down
    return found


def _of_blocks(group: Group, own: Mapping[str, int], cut: frozenset[str]) -> dict[str, int]:
    """Find the blocks inside a group that scale their input down once; give their layers the block's resolution."""
    found: dict[str, int] = {}
    for child in group.items:
        if isinstance(child, Group) and len(levels := _levels(child, own)) > 1:
            inner = any(isinstance(item, Group) and _levels(item, own) == levels for item in child.items)
            pooled = any(node.name in cut and isinstance(node.layer, MaxPool | AvgPool) for node in child.nodes)
            if len(levels) == 2 and not inner and not pooled:
                found |= dict.fromkeys((node.name for node in child.nodes if node.name in own), max(levels))
            else:
                found |= _of_blocks(child, own, cut)
    return found


def _levels(group: Group, own: Mapping[str, int]) -> set[int]:
    return {own[node.name] for node in group.nodes if node.name in own}


def cuts(graph: Graph, main: frozenset[str]) -> frozenset[str]:
    """Name the nodes that all later ones depend on through nothing else: where a branching has come together again.

    >>> import explorer
    >>> graph = explorer.lower(explorer.get("resnet18"))
    >>> [name for name in graph.index if name in cuts(graph, _reaching(graph))][3:6]
    ['maxpool', 'layer1.0.add', 'layer1.0.relu']
    """
    nodes = [node for node in graph if node.name in main]
    last_read = {name: i for i, node in enumerate(nodes) for name in node.inputs}
    furthest, found = last_read.get(INPUT, 0), set()
    for i, node in enumerate(nodes):
        if furthest <= i:
            found.add(node.name)
        furthest = max(furthest, last_read.get(node.name, len(nodes)))
    return frozenset(found)


def scaled_down(field: ReceptiveField, shape: Shape, input_shape: Shape) -> int:
    """Say by how much a map is smaller than the input: its stride, or the nearest power of two where it has none.

    >>> from explorer.receptive_field import UNKNOWN
    >>> scaled_down(UNKNOWN, (192, 71, 71), (3, 299, 299))
    4
    """
    if field.status == "exact":
        return max(field.stride)
    ratio = max(n / m for n, m in zip(input_shape[1:], shape[1:], strict=True))
    return int(2 ** max(0, round(log2(ratio))))


def _reaching(graph: Graph) -> frozenset[str]:
    """Name the nodes that the main output is computed from."""
    found = {graph.output}
    for node in reversed(graph.nodes):
        if node.name in found:
            found.update(node.inputs)
    return frozenset(found)


def _is_map(shape: Shape) -> bool:
    return prod(shape[1:]) > 1


def _named(node: Node, channels: bool) -> str:
    """Name a layer as papers' tables do; layers that neither count, nor join, nor scale down have no name there."""
    match node.layer:
        case Conv():
            size = _size(node, node.layer.kernel_size)
            groups = f" groups={node.layer.groups}" if channels else " grouped"
            name = size + (groups if node.layer.groups > 1 else "")
            return f"{name}, {node.layer.out_channels}" if channels else name
        case Linear():
            return f"Linear, {node.layer.out_features}" if channels else "Linear"
        case MaxPool() | AvgPool():
            return f"{node.type} {_size(node, node.layer.kernel_size)}"
        case Add() | Concat() | Multiply():
            return node.type
        case _:
            return ""


def _size(node: Node, kernel: int | tuple[int, ...]) -> str:
    return times(per_axis(kernel, len(node.shape) - 1))


def in_order(keys: Iterable[str]) -> tuple[str, ...]:
    """Put the names of stages in order, from the input to the head.

    >>> in_order(["head", "1/16", "1/4", "1/4"])
    ('1/4', '1/16', 'head')
    """

    def rank(key: str) -> float:
        return int(key.removeprefix("1/")) if key.startswith("1/") else {HEAD: 1e9}.get(key, float("inf"))

    return tuple(sorted({*keys}, key=rank))

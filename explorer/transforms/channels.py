"""Which layers must have equally many channels: what is added up, what is gated, what keeps its maps apart."""

from __future__ import annotations

from collections.abc import Callable
from math import lcm, prod

from explorer.errors import ExplorerError
from explorer.graph import INPUT, Graph, Node
from explorer.joins import Concat, Multiply
from explorer.layers import Conv, Embedding, Flatten, Linear, PadChannels
from explorer.transforms.places import last_layers


class Channels:
    """Values with equally many channels form a class, which is called by one of them.

    ``steps`` says of which number the channels of a class are multiples, for the groups of convolutions; ``kept`` are
    the classes that stay as they are: the input, embeddings, gates of one map, and the last layers.
    """

    def __init__(self, graph: Graph) -> None:
        self.graph = graph
        self._parents = {INPUT: INPUT, **{node.name: node.name for node in graph}}
        for node in graph:
            for name in _equal(node):
                self._parents[self.of(name)] = self.of(node.name)
        self.steps: dict[str, int] = {}
        self.kept = {self.of(INPUT), *map(self.of, last_layers(graph))}
        self._sums: dict[str, list[Node]] = {}
        for node in graph:
            self._note(node)

    def of(self, name: str) -> str:
        """Name the class of a value."""
        while self._parents[name] != name:
            self._parents[name] = name = self._parents[self._parents[name]]
        return name

    def _note(self, node: Node) -> None:
        match node.layer:
            case Conv(groups=groups) if groups > 1 and not _apart(node):
                for own in (self.of(node.name), self.of(node.inputs[0])):
                    self.steps[own] = lcm(self.steps.get(own, 1), groups)
            case Embedding():
                self.kept.add(self.of(node.name))
            case Multiply():
                ones = [name for name, x in zip(node.inputs, node.input_shapes, strict=True) if x[0] != node.shape[0]]
                self.kept.update(map(self.of, ones))
            case Concat() | Flatten() if not _equal(node):
                self._sums.setdefault(self.of(node.name), []).append(node)
            case _:
                pass

    def solve(self, scaled: Callable[[int, int], int]) -> dict[str, int]:
        """Give the new channels of the input and of every node.

        Args:
            scaled: the new width for a width, and the number of which it must be a multiple.

        Raises:
            ExplorerError: sums or groups do not fit.
        """
        known: dict[str, int] = {}

        def width(name: str) -> int:
            own = self.of(name)
            if own not in known:
                sums = [_sum(node, width) for node in self._sums.get(own, ())]
                if len(set(sums)) > 1:
                    given = " and ".join(map(str, sorted(set(sums))))
                    raise ExplorerError(f"{name}: rounded widths give {given} channels, which do not fit together")
                channels = self.graph.shape_of(own)[0]
                known[own] = channels if own in self.kept else scaled(channels, self.steps.get(own, 1))
                known[own] = sums[0] if sums else known[own]
            return known[own]

        return {name: width(name) for name in (INPUT, *(node.name for node in self.graph))}


def _equal(node: Node) -> tuple[str, ...]:
    """Name the inputs that have as many channels as the output, and must."""
    match node.layer:
        case Conv():
            return node.inputs if _apart(node) else ()
        case Linear() | Embedding() | PadChannels():
            return ()
        case Flatten():
            return node.inputs if prod(node.input_shapes[0][1:]) == 1 else ()
        case Concat():
            return node.inputs if len(node.inputs) == 1 else ()
        case Multiply():
            pairs = zip(node.inputs, node.input_shapes, strict=True)
            return tuple(name for name, shape in pairs if shape[0] == node.shape[0])
        case _:
            return node.inputs


def _apart(node: Node) -> bool:
    """Say whether this is a depthwise convolution, with one filter for each map."""
    groups = node.layer.groups if isinstance(node.layer, Conv) else 1
    return 1 < groups == node.input_shapes[0][0] == node.shape[0]


def _sum(node: Node, width: Callable[[str], int]) -> int:
    """Count what a concatenation gives, or a map that is laid out."""
    return sum(map(width, node.inputs)) * (prod(node.input_shapes[0][1:]) if isinstance(node.layer, Flatten) else 1)

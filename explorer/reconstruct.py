"""From a Graph back to a spec: any graph can be written as cells; what is a chain or branches is written as such.

Blocks are those of the nodes' paths. Within a block, what all values pass through divides it into stretches: a single
layer, branches that run side by side from one value to one join, or, where neither fits, a ``Cell``.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence

from explorer.code.blocks import Block, Item, nest
from explorer.cost import mult_adds, params, total
from explorer.errors import ExplorerError
from explorer.graph import INPUT, Graph, Node
from explorer.joins import Add, Concat, Multiply, Unknown
from explorer.lower import lower
from explorer.spec import Branches, Cell, Child, Series, Side, Spec, Step

_JOINS = {Add: "add", Concat: "concat", Multiply: "multiply"}


def spec_of(graph: Graph) -> Spec:
    """Write a graph as a spec; lowered again it has the same layers, shapes, parameters and mult-adds.

    Layers keep their names; a join may get another, such as ``concat`` for ``cat``.

    Raises:
        ExplorerError: the graph has operations that the language has no word for, layers that share parameters, or a
            side output that other layers read.

    >>> import explorer
    >>> from explorer.layers import Conv
    >>> graph = explorer.lower(Series(stem=Conv(4), block=Branches(Conv(4), Series(), join="add")), (3, 8, 8))
    >>> spec_of(graph).children[1][1].children[0][1].join
    'add'
    """
    _refuse_what_has_no_word(graph)
    spec = _Reconstruction(graph).spec(nest(graph, several=False))
    again = lower(spec, graph.input_shape, name=graph.name)
    if _told(again) != _told(graph):
        raise ExplorerError(f"{graph.name}: written as a spec it would not be the same network")
    return spec


def _told(graph: Graph) -> tuple[object, ...]:
    layers = Counter((repr(node.layer), node.input_shapes, node.shape) for node in graph)
    ends = [graph.shape_of(name) for name in (graph.output, *graph.sides)]
    return layers, ends, total(graph, params), total(graph, mult_adds)


def _refuse_what_has_no_word(graph: Graph) -> None:
    unknown = Counter(node.type for node in graph if isinstance(node.layer, Unknown))
    if unknown:
        kinds = ", ".join(f"{kind} (×{n})" if n > 1 else kind for kind, n in unknown.most_common(8))
        more = f" and {len(unknown) - 8} more" if len(unknown) > 8 else ""
        raise ExplorerError(
            f"{graph.name}: the language has no word for {kinds}{more}; allowed: networks of the layers of the language"
        )
    for name in graph.sides:
        if graph.readers[name] or name in (INPUT, graph.output):
            raise ExplorerError(
                f"{graph.name}: the side output {name} is read by other layers; allowed: heads that end there"
            )
    for node in graph:
        if node.shares and params(graph[node.shares]):
            raise ExplorerError(
                f"{graph.name}: {node.name} shares the parameters of {node.shares}; allowed: layers with their own"
            )


class _Reconstruction:
    """Writes the blocks of one graph."""

    def __init__(self, graph: Graph) -> None:
        self.sides = frozenset(graph.sides)

    def spec(self, block: Block) -> Spec:
        """Write a block; one that reads several values is a cell."""
        flow = _Flow(self, block)
        output = block.outputs[0]
        if len(block.reads) > 1:
            return flow.cell(range(len(block.items)), tuple(range(len(block.reads))), output)
        return Series(*flow.series(range(len(block.items)), 0, output))

    def is_side(self, item: Item) -> bool:
        """Say whether an item gives a side output: its nodes end there."""
        match item.part:
            case Node() as node:
                return node.name in self.sides
            case Block() as block:
                return block.gives[0] in self.sides
            case None:
                return False


class _Flow:
    """The values of one block; names of its children."""

    def __init__(self, whole: _Reconstruction, block: Block) -> None:
        self.whole, self.items = whole, block.items
        self.value = {i: len(block.reads) + i for i in range(len(block.items))}
        self.maker = {value: i for i, value in self.value.items()}
        ends = block.outputs[:1]
        self.side = {i for i, item in enumerate(block.items) if whole.is_side(item) and self.value[i] not in ends}
        self.names = _names(block.items)
        self.used = set(self.names)

    def series(self, items: Iterable[int], source: int, target: int) -> list[Child]:
        """Write the items between two values as children of a Series, stretch by stretch."""
        found: list[Child] = []
        stretch: list[int] = []
        left = list(items)
        for at, i in enumerate(left):
            stretch.append(i)
            passed = source if i in self.side and stretch == [i] else self.value[i]
            later = {value for j in left[at + 1 :] for value in self.items[j].reads} | {target}
            if later.isdisjoint({source, *(self.value[j] for j in stretch)} - {passed}) or (
                i in self.side and stretch == [i]
            ):
                found += self.stretch(stretch, source, passed)
                source, stretch = passed, []
        return found + (self.stretch(stretch, source, target) if stretch else [])

    def stretch(self, stretch: list[int], source: int, target: int) -> list[Child]:
        """Write items that only the source leads to and only the target leads away from."""
        last = self.items[stretch[-1]]
        if len(stretch) == 1 and last.reads == (source,) and not _join(last):
            return [(self.names[stretch[0]], self.written(stretch[0]))]
        branches = self.branches(stretch, source) if self.value[stretch[-1]] == target else None
        return [("", branches or self.cell(stretch, (source,), target))]

    def branches(self, stretch: list[int], source: int) -> Branches | None:
        """Write a stretch as branches from its source to the join at its end; None if they touch on their way."""
        join, word = self.items[stretch[-1]], _join(self.items[stretch[-1]])
        if not word or (word in self.used and self.names[stretch[-1]] != word):
            return None
        ways = [self.way(value, stretch) for value in join.reads]
        if sum(map(len, ways)) != len(stretch) - 1 or len(set().union(*ways)) != len(stretch) - 1:
            return None
        self.used.add(word)
        children = []
        for value, way in zip(join.reads, ways, strict=True):
            inside = self.series([i for i in stretch if i in way], source, value)
            (child,) = inside if len(inside) == 1 else [("", Series(*inside))]
            children.append(child)
        return Branches(*children, join=word)  # type: ignore[arg-type]

    def way(self, value: int, stretch: Sequence[int]) -> set[int]:
        """Give the items of a stretch that lead to a value."""
        found: set[int] = set()
        left = [value]
        while left:
            i = self.maker.get(left.pop())
            if i is not None and i in stretch and i not in found:
                found.add(i)
                left += self.items[i].reads
        return found

    def cell(self, items: Iterable[int], sources: tuple[int, ...], target: int) -> Cell:
        """Write items as the steps of a cell."""
        items = list(items)
        words = {value: "x" if len(sources) == 1 else f"x{n}" for n, value in enumerate(sources, 1)}
        while set(words.values()) & set(self.names):
            words = {value: f"{word}_" for value, word in words.items()}
        inputs = tuple(words.values())
        words |= {self.value[i]: self.names[i] for i in items}
        steps = [
            Step(self.names[i], tuple(words[v] for v in self.items[i].reads), self.joined_or_written(i)) for i in items
        ]
        steps += [
            Step(f"{self.names[i]}-side", (self.names[i],), Side(Series()))
            for i in items
            if i in self.side and _join(self.items[i])
        ]
        return Cell(inputs, tuple(steps), words[target])

    def joined_or_written(self, i: int) -> Spec | Add | Concat | Multiply:
        part = self.items[i].part
        if isinstance(part, Node) and isinstance(part.layer, Add | Concat | Multiply):
            return part.layer
        return self.written(i)

    def written(self, i: int) -> Spec:
        """Write one item."""
        match self.items[i].part:
            case Node(layer=layer) if not isinstance(layer, Add | Concat | Multiply | Unknown):
                spec: Spec = layer
            case Block() as block:
                spec = self.whole.spec(block)
            case part:
                raise AssertionError(f"{part} is no spec")
        return Side(spec) if i in self.side else spec


def _join(item: Item) -> str:
    """Name a join; empty for anything else."""
    return _JOINS.get(type(item.part.layer), "") if isinstance(item.part, Node) else ""


def _names(items: tuple[Item, ...]) -> list[str]:
    """Name the children; nodes that stand deeper, but in no block of their own, by their whole path."""
    found: list[str] = []
    for item in items:
        name = item.name.replace(".", "_")
        found.append(name if name not in found else f"{name}-{len(found)}")
    return found

"""A Graph as modules inside modules: the nodes nested by their paths, each block with what it reads and gives."""

from __future__ import annotations

from dataclasses import dataclass
from heapq import heapify, heappop, heappush
from typing import NamedTuple

from explorer.graph import INPUT, Graph, Node


class Item(NamedTuple):
    """A part of a block: what it is called there, and the values of the block that it reads.

    Values are numbered: the block's inputs first, then what the items give, in their order. ``part`` is None where
    blocks of one class have the item and this one does without.
    """

    name: str
    part: Node | Block | None
    reads: tuple[int, ...]
    gives: int = 1


@dataclass(frozen=True)
class Block:
    """A module that holds others: its items in the order in which they run, and which values are its outputs.

    ``reads`` and ``gives`` name the nodes outside that it reads, and those inside that others read.
    """

    path: str
    reads: tuple[str, ...]
    items: tuple[Item, ...]
    outputs: tuple[int, ...]
    gives: tuple[str, ...]
    channels: tuple[int, int]

    @property
    def name(self) -> str:
        """Give the last word of the path."""
        return self.path.rpartition(".")[2]


def nest(graph: Graph, several: bool = True) -> Block:
    """Nest the nodes of a graph: one block for the whole, and one for each path that holds nodes.

    With ``several`` a block may give several values; without, the items of such a block stand in the one around it.

    >>> import explorer
    >>> [item.name for item in nest(explorer.lower(explorer.get("vgg16"))).items]
    ['features', 'flatten', 'classifier']
    """
    return _Nesting(graph, several).block("", [(node.name.split("."), node) for node in graph], 0)


Member = tuple[list[str], Node]


class _Entry(NamedTuple):
    """What will be an item: a name, and one node or the nodes below a path."""

    name: str
    members: list[Member]
    is_block: bool


class _Nesting:
    """Knows the graph while it is nested."""

    def __init__(self, graph: Graph, several: bool) -> None:
        self.graph, self.several = graph, several
        self.order = {node.name: i for i, node in enumerate(graph)}
        self.ends = (graph.output, *graph.sides)

    def block(self, path: str, members: list[Member], depth: int) -> Block:
        """Make the block of the nodes below a path."""
        own = {node.name for _, node in members}
        parts = [self.part(entry, path, depth) for entry in self.entries(members, depth)]
        outside = dict.fromkeys(name for _, _, reads, _ in parts for name in reads if name not in own)
        reads = tuple(outside) if path else (INPUT,)
        values = {name: i for i, name in enumerate(reads)}
        items = []
        for name, part, read, gives in parts:
            items.append(Item(name, part, tuple(values[each] for each in read), len(gives)))
            for each in gives:
                values[each] = len(values)
        gives = self.outputs(members, own) if path else self.ends
        channels = (self.graph.shape_of(reads[0])[0] if reads else 0, self.graph.shape_of(gives[0])[0])
        return Block(path, reads, tuple(items), tuple(values[name] for name in gives), gives, channels)

    def part(self, entry: _Entry, path: str, depth: int) -> tuple[str, Node | Block, tuple[str, ...], tuple[str, ...]]:
        """Give an entry's name, what it is, and the names of the nodes that it reads and gives."""
        node = entry.members[0][1]
        if not entry.is_block:
            return entry.name, node, node.inputs, (node.name,)
        block = self.block(f"{path}.{entry.name}" if path else entry.name, entry.members, depth + 1)
        return entry.name, block, block.reads, self.outputs(entry.members, {n.name for _, n in entry.members})

    def outputs(self, members: list[Member], own: set[str]) -> tuple[str, ...]:
        """Name the nodes that something outside reads."""
        readers = self.graph.readers
        nodes = [node for _, node in members]
        return tuple(n.name for n in nodes if n.name in self.ends or not own.issuperset(readers[n.name]))

    def gives_one(self, members: list[Member]) -> bool:
        """Say whether what is outside reads one value of these nodes."""
        return len(self.outputs(members, {node.name for _, node in members})) == 1

    def entries(self, members: list[Member], depth: int) -> list[_Entry]:
        """List what stands directly below a path, in an order in which it can run, a block only if it runs at once."""
        inside: dict[str, list[Member]] = {}
        for member in members:
            inside.setdefault(member[0][depth], []).append(member)
        found: list[_Entry] = []
        for name, below in inside.items():
            is_leaf = [len(segments) == depth + 1 for segments, _ in below]
            whole = not any(is_leaf) and (self.several or self.gives_one(below))
            found += [_Entry(name, below, True)] if whole else _loose(below, depth)
        while (ordered := self.ordered(found)) is None:
            found = [one for entry in found for one in (_loose(entry.members, depth) if entry.is_block else [entry])]
        return ordered

    def ordered(self, entries: list[_Entry]) -> list[_Entry] | None:
        """Put entries into an order in which they can run; None if one must run before and after another."""
        home = {node.name: i for i, entry in enumerate(entries) for _, node in entry.members}
        needs = [
            {home[name] for _, node in entry.members for name in node.inputs if name in home} - {i}
            for i, entry in enumerate(entries)
        ]
        needed_by: list[list[int]] = [[] for _ in entries]
        for i, needed in enumerate(needs):
            for each in needed:
                needed_by[each].append(i)
        first = [self.order[entry.members[0][1].name] for entry in entries]
        ready = [(first[i], i) for i, needed in enumerate(needs) if not needed]
        heapify(ready)
        ordered = []
        while ready:
            _, i = heappop(ready)
            ordered.append(entries[i])
            for each in needed_by[i]:
                needs[each].discard(i)
                if not needs[each]:
                    heappush(ready, (first[each], each))
        return ordered if len(ordered) == len(entries) else None


def _loose(members: list[Member], depth: int) -> list[_Entry]:
    """Give each node an entry of its own, called by the rest of its path."""
    return [_Entry(".".join(segments[depth:]), [(segments, node)], False) for segments, node in members]

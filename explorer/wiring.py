"""Which values enter a level of a diagram, run between its boxes, and leave it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from explorer.fold import Box
from explorer.graph import Graph

Wire = tuple[int, int, str]
"""From which item to which, and the value's name; items are the entries, then the boxes, then the exits."""


@dataclass(frozen=True, slots=True)
class Wiring:
    """The values that enter and leave a level, by name, and the wires inside."""

    entries: tuple[str, ...]
    exits: tuple[str, ...]
    wires: tuple[Wire, ...]


def wiring(graph: Graph, boxes: Sequence[Box]) -> Wiring:
    """Find the wires between boxes; a value that a box reads in several places has one wire to it."""
    owner = {node.name: place for place, box in enumerate(boxes) for node in box.nodes}
    reads = dict.fromkeys(
        (owner.get(value), place, value)
        for place, box in enumerate(boxes)
        for node in box.nodes
        for value in node.inputs
        if owner.get(value) != place
    )
    entries = tuple(dict.fromkeys(value for source, _, value in reads if source is None))
    ends = {graph.output, *graph.sides}
    exits = tuple(
        name for name in owner if name in ends or any(reader not in owner for reader in graph.readers.get(name, ()))
    )
    shift, first_exit = len(entries), len(entries) + len(boxes)
    inside = [
        (entries.index(value) if source is None else shift + source, shift + target, value)
        for source, target, value in reads
    ]
    leaving = [(shift + owner[value], first_exit + number, value) for number, value in enumerate(exits)]
    return Wiring(entries, exits, (*inside, *leaving))


def ancestors(graph: Graph) -> frozenset[str]:
    """Give the nodes that the main output needs; the others belong to side outputs."""
    found, left = {graph.output}, [graph.output]
    while left:
        name = left.pop()
        for value in graph[name].inputs if name in graph.index else ():
            if value not in found:
                found.add(value)
                left.append(value)
    return frozenset(found)

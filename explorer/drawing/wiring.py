"""Which values enter a level of a diagram, run between its boxes, and leave it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from explorer.drawing.fold import Box
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


def leaf_wires(graph: Graph, boxes: Sequence[Box]) -> tuple[tuple[str, str, str], ...]:
    """Give the wires between boxes that hold no other, as (path of the source or "input", path of the reader, value).

    Of a row of which one block is drawn, that block stands for all.
    """
    owner = {name: leaf.path for name, leaf in _owners(boxes).items()}
    drawn = frozenset().union(*(box.drawn for box in boxes))
    wires = (
        (owner.get(value, value), owner[node.name], value)
        for node in graph
        if node.name in drawn
        for value in node.inputs
    )
    return tuple(dict.fromkeys(wire for wire in wires if wire[0] != wire[1]))


def _owners(boxes: Sequence[Box]) -> dict[str, Box]:
    """Find, for every node, the innermost box that stands for it."""
    found: dict[str, Box] = {}
    for box in boxes:
        found |= _owners(box.inside) if box.inside else {node.name: box for node in box.nodes}
        for place, node in enumerate(box.nodes):
            if node.name not in found:
                found[node.name] = found[box.member[place % len(box.member)].name]
    return found


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

"""The order in which a block computes: chains of items, cut into statements, each with the values that it reads."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

from explorer.code.blocks import Block, Item
from explorer.code.calls import is_operator
from explorer.graph import Node
from explorer.joins import Add, Concat, Multiply

LIGHT = frozenset(
    [
        "BatchNorm",
        "LocalResponseNorm",
        "ReLU",
        "ReLU6",
        "Sigmoid",
        "Tanh",
        "SiLU",
        "GELU",
        "Hardsigmoid",
        "Hardswish",
        "LeakyReLU",
        "ELU",
        "Softmax",
        "Dropout",
        "LIF",
        "Flatten",
        "Identity",
        "Scale",
        "Complement",
    ]
)
"""Layers that are written around what they follow: ``self.relu(self.bn(self.conv(x)))``."""
MOST_NESTED = 60
"""Characters of names that a sum or a concatenation may hold besides plain values."""


@dataclass(frozen=True)
class Statement:
    """Items computed in one expression, one around the other; what they are given stands at the innermost.

    ``chain`` holds all items of the chain that it is cut from; ``inside`` the statements that are written in the place
    of a value.
    """

    items: tuple[int, ...]
    chain: tuple[int, ...]
    inside: tuple[tuple[int, Statement], ...] = ()


def is_join(item: Item) -> bool:
    """Say whether an item is a sum, a product or a concatenation of several values."""
    return isinstance(item.part, Node) and isinstance(item.part.layer, Add | Concat | Multiply)


def statements(block: Block, optional: frozenset[int] = frozenset()) -> tuple[Statement, ...]:
    """Cut what a block computes into statements, in an order in which they can run.

    Nothing is nested in the ``optional`` joins, whose operands are written twice.
    """
    return tuple(_Flow(block, optional).statements())


def given(block: Block) -> list[int]:
    """Give, for each item, the first of the values that it gives."""
    first, found = len(block.reads), []
    for item in block.items:
        found.append(first)
        first += item.gives
    return found


class _Flow:
    def __init__(self, block: Block, optional: frozenset[int]) -> None:
        self.items, self.values, self.optional = block.items, given(block), optional
        self.uses = Counter([*(v for item in block.items for v in item.reads), *block.outputs])
        self.maker = {value: i for i, value in enumerate(self.values)}
        self.reader = {v: i for i, item in enumerate(block.items) for v in item.reads}
        self.outputs = set(block.outputs)

    def statements(self) -> list[Statement]:
        chains = self.chains()
        single = {c[-1]: Statement((*c,), (*c,)) for c in chains if len(self.cut(c)) == 1 and self.nests(c)}
        hosts = {i: self.inside(i, single) for i, item in self.joins()}
        nested = {statement.items[-1] for inside in hosts.values() for _, statement in inside}
        found = []
        for chain in chains:
            if chain[-1] not in nested:
                for cut in self.cut(chain):
                    found.append(Statement(tuple(cut), tuple(chain), hosts.get(cut[0], ())))
        return found

    def joins(self) -> list[tuple[int, Item]]:
        return [(i, item) for i, item in enumerate(self.items) if is_join(item) and i not in self.optional]

    def chains(self) -> list[list[int]]:
        """Group items that follow one another while nothing else reads what lies between them."""
        found: list[list[int]] = []
        home: dict[int, list[int]] = {}
        for i, item in enumerate(self.items):
            before = self.maker.get(item.reads[0]) if len(item.reads) == 1 else None
            alone = before is not None and self.uses[item.reads[0]] == 1 and self.items[before].gives == 1
            if before is not None and alone and home[before][-1] == before:
                home[i] = home[before]
                home[i].append(i)
            else:
                home[i] = [i]
                found.append(home[i])
        return found

    def cut(self, chain: list[int]) -> list[list[int]]:
        """Begin a new statement before every item that is more than an activation or a normalisation."""
        groups = [[chain[0]]]
        for i in chain[1:]:
            part = self.items[i].part
            light = isinstance(part, Node) and type(part.layer).__name__ in LIGHT
            if light:
                groups[-1].append(i)
            else:
                groups.append([i])
        return groups

    def nests(self, chain: list[int]) -> bool:
        """Say whether a chain may be written in the place of its value: a join reads it, and nothing else does."""
        item, value = self.items[chain[-1]], self.values[chain[-1]]
        lone = item.gives == 1 and self.uses[value] == 1 and value not in self.outputs
        return lone and is_join(self.items[self.reader[value]]) and not is_join(self.items[chain[0]])

    def inside(self, join: int, single: dict[int, Statement]) -> tuple[tuple[int, Statement], ...]:
        """Choose what is written inside a join: all that may be, if it is short enough to be read."""
        found = [(v, single[self.maker[v]]) for v in self.items[join].reads if self.maker.get(v) in single]
        length = sum(len(self.items[i].name) + 8 for _, statement in found for i in statement.items)
        return tuple(found) if length <= MOST_NESTED else ()


def operator(item: Item) -> Node | None:
    """Give the node of an item that is written as an expression; None for a module."""
    return item.part if isinstance(item.part, Node) and is_operator(item.part.layer) else None

"""Blocks of one structure are of one kind: in the source they are one class, or one way to write a Sequential."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import NamedTuple

from explorer.code.blocks import Block, Item
from explorer.code.calls import call, is_operator
from explorer.code.names import is_plain
from explorer.graph import Node
from explorer.joins import Add
from explorer.layers import Scale

Signature = tuple[object, ...]
"""What an item is, but for its numbers."""


class Outline(NamedTuple):
    """The structure of a block: how many inputs it has, its items, and its outputs."""

    inputs: int
    items: tuple[tuple[str, Signature, tuple[int, ...], int], ...]
    outputs: tuple[int, ...]


class Kinds:
    """Every block of a network, sorted into kinds; a kind is a number.

    Blocks that differ only in a shortcut, with or without a projection, with or without the sum, are of one kind.
    """

    def __init__(self, root: Block) -> None:
        self.root = root
        self.outlines: list[Outline] = []
        self._numbers: dict[Outline, int] = {}
        self._merged: dict[int, tuple[int, int]] = {}
        self._of: dict[str, int] = {}
        self._blocks: dict[str, Block] = {}
        levels = list(_levels(root))
        for level in reversed(levels):
            for block in level:
                self._enter(block)
            while self._merge({self._of[block.path] for block in level if block is not root}, level):
                pass
        self.members: dict[int, list[Block]] = {}
        for level in levels:
            for block in level:
                self.members.setdefault(self.of(block), []).append(self._blocks[block.path])

    def of(self, block: Block) -> int:
        """Give the kind of a block."""
        return self._of[block.path]

    def now(self, block: Block) -> Block:
        """Give a block as it stands among those of its kind, with the items that it does without."""
        return self._blocks[block.path]

    def model(self, kind: int) -> Block:
        """Give a block of a kind that has every item."""
        return next(block for block in self.members[kind] if all(item.part for item in block.items))

    def may_lack(self, kind: int, position: int) -> bool:
        """Say whether some block of a kind does without an item."""
        return any(block.items[position].part is None for block in self.members[kind])

    def chain(self, kind: int) -> bool:
        """Say whether the items run one after the other, each a module with a name of its own."""
        outline = self.outlines[kind]
        if outline.inputs != 1 or outline.outputs != (len(outline.items),):
            return False
        return all(
            reads == (i,) and gives == 1 and signature[0] != "operator" and "." not in name
            for i, (name, signature, reads, gives) in enumerate(outline.items)
        ) and not any(self.may_lack(kind, i) for i in range(len(outline.items)))

    def _enter(self, block: Block) -> None:
        outline = self._outline(block)
        kind = self._numbers.setdefault(outline, len(self.outlines))
        if kind == len(self.outlines):
            self.outlines.append(outline)
        while kind in self._merged:
            kind, position = self._merged[kind]
            block = _without(block, self.outlines[kind], position)
        self._of[block.path], self._blocks[block.path] = kind, block

    def _outline(self, block: Block) -> Outline:
        items = tuple((i.name, self._signature(i), i.reads, i.gives) for i in block.items)
        return Outline(len(block.reads), items, block.outputs)

    def _signature(self, item: Item) -> Signature:
        match item.part:
            case Node() as node if is_operator(node.layer):
                return "operator", type(node.layer), node.layer.factor if isinstance(node.layer, Scale) else 1
            case Node() as node:
                made = call(node)
                return "module", made.callee, *(argument.name for argument in made.arguments)
            case Block() as block:
                return "block", self.of(block)
            case None:
                raise AssertionError("an item is left out only when kinds are merged")

    def _merge(self, kinds: set[int], level: list[Block]) -> bool:
        """Make two kinds one that differ only in a shortcut; say whether there were any."""
        for kind in sorted(kinds):
            for position, shorter in _shortcuts_left_out(self.outlines[kind]):
                other = self._numbers.get(shorter)
                if other is not None and other in kinds and other != kind:
                    self._merged[other] = kind, position
                    for block in [self._blocks[b.path] for b in level if self.of(b) == other]:
                        self._of[block.path] = kind
                        self._blocks[block.path] = _without(block, self.outlines[kind], position)
                    return True
        return False


def _levels(root: Block) -> Iterator[list[Block]]:
    level = [root]
    while level:
        yield level
        level = [item.part for block in level for item in block.items if isinstance(item.part, Block)]


def _without(block: Block, outline: Outline, position: int) -> Block:
    """Lay a block out like one that has an item more."""
    parts = [item.part for item in block.items]
    parts.insert(position, None)
    items = tuple(Item(name, part, r, g) for part, (name, _, r, g) in zip(parts, outline.items, strict=True))
    return replace(block, items=items, outputs=outline.outputs)


def _shortcuts_left_out(outline: Outline) -> Iterator[tuple[int, Outline]]:
    """Yield the outlines without one shortcut: without a module on the way from the input to a sum, without a sum."""
    added = {value for _, signature, reads, _ in outline.items if signature[:2] == ("operator", Add) for value in reads}
    value = outline.inputs
    for position, (name, signature, reads, gives) in enumerate(outline.items):
        from_input = [read < outline.inputs for read in reads]
        if "." not in name and gives == 1:
            if signature[0] != "operator" and from_input == [True] and value in added:
                yield position, _bypassed(outline, position, value, reads[0])
            if signature[:2] == ("operator", Add) and sorted(from_input) == [False, True]:
                yield position, _bypassed(outline, position, value, reads[from_input.index(False)])
        value += gives


def _bypassed(outline: Outline, position: int, value: int, instead: int) -> Outline:
    """Take an item out; what read its value reads another."""

    def renumbered(values: tuple[int, ...]) -> tuple[int, ...]:
        return tuple(instead if v == value else v - (v > value) for v in values)

    items = [(n, s, renumbered(reads), g) for n, s, reads, g in outline.items]
    del items[position]
    return Outline(outline.inputs, tuple(items), renumbered(outline.outputs))


def numbered(names: list[str]) -> bool:
    """Say whether these are the names that ``nn.Sequential`` and ``nn.ModuleList`` give by themselves.

    >>> numbered(["0", "1"]), numbered(["conv", "1"])
    (True, False)
    """
    return names == [str(i) for i in range(len(names))]


def is_sequential(kinds: Kinds, kind: int) -> bool:
    """Say whether a kind can be written as an ``nn.Sequential``."""
    names = [item[0] for item in kinds.outlines[kind].items]
    return kinds.chain(kind) and (numbered(names) or all(map(is_plain, names)))

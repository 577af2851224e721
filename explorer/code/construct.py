"""Writing down how a block's modules are built: constructors, Sequentials, and loops where they repeat themselves."""

from __future__ import annotations

import re
from collections.abc import Iterator

from explorer.code.blocks import Block, Item
from explorer.code.calls import REQUIRED, call, is_operator
from explorer.code.kinds import Kinds, numbered
from explorer.code.layout import Bracketed, Written, before, flat
from explorer.code.parameters import MISSING, Expression, Parameters, Slot, kind_of
from explorer.graph import Node

FEWEST = 3
"""So many alike are written as a loop."""


class Builder:
    """Writes constructors; knows the class of each kind that is one, and its arguments."""

    def __init__(self, kinds: Kinds) -> None:
        self.kinds = kinds
        self.titles: dict[int, str] = {}
        self.parameters: dict[int, Parameters] = {}

    def slots(self, block: Block, path: tuple[str, ...] = ()) -> list[Slot]:
        """List the places for numbers in a block's constructors; MISSING for an item that is not there."""
        model = self.kinds.model(self.kinds.of(block))
        found: list[Slot] = []
        for item, usual in zip(self.kinds.now(block).items, model.items, strict=True):
            slots = self.item_slots(usual if item.part is None else item, path)
            found += [slot._replace(value=MISSING) for slot in slots] if item.part is None else slots
        return found

    def item_slots(self, item: Item, path: tuple[str, ...]) -> list[Slot]:
        """List the places for numbers in the constructor of one item."""
        path = (*path, item.name)
        match item.part:
            case Node() as node if not is_operator(node.layer):
                return [Slot(path, a.name, kind_of(a.name), a.value, a.default) for a in call(node).arguments]
            case Block() as block if (kind := self.kinds.of(block)) in self.titles:
                ordered = self.parameters[kind].ordered
                return [Slot(path, p.name, p.kind, p.values[block.path], p.default) for p in ordered]
            case Block() as block:
                return self.slots(block, path)
            case _:
                return []

    def build(self, item: Item, texts: Iterator[Expression]) -> Written:
        """Write the constructor of an item, with what stands in its slots."""
        match item.part:
            case Node() as node:
                made = call(node)
                return _called(made.callee, [(a.name, a.default is not REQUIRED) for a in made.arguments], texts)
            case Block() as block if (kind := self.kinds.of(block)) in self.titles:
                arguments = [(p.name, not p.is_plain) for p in self.parameters[kind].ordered]
                return _called(self.titles[kind], arguments, texts)
            case Block() as block:
                children = self.kinds.now(block).items
                return sequential([child.name for child in children], [self.build(c, texts) for c in children])
            case None:
                raise AssertionError("a class is written after a block that has every item")


def _called(callee: str, arguments: list[tuple[str, bool]], texts: Iterator[Expression]) -> Bracketed:
    """Write a call; arguments with a default are named, and left out where it will do."""
    written = [(f"{name}=" if named else "", next(texts)) for name, named in arguments]
    return Bracketed(f"{callee}(", tuple(name + each.text for name, each in written if not each.left_out))


def sequential(names: list[str], modules: list[Written]) -> Written:
    """Write an ``nn.Sequential``; children that have names of their own stand in an ``OrderedDict``.

    >>> flat(sequential(["0", "1"], ["nn.ReLU()", "nn.Flatten()"]))
    'nn.Sequential(nn.ReLU(), nn.Flatten())'
    >>> flat(sequential(["conv", "relu"], ["nn.Conv2d(3, 8, 1)", "nn.ReLU()"]))
    'nn.Sequential(OrderedDict(conv=nn.Conv2d(3, 8, 1), relu=nn.ReLU()))'
    """
    if numbered(names):
        return Bracketed("nn.Sequential(", tuple(shortened(modules)))
    named = _named_loop(names, modules) or tuple(before(f"{n}=", m) for n, m in zip(names, modules, strict=True))
    loop = len(named) == 2 and isinstance(named[1], str) and named[1].startswith("for ")
    return Bracketed("nn.Sequential(", (Bracketed("OrderedDict(", named, loop=loop),))


def shortened(modules: list[Written]) -> list[Written]:
    """Write runs of modules that are alike, or count up evenly, as loops.

    >>> [flat(each) for each in shortened([Bracketed("Block(", ("64",))] * 3)]
    ['*[Block(64) for _ in range(3)]']
    """
    found: list[Written] = []
    start = 0
    while start < len(modules):
        end, pattern = start + 1, modules[start]
        while end < len(modules) and (longer := _pattern(modules[start : end + 1])) is not None:
            end, pattern = end + 1, longer
        if end - start >= FEWEST:
            counter = "i" if pattern != modules[start] else "_"
            found.append(Bracketed("*[", (pattern, f"for {counter} in range({end - start})"), "]", loop=True))
        else:
            found += modules[start:end]
        start = end
    return found


def _named_loop(names: list[str], modules: list[Written]) -> tuple[Written, ...]:
    """Write children that count up in their names, ``layer1``, ``layer2``, …, as one loop; empty if they do not."""
    split = [re.fullmatch(r"(.*?)(\d+)", name) for name in names]
    if len(names) < FEWEST or not all(split) or (pattern := _pattern(modules)) is None:
        return ()
    stems, numbers = zip(*((match[1], match[2]) for match in split if match), strict=True)
    first = int(numbers[0])
    if len(set(stems)) > 1 or list(numbers) != [str(first + i) for i in range(len(names))]:
        return ()
    name = f'f"{stems[0]}{{{_plus(first, 1)}}}"'
    return Bracketed("(", (name, pattern)), f"for i in range({len(names)})"


def _pattern(modules: list[Written]) -> Written | None:
    """Write calls of one class that are alike, or whose numbers grow evenly with ``i``, as one; None if there is none.

    >>> flat(_pattern([Bracketed("Layer(", (str(64 + 32 * i),)) for i in range(3)]))
    'Layer(64 + 32 * i)'
    """
    calls = [module for module in modules if isinstance(module, Bracketed)]
    if len(calls) < len(modules) or calls[0].opening.startswith("nn."):
        return None
    if len({(each.opening, len(each.arguments)) for each in calls}) > 1:
        return None
    arguments = [
        _growing([flat(argument) for argument in column]) for column in zip(*(c.arguments for c in calls), strict=True)
    ]
    known = tuple(argument for argument in arguments if argument is not None)
    return Bracketed(calls[0].opening, known) if len(known) == len(arguments) else None


def _growing(column: list[str]) -> str | None:
    if len(set(column)) == 1:
        return column[0]
    split = [re.fullmatch(r"(\w+=)?(\d+)", text) for text in column]
    if not all(split) or len({match[1] for match in split if match}) > 1:
        return None
    numbers = [int(match[2]) for match in split if match]
    step = numbers[1] - numbers[0]
    if step < 1 or numbers != [numbers[0] + i * step for i in range(len(numbers))]:
        return None
    keyword = split[0][1] if split[0] and split[0][1] else ""
    return keyword + _plus(numbers[0], step)


def _plus(first: int, step: int) -> str:
    """Write ``first + step * i``, with i the counter.

    >>> _plus(64, 32), _plus(1, 1), _plus(0, 1)
    ('64 + 32 * i', 'i + 1', 'i')
    """
    if step == 1:
        return f"i + {first}" if first else "i"
    return f"{first} + {step} * i" if first else f"{step} * i"

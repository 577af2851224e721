"""Writing ``forward``: the statements of a block with names for their values."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from explorer.code.blocks import Block, Item
from explorer.code.flow import Statement, given, is_join, operator, statements
from explorer.code.layout import Bracketed, Written, flat, lines
from explorer.code.names import shared_start, variable
from explorer.joins import Add, Concat, Multiply
from explorer.layers import Complement, Scale

GENERIC = ("x", "out")
PLAIN = ("conv", "relu", "act", "norm", "block", "layer")
"""What names of layers have in common without saying anything."""
_JOIN_NAMES = ("add", "concat", "multiply")


def forward(
    block: Block, arguments: tuple[str, ...], reach: Callable[[str], str], optional: Mapping[int, str]
) -> list[str]:
    """Write the lines of ``forward``.

    Args:
        block: what is computed.
        arguments: what its inputs are called.
        reach: how a child is got at, by its name.
        optional: for a sum that some blocks do without, the attribute that says whether it is there.
    """
    return _Forward(block, arguments, reach, optional).lines()


class _Forward:
    def __init__(
        self, block: Block, arguments: tuple[str, ...], reach: Callable[[str], str], optional: Mapping[int, str]
    ) -> None:
        self.block, self.reach, self.optional = block, reach, optional
        self.values = given(block)
        self.statements = statements(block, frozenset(optional))
        self.names = dict(enumerate(arguments))
        self.last_read: dict[int, int] = {v: len(self.statements) for v in block.outputs}
        for at, statement in enumerate(self.statements):
            for value in self.reads(statement):
                self.last_read[value] = max(at, self.last_read.get(value, 0))

    def lines(self) -> list[str]:
        """Write the signature and the statements."""
        block = self.block
        one = len(block.outputs) == 1
        kind = "Tensor" if one else f"tuple[{', '.join(['Tensor'] * len(block.outputs))}]"
        arguments = ("self", *(f"{name}: Tensor" for name in self.names.values()))
        found = lines(Bracketed("forward(", arguments), 4, "def ", f" -> {kind}:")
        for at, statement in enumerate(self.statements):
            written = self.written(statement)
            last = at == len(self.statements) - 1
            if last and block.outputs == (self.values[statement.items[-1]],):
                return found + lines(written, 8, "return ")
            found += lines(written, 8, f"{self.targets(at, statement)} = ")
        return [*found, f"        return {', '.join(self.names[value] for value in block.outputs)}"]

    def reads(self, statement: Statement) -> list[int]:
        """List the values that a statement reads, through what is nested in it."""
        inside = dict(statement.inside)
        found: list[int] = []
        for value in self.block.items[statement.items[0]].reads:
            found += self.reads(inside[value]) if value in inside else [value]
        return found

    def targets(self, at: int, statement: Statement) -> str:
        """Name what a statement gives, and remember the names."""
        item, value = self.block.items[statement.items[-1]], self.values[statement.items[-1]]
        live = {v for v, last in self.last_read.items() if last > at and v in self.names}
        taken = {self.names[v] for v in live}
        for i in range(item.gives):
            self.names[value + i] = self.target(statement, taken, i)
            taken.add(self.names[value + i])
        return ", ".join(self.names[value + i] for i in range(item.gives))

    def target(self, statement: Statement, taken: set[str], i: int) -> str:
        """Name a value: as the one that it takes the place of, or after the items that compute it."""
        read = {self.names[value] for value in self.reads(statement)}
        begun = statement.items[0] != statement.chain[0]
        if len(read) == 1 and not i:
            (name,) = read
            if name not in taken and (begun or (name in GENERIC and not taken)):
                return name
        chain = [self.block.items[i] for i in statement.chain]
        return variable(self.hint(chain, statement.items[-1] != statement.chain[-1]), taken)

    def hint(self, chain: list[Item], first: bool) -> str:
        """Say what the value of a chain may be called: what its items' names have in common, or the last one's."""
        names = [item.name.rpartition(".")[2] for item in chain]
        common = shared_start(names).rstrip("_")
        if len(chain) > 1 and len(common) > 2 and common not in PLAIN:
            return common
        if len(chain) > 1 and (not isinstance(chain[-1].part, Block) or (first and is_join(chain[0]))):
            return "out"
        return _own(chain[-1])

    def written(self, statement: Statement) -> Written:
        """Write a statement's expression."""
        first, *others = (self.block.items[i] for i in statement.items)
        inside = dict(statement.inside)
        given = [self.written(inside[v]) if v in inside else self.names[v] for v in first.reads]
        written = self.applied(first, given, statement.items[0])
        for item, position in zip(others, statement.items[1:], strict=True):
            written = self.applied(item, [written], position)
        return written

    def applied(self, item: Item, given: list[Written], position: int) -> Written:
        """Write one item around what it is given."""
        node = operator(item)
        if node is None:
            return Bracketed(f"{self.reach(item.name)}(", tuple(given))
        match node.layer:
            case Concat():
                return Bracketed("torch.cat(", (Bracketed("[", tuple(given), "]"), "dim=1"))
            case Add() if position in self.optional:
                kept = given[0] if item.reads[0] >= len(self.block.reads) else given[1]
                return f"{' + '.join(map(_term, given))} if {self.optional[position]} else {flat(kept)}"
            case Add():
                return " + ".join(map(_term, given))
            case Multiply():
                return " * ".join(map(_factor, given))
            case Scale(factor):
                return f"{factor} * {_factor(given[0])}"
            case Complement():
                return f"1 - {_factor(given[0])}"
            case _:
                raise AssertionError(f"{item.name} is no expression")


def _own(item: Item) -> str:
    """Give an item's own name; a join may have none of its own."""
    name = item.name.rpartition(".")[2]
    return "out" if is_join(item) and name in _JOIN_NAMES else name


def _term(written: Written) -> str:
    text = flat(written)
    return f"({text})" if isinstance(written, str) and (" if " in text or " - " in text) else text


def _factor(written: Written) -> str:
    return f"({written})" if isinstance(written, str) and " " in written else flat(written)

"""Writing the classes of a network: one for each kind of block that is not just a Sequential."""

from __future__ import annotations

from itertools import accumulate

from explorer.code.blocks import Block, Item
from explorer.code.calls import REQUIRED
from explorer.code.conditions import condition
from explorer.code.construct import Builder, shortened
from explorer.code.flow import operator
from explorer.code.forward import forward
from explorer.code.helpers import NAMES
from explorer.code.kinds import Kinds, is_sequential, numbered
from explorer.code.layout import Bracketed, Written, lines
from explorer.code.names import class_name, place, reach, variable
from explorer.code.parameters import Parameters, literal, parameters, with_classes
from explorer.code.titles import title
from explorer.graph import Node


class Writer:
    """Writes the classes of a network, those first that others are made of."""

    def __init__(self, kinds: Kinds, name: str, arguments: dict[str, tuple[str, ...]], output: str) -> None:
        self.kinds, self.builder, self.arguments, self.output = kinds, Builder(kinds), arguments, output
        self.written: dict[int, list[str]] = {}
        self.root = kinds.of(kinds.root)
        self.places = self._places()
        self.names = {name, *NAMES}
        self.name = name

    def classes(self, docstring: list[str]) -> list[list[str]]:
        """Give the lines of every class, that of the network last."""
        self._write(self.kinds.root, docstring)
        return list(self.written.values())

    def _places(self) -> dict[int, set[tuple[int, str]]]:
        """Say, for each kind, in which kinds it stands and as what."""
        found: dict[int, set[tuple[int, str]]] = {}
        for kind in self.kinds.members:
            for item in self.kinds.model(kind).items:
                if isinstance(item.part, Block):
                    found.setdefault(self.kinds.of(item.part), set()).add((kind, item.name))
        return found

    def _is_class(self, kind: int) -> bool:
        """Say whether a kind is a class of its own: all but Sequentials that stand in one place, or hold classes."""
        if kind == self.root or not is_sequential(self.kinds, kind):
            return True
        items = self.kinds.model(kind).items
        layers_only = all(isinstance(item.part, Node) for item in items)
        again = len(self.places[kind]) > 1 and len(items) > 1
        row = numbered([item.name for item in items]) or self._is_row(items)
        return again and (layers_only or not row)

    def _is_row(self, items: tuple[Item, ...]) -> bool:
        """Say whether all items are blocks of one kind."""
        kinds = {self.kinds.of(item.part) if isinstance(item.part, Block) else None for item in items}
        return len(kinds) == 1 and None not in kinds

    def _write(self, block: Block, docstring: list[str]) -> None:
        """Write the classes that a block is made of, then its own."""
        for member in self.kinds.members[self.kinds.of(block)]:
            for item in member.items:
                if isinstance(item.part, Block) and self.kinds.of(item.part) not in self.written:
                    self._write(item.part, [])
        kind = self.kinds.of(block)
        if kind in self.written or not self._is_class(kind):
            return
        name = self.name if kind == self.root else class_name(title(self.kinds, kind), self.names, "Block")
        self.names.add(name)
        members = self.kinds.members[kind]
        rows = [self.builder.slots(member) for member in members]
        needed = parameters(members, rows)
        if kind == self.root:
            needed = with_classes(needed, rows[0], self.output)
        flags: dict[int, str] = {}
        for position, item in enumerate(self.kinds.model(kind).items):
            if self.kinds.may_lack(kind, position):
                present = [member.items[position].part is not None for member in members]
                needed, flags[position] = condition(needed, members, present, item.name)
        self.builder.parameters[kind], self.builder.titles[kind] = needed, name
        self.written[kind] = _Class(self, kind, needed, flags).lines(docstring or [self._about(members)])

    def _about(self, members: list[Block]) -> str:
        """Say where a class is used."""
        many = f"Used {len(members)} times, first as" if len(members) > 1 else "Used as"
        return f"{many} {members[0].path}."


class _Class:
    """The lines of one class."""

    def __init__(self, writer: Writer, kind: int, needed: Parameters, flags: dict[int, str]) -> None:
        self.writer, self.needed, self.flags = writer, needed, flags
        self.name = writer.builder.titles[kind]
        self.block = writer.kinds.model(kind)
        self.chain = is_sequential(writer.kinds, kind)
        self.modules = [i for i, item in enumerate(self.block.items) if operator(item) is None]
        listed = numbered([self.block.items[i].name for i in self.modules]) and not flags and bool(self.modules)
        self.base = "nn.Module" if not listed else "nn.Sequential" if self.chain else "nn.ModuleList"

    def lines(self, docstring: list[str]) -> list[str]:
        """Write the class."""
        found = [f"class {self.name}({self.base}):", *_documented(docstring)]
        if self.modules:
            found += ["", *self._init()]
        return found if self.base == "nn.Sequential" else [*found, "", *self._forward()]

    def _init(self) -> list[str]:
        arguments = []
        for each in self.needed.ordered:
            default = "" if each.default is REQUIRED else f" = {literal(each.default)}"
            arguments.append(f"{each.name}: {each.annotation}{default}")
        found = lines(Bracketed("__init__(", ("self", *arguments)), 4, "def ", " -> None:")
        texts = iter(self.needed.expressions)
        built = {i: self.writer.builder.build(self.block.items[i], texts) for i in self.modules}
        if self.base == "nn.Sequential":
            return found + lines(Bracketed("super().__init__(", tuple(shortened([*built.values()]))), 8)
        if self.base == "nn.ModuleList":
            listed = Bracketed("[", tuple(shortened([*built.values()])), "]")
            return found + lines(Bracketed("super().__init__(", (listed,)), 8)
        found.append("        super().__init__()")
        held = {self.block.items[i].name for i in built}
        for i in sorted(built, key=lambda i: self.block.items[i].name.count(".")):
            found += self._placed(i, built[i], held)
        for i, test in self.flags.items():
            found += [] if i in built else [f"        self.{self._flag(i)} = {test}"]
        return found

    def _placed(self, i: int, written: Written, held: set[str]) -> list[str]:
        """Put a module in its place, and where there is nothing to put it into, an empty module before."""
        path, found = self.block.items[i].name, []
        for holder in accumulate(path.split(".")[:-1], lambda one, other: f"{one}.{other}"):
            if holder not in held:
                held.add(holder)
                first, last = place(holder)
                found.append(f"        {first}nn.Module(){last}")
        first, last = place(path)
        if i not in self.flags:
            return found + lines(written, 8, first, last)
        return [
            *found,
            f"        {first}nn.Identity(){last}",
            f"        if {self.flags[i]}:",
            *lines(written, 12, first, last),
        ]

    def _flag(self, i: int) -> str:
        """Name the attribute that says whether a sum is there."""
        return variable("residual", {item.name.partition(".")[0] for item in self.block.items})

    def _forward(self) -> list[str]:
        optional = {i: f"self.{self._flag(i)}" for i in self.flags if i not in self.modules}
        count = len(self.block.reads)
        arguments = self.writer.arguments.get(self.block.path, ())
        if len(arguments) != count or len(set(arguments)) < count:
            arguments = ("x", *(f"x{i}" for i in range(2, count + 1)))
        return forward(self.block, arguments, self._reach, optional)

    def _reach(self, name: str) -> str:
        return f"self[{name}]" if self.base == "nn.ModuleList" else reach(name)


def _documented(docstring: list[str]) -> list[str]:
    if len(docstring) == 1:
        return [f'    """{docstring[0]}"""']
    first, *others = docstring
    return [f'    """{first}', *(f"    {line}".rstrip() for line in others), '    """']

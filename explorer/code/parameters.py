"""The arguments of a class: which numbers of its blocks differ, which always go together, what they are called."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import Any, NamedTuple

from explorer.code.blocks import Block
from explorer.code.calls import REQUIRED
from explorer.code.names import TAKEN, variable

MISSING: Any = "the item is not there"
_CHANNELS = ("in_channels", "out_channels", "in_features", "out_features", "num_features")
_DEFAULTS = {"stride": 1, "padding": 0, "dilation": 1, "groups": 1, "kernel_size": 1, "bias": True}


class Slot(NamedTuple):
    """A place in the source where a number stands: the path to it, the field, the number, the field's default."""

    path: tuple[str, ...]
    field: str
    kind: str
    value: Any
    default: Any = REQUIRED


def kind_of(field: str) -> str:
    """Say what a field's number means; only numbers that mean the same share an argument.

    >>> kind_of("num_features"), kind_of("stride")
    ('channels', 'stride')
    """
    return "channels" if field in _CHANNELS else field


class Expression(NamedTuple):
    """What is written in a slot; ``left_out`` says that the default will do."""

    text: str
    left_out: bool = False


@dataclass(frozen=True)
class Parameter:
    """An argument of a class, with its value for each block, by the block's path."""

    name: str
    kind: str
    values: dict[str, Any]
    default: Any = REQUIRED

    @property
    def is_plain(self) -> bool:
        """Say whether a call gives it without its name: a number of channels that has no default."""
        return self.kind == "channels" and self.default is REQUIRED

    @property
    def annotation(self) -> str:
        """Write the type.

        >>> Parameter("kernel_size", "kernel_size", {"a": 3, "b": (1, 7)}).annotation
        'int | tuple[int, ...]'
        """
        kinds = {type(value).__name__ for value in (*self.values.values(), self.default) if value is not REQUIRED}
        words = {"NoneType": "None", "tuple": "tuple[int, ...]"}
        return " | ".join(words.get(kind, kind) for kind in sorted(kinds - {"NoneType"}) + sorted(kinds & {"NoneType"}))


@dataclass(frozen=True)
class Parameters:
    """The arguments of a class, and what stands in each slot of its body."""

    found: tuple[Parameter, ...]
    expressions: tuple[Expression, ...]

    @property
    def ordered(self) -> tuple[Parameter, ...]:
        """Give the numbers of channels first, the ends of the block before the others; those with a default last."""
        first = ("in_channels", "out_channels")
        return tuple(sorted(self.found, key=lambda p: (p.default is not REQUIRED, not p.is_plain, p.name not in first)))


def parameters(blocks: list[Block], rows: list[list[Slot]]) -> Parameters:
    """Find the arguments of a class; ``rows`` gives the slots of each block, all in the same order.

    A number that is the same in every block stays in the body. Slots whose numbers agree in every block share an
    argument; one that is always n times another is written as ``n * other``.
    """
    columns = [tuple(slot.value for slot in column) for column in zip(*rows, strict=True)]
    search = _Search(blocks, rows[0], columns)
    whole_first = sorted(range(len(columns)), key=lambda i: MISSING in columns[i])
    texts = {i: search.expression(i) for i in whole_first}
    return Parameters(tuple(search.found), tuple(texts[i] for i in range(len(columns))))


def with_classes(needed: Parameters, slots: list[Slot], output: str) -> Parameters:
    """Make the number of classes an argument of the network, if its last layer is one that gives so many numbers."""
    for i, slot in enumerate(slots):
        if ".".join(slot.path) == output and slot.field == "out_features":
            expressions = [*needed.expressions]
            expressions[i] = Expression("num_classes")
            classes = Parameter("num_classes", "channels", {"": slot.value}, slot.value)
            return Parameters((*needed.found, classes), tuple(expressions))
    return needed


class _Search:
    """Gives each slot its expression, and collects the arguments that are needed."""

    def __init__(self, blocks: list[Block], slots: list[Slot], columns: list[tuple[Any, ...]]) -> None:
        self.paths = [block.path for block in blocks]
        self.ends = {
            "in_channels": tuple(block.channels[0] for block in blocks),
            "out_channels": tuple(block.channels[1] for block in blocks),
        }
        self.slots, self.columns = slots, columns
        self.found: list[Parameter] = []

    def expression(self, i: int) -> Expression:
        """Say what stands in a slot."""
        column, slot = self.columns[i], self.slots[i]
        known = [value for value in column if value is not MISSING]
        shared = self.existing(column, slot.kind) if MISSING in column else ""
        if not shared and all(type(value) is type(known[0]) and value == known[0] for value in known):
            return Expression(literal(known[0]), slot.default is not REQUIRED and known[0] == slot.default)
        return Expression(shared or self.existing(column, slot.kind) or self.new(i))

    def existing(self, column: tuple[Any, ...], kind: str) -> str:
        """Find an argument with these values, or one of which they are a multiple."""
        kinds = ("channels", "groups") if kind == "groups" else (kind,)
        alike = [parameter for parameter in self.found if parameter.kind in kinds]
        for parameter in alike:
            if _agree(column, tuple(parameter.values.values())):
                return parameter.name
        for parameter in alike if "channels" in kinds else []:
            if factor := _factor(column, tuple(parameter.values.values())):
                return f"{factor} * {parameter.name}"
        return ""

    def new(self, i: int) -> str:
        """Add an argument."""
        column, slot = self.columns[i], self.slots[i]
        fill = Counter(value for value in column if value is not MISSING).most_common(1)[0][0]
        values = {p: fill if v is MISSING else v for p, v in zip(self.paths, column, strict=True)}
        taken = {parameter.name for parameter in self.found}
        name = variable(self.name(i), taken | TAKEN, "value")
        default = fill if MISSING in column else _DEFAULTS.get(slot.kind, REQUIRED)
        self.found.append(Parameter(name, slot.kind, values, default if default in column else REQUIRED))
        return name

    def name(self, i: int) -> str:
        """Call an argument after the ends of the block, after its field, or after the first item that has it."""
        column, kind = self.columns[i], self.slots[i].kind
        if kind != "channels":
            return kind if not self.rivals(kind, column) else f"{_words(self.slots[i].path)}_{kind}"
        same = [name for name, ends in self.ends.items() if _agree(column, ends)]
        if same:
            return "channels" if len(same) == 2 else same[0]
        if not self.rivals(kind, column):
            return "width"
        alike = [slot for slot, other in zip(self.slots, self.columns, strict=True) if other == column]
        slot = next((slot for slot in alike if slot.field.startswith("out_")), alike[0])
        return _words(slot.path) + ("_in" if slot.field == "in_channels" else "")

    def rivals(self, kind: str, column: tuple[Any, ...]) -> bool:
        """Say whether another number of the kind differs from block to block."""
        return any(
            slot.kind == kind
            and other != column
            and MISSING not in other
            and len(set(other)) > 1
            and not any(_agree(other, ends) for ends in self.ends.values())
            for slot, other in zip(self.slots, self.columns, strict=True)
        )


def literal(value: Any) -> str:
    """Write a number, a size or a yes as Python does.

    >>> literal((1, 7)), literal(0.001), literal(None)
    ('(1, 7)', '0.001', 'None')
    """
    return repr(value)


def _words(path: tuple[str, ...]) -> str:
    """Call a number after the item that has it.

    >>> _words(("branch2", "0", "conv")), _words(("conv1",)), _words(("3x3_reduce",))
    ('branch2_0', 'conv1', 'width_3x3_reduce')
    """
    words = "_".join(path[:-1] if len(path) > 1 and path[-1] in ("conv", "0") else path)
    return f"width_{words}" if words[0].isdigit() else words


def _agree(column: tuple[Any, ...], values: tuple[Any, ...]) -> bool:
    pairs = zip(column, values, strict=True)
    return all(one is MISSING or (type(one) is type(other) and one == other) for one, other in pairs)


def _factor(column: tuple[Any, ...], values: tuple[Any, ...]) -> int:
    """Give the whole number by which all values are multiplied; 0 if there is none."""
    pairs = [(one, other) for one, other in zip(column, values, strict=True) if one is not MISSING]
    if not all(type(one) is int and type(other) is int and other > 0 for one, other in pairs):
        return 0
    factor = pairs[0][0] // pairs[0][1]
    return factor if factor > 1 and all(one == factor * other for one, other in pairs) else 0

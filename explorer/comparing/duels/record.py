"""What a duel is: a frozen record of two or more contenders at equal input, their dials, presets and formulas."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from fractions import Fraction

from explorer.comparing.duels.terms import Figure, Term
from explorer.errors import ExplorerError
from explorer.fields import Bound
from explorer.shapes import Shape
from explorer.spec import Spec

Setting = Mapping[str, int]
"""Where the dials stand, by their names."""


@dataclass(frozen=True, slots=True)
class Dial:
    """A whole number that the reader sets: its name in the address, its letter in the formulas, what it may be."""

    name: str
    symbol: str
    bound: Bound
    step: int = 1
    choices: tuple[int, ...] = ()

    @property
    def values(self) -> tuple[int, ...]:
        """List all that it may stand at."""
        return self.choices or tuple(range(int(self.bound.low), int(self.bound.high) + 1, self.step))


def dial(name: str, symbol: str, help: str, low: int, high: int, step: int = 1) -> Dial:
    """Declare a dial that goes from low to high."""
    return Dial(name, symbol, Bound(low, high, help), step)


def scale(name: str, symbol: str, help: str, *choices: int) -> Dial:
    """Declare a dial with a few values."""
    return Dial(name, symbol, Bound(choices[0], choices[-1], help), choices=choices)


@dataclass(frozen=True)
class Preset:
    """A setting of all dials that a lecture or a paper has, and what they print of it."""

    id: str
    name: str
    setting: Setting
    source: str = ""
    note: str = ""


@dataclass(frozen=True)
class Contender:
    """One side of a duel: what it is called, its spec at a setting, and its cost as a closed formula."""

    id: str
    name: str
    make: Callable[[Setting], Spec]
    terms: Callable[[Setting], tuple[Term, ...]]


@dataclass(frozen=True)
class Sweep:
    """The horizontal axis of the curve: which settings lie on it, and where a setting stands, if it does.

    On a fine sweep every whole number between two values is a setting too.
    """

    id: str
    label: str
    values: tuple[int, ...]
    at: Callable[[Setting, int], Setting]
    now: Callable[[Setting], int | None]
    fine: bool = False
    level: bool = False
    """The setting is changed so that the cost stays: where one is dearer by a little is no news."""


def over(turned: Dial, *others: Dial, id: str = "", label: str = "", fine: bool = False) -> Sweep:
    """Sweep over a dial, or over several that turn together."""
    names = [each.name for each in (turned, *others)]

    def now(setting: Setting) -> int | None:
        return setting[names[0]] if len({setting[name] for name in names}) == 1 else None

    return Sweep(
        id or turned.name,
        label or turned.bound.help,
        turned.values,
        lambda setting, value: {**setting, **dict.fromkeys(names, value)},
        now,
        fine,
    )


@dataclass(frozen=True)
class Law:
    """A formula about the whole duel, in LaTeX: in symbols, with the numbers, and what comes out.

    As a ratio it is what the second contender costs of the first; as a crossing, where on the first sweep they are
    equal.
    """

    symbols: str
    numbers: str
    value: Fraction | float


LawOf = Callable[[Setting, Figure], Law | None]
"""Gives the law for a figure at a setting; None where it has no short form."""


def no_law(setting: Setting, figure: Figure) -> None:
    """Know no short form."""


def no_problem(setting: Setting) -> str:
    """Let the dials stand as they like."""
    return ""


@dataclass(frozen=True)
class Duel:
    """Two or more blocks at equal input. The first contender is what the others are measured against.

    Args:
        id: its name in the address.
        title: what it is called.
        question: what a lecturer asks.
        lesson: what there is to see.
        source: lecture or paper, with the table or figure.
        contenders: the blocks.
        dials: what the reader sets.
        presets: settings of lectures and papers; the first is the one that opens.
        sweeps: axes of the curve; the first is the one that opens.
        input_of: the input's shape at a setting.
        figure: what the duel is about at first.
        climbs: each layer reads more maps than the one before, which is worth a picture (``staircase``).
        ratio: what the second contender costs of the first, as a formula.
        crossing: where on the first sweep both cost the same, as a formula.
        check: a sentence if the dials contradict one another, else "".
    """

    id: str
    title: str
    question: str
    lesson: str
    source: str
    contenders: tuple[Contender, ...]
    dials: tuple[Dial, ...]
    presets: tuple[Preset, ...]
    sweeps: tuple[Sweep, ...]
    input_of: Callable[[Setting], Shape]
    figure: Figure = "mult_adds"
    climbs: bool = False
    ratio: LawOf = no_law
    crossing: LawOf = no_law
    check: Callable[[Setting], str] = no_problem

    def preset(self, id: str) -> Preset:
        """Give a preset by its id.

        Raises:
            ExplorerError: there is none.
        """
        for each in self.presets:
            if each.id == id:
                return each
        raise ExplorerError(f"duel {self.id}: preset is {id!r}; allowed: {', '.join(each.id for each in self.presets)}")

    def refuse_bad(self, setting: Setting) -> None:
        """Raise ExplorerError unless every dial stands where it may, and they agree with one another."""
        if {*setting} != {each.name for each in self.dials}:
            names = ", ".join(each.name for each in self.dials)
            raise ExplorerError(
                f"duel {self.id}: the setting has {', '.join(setting) or 'nothing'}; it must have {names}"
            )
        for each in self.dials:
            value, allowed = setting[each.name], ", ".join(map(str, each.choices)) or str(each.bound)
            if not each.bound.allows(value) or (each.choices and value not in each.choices):
                raise ExplorerError(f"duel {self.id}: {each.name} is {value!r}; allowed: {allowed}")
        if problem := self.check(setting):
            raise ExplorerError(f"duel {self.id}: {problem}")

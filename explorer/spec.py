"""The language of architectures: layers, and the compositions that hold them.

A spec is a frozen value without shapes: channels are inferred when it is lowered. Children have
names, which become the path of their nodes: ``layer1.0.conv1``. A child without a name is called by
its position, as in ``nn.Sequential``; the empty name adds nothing to the path.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache, lru_cache
from typing import get_args

from explorer.errors import SpecError
from explorer.joins import JOINS, Add, Concat, JoinName, Multiply
from explorer.layers import Layer

Child = tuple[str, "Spec"]
COMPOSITIONS = ("Series", "Branches", "Side", "Cell")
INLINE = "inline"  # how the empty name is written in text


@dataclass(frozen=True, init=False)
class Series:
    """One after the other; without children, the identity (a plain shortcut).

    >>> from explorer.layers import Conv, ReLU
    >>> Series(Conv(64, 3), ReLU()).children[1]
    ('1', ReLU())
    >>> Series(conv1=Conv(64, 7, stride=2), relu=ReLU()).children[0][0]
    'conv1'
    """

    children: tuple[Child, ...]

    def __init__(self, *children: Spec | Child, **named: Spec) -> None:
        object.__setattr__(self, "children", _named("Series", children, named))


@dataclass(frozen=True, init=False)
class Branches:
    """Side by side on the same input, then joined: ``add``, ``concat`` or ``multiply``.

    >>> from explorer.layers import Conv
    >>> Branches(Conv(64), Series(), join="add").join
    'add'
    """

    children: tuple[Child, ...]
    join: JoinName

    def __init__(self, *children: Spec | Child, join: JoinName, **named: Spec) -> None:
        if join not in JOINS:
            raise SpecError(f"Branches: join is {join!r}; allowed: {', '.join(JOINS)}")
        object.__setattr__(self, "children", _named("Branches", children, named))
        object.__setattr__(self, "join", join)
        if not self.children:
            raise SpecError("Branches: there is no branch; allowed: one or more")


@dataclass(frozen=True)
class Side:
    """A side output, such as an auxiliary head (Szegedy et al. 2014): the input goes on as it came."""

    head: Spec


@dataclass(frozen=True)
class Step:
    """One step of a Cell: apply a spec to named values and give the result a name."""

    name: str
    inputs: tuple[str, ...]
    spec: Spec | Add | Concat | Multiply


@dataclass(frozen=True)
class Cell:
    """Steps that name their inputs, for blocks that no nesting of branches can say (NASNet)."""

    inputs: tuple[str, ...]
    steps: tuple[Step, ...]
    output: str

    def __post_init__(self) -> None:
        known = set(self.inputs)
        for step in self.steps:
            for name in step.inputs:
                if name not in known:
                    raise SpecError(f"Cell: step {step.name!r} reads {name!r}; allowed: {', '.join(sorted(known))}")
            if step.name in known:
                raise SpecError(f"Cell: {step.name!r} is given twice")
            _check_name("Cell", step.name)
            known.add(step.name)
        if self.output not in known:
            raise SpecError(f"Cell: the output is {self.output!r}; allowed: {', '.join(sorted(known))}")


Spec = Layer | Series | Branches | Side | Cell
"""Anything that can be lowered."""

_SPECS = get_args(Spec)


@cache
def layer_types() -> dict[str, type[Layer]]:
    """Give every layer of the language by its name.

    >>> sorted(layer_types())[:3]
    ['AdaptiveAvgPool', 'AvgPool', 'BatchNorm']
    """
    found: dict[str, type[Layer]] = {}
    left = list(Layer.__subclasses__())
    while left:
        each = left.pop()
        left += each.__subclasses__()
        if not each.__name__.startswith("_"):
            found[each.__name__] = each
    return found


def _named(where: str, children: Iterable[Spec | Child], named: dict[str, Spec]) -> tuple[Child, ...]:
    pairs = [each if isinstance(each, tuple) else (str(i), each) for i, each in enumerate(children)]
    pairs += named.items()
    seen: set[str] = set()
    for name, child in pairs:
        _check_name(where, name)
        if name in seen:
            raise SpecError(f"{where}: two children are called {name!r}; allowed: different names")
        if name:
            seen.add(name)
        if not isinstance(child, _SPECS):
            raise SpecError(f"{where}: child {name!r} is {child!r}; allowed: a layer or a composition")
    return tuple(pairs)


def _check_name(where: str, name: object) -> None:
    if not isinstance(name, str) or not _is_plain(name):
        raise SpecError(f"{where}: a child is called {name!r}; allowed: letters, digits, _ and -")
    if name in _words():
        raise SpecError(f"{where}: a child is called {name!r}, a word of the language; allowed: any other name")


@lru_cache(maxsize=4096)
def _is_plain(name: str) -> bool:
    return all(c.isalnum() or c in "_-" for c in name)


@cache
def _words() -> frozenset[str]:
    return frozenset((*layer_types(), *COMPOSITIONS, INLINE))

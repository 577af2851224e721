"""Editing the children of a Series or of Branches: which names are counted anew, and which stay."""

from __future__ import annotations

from collections.abc import Iterable

from explorer.composing.places import Held, Part, fresh, kind, numbered, of_children
from explorer.errors import ExplorerError
from explorer.spec import Spec

Named = tuple[str | None, Spec]
"""A child; without a name, one that is to be called by its position."""


def insert(held: Held, position: int, new: Part, name: str | None = None) -> Held:
    """Put a child before the one at a position; behind the last one appends."""
    if not isinstance(new, Spec):
        raise ExplorerError(f"{kind(held)} cannot hold {kind(new)}; allowed: a layer or a composition")
    return _settled(held, [*held.children[:position], (name, new), *held.children[position:]])


def delete(held: Held, position: int) -> Held:
    """Take a child out."""
    return _settled(held, [*held.children[:position], *held.children[position + 1 :]])


def duplicate(held: Held, position: int) -> Held:
    """Put a copy behind a child."""
    name, part = held.children[position]
    new = None if name.isdecimal() or not name else fresh(name, names(held))
    return insert(held, position + 1, part, new)


def rename(held: Held, position: int, name: str) -> Held:
    """Give a child another name."""
    return of_children(
        held, [(name if i == position else old, part) for i, (old, part) in enumerate(held.children)]
    )  # fmt: skip


def splice(held: Held, position: int) -> Held:
    """Put the children of an inner series in its place."""
    outer, inner = held.children, held.children[position][1]
    assert isinstance(inner, Held)
    taken = [name for name, _ in (*outer[:position], *outer[position + 1 :])]
    freed: list[Named] = []
    for name, part in inner.children:
        freed.append((None if name.isdecimal() else fresh(name, taken), part))
        taken.append(freed[-1][0] or "")
    return _settled(held, [*outer[:position], *freed, *outer[position + 1 :]])


def names(held: Held) -> list[str]:
    """Name the children."""
    return [name for name, _ in held.children]


def _settled(held: Held, inside: Iterable[Named]) -> Held:
    """Count anew the children that are called by their position; where numbers are names, a new child gets the next."""
    found = list(inside)
    if numbered(names(held)):
        counted = enumerate(found)
        return of_children(
            held, [(str(i) if name is None or name.isdecimal() else name, part) for i, (name, part) in counted]
        )  # fmt: skip
    free = 1 + max((int(name) for name, _ in found if name and name.isdecimal()), default=-1)
    waiting = iter(range(free, free + len(found)))
    return of_children(held, [(str(next(waiting)) if name is None else name, part) for name, part in found])

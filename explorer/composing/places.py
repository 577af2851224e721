"""Places in a spec: the positions of children from the root down, and the names that children have."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace

from explorer.errors import ExplorerError
from explorer.joins import Add, Concat, Multiply
from explorer.lower import below
from explorer.spec import Branches, Cell, Child, Series, Side, Spec

Held = Series | Branches
"""What holds children in a list."""

Path = tuple[int, ...]
"""A place: positions of children from the root down; of a Side 0 is its head, of a Cell the steps count. () is all."""

Part = Spec | Add | Concat | Multiply
"""What stands at a place; a join stands there as a step of a Cell."""


def children(part: Part) -> tuple[tuple[str, Part], ...]:
    """Give what stands inside a composition, each with its name; nothing for a layer.

    >>> from explorer.layers import Conv
    >>> children(Series(stem=Conv(8)))
    (('stem', Conv(out_channels=8, kernel_size=1, stride=1, padding=0, dilation=1, groups=1, bias=True)),)
    """
    match part:
        case Series() | Branches():
            return part.children
        case Side():
            return (("", part.head),)
        case Cell():
            return tuple((step.name, step.spec) for step in part.steps)
        case _:
            return ()


def walk(part: Part, path: Path = (), label: str = "") -> Iterator[tuple[Path, str, Part]]:
    """Yield every place with its label and what stands there, in the order in which it is lowered."""
    yield path, label, part
    for position, (name, child) in enumerate(children(part)):
        yield from walk(child, (*path, position), name)


def child(part: Part, position: int, where: str = "") -> Part:
    """Give what stands at a position of a composition.

    Raises:
        ExplorerError: nothing stands there.
    """
    inside = children(part)
    if not 0 <= position < len(inside):
        allowed = f"0 to {len(inside) - 1}" if inside else "none, for nothing is inside"
        raise ExplorerError(f"{where or 'network'}: {kind(part)} has no place {position}; allowed: {allowed}")
    return inside[position][1]


def with_child(part: Part, position: int, new: Part) -> Part:
    """Give a composition with something else at a position, under the same name."""
    match part:
        case Cell():
            step = replace(part.steps[position], spec=new)
            return replace(part, steps=(*part.steps[:position], step, *part.steps[position + 1 :]))
        case Side() if isinstance(new, Spec):
            return Side(new)
        case Series() | Branches() if isinstance(new, Spec):
            return of_children(part, [(n, new if i == position else p) for i, (n, p) in enumerate(part.children)])
        case _:
            raise ExplorerError(f"{kind(part)} cannot hold {kind(new)}; allowed: a layer or a composition")


def of_children(held: Held, inside: Iterable[Child]) -> Held:
    """Give a composition of the same kind with other children."""
    return Branches(*inside, join=held.join) if isinstance(held, Branches) else Series(*inside)


def kind(part: Part) -> str:
    """Name what stands at a place: Series, Branches, Cell, Side, a layer's or a join's type."""
    return type(part).__name__


def node_name(spec: Spec, path: Path) -> str:
    """Give the name under which a place appears in the graph; empty for the whole and for what is inline there.

    >>> from explorer.layers import Conv
    >>> node_name(Series(stem=Series(Conv(8), Conv(8))), (0, 1))
    'stem.1'
    """
    name = ""
    part: Part = spec
    for position in path:
        inside = child(part, position, name)
        name, part = below(name, children(part)[position][0]), inside
    return name


def numbered(names: Iterable[str]) -> bool:
    """Say whether the numbers among these names are positions: then they are counted anew when places change.

    >>> numbered(["0", "1", "act"]), numbered(["1", "2"])
    (True, False)
    """
    return all(name == str(position) for position, name in enumerate(names) if name.isdecimal())


def fresh(name: str, taken: Iterable[str]) -> str:
    """Give a name like this one that is not taken, by counting on the number at its end.

    >>> fresh("conv1", ["conv1", "conv2"]), fresh("relu", ["relu"])
    ('conv3', 'relu2')
    """
    used = set(taken)
    if not name or name not in used:
        return name
    stem = name.rstrip("0123456789")
    number = max(2, int(name[len(stem) :][:9] or 0))
    while f"{stem}{number}" in used:
        number += 1
    return f"{stem}{number}"

"""Editing a spec: pure functions from a spec and a place to a new spec. What they do not touch keeps its names.

Children without a name are called by their position and are counted anew when places come and go; where a composition
has numbers for names that are no positions, they stay. What cannot be done gets one sentence (``ExplorerError``), and
so does what would exceed the limits (``limits``).

>>> from explorer.layers import Conv, MaxPool, ReLU
>>> spec = insert(Series(Conv(8, 3), MaxPool(2)), (1,), ReLU())
>>> [(name, type(child).__name__) for name, child in spec.children]
[('0', 'Conv'), ('1', 'ReLU'), ('2', 'MaxPool')]
>>> delete(spec, (1,)) == Series(Conv(8, 3), MaxPool(2))
True
"""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from types import ModuleType

from explorer.composing import cells, lists
from explorer.composing.heads import replace_head as replace_head
from explorer.composing.limits import checked, places, refuse_many
from explorer.composing.places import (
    Held,
    Part,
    Path,
    child,
    children,
    fresh,
    kind,
    node_name,
    numbered,
    with_child,
)
from explorer.errors import ExplorerError
from explorer.joins import JOINS, JoinName
from explorer.layers import Layer
from explorer.spec import Branches, Cell, Series, Spec


def get(spec: Spec, path: Path) -> Part:
    """Give what stands at a place.

    >>> from explorer.layers import Conv
    >>> get(Series(stem=Series(Conv(8))), (0, 0)).out_channels
    8
    """
    part: Part = spec
    for depth, position in enumerate(path):
        part = child(part, position, node_name(spec, path[:depth]))
    return part


def replace(spec: Spec, path: Path, new: Part) -> Spec:
    """Put something else at a place, under the same name."""
    return checked(_changed(spec, path, lambda _: new))


def insert(spec: Spec, path: Path, new: Part, name: str | None = None) -> Spec:
    """Put something before what stands at a place; the position behind the last one appends.

    In ``Branches`` it becomes a branch of its own. In a ``Cell`` it goes between the step at the place and what that
    reads first, at the end behind the output.
    """
    refuse_many(places(spec) + places(new))
    return checked(_at_parent(spec, path, lambda held, at: _steward(held).insert(held, at, new, name), end=True))


def delete(spec: Spec, path: Path) -> Spec:
    """Take out what stands at a place. In a ``Cell``, what read the step reads what the step read first."""
    return _at_parent(spec, path, lambda held, at: _steward(held).delete(held, at))


def duplicate(spec: Spec, path: Path) -> Spec:
    """Put a copy behind what stands at a place; a named one is counted on: ``layer1``, ``layer2``."""
    refuse_many(places(spec) + places(get(spec, path)))
    return checked(_at_parent(spec, path, lambda held, at: _steward(held).duplicate(held, at)))


def move(spec: Spec, path: Path, to: Path) -> Spec:
    """Move what stands at a place to another: ``to`` is where it stands afterwards.

    A name that is taken there is counted on. Steps change their order within a ``Cell`` and go on reading what they
    read; elsewhere what is moved is taken out and put in.

    >>> from explorer.layers import Flatten, Linear, ReLU
    >>> move(Series(ReLU(), Flatten(), Linear(2)), (0,), (2,)) == Series(Flatten(), Linear(2), ReLU())
    True
    """
    moved, parent, inside = get(spec, path), get(spec, path[:-1]), path[:-1]
    if isinstance(parent, Cell) and to[:-1] == inside:
        _check_position(parent, to[-1], len(parent.steps))
        return checked(_at_parent(spec, path, lambda cell, at: cells.move(_cell(cell), at, to[-1])))
    name = children(parent)[path[-1]][0] if path else ""
    counted = name.isdecimal() and numbered(each for each, _ in children(parent))
    left = delete(spec, path)
    if to and not counted:
        name = fresh(name, (each for each, _ in children(get(left, to[:-1]))))
    return insert(left, to, moved, None if counted else name)


def rename(spec: Spec, path: Path, name: str) -> Spec:
    """Give what stands at a place another name. In a ``Cell`` the steps that read it follow.

    The empty name adds nothing to the path of the nodes inside.
    """
    return _at_parent(spec, path, lambda held, at: _steward(held).rename(held, at, name))


def repeat(spec: Spec, path: Path, times: int) -> Spec:
    """Put a ``Series`` of copies at a place, under the same name; once is no change.

    >>> from explorer.layers import ReLU
    >>> repeat(Series(act=ReLU()), (0,), 2) == Series(act=Series(ReLU(), ReLU()))
    True
    """
    part = get(spec, path)
    if isinstance(times, bool) or not isinstance(times, int) or times < 1:
        raise ExplorerError(f"repeat: times is {times!r}; allowed: a whole number from 1")
    refuse_many(places(spec) + (times - 1) * places(part))
    unit = _one_way(spec, path, "repeated")
    return spec if times == 1 else replace(spec, path, Series(*[unit] * times))


def wrap(spec: Spec, path: Path, join: JoinName = "add") -> Spec:
    """Put a shortcut beside what stands at a place and join the two: a residual block. No node changes its name.

    >>> from explorer.layers import Conv
    >>> wrap(Conv(8), ()) == Branches(("", Conv(8)), ("", Series()), join="add")
    True
    """
    return replace(spec, path, Branches(("", _one_way(spec, path, "wrapped")), ("", Series()), join=join))


def add_branch(spec: Spec, path: Path, new: Spec, join: JoinName = "concat") -> Spec:
    """Put a branch behind those at a place; what has no branches yet becomes the first of two, joined by ``join``."""
    part = get(spec, path)
    if isinstance(part, Branches):
        names = [name for name, _ in part.children]
        last = names[-1]
        return insert(spec, (*path, len(names)), new, None if last.isdecimal() or not last else fresh(last, names))
    refuse_many(places(spec) + places(new))
    return replace(spec, path, Branches(("", _one_way(spec, path, "branched")), ("branch", new), join=join))


def unwrap(spec: Spec, path: Path) -> Spec:
    """Take a composition away and keep what it holds: the reverse of ``wrap``, of ``repeat(…, 1)`` and of grouping.

    Of ``Branches`` the one that is no plain shortcut stays; a ``Series`` in a ``Series`` makes way for its children;
    elsewhere it must hold one. Of a ``Side`` the head stays.
    """
    part = get(spec, path)
    if isinstance(part, Series) and path and isinstance(get(spec, path[:-1]), Series):
        return _at_parent(spec, path, lambda held, at: lists.splice(_list(held), at))
    inside = [each for _, each in children(part) if each != Series()]
    if isinstance(part, Cell | Layer) or not isinstance(part, Spec) or len(inside) != 1:
        where = node_name(spec, path) or "network"
        raise ExplorerError(
            f"{where}: {kind(part)} cannot be unwrapped; allowed: a series in a series, or what holds one thing"
            " besides plain shortcuts"
        )
    return replace(spec, path, inside[0])


def change(spec: Spec, path: Path, **fields: object) -> Spec:
    """Change fields of the layer at a place, or the ``join`` of branches.

    >>> from explorer.layers import Conv
    >>> change(Series(Conv(8, 3)), (0,), padding=1).children[0][1].padding
    1
    """
    part = get(spec, path)
    if isinstance(part, Layer):
        allowed = [field.name for field in dataclasses.fields(part)]
    else:
        allowed = ["join"] if isinstance(part, Branches) or part in JOINS.values() else []
    for name in fields:
        if name not in allowed:
            raise ExplorerError(f"{kind(part)} has no {name!r}; allowed: {', '.join(allowed) or 'nothing'}")
    if isinstance(part, Layer):
        return replace(spec, path, dataclasses.replace(part, **fields))
    join = str(fields.get("join"))
    if isinstance(part, Branches):
        return replace(spec, path, Branches(*part.children, join=join))  # type: ignore[arg-type]
    if join not in JOINS:
        raise ExplorerError(f"{kind(part)}: join is {join!r}; allowed: {', '.join(JOINS)}")
    return replace(spec, path, JOINS[join])


def connect(spec: Spec, path: Path, inputs: tuple[str, ...]) -> Spec:
    """Say what the step of a ``Cell`` at a place reads: inputs of the cell, or steps before it."""
    return _at_parent(spec, path, lambda cell, at: cells.connect(_cell(cell), at, inputs))


def give(spec: Spec, path: Path, output: str) -> Spec:
    """Say which value the ``Cell`` at a place gives out."""
    return replace(spec, path, dataclasses.replace(_cell(get(spec, path)), output=output))


def _changed(spec: Spec, path: Path, change: Callable[[Part], Part]) -> Spec:
    """Rebuild a spec with another part at a place."""

    def rebuilt(part: Part, left: Path) -> Part:
        if not left:
            return change(part)
        here = child(part, left[0], node_name(spec, path[: len(path) - len(left)]))
        return with_child(part, left[0], rebuilt(here, left[1:]))

    new = rebuilt(spec, path)
    if not isinstance(new, Spec):
        raise ExplorerError(f"the network cannot be {kind(new)} alone; allowed: a layer or a composition")
    return new


def _at_parent(spec: Spec, path: Path, edit: Callable[[Part, int], Part], end: bool = False) -> Spec:
    """Rebuild a spec with an edited parent of a place; ``end`` allows the position behind the last one."""
    if not path:
        raise ExplorerError("the whole network stands in nothing; allowed: a place inside it")

    def edited(parent: Part) -> Part:
        _check_position(parent, path[-1], len(children(parent)) + end, node_name(spec, path[:-1]))
        return edit(parent, path[-1])

    return _changed(spec, path[:-1], edited)


def _check_position(parent: Part, position: int, count: int, where: str = "") -> None:
    where = where or "network"
    if not isinstance(parent, Series | Branches | Cell):
        raise ExplorerError(f"{where}: {kind(parent)} holds no list; allowed: Series, Branches, Cell")
    if not 0 <= position < count:
        allowed = f"0 to {count - 1}" if count else "none, for nothing is inside"
        raise ExplorerError(f"{where}: {kind(parent)} has no place {position}; allowed: {allowed}")


def _steward(holder: Part) -> ModuleType:
    """Give the functions that edit what a composition holds."""
    return cells if isinstance(holder, Cell) else lists


def _list(part: Part) -> Held:
    assert isinstance(part, Held)
    return part


def _cell(part: Part) -> Cell:
    if not isinstance(part, Cell):
        raise ExplorerError(f"{kind(part)} has no steps; allowed: Cell")
    return part


def _one_way(spec: Spec, path: Path, done: str) -> Spec:
    """Give what stands at a place if it takes one input and is no join."""
    part, name = get(spec, path), node_name(spec, path) or "network"
    parent = get(spec, path[:-1]) if path else None
    if not isinstance(part, Spec):
        raise ExplorerError(f"{name}: {kind(part)} cannot be {done}; allowed: a layer or a composition")
    if isinstance(parent, Cell) and len(reads := parent.steps[path[-1]].inputs) != 1:
        raise ExplorerError(f"{name}: it reads {' and '.join(reads)} and cannot be {done}; allowed: what has one input")
    return part

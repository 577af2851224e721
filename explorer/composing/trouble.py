"""What is known where a spec cannot be lowered, and what remedies are made of."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from explorer.composing import edit
from explorer.composing.outline import Draft, Row
from explorer.composing.places import Part, Path, children, fresh, kind
from explorer.errors import ExplorerError
from explorer.graph import INPUT
from explorer.lower import Builder, LoweringError
from explorer.shapes import Shape, Size, times
from explorer.spec import Cell, Series, Spec

Remedy = tuple[str, Callable[[], Spec]]
"""What to do, in words, and the spec that it gives; it may turn out that it cannot be done."""


@dataclass(frozen=True)
class Trouble:
    """The place where a spec cannot be lowered, and the shapes that its layer or join is given there."""

    spec: Spec
    draft: Draft
    row: Row
    shapes: tuple[Shape, ...]

    @property
    def path(self) -> Path:
        """Give the place."""
        return self.row.path

    @property
    def part(self) -> Part:
        """Give what stands there."""
        return self.row.spec

    @property
    def before(self) -> tuple[Row, ...]:
        """Give the rows that were lowered before it."""
        return self.draft.rows[: self.draft.rows.index(self.row)]

    @property
    def parent(self) -> Part | None:
        """Give what the place stands in."""
        return edit.get(self.spec, self.path[:-1]) if self.path else None


def trouble(spec: Spec, draft: Draft) -> Trouble | None:
    """Find the trouble of a spec; None if it can be lowered."""
    row = draft.failing
    if row is None:
        return None
    return Trouble(spec, draft, row, draft.error.shapes if isinstance(draft.error, LoweringError) else row.takes)


def put_before(trouble: Trouble, *new: tuple[str, Spec]) -> Spec:
    """Put layers, each with the name that it would have in named company, before the place."""
    spec, path = trouble.spec, trouble.path
    if not isinstance(trouble.parent, Series | Cell):
        return edit.replace(spec, path, in_series(*new, ("", _spec(trouble.part))))
    for name, layer in reversed(new):
        spec = edit.insert(spec, path, layer, free_name(trouble.parent, name))
    return spec


def free_name(parent: Part, name: str) -> str | None:
    """Give a free name in named company, and none where children are called by their position."""
    names = [each for each, _ in children(parent)]
    return None if all(each.isdecimal() for each in names) else fresh(name, names)


def in_series(*parts: tuple[str, Spec]) -> Series:
    """Put parts behind one another; what is already a plain shortcut adds nothing."""
    return Series(*(part for part in parts if part[1] != Series()))


def gives(part: Part, takes: tuple[Shape, ...]) -> Shape | None:
    """Give the shape of a part's result, for what comes in; None if it cannot be lowered."""
    builder = Builder(takes[0])
    try:
        return builder.shapes[builder.place(part, "", (INPUT,))] if len(takes) == 1 else None
    except ExplorerError:
        return None


def layers(part: Part, path: Path = ()) -> Iterator[tuple[Path, str, Part]]:
    """Yield the layers of a part that come one after the other, each with its place and what it is called."""
    for position, (name, inside) in enumerate(children(part) if isinstance(part, Series) else ()):
        if isinstance(inside, Series):
            yield from layers(inside, (*path, position))
        else:
            yield (*path, position), name if name and not name.isdecimal() else kind(inside), inside


def called(row: Row) -> str:
    """Name a row as people would: by its name in the graph, with its kind where that is a number."""
    if not row.node:
        return row.kind
    return f"{row.kind} {row.node}" if row.node.rpartition(".")[2].isdecimal() else row.node


def said(size: Size) -> str:
    """Write a size: one number, or one per axis.

    >>> said(3), said((1, 7))
    ('3', '1×7')
    """
    return str(size) if isinstance(size, int) else times(size)


def one(sizes: tuple[int, ...]) -> Size:
    """Give one number for all axes where one will do.

    >>> one((3, 3)), one((1, 7))
    (3, (1, 7))
    """
    return sizes[0] if len(set(sizes)) == 1 else sizes


def _spec(part: Part) -> Spec:
    if not isinstance(part, Spec):
        raise ExplorerError(f"{kind(part)} stands only as a step of a Cell")
    return part

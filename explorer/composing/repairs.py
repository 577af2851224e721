"""Repairs of a network that cannot be lowered: what can be done at the place where it breaks, each proven."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial

from explorer.composing import edit
from explorer.composing.outline import Draft, draft
from explorer.composing.places import fresh
from explorer.composing.rejoining import JOINTS
from explorer.composing.remedies import LAYERS
from explorer.composing.trouble import Remedy, Trouble, trouble
from explorer.errors import ExplorerError
from explorer.lower import LoweringError
from explorer.shapes import Shape
from explorer.spec import Cell, Spec, Step

MOST = 8
"""So many repairs are offered at most."""


@dataclass(frozen=True)
class Repair:
    """What would be done, in words, the spec that it gives, and the next trouble of that if it is not whole then."""

    label: str
    spec: Spec
    then: str = ""


def repairs(spec: Spec, input_shape: Shape) -> tuple[Repair, ...]:
    """Offer what lets a broken network be lowered further; nothing for one that is whole.

    Each has been lowered and gets past the place where the network broke; those that make it whole come first.

    >>> from explorer.layers import Conv, Flatten, MaxPool
    >>> from explorer.spec import Series
    >>> spec = Series(MaxPool(2), Conv(8, 3), Flatten())
    >>> [repair.label for repair in repairs(spec, (1, 4, 4))]
    ['add padding 1', 'kernel 2 instead of 3', 'drop MaxPool 0, which makes the map smaller', 'drop Conv 1']
    """
    broken = draft(spec, input_shape)
    found: dict[Spec, Repair] = {}
    if (at := trouble(spec, broken)) is None:
        return ()
    for label, edited in _remedies(at):
        if len(found) == MOST:
            break
        try:
            new = edited()
        except ExplorerError:
            continue
        if new not in found and _gets_further(broken, after := draft(new, input_shape)):
            found[new] = Repair(label, new, str(after.error or ""))
    return tuple(sorted(found.values(), key=lambda repair: bool(repair.then)))


def _remedies(at: Trouble) -> Iterator[Remedy]:
    rules = (*JOINTS, *LAYERS) if isinstance(at.draft.error, LoweringError) else (name_taken, two_inputs)
    for rule in rules:
        yield from rule(at)


def _gets_further(before: Draft, after: Draft) -> bool:
    """Say whether fewer places are left to be lowered, not counting those that were taken away."""
    return after.error is None or _left(after) < _left(before) - max(0, len(before.rows) - len(after.rows))


def _left(of: Draft) -> int:
    return len(of.rows) - of.rows.index(of.failing) if of.failing else 0


def name_taken(at: Trouble) -> Iterator[Remedy]:
    """Two layers of one name."""
    if at.path and at.row.label and at.parent:
        name = fresh(at.row.label, (row.label for row in at.draft.rows))
        yield f"call it {name}", partial(edit.rename, at.spec, at.path, name)


def two_inputs(at: Trouble) -> Iterator[Remedy]:
    """A cell of several inputs that is given one: it reads that several times."""
    part = at.part
    if isinstance(part, Cell) and len(at.row.takes) == 1:
        around = Cell(("x",), (Step("cell", ("x",) * len(part.inputs), part),), "cell")
        yield "let it read what comes in twice", partial(edit.replace, at.spec, at.path, around)
    if isinstance(at.parent, Cell) and len(at.row.takes) > 1:
        first = at.parent.steps[at.path[-1]].inputs[:1]
        yield f"let it read {first[0]} alone", partial(edit.connect, at.spec, at.path, first)

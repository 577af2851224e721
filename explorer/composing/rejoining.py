"""Remedies for a join of shapes that do not go together: make one branch fit the others, or join in another way."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from functools import partial
from math import prod

from explorer.composing import edit
from explorer.composing.cells import values
from explorer.composing.fitting import agrees, fits, padded, projections
from explorer.composing.places import fresh, of_children, walk
from explorer.composing.trouble import Remedy, Trouble, gives
from explorer.joins import JOINS, Concat, Multiply
from explorer.layers import BatchNorm
from explorer.shapes import Shape
from explorer.spec import Branches, Cell, Series, Spec, Step


def branches(trouble: Trouble) -> Iterator[Remedy]:
    """Branches whose results cannot be joined: each in turn says what the others must give."""
    part = trouble.part
    if not isinstance(part, Branches) or len(trouble.row.takes) != 1:
        return
    x = trouble.row.takes[0]
    for label, new in (*_matched(part, x), *_padded_and_matched(part, x)):
        yield label, partial(edit.replace, trouble.spec, trouble.path, new)
    if part.join != "concat" and len({shape[1:] for shape in _shapes(part, x)}) == 1:
        yield "concatenate instead", partial(edit.change, trouble.spec, trouble.path, join="concat")
    for position, (_, child) in enumerate(part.children):
        if child == Series():
            yield "drop the shortcut", partial(edit.delete, trouble.spec, (*trouble.path, position))


def _shapes(part: Branches, x: Shape) -> list[Shape]:
    return [shape for _, child in part.children if (shape := gives(child, (x,)))]


def _matched(part: Branches, x: Shape) -> Iterator[tuple[str, Spec]]:
    """Let one branch after the other lead, plain shortcuts last; a gate never leads."""
    shapes = _shapes(part, x)
    for leading in sorted(range(len(shapes)), key=lambda i: part.children[i][1] == Series()):
        if part.join != "multiply" or prod(shapes[leading]) == max(map(prod, shapes)):
            yield from _led(part, x, shapes, leading)


def _padded_and_matched(part: Branches, x: Shape) -> Iterator[tuple[str, Spec]]:
    """First let all branches keep the size of their maps, then match what is left to match."""
    done, children = [], []
    for position, (name, child) in enumerate(part.children):
        fit = padded(child, x, _name(part, position))
        done += [fit[0]] if fit else []
        children.append((name, fit[1] if fit else child))
    new = Branches(*children, join=part.join)
    if done and len(_shapes(new, x)) == len(children):
        for label, matched in _matched(new, x):
            yield "; ".join((*done, *([label] if label else []))), matched


def _led(part: Branches, x: Shape, shapes: list[Shape], leading: int) -> Iterator[tuple[str, Spec]]:
    """Let one branch lead, and change the others to go with it."""
    wanted = [_wanted(part.join, shapes[leading], shape) for shape in shapes]
    others = [i for i, shape in enumerate(shapes) if i != leading and not agrees(shape, wanted[i])]
    norm = any(isinstance(layer, BatchNorm) for _, _, layer in walk(part))
    options = [list(fits(part.children[i][1], x, wanted[i], _name(part, i), norm)) for i in others]
    for chosen in zip(*options, strict=False) if options else [()]:
        children = list(part.children)
        for i, (_, fitted) in zip(others, chosen, strict=True):
            children[i] = (children[i][0], fitted)
        yield "; ".join(label for label, _ in chosen), of_children(part, children)


def _wanted(join: str, leading: Shape, shape: Shape) -> Shape:
    """Give the shape that one branch must have to go with another; 0 stands for any number of channels."""
    if join == "concat" and len(leading) > 1:
        return (0, *leading[1:])
    gate = join == "multiply" and len(shape) == len(leading) and set(shape[1:]) == {1}
    return (leading[0], *shape[1:]) if gate else leading


def _name(part: Branches, position: int) -> str:
    name, child = part.children[position]
    if child == Series() or name in ("downsample", "shortcut"):
        return "shortcut"
    if name and not name.isdecimal():
        return f"branch {name}"
    others = [each for _, each in part.children if each != Series()]
    return "path" if len(others) == 1 else f"branch {position + 1}"


def steps(trouble: Trouble) -> Iterator[Remedy]:
    """A step of a cell that joins what does not go together: change one of the values behind where it is made."""
    cell, join = trouble.parent, trouble.part
    if not isinstance(cell, Cell) or isinstance(join, Spec):
        return
    position = trouble.path[-1]
    reads, word = cell.steps[position].inputs, next(name for name, each in JOINS.items() if each == join)
    for leading in trouble.shapes:
        wanted = [_wanted(word, leading, shape) for shape in trouble.shapes]
        others = [i for i, shape in enumerate(trouble.shapes) if not agrees(shape, wanted[i])]
        if len(others) == 1:
            at = others[0]
            for label, new in projections(trouble.shapes[at], wanted[at], reads[at], norm=False):
                yield label, partial(_projected, trouble, cell, position, at, new)
    if not isinstance(join, Concat | Multiply) and len({shape[1:] for shape in trouble.shapes}) == 1:
        yield "concatenate instead", partial(edit.replace, trouble.spec, trouble.path, Concat())


def _projected(trouble: Trouble, cell: Cell, position: int, at: int, new: Series) -> Spec:
    """Put a step between a joining step and one of the values that it reads."""
    step = cell.steps[position]
    name = fresh(f"project_{step.inputs[at]}", values(cell))
    reads = tuple(name if i == at else each for i, each in enumerate(step.inputs))
    between = (Step(name, (step.inputs[at],), new), replace(step, inputs=reads))
    changed = replace(cell, steps=(*cell.steps[:position], *between, *cell.steps[position + 1 :]))
    return edit.replace(trouble.spec, trouble.path[:-1], changed)


JOINTS = (branches, steps)
"""The remedies for joins."""

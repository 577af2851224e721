"""Editing the steps of a Cell: what a step reads stays sound when steps come and go."""

from __future__ import annotations

from dataclasses import replace

from explorer.composing.places import Part, fresh
from explorer.errors import ExplorerError
from explorer.spec import Cell, Step


def values(cell: Cell) -> tuple[str, ...]:
    """Name what a cell's steps can read: its inputs, then its steps."""
    return (*cell.inputs, *(step.name for step in cell.steps))


def insert(cell: Cell, position: int, new: Part, name: str | None = None) -> Cell:
    """Put a step between the step at a position and what that reads first; at the end, behind the output."""
    name = name or fresh("step", values(cell))
    before, after = cell.steps[:position], cell.steps[position:]
    if not after:
        return Cell(cell.inputs, (*before, Step(name, (cell.output,), new)), name)
    first, *others = after[0].inputs
    reader = replace(after[0], inputs=(name, *others))
    return replace(cell, steps=(*before, Step(name, (first,), new), reader, *after[1:]))


def duplicate(cell: Cell, position: int) -> Cell:
    """Put a copy of a step behind it, on its result; what read the step reads the copy."""
    step = cell.steps[position]
    copy = Step(fresh(step.name, values(cell)), (step.name, *step.inputs[:-1]), step.spec)
    later = tuple(_renamed(each, step.name, copy.name) for each in cell.steps[position + 1 :])
    output = copy.name if cell.output == step.name else cell.output
    return Cell(cell.inputs, (*cell.steps[: position + 1], copy, *later), output)


def delete(cell: Cell, position: int) -> Cell:
    """Take a step out; what read it reads what it read first."""
    step = cell.steps[position]
    source = step.inputs[0]
    later = tuple(_renamed(each, step.name, source) for each in cell.steps[position + 1 :])
    output = source if cell.output == step.name else cell.output
    return Cell(cell.inputs, (*cell.steps[:position], *later), output)


def move(cell: Cell, position: int, to: int) -> Cell:
    """Change the order of the steps; each goes on reading what it read.

    Raises:
        ExplorerError: a step would read what is not there yet.
    """
    steps = list(cell.steps)
    steps.insert(to, steps.pop(position))
    return replace(cell, steps=tuple(steps))


def rename(cell: Cell, position: int, name: str) -> Cell:
    """Give a step another name, wherever it is read."""
    old = cell.steps[position].name
    if name != old and name in values(cell):
        raise ExplorerError(f"Cell: {name!r} is taken; allowed: another name than {', '.join(values(cell))}")
    steps = [_renamed(step, old, name) for step in cell.steps]
    steps[position] = replace(steps[position], name=name)
    return Cell(cell.inputs, tuple(steps), name if cell.output == old else cell.output)


def connect(cell: Cell, position: int, inputs: tuple[str, ...]) -> Cell:
    """Say what a step reads: inputs of the cell, or steps before it."""
    if not inputs:
        name = cell.steps[position].name
        raise ExplorerError(f"Cell: step {name!r} reads nothing; allowed: {', '.join(values(cell))}")
    steps = list(cell.steps)
    steps[position] = replace(steps[position], inputs=inputs)
    return replace(cell, steps=tuple(steps))


def _renamed(step: Step, old: str, new: str) -> Step:
    return replace(step, inputs=tuple(new if name == old else name for name in step.inputs))

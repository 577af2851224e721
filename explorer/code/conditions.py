"""When a block has its shortcut: a test of the class's arguments that is right for every block, or a flag."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from explorer.code.blocks import Block
from explorer.code.names import is_plain, variable
from explorer.code.parameters import Parameter, Parameters, literal


def condition(needed: Parameters, blocks: list[Block], present: list[bool], name: str) -> tuple[Parameters, str]:
    """Find a test that tells the blocks that have an item from those that have not; if there is none, add a flag."""
    for test, answers in _tests(needed, blocks):
        if answers == present:
            return needed, test
    flag = variable(name if is_plain(name) else "shortcut", {each.name for each in needed.found})
    values = {block.path: has for block, has in zip(blocks, present, strict=True)}
    return replace(needed, found=(*needed.found, Parameter(flag, flag, values, True))), flag


def _tests(needed: Parameters, blocks: list[Block]) -> Iterator[tuple[str, list[bool]]]:
    """Yield tests in the words of the papers: does the block change the number of channels, has it a stride?"""
    ends = [tuple(block.channels[end] for block in blocks) for end in (0, 1)]
    written = [_written(needed, values) for values in ends]
    changes = [one != other for one, other in zip(*ends, strict=True)]
    stride = next((each for each in needed.found if each.name == "stride"), None)
    strided = [value != 1 for value in stride.values.values()] if stride else []
    channels = all(written)
    same, differ = " == ".join(written), " != ".join(written)
    if channels:
        yield differ, changes
    if stride:
        yield "stride != 1", strided
    if channels and stride:
        yield f"stride != 1 or {differ}", [s or c for s, c in zip(strided, changes, strict=True)]
        yield f"stride == 1 and {same}", [not (s or c) for s, c in zip(strided, changes, strict=True)]
    if channels:
        yield same, [not each for each in changes]
    if stride:
        yield "stride == 1", [not each for each in strided]


def _written(needed: Parameters, values: tuple[int, ...]) -> str:
    """Write a number of channels in terms of the arguments; empty if they do not give it."""
    if len(set(values)) == 1:
        return literal(values[0])
    columns: list[tuple[Parameter, tuple[Any, ...]]] = [(p, tuple(p.values.values())) for p in needed.found]
    for parameter, column in columns:
        if column == values:
            return parameter.name
    for parameter, column in columns:
        if parameter.kind == "channels":
            factor = values[0] // column[0]
            if factor > 1 and all(value == factor * one for value, one in zip(values, column, strict=True)):
                return f"{factor} * {parameter.name}"
    return ""

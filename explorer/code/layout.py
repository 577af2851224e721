"""Laying source out: what fits stands on one line, else each argument on a line of its own."""

from __future__ import annotations

from dataclasses import dataclass

WIDTH = 120


@dataclass(frozen=True)
class Bracketed:
    """Arguments between an opening, such as ``nn.Conv2d(``, and a closing bracket; a loop is not set off by commas."""

    opening: str
    arguments: tuple[Written, ...]
    closing: str = ")"
    loop: bool = False


Written = str | Bracketed
"""Source that can be laid out."""


def before(text: str, written: Written) -> Written:
    """Put text, such as a keyword and its equals sign, before source."""
    if isinstance(written, str):
        return text + written
    return Bracketed(text + written.opening, written.arguments, written.closing, written.loop)


def flat(written: Written) -> str:
    """Write source on one line.

    >>> flat(Bracketed("nn.ReLU(", ()))
    'nn.ReLU()'
    """
    if isinstance(written, str):
        return written
    inside = (" " if written.loop else ", ").join(map(flat, written.arguments))
    return f"{written.opening}{inside}{written.closing}"


def lines(written: Written, indent: int = 0, first: str = "", last: str = "") -> list[str]:
    """Lay source out between ``first`` and ``last``, as ruff and black do.

    >>> lines(Bracketed("f(", ("a", "b")), 4, "x = ")
    ['    x = f(a, b)']
    """
    margin = " " * indent
    line = f"{margin}{first}{flat(written)}{last}"
    if len(line) <= WIDTH or isinstance(written, str) or not written.arguments:
        return [line]
    comma = "" if written.loop else ","
    inside = [one for each in written.arguments for one in lines(each, indent + 4, last=comma)]
    return [f"{margin}{first}{written.opening}", *inside, f"{margin}{written.closing}{last}"]

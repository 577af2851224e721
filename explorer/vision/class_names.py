"""The names of a network's classes, from a file that somebody gives. Needs no torch."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable
from typing import Any

from explorer.errors import ExplorerError

MOST_BYTES = 4_000_000
MOST_NAMES, LONGEST = 100_000, 200
_ALLOWED = "a name a line, or JSON: a list of names, numbers with names, or names with numbers"


def read_classes(content: bytes, where: str) -> tuple[str, ...]:
    r"""Read the names of classes in the order of the scores.

    A name that comes twice gets a number, as ImageNet has two cranes.

    Args:
        content: UTF-8 text with one name a line, or JSON: ``["cat", …]``, ``{"0": "cat", …}``,
            ``{"0": ["n02123045", "tabby"], …}`` or ``{"cat": 0, …}``.
        where: what the message calls the file.

    Raises:
        ExplorerError: it is none of these, or larger than anybody needs.

    >>> read_classes(b'{"dog": 1, "cat": 0}', "classes.json"), read_classes(b"crane\ncrane\n", "classes.txt")
    (('cat', 'dog'), ('crane', 'crane (2)'))
    """
    if len(content) > MOST_BYTES:
        raise ExplorerError(f"{where}: {len(content):,} bytes; allowed: {MOST_BYTES:,}")
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise ExplorerError(f"{where}: not UTF-8 text; allowed: {_ALLOWED}") from None
    names = _of_json(text, where) if text.lstrip()[:1] in ("[", "{") else [line.strip() for line in text.splitlines()]
    while names and not names[-1]:
        names.pop()
    if not 1 <= len(names) <= MOST_NAMES or not all(1 <= len(name) <= LONGEST for name in names):
        raise ExplorerError(
            f"{where}: {len(names):,} names; allowed: 1 to {MOST_NAMES:,}, each of 1 to {LONGEST} characters"
        )
    return tuple(_told_apart(names))


def _of_json(text: str, where: str) -> list[str]:
    try:
        found: Any = json.loads(text)
        if isinstance(found, list):
            names = found
        elif found and all(key.isdecimal() for key in found):
            names = _in_order({int(key): value for key, value in found.items()})
        else:
            names = _in_order({value: key for key, value in found.items()})
    except (ValueError, TypeError, AttributeError, RecursionError):
        names = [None]
    words = [each[-1] if isinstance(each, list) and each else each for each in names]
    if not all(isinstance(word, str) for word in words):
        raise ExplorerError(f"{where}: no list of classes; allowed: {_ALLOWED}")
    return words


def _in_order(by_number: dict[int, Any]) -> list[Any]:
    """Give what belongs to 0, 1, 2, …; None where a number is missing, or is none."""
    return [by_number.get(i) for i in range(len(by_number))]


def _told_apart(names: Iterable[str]) -> Iterable[str]:
    seen: Counter[str] = Counter()
    for name in names:
        seen[name] += 1
        yield name if seen[name] == 1 else f"{name} ({seen[name]})"

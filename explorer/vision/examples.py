"""The pictures that ship with the project, to try things on. Needs no torch."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path

from explorer.assets import EXAMPLES


@dataclass(frozen=True, slots=True)
class Example:
    """A bundled picture: its file, what it shows, and whom to thank for it."""

    id: str
    file: Path
    caption: str
    credit: str


def examples(folder: Path = EXAMPLES) -> dict[str, Example]:
    """List the bundled pictures by their ids.

    >>> examples()["cat"].credit
    '“Chelsea”, photo by Stefan van der Walt, CC0'
    """
    records = json.loads((folder / "examples.json").read_text(encoding="utf-8"))
    found = (Example(each["id"], folder / each["file"], each["caption"], each["credit"]) for each in records)
    return {example.id: example for example in found}

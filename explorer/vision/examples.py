"""The pictures that ship with the project, to try things on. Needs no torch."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path

from explorer.assets import EXAMPLES
from explorer.vision.preprocess import Box


@dataclass(frozen=True, slots=True)
class Example:
    """A bundled picture: its file, what it shows, whom to thank for it, and where the thing is.

    ``box`` was drawn by hand, in pixels of the picture, as those of data sets are.
    """

    id: str
    file: Path
    caption: str
    credit: str
    box: Box


def examples(folder: Path = EXAMPLES) -> dict[str, Example]:
    """List the bundled pictures by their ids.

    >>> examples()["cat"].credit
    '“Chelsea”, photo by Stefan van der Walt, CC0'
    """
    records = json.loads((folder / "examples.json").read_text(encoding="utf-8"))
    found = (
        Example(each["id"], folder / each["file"], each["caption"], each["credit"], Box(*each["box"]))
        for each in records
    )
    return {example.id: example for example in found}

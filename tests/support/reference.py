"""The figures that tests compare with; each was found independently of this project."""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path
from typing import Any

DATA = Path(__file__).parent.parent / "data"


@cache
def networks() -> list[dict[str, Any]]:
    """List the published networks: parameters, mult-adds and stages."""
    return json.loads((DATA / "reference.json").read_text("utf-8"))["networks"]


@cache
def table(name: str) -> list[dict[str, Any]]:
    """Give the rows of a printed table beside the exact figures."""
    return json.loads((DATA / "layer_tables.json").read_text("utf-8"))[name]["rows"]

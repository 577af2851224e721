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
    return _records("reference")


@cache
def twins() -> list[dict[str, Any]]:
    """List the networks that another library has too: what they are called there, and how keys are renamed."""
    return _records("twins")


def _records(folder: str) -> list[dict[str, Any]]:
    files = sorted((DATA / folder).glob("*.json"))
    return [record for path in files for record in json.loads(path.read_text("utf-8"))]


@cache
def table(name: str) -> list[dict[str, Any]]:
    """Give the rows of a printed table beside the exact figures."""
    return json.loads((DATA / "layer_tables.json").read_text("utf-8"))[name]["rows"]

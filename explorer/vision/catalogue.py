"""The catalogue of published weights: what others have trained, ready to be fetched when it is wanted. Needs no torch.

The tables are data: ``assets/weights/``, one file for each source.
"""

from __future__ import annotations

import json
import os
import sys
from functools import cache
from pathlib import Path
from typing import Any

from explorer.assets import WEIGHTS
from explorer.errors import ExplorerError
from explorer.vision.cards import Card, Origin, read_preprocessing
from explorer.vision.download import Progress, fetch, silent

TABLES_VARIABLE = "CONVNET_EXPLORER_WEIGHTS"
CACHE_VARIABLE = "CONVNET_EXPLORER_CACHE"
_PHOTOS = 50_000
_KNOWN = "It knows the 1,000 classes of ImageNet and no others: a hundred breeds of dogs, but no class for people."


def tables_folder() -> Path:
    """Give the folder of the tables: the environment variable's, or the project's own ``assets/weights``."""
    return Path(os.environ.get(TABLES_VARIABLE) or WEIGHTS)


def cache_folder() -> Path:
    """Give the folder where fetched weights are kept: the environment variable's, or the platform's for caches."""
    if chosen := os.environ.get(CACHE_VARIABLE):
        return Path(chosen)
    home = Path.home()
    usual = {"darwin": home / "Library" / "Caches", "win32": home / "AppData" / "Local"}
    given = os.environ.get("LOCALAPPDATA" if sys.platform == "win32" else "XDG_CACHE_HOME")
    return Path(given or usual.get(sys.platform, home / ".cache")) / "convnet-explorer"


def published(architecture: str | None = None) -> tuple[Card, ...]:
    """List the published weights, those of one network or all, in the order of the tables.

    >>> [card.name for card in published("resnet50")]
    ['IMAGENET1K_V1', 'IMAGENET1K_V2']
    >>> published("resnet18")[0].accuracy
    0.69758

    Raises:
        ExplorerError: a table cannot be read.
    """
    tables, cached = _tables(tables_folder()), cache_folder()
    return tuple(
        _card(record, table, cached)
        for table in tables
        for record in table["weights"]
        if architecture in (None, record["architecture"])
    )


def obtain(card: Card, progress: Progress = silent) -> Card:
    """Fetch the weights of a card if they are published and not here; give the card with their full SHA-256.

    Raises:
        ExplorerError: they cannot be fetched; the sentence says why.
    """
    if card.origin is None or card.here:
        return card
    fetch(card.origin.url, card.file, card.origin.digest, card.origin.size, progress)
    return next(new for new in published(card.architecture) if new.id == card.id)


@cache
def _tables(folder: Path) -> tuple[dict[str, Any], ...]:
    """Read all tables of a folder, each with the names of its classes."""
    try:
        tables = [json.loads(path.read_text(encoding="utf-8")) for path in sorted(folder.glob("*.json"))]
        for table in tables:
            names = json.loads((folder / "classes" / f"{table['classes']}.json").read_text(encoding="utf-8"))["names"]
            table["classes"] = tuple(names)
    except OSError as error:
        raise ExplorerError(f"{error.filename}: the table of weights cannot be read ({error.strerror})") from None
    except (KeyError, TypeError, ValueError) as error:
        raise ExplorerError(f"{folder}: holds a table of weights that is none ({error!r})") from None
    return tuple(tables)


def _card(record: dict[str, Any], table: dict[str, Any], cached: Path) -> Card:
    id, digest = f"{record['architecture']}.{record['name']}", record["sha256"]
    file = cached / f"{id}{Path(record['url']).suffix}"
    accuracy = record["top1"] / 100
    return Card(
        id=id,
        architecture=record["architecture"],
        classes=table["classes"],
        preprocessing=read_preprocessing(record),
        file=file,
        sha256=_kept(file, digest),
        knobs=record.get("knobs", {}),
        accuracy=accuracy,
        validation={
            "photos": _PHOTOS,
            "accuracy": accuracy,
            "top5": record["top5"] / 100,
            "protocol": table["protocol"],
        },
        training={"recipe": record["recipe"]},
        unsure_below=0.0,
        data=(f"ImageNet-1K, 1.28 million photos. {record['about']}",),
        terms=f"{table['licence']} ({table['licence_url']})",
        limits=(_KNOWN,),
        keys=tuple((pattern, replacement) for pattern, replacement in record["keys"]),
        origin=Origin(record["url"], record["bytes"], digest),
    )


def _kept(file: Path, digest: str) -> str:
    """Give the full SHA-256 that was kept when the file was fetched, else the published digits."""
    try:
        kept = file.with_name(f"{file.name}.sha256").read_text(encoding="utf-8").partition(" ")[0]
    except (OSError, UnicodeDecodeError):
        return digest
    return kept if kept.startswith(digest) else digest

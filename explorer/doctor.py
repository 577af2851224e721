"""What this installation has: versions, device, caches and weights."""

from __future__ import annotations

import platform
from importlib import metadata
from typing import Any

PACKAGES = (
    "convnet-explorer",
    "streamlit",
    "torch",
    "torchvision",
    "torchinfo",
    "fvcore",
    "plotly",
    "graphviz",
    "pillow",
)


def examine() -> dict[str, Any]:
    """Give every finding by name, as plain values. Nothing is downloaded.

    >>> examine()["python"] == platform.python_version()
    True
    """
    from explorer.vision.cards import models_folder, shipped
    from explorer.vision.catalogue import cache_folder, published
    from explorer.vision.device import choose, describe

    cards = published()
    networks = len({card.architecture for card in cards})
    return {
        "python": platform.python_version(),
        **{package: _version(package) for package in PACKAGES},
        "device": describe(choose("auto")),
        "model folder": str(models_folder()),
        "weights": ", ".join(card.id for card in shipped() if card.here) or "none",
        "cache": str(cache_folder()),
        "fetched weights": ", ".join(card.id for card in cards if card.here) or "none",
        "weights to fetch": f"{sum(not card.here for card in cards)} of {len(cards)} published for {networks} networks",
    }


def _version(package: str) -> str:
    try:
        return metadata.version(package)
    except metadata.PackageNotFoundError:
        return "not installed"

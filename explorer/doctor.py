"""What this installation has: versions, device, caches and weights."""

from __future__ import annotations

import platform
from importlib import metadata
from typing import Any

from explorer.assets import MODELS

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
    """Give every finding by name, as plain values. Nothing is downloaded, so nothing is cached on disk.

    >>> examine()["python"] == platform.python_version()
    True
    """
    from explorer.vision.device import choose, describe

    return {
        "python": platform.python_version(),
        **{package: _version(package) for package in PACKAGES},
        "device": describe(choose("auto")),
        "model folder": str(MODELS),
        "weights": ", ".join(sorted(path.stem for path in MODELS.glob("*.safetensors"))) or "none",
    }


def _version(package: str) -> str:
    try:
        return metadata.version(package)
    except metadata.PackageNotFoundError:
        return "not installed"

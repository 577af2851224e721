"""Numbers as the reader's language writes them."""

from __future__ import annotations

import re

from app import state

_SEPARATOR = re.compile(r"(?<=\d),(?=\d{3}(?!\d))")
_POINT = re.compile(r"(?<=\d)\.(?=\d)")
NARROW = "\u202f"
"""The space between thousands in French."""
NO_BREAK = "\u00a0"
"""The space between a number and its unit."""


def localised(text: str) -> str:
    """Rewrite the numbers of an English text: ``73,728`` is ``73 728`` in French."""
    return _SEPARATOR.sub(NARROW, text) if state.language() == "fr" else text


def exact(number: int) -> str:
    """Write all digits, thousands apart."""
    return localised(f"{number:,}")


def short(number: float) -> str:
    """Write four digits and a unit: ``138.4 M``."""
    for unit, size in (("T", 1e12), ("G", 1e9), ("M", 1e6), ("k", 1e3)):
        if number >= size:
            return decimal(f"{number / size:.4g}") + NO_BREAK + unit
    return decimal(f"{number:.4g}")


def binary(bytes: int) -> str:
    """Write a number of bytes: ``527.8 MiB``."""
    french = state.language() == "fr"
    for unit, size in (("GiB", 2**30), ("MiB", 2**20), ("KiB", 2**10)):
        if bytes >= size:
            return decimal(f"{bytes / size:.1f}") + NO_BREAK + (unit.replace("B", "o") if french else unit)
    return f"{bytes}{NO_BREAK}" + ("o" if french else "B")


def percent(fraction: float) -> str:
    """Write a share: ``89.4 %``."""
    return decimal(f"{100 * fraction:.1f}") + NO_BREAK + "%"


def separators() -> str:
    """Give the decimal point and what stands between thousands, as plotly takes them."""
    return f",{NARROW}" if state.language() == "fr" else ".,"


def decimal(text: str) -> str:
    """Rewrite the decimal point of an English text: ``22.7 %`` is ``22,7 %`` in French."""
    return _POINT.sub(",", text) if state.language() == "fr" else text

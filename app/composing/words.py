"""What stands at a place, in few words, and of which kind it is."""

from __future__ import annotations

from dataclasses import MISSING, Field, fields
from typing import Any

from app.i18n import _, ngettext
from explorer.composing.places import Part, children
from explorer.drawing.captions import kind_of
from explorer.graph import Node
from explorer.layers import Layer
from explorer.shapes import times
from explorer.spec import Branches, Cell


def kind(part: Part) -> str:
    """Name the kind of what stands at a place, as the diagram colours it."""
    return "group" if children(part) or not isinstance(part, Layer) else kind_of(Node("", part, (), (), ()))


def words(part: Part) -> str:
    """Say in few words what a place holds: a layer's fields that are not at their default, or how many parts.

    >>> from explorer.layers import Conv
    >>> words(Conv(64, 3, padding=1, bias=False))
    '64 · 3×3 · padding 1 · bias off'
    """
    n = len(children(part))
    if isinstance(part, Layer):
        return " · ".join(_field(each, getattr(part, each.name)) for each in fields(part) if _is_set(each, part))
    if isinstance(part, Branches):
        return f"{part.join} · " + ngettext("{n} branch", "{n} branches", n).format(n=n)
    if isinstance(part, Cell):
        return ngettext("{n} step", "{n} steps", n).format(n=n)
    return ngettext("{n} part", "{n} parts", n).format(n=n) if n else _("empty: what comes in goes out")


def _is_set(field: Field[Any], layer: Layer) -> bool:
    return field.name == "kernel_size" or getattr(layer, field.name) != field.default


def _field(field: Field[Any], value: object) -> str:
    """Write a field: what every layer of the kind must have needs no name."""
    if isinstance(value, bool):
        return f"{field.name} {'on' if value else 'off'}"
    if field.name == "kernel_size":
        return times(value) if isinstance(value, tuple) else f"{value}×{value}"
    written = times(value) if isinstance(value, tuple) else f"{value:g}" if isinstance(value, float) else str(value)
    return written if field.default is MISSING else f"{field.name} {written}"

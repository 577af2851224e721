"""What the reader takes away: the picture, and the numbers behind it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial

import streamlit as st
from PIL import Image

from app.i18n import _
from explorer.shapes import times
from explorer.vision.attribution import Attribution
from explorer.vision.overlay import npy, png
from explorer.vision.sheet import npz, sheet


def offer(name: str, found: Sequence[Attribution], pictures: Sequence[Image.Image], titles: Sequence[str]) -> None:
    """Offer one map as PNG and NPY; several as one sheet and one NPZ, the arrays in the order of the pictures."""
    stem = f"{name.rpartition('.')[0] or name}_{found[0].method}_{found[0].target}"
    with st.container(horizontal=True):
        if len(found) == 1:
            _button(_("Picture (PNG)"), partial(png, pictures[0]), f"{stem}.png", "image")
            words = _("Map (NPY, {shape})").format(shape=times(found[0].map.shape))
            _button(words, partial(npy, found[0].map), f"{stem}.npy", "grid_on")
        else:
            stem = f"{name.rpartition('.')[0] or name}_{len(found)}_maps"
            _button(_("Pictures (PNG)"), partial(_sheet, pictures, titles), f"{stem}.png", "image")
            arrays = {f"{i}_{each.method}_{each.target}": each.map for i, each in enumerate(found, 1)}
            words = _("Maps (NPZ, {n})").format(n=len(found))
            _button(words, partial(npz, arrays), f"{stem}.npz", "grid_on")


def _button(words: str, make: Callable[[], bytes], name: str, icon: str) -> None:
    kind = "image/png" if name.endswith(".png") else "application/octet-stream"
    hint = (
        None
        if kind == "image/png"
        else _("The map's numbers, as NumPy reads them: positive where there is evidence for the class.")
    )
    st.download_button(words, make, name, kind, on_click="ignore", icon=f":material/{icon}:", help=hint)


def _sheet(pictures: Sequence[Image.Image], titles: Sequence[str]) -> bytes:
    return png(sheet(pictures, titles))

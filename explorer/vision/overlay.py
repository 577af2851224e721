"""A map as colours over a photo. Needs no torch."""

from __future__ import annotations

from io import BytesIO

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from explorer.errors import ExplorerError
from explorer.vision.preprocess import Box

Map = NDArray[np.float32]

# Nine even stops of two maps of even lightness, which colour-blind readers and grey printers keep in order.
COLOUR_MAPS = {
    "viridis": "440154 472d7b 3b528b 2c728e 21918c 28ae80 5ec962 addc30 fde725",
    "cividis": "00224e 123570 3b496c 575d6d 707173 8a8678 a59c74 c3b369 fee838",
}
_OUTSIDE = 0.55
"""How much of the light of the photo is taken away outside the part that was fed."""


def colours(values: Map, colour_map: str = "viridis") -> NDArray[np.uint8]:
    """Give each value, 0 to 1, its colour: ``(h, w)`` becomes ``(h, w, 3)``."""
    if colour_map not in COLOUR_MAPS:
        raise ExplorerError(f"colour map is {colour_map!r}; allowed: {', '.join(COLOUR_MAPS)}")
    stops = np.array([tuple(bytes.fromhex(stop)) for stop in COLOUR_MAPS[colour_map].split()])
    at = np.linspace(0, 1, len(stops))
    channels = [np.interp(values, at, stops[:, channel]) for channel in range(3)]
    return np.stack(channels, axis=-1).round().astype(np.uint8)


def upsample(values: Map, width: int, height: int) -> Map:
    """Enlarge a map bilinearly; its cells tile the result evenly, and keep their centres."""
    enlarged = Image.fromarray(np.ascontiguousarray(values, dtype=np.float32)).resize(
        (width, height), Image.Resampling.BILINEAR
    )
    return np.asarray(enlarged)


def overlay(photo: Image.Image, heat: Map, box: Box, opacity: float = 0.5, colour_map: str = "viridis") -> Image.Image:
    """Lay heat over the part of a photo that was fed, and darken the rest.

    Args:
        photo: the whole photo, RGB.
        heat: shares from 0 to 1, ``(h, w)``, over the part that was fed.
        box: that part, in the photo's pixels.
        opacity: 0 shows the photo alone, 1 the colours alone.
        colour_map: a name in ``COLOUR_MAPS``.
    """
    if not 0 <= opacity <= 1:
        raise ExplorerError(f"opacity is {opacity}; allowed: 0 to 1")
    left, top, right, bottom = box.pixels()
    seen = photo.crop((left, top, right, bottom))
    colour = Image.fromarray(colours(upsample(heat, *seen.size), colour_map))
    shown = Image.blend(photo, Image.new("RGB", photo.size), _OUTSIDE)
    shown.paste(Image.blend(seen, colour, opacity), (left, top))
    return shown


def png(image: Image.Image) -> bytes:
    """Write an image as PNG."""
    out = BytesIO()
    image.save(out, "PNG")
    return out.getvalue()


def npy(values: Map) -> bytes:
    """Write an array as NumPy's own file."""
    out = BytesIO()
    np.save(out, values, allow_pickle=False)
    return out.getvalue()

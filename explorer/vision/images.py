"""Photos from strangers: read with limits, turned upright, brought to plain RGB.

The kind of a file is read from its bytes, never from its name; sizes are read from its header, before
anything is decoded. Needs no torch.
"""

from __future__ import annotations

from io import BytesIO
from pathlib import Path

import numpy as np
from PIL import Image, ImageOps

from explorer.errors import ExplorerError

FORMATS = ("JPEG", "PNG", "WEBP", "GIF", "BMP", "TIFF")
ALLOWED = "JPEG, PNG, WebP, GIF, BMP or TIFF"
MOST_BYTES = 20_000_000
MOST_PIXELS = 50_000_000
LEAST_SIDE = 8
WORKING_SIDE = 1024
"""Larger photos are brought down to this longer side: more than any network is fed, enough for a screen."""

_OTHER_KINDS = (
    (b"ftypheic", "is HEIC, the iPhone's own format"),
    (b"ftypmif1", "is HEIC, the iPhone's own format"),
    (b"ftypavif", "is AVIF"),
    (b"%PDF", "is a PDF document"),
    (b"%!PS", "is PostScript"),
    (b"<svg", "is an SVG drawing, which has no pixels"),
    (b"<html", "is a web page"),
    (b"<!doctype html", "is a web page"),
)
_DEEP = ("I;16", "I;16L", "I;16B", "I;16N")


def read(path: str | Path) -> Image.Image:
    """Read a photo from a file; see ``decode``."""
    path = Path(path)
    try:
        if path.stat().st_size > MOST_BYTES:
            raise _too_many_bytes(path.name, path.stat().st_size)
        data = path.read_bytes()
    except OSError as error:
        raise ExplorerError(f"{path}: the file cannot be read ({error.strerror}); allowed: {ALLOWED}") from None
    return decode(data, path.name)


def decode(data: bytes, name: str = "image") -> Image.Image:
    """Decode a photo: RGB, upright, alpha over white, 16 bits scaled to 8, first frame only.

    Args:
        data: the bytes of the file.
        name: what the messages call it.

    Returns:
        An RGB image whose longer side is at most ``WORKING_SIDE`` pixels.

    Raises:
        ExplorerError: not an image that is read here, broken, or over the limits; the sentence says which.
    """
    if not data:
        raise ExplorerError(f"{name}: the file is empty; allowed: {ALLOWED}")
    if len(data) > MOST_BYTES:
        raise _too_many_bytes(name, len(data))
    try:
        with Image.open(BytesIO(data), formats=FORMATS) as image:
            _refuse_size(name, *image.size)
            image.draft("RGB", (WORKING_SIDE, WORKING_SIDE))
            image.load()
            upright = ImageOps.exif_transpose(image)
            rgb = _rgb(upright, name)
    except ExplorerError:
        raise
    except (Image.DecompressionBombError, Image.DecompressionBombWarning):
        raise _too_many_pixels(name) from None
    except Exception:  # decoders raise whatever broken bytes lead them to
        raise ExplorerError(f"{name}: {_what_is_wrong(data)}; allowed: a whole {ALLOWED} file") from None
    rgb.thumbnail((WORKING_SIDE, WORKING_SIDE), Image.Resampling.LANCZOS)
    return rgb


def _rgb(image: Image.Image, name: str) -> Image.Image:
    if image.mode in ("I", "F"):
        raise ExplorerError(f"{name}: its pixels have 32 bits and no agreed white; allowed: 8 or 16 bits a channel")
    if image.mode in _DEEP:
        return _scaled(image).convert("RGB")
    if image.has_transparency_data:
        white = Image.new("RGBA", image.size, "white")
        return Image.alpha_composite(white, image.convert("RGBA")).convert("RGB")
    return image.convert("RGB")


def _scaled(image: Image.Image) -> Image.Image:
    """Bring 16 bits to 8 by the range that the photo uses: many scanners and microscopes fill only 10 or 12."""
    values = np.asarray(image).astype(np.float32)
    low, high = float(values.min()), float(values.max())
    return Image.fromarray(((values - low) * (255 / max(high - low, 1))).round().astype(np.uint8))


def _refuse_size(name: str, width: int, height: int) -> None:
    if width * height > MOST_PIXELS:
        raise _too_many_pixels(name)
    if min(width, height) < LEAST_SIDE:
        raise ExplorerError(
            f"{name}: the image has {width:,}×{height:,} pixels; allowed: at least {LEAST_SIDE} on each side"
        )


def _too_many_pixels(name: str) -> ExplorerError:
    return ExplorerError(f"{name}: the image has too many pixels; allowed: up to {MOST_PIXELS // 10**6} million")


def _too_many_bytes(name: str, size: int) -> ExplorerError:
    return ExplorerError(f"{name}: the file has {size / 1e6:.1f} MB; allowed: up to {MOST_BYTES // 10**6} MB")


def _what_is_wrong(data: bytes) -> str:
    """Say why bytes are no image: another kind of file that is easily known, or an image that is broken."""
    start = data[:512].lstrip().lower()
    for mark, words in _OTHER_KINDS:
        if mark.lower() in (start[4:12] if mark.startswith(b"ftyp") else start):
            return f"the file {words}"
    known = (b"\xff\xd8", b"\x89png", b"riff", b"gif8", b"bm", b"ii*\0", b"mm\0*")
    return "the image is broken or cut short" if start.startswith(known) else "the file is not an image"

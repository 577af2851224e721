"""Odd and hostile image files, made on the spot, each with the verdict that a loader must give."""

from __future__ import annotations

import random
import struct
import zlib
from functools import cache
from io import BytesIO
from typing import Any

from PIL import Image

Corpus = dict[str, bytes]


def encoded(image: Image.Image, kind: str, **options: Any) -> bytes:
    out = BytesIO()
    image.save(out, kind, **options)
    return out.getvalue()


def noise(mode: str = "RGB", size: tuple[int, int] = (96, 64)) -> Image.Image:
    """A picture that is 96 wide and 64 high, so that a turn shows."""
    bytes_each = {"RGB": 3, "I;16": 2}[mode]
    return Image.frombytes(mode, size, random.Random(0).randbytes(size[0] * size[1] * bytes_each))


def png(width: int, height: int, *extra: bytes, pixels: bool = True) -> bytes:
    """A black PNG of one bit a pixel: of any size in a few kilobytes, or without its pixels."""
    packer, left, packed = zlib.compressobj(9), (1 + (width + 7) // 8) * height if pixels else 0, []
    while left:
        step = min(left, 1 << 20)
        packed.append(packer.compress(bytes(step)))
        left -= step
    packed.append(packer.flush())
    header = _chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 1, 0, 0, 0, 0))
    return b"\x89PNG\r\n\x1a\n" + header + b"".join(extra) + _chunk(b"IDAT", b"".join(packed)) + _chunk(b"IEND", b"")


def _chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


@cache
def accepted() -> Corpus:
    """Files that must load as RGB."""
    photo = noise()
    upright = Image.Exif()
    upright[0x0112] = 6
    return {
        "plain.png": encoded(photo, "PNG"),
        "plain.jpg": encoded(photo, "JPEG"),
        "plain.webp": encoded(photo, "WEBP"),
        "plain.bmp": encoded(photo, "BMP"),
        "plain.tiff": encoded(photo, "TIFF"),
        "two_pictures.jpg": encoded(photo, "MPO", save_all=True, append_images=[photo]),
        "progressive.jpg": encoded(photo, "JPEG", progressive=True),
        "cmyk.jpg": encoded(photo.convert("CMYK"), "JPEG"),
        "turned.jpg": encoded(photo, "JPEG", exif=upright),
        "grey16.png": encoded(noise("I;16"), "PNG"),
        "grey16.tiff": encoded(noise("I;16"), "TIFF"),
        "palette.png": encoded(photo.convert("P"), "PNG"),
        "alpha.png": encoded(photo.convert("RGBA"), "PNG"),
        "grey_alpha.png": encoded(photo.convert("LA"), "PNG"),
        "one_bit.png": encoded(photo.convert("1"), "PNG"),
        "animated.gif": encoded(photo, "GIF", save_all=True, append_images=[photo.rotate(a) for a in (10, 20)]),
        "jpeg_called.png": encoded(photo, "JPEG"),
    }


@cache
def refused() -> Corpus:
    """Files that must be refused with a sentence, fast and without much memory."""
    whole_png, whole_jpeg = encoded(noise(), "PNG"), encoded(noise(), "JPEG")
    bomb = zlib.compress(bytes(80 << 20), 9)
    return {
        "empty.png": b"",
        "noise.png": random.Random(1).randbytes(4096),
        "cut.png": whole_png[: len(whole_png) // 2],
        "cut.jpg": whole_jpeg[: len(whole_jpeg) // 2],
        "page.png": b"<html><script>alert(1)</script></html>",
        "drawing.svg": b'<?xml version="1.0"?><svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"/>',
        "pickle.png": b"\x80\x04cbuiltins\nexit\n)R.",
        "postscript.png": b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 9 9\nshowpage\n",
        "document.pdf": b"%PDF-1.7\n",
        "float.tiff": encoded(noise().convert("F"), "TIFF"),
        "phone.heic": b"\0\0\0\x18ftypheic\0\0\0\0mif1heic" + bytes(100),
        "phone.avif": b"\0\0\0\x18ftypavif\0\0\0\0mif1avif" + bytes(100),
        "large.png": png(13_000, 13_000),
        "larger.png": png(20_000, 20_000),
        "lying_size.png": png(2**31 - 1, 1, pixels=False),
        "no_size.png": png(0, 0),
        "one_pixel.png": encoded(Image.new("RGB", (1, 1)), "PNG"),
        "needle.png": encoded(Image.new("RGB", (20_000, 1)), "PNG"),
        "text_bomb.png": png(64, 64, _chunk(b"zTXt", b"c\0\0" + bomb)),
        "profile_bomb.png": png(64, 64, _chunk(b"iCCP", b"c\0\0" + bomb)),
    }

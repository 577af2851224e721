"""The photo: a bundled picture, a file, or the camera."""

from __future__ import annotations

from dataclasses import dataclass
from hashlib import sha256

import streamlit as st

from app import widgets
from app.components import upload
from app.i18n import _
from explorer.vision.examples import examples

ENDINGS = ("jpg", "jpeg", "png", "webp", "gif", "bmp", "tif", "tiff")

MOST_MB = 12
"""The largest file of a photo."""


@dataclass(frozen=True, slots=True)
class Picked:
    """The bytes of a photo, what to call it, and whom to thank for it."""

    data: bytes
    name: str
    credit: str = ""

    @property
    def sha256(self) -> str:
        """Give the key under which everything about this photo is kept."""
        return sha256(self.data).hexdigest()


def pick() -> Picked | None:
    """Let the reader pick a photo; None as long as there is none."""
    sources = {"example": _("Example"), "upload": _("Upload"), "camera": _("Camera")}
    source = widgets.choice(_("Photo"), sources, name="photo", kind="row")
    if source == "example":
        return _example()
    given = _photographed() if source == "camera" else _uploaded()
    return Picked(given.data, given.name) if given else None


def _photographed() -> upload.File | None:
    return upload.ask(st.camera_input, _("Take a photo"), name="camera")


def _uploaded() -> upload.File | None:
    return upload.ask(
        st.file_uploader,
        _("Your photo"),
        name="photo",
        type=ENDINGS,
        max_upload_size=MOST_MB,
        help=_("It stays on this server, and is forgotten some time after you leave."),
    )


def _example() -> Picked:
    bundled = examples()
    captions = {each.id: _(each.caption) for each in bundled.values()}
    chosen = bundled[widgets.choice(_("Bundled picture"), captions, name="example")]
    return Picked(chosen.file.read_bytes(), chosen.file.name, chosen.credit)

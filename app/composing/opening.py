"""What to start from: nothing, a network of the zoo or of another library, or a file, YAML or ONNX."""

from __future__ import annotations

from pathlib import PurePath

import streamlit as st

import explorer
from app import state
from app.composing import desk
from app.i18n import _
from explorer.errors import ExplorerError
from explorer.reading import Document
from explorer.spec import Series
from explorer.text import MOST_BYTES, load

MOST_MEGABYTES = 200
"""The largest file: ONNX files hold the weights, too."""
EMPTY = Document("network", (3, 224, 224), Series())


def show() -> None:
    """Let the reader put another network on the desk; that can be taken back like any step."""
    with st.popover(_("Open"), icon=":material/folder_open:"):
        _zoo()
        st.button(
            _("Start from nothing"),
            key="widget/open/empty",
            icon=":material/note_add:",
            width="stretch",
            on_click=desk.lay,
            args=(EMPTY, _("Start from nothing")),
        )
        _file()
        _library()


def _zoo() -> None:
    key = f"widget/open/zoo/{state.language()}"
    state.show(key, None)
    captions = {each.id: f"{_(each.name)} · {each.year}" for each in explorer.architectures()}

    def take() -> None:
        if id := state.shown(key):
            network = explorer.get(str(id))
            desk.lay(network, _("Open {name}").format(name=_(network.name)))

    st.selectbox(
        _("A network of the zoo"),
        list(captions),
        format_func=captions.__getitem__,
        key=key,
        index=None,
        placeholder=_("Open the list and type: a name, a family, a year."),
        on_change=take,
    )


def _file() -> None:
    key = "widget/open/file"

    def take() -> None:
        if file := state.uploaded(key):
            try:
                desk.lay(_read(file.name, file.getvalue()), _("Open {name}").format(name=file.name))
            except ExplorerError as error:
                desk.refuse(str(error))

    kinds = ["yaml", "yml", "onnx"]
    st.file_uploader(_("A YAML or ONNX file"), type=kinds, max_upload_size=MOST_MEGABYTES, key=key, on_change=take)


def _read(name: str, data: bytes) -> Document:
    if not name.lower().endswith(".onnx"):
        return load(data[: MOST_BYTES + 1].decode("utf-8", "replace"), name)
    from explorer import from_onnx

    return from_onnx.document(data, PurePath(name).stem)


def _library() -> None:
    """Let the reader name a network of torchvision or timm; reading it wakes torch up."""
    with st.form("widget/open/library", border=False):
        tip = _("Built without weights: nothing is downloaded. Each library must be installed.")
        name = st.text_input(
            _("A network of torchvision or timm"), key="widget/open/name", placeholder="timm:resnet18", help=tip
        )
        asked = st.form_submit_button(_("Open it"), icon=":material/input:")
    if asked and name.strip():
        try:
            with st.spinner(_("The network is built and read; the first time this takes some seconds…")):
                from explorer.importing import document

                read = document(name.strip())
        except ExplorerError as error:
            st.error(str(error), icon=":material/block:")
        else:
            desk.lay(read, _("Open {name}").format(name=name.strip()))

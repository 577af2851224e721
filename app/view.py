"""Components of our own: what a script of ours draws in the page, and what a reader does there."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import streamlit as st

_BEGIN = Path(__file__).with_suffix(".js")


def component(module: str, html: str, style: str = "") -> Any:
    """Register the component of a module: the script beside it says ``class View`` (see ``view.js``).

    Args:
        module: the module's ``__file__``.
        html: what the script finds in its element.
        style: name of the style sheet beside it, where it is not called as the module is.
    """
    script = Path(module).with_suffix(".js")
    sheet = script.with_name(style) if style else script.with_suffix(".css")
    return st.components.v2.component(
        f"convnet_explorer_{script.stem}",
        html=html,
        css=sheet.read_text(encoding="utf-8"),
        js=_BEGIN.read_text(encoding="utf-8") + script.read_text(encoding="utf-8"),
    )

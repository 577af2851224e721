"""Networks side by side."""

from __future__ import annotations

import streamlit as st

from app.i18n import _


def show() -> None:
    """Let the reader choose networks and put them side by side."""
    st.caption(_("Choose two to six networks."))

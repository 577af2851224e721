"""Where networks run: the devices that are here, and mixed precision where there is a GPU for it."""

from __future__ import annotations

import streamlit as st

from app import widgets
from app.i18n import _
from app.looking import Place
from explorer.vision.device import available, choose, describe


def pick() -> Place:
    """Let the reader choose among the devices that are here."""
    with st.expander(_("Where it runs"), icon=":material/memory:"):
        captions = {name: describe(choose(name)) for name in available()}
        captions["auto"] = _("the best: {device}").format(device=captions["auto"])
        name = widgets.choice(_("Device"), captions, name="device")
        device = choose(name)
        if device.type != "cuda":
            return Place(device)
        words = _("Products of numbers in 16 bits: faster, and a little less exact.")
        return Place(device, widgets.switch(_("Mixed precision"), name="half", help=words))

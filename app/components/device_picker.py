"""Where networks run: the devices that are here, and mixed precision where there is a GPU for it."""

from __future__ import annotations

import streamlit as st
import torch

from app import widgets
from app.i18n import _, ngettext
from app.looking import Place
from explorer.vision.device import available, choose, describe


def pick() -> Place:
    """Let the reader choose among the devices that are here."""
    with st.expander(_("Where it runs"), icon=":material/memory:"):
        captions = {name: in_words(choose(name)) for name in available()}
        captions["auto"] = _("the best: {device}").format(device=captions["auto"])
        name = widgets.choice(_("Device"), captions, name="device")
        device = choose(name)
        if device.type != "cuda":
            return Place(device)
        words = _("Products of numbers in 16 bits: faster, and a little less exact.")
        return Place(device, widgets.switch(_("Mixed precision"), name="half", help=words))


def in_words(device: torch.device) -> str:
    """Say where a network runs, in the reader's language; a GPU by its name."""
    if device.type != "cpu":
        return describe(device)
    threads = torch.get_num_threads()
    return ngettext("processor ({n} thread)", "processor ({n} threads)", threads).format(n=threads)

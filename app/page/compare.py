"""Compare: blocks, networks and the whole field side by side."""

from __future__ import annotations

from importlib import import_module

import streamlit as st

from app import widgets
from app.comparing import views
from app.i18n import _
from explorer.errors import ExplorerError

st.title(_("Compare"), anchor=False)
captions = {id: caption for id, (caption, _module) in views.views().items()}
chosen = widgets.choice(_("What to compare"), captions, name="show", kind="row", label_visibility="collapsed")
try:
    import_module(views.views()[chosen][1]).show()
except ExplorerError as error:
    st.error(str(error), icon=":material/block:")

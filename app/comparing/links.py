"""Links from what is compared to the pages that show one network."""

from __future__ import annotations

import streamlit as st

import explorer
from app import state
from app.i18n import _
from explorer.zoo import Architecture

IDS = frozenset(each.id for each in explorer.architectures())


def to_network(architecture: Architecture) -> None:
    """Offer to open a network of the zoo, at its setting, on the Explore page."""
    if architecture.id in IDS:
        address = {"arch": architecture.id, **{name: state.token(value) for name, value in architecture.values}}
        st.page_link(
            "page/explore.py", label=_("Open in Explore"), icon=":material/account_tree:", query_params=address
        )

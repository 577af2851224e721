"""Links from what is compared to the pages that show one network."""

from __future__ import annotations

import streamlit as st

import explorer
from app import state, widgets
from app.i18n import _
from explorer import references
from explorer.errors import ExplorerError
from explorer.reading import Document
from explorer.shapes import Shape
from explorer.zoo import Architecture

IDS = frozenset(each.id for each in explorer.architectures())


def to_network(architecture: Architecture, input_shape: Shape | None = None) -> None:
    """Offer to open a network of the zoo, at its setting, on the Explore page; at an input that is given."""
    if architecture.id in IDS:
        st.page_link(
            "page/explore.py",
            label=_("Open in Explore"),
            icon=":material/account_tree:",
            query_params=address(architecture, input_shape),
        )


def to_composer(network: Architecture | Document) -> None:
    """Offer to open a network in the composer; say in one sentence where it is too large for an address."""
    try:
        query = {"net": references.write(network)}
    except ExplorerError as error:
        st.caption(str(error))
        return
    words = _("Open in the composer")
    st.page_link("page/compose.py", label=words, icon=":material/construction:", query_params=query)


def address(architecture: Architecture, input_shape: Shape | None = None) -> dict[str, str]:
    """Give what the Explore page's address says of a network: every knob, whatever the reader turned there before.

    The language is named too, so that the address stays as it is.

    >>> import explorer
    >>> address(explorer.get("lenet5"), (1, 28, 28))
    {'lang': 'en', 'arch': 'lenet5', 'num_classes': '10', 'height': '28', 'width': '28'}
    """
    said = {
        widgets.LANGUAGE: state.language(),
        "arch": architecture.id,
        **{name: state.token(value) for name, value in architecture.setting.items()},
    }
    _channels, *sizes = input_shape or architecture.input_shape
    if len(sizes) == 2:
        said |= {"height": str(sizes[0]), "width": str(sizes[1])}
    return said

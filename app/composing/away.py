"""What becomes of the composition: a link, a file, PyTorch code, and the other pages that open it."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

import streamlit as st

from app import cached
from app.components import listing
from app.components.exports import Format, offer
from app.composing import desk
from app.figures import exact
from app.i18n import _
from explorer.reading import Document
from explorer.report import Report
from explorer.sharing import MOST_CHARACTERS


def show(document: Document, report: Report | None) -> None:
    """Draw the ways out; a network that is broken can be shared, but is no code yet."""
    reference = desk.sign()
    st.markdown("##### " + _("A link that opens it"))
    if reference:
        st.code(f"{_base()}compose?net={reference}", language=None, wrap_lines=True)
    else:
        st.info(_too_long(), icon=":material/link_off:")
    if reference and report:
        _pages(reference, len(document.input_shape) == 3)
    st.markdown("##### " + _("As YAML, and as PyTorch code"))
    offer(tuple(_files(document, report)), stem(document), document.name)
    if report:
        with st.expander(_("The PyTorch code"), icon=":material/code:", on_change="rerun") as code:
            if code.open:
                listing.show(document, report)


def _pages(reference: str, photos: bool) -> None:
    """Lead to the pages that open it too; one that takes no photos cannot be shown any."""
    compared = {"show": "networks", "nets": reference}
    words = _("Compare it with others")
    st.page_link("page/compare.py", label=words, icon=":material/balance:", query_params=compared)
    if photos:
        words = _("See what it looks at")
        st.page_link("page/see.py", label=words, icon=":material/visibility:", query_params={"model": reference})


def _base() -> str:
    """Give the address of the app."""
    return (st.context.url or "").partition("?")[0].rpartition("/")[0] + "/"


def _too_long() -> str:
    words = _(
        "This network is too large for a link: its text takes more than {n} letters, however tightly packed. "
        "It is kept for this session; take the YAML file to keep it longer."
    )
    return words.format(n=exact(MOST_CHARACTERS))


def warn() -> None:
    """Say that a reload would lose the composition, where it does not fit into an address."""
    st.warning(_too_long(), icon=":material/link_off:")


def _files(document: Document, report: Report | None) -> Iterator[Format]:
    yield Format("YAML", "yaml", "application/yaml", partial(cached.text, document))
    if report:
        yield Format("PyTorch", "py", "text/x-python", partial(listing.text, document, report))


def stem(document: Document) -> str:
    """Name a file after the composition.

    >>> from explorer.spec import Series
    >>> stem(Document("My net/2", (3, 8, 8), Series()))
    'My_net_2'
    """
    return "".join(c if c.isalnum() or c in "-_." else "_" for c in document.name)

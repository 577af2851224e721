"""The PyTorch source of a network, to read and to copy."""

from __future__ import annotations

import streamlit as st

from app import cached
from app.i18n import _
from explorer.code import source
from explorer.errors import ExplorerError
from explorer.reading import Document
from explorer.report import Report
from explorer.zoo import Architecture

HEIGHT = 560


def text(network: Architecture | Document, report: Report) -> str:
    """Write a network at the input of its report; once for all readers.

    Raises:
        ExplorerError: it cannot be written.
    """
    return cached.of(report, "code", lambda: source(network, report.graph.input_shape))


def show(network: Architecture | Document, report: Report) -> None:
    """Show the source, with a button that copies it."""
    try:
        written = text(network, report)
    except ExplorerError as error:
        st.error(str(error), icon=":material/block:")
        return
    st.markdown(
        _(
            "Runs as it is, with PyTorch and nothing else. The names are those of the table, so that weights saved "
            "from one load into the other; blocks of one structure are one class."
        )
    )
    st.code(written, language="python", line_numbers=True, height=HEIGHT)

"""What the reader can take away: the table, the report, the diagram and the source, in the formats that people paste.

Files are made when they are asked for, not when the page is drawn.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from dataclasses import dataclass

import streamlit as st

from app.components import listing
from app.i18n import _
from app.markup import plain
from explorer import table
from explorer.report import Report

EVERY_COLUMN = tuple(key for key in table.COLUMNS if not key.endswith("_formula"))


@dataclass(frozen=True, slots=True)
class Format:
    """A kind of file: what it is called, its ending and type, and how it is made."""

    label: str
    suffix: str
    mime: str
    make: Callable[[], str]


def show(report: Report, depth: int | None, pictures: tuple[Format, ...] = ()) -> None:
    """Offer the files, a button each."""
    formats = (
        Format("CSV", "csv", "text/csv", lambda: table.table(report, depth, EVERY_COLUMN).to_csv()),
        Format("Markdown", "md", "text/markdown", lambda: report.table(depth).to_markdown()),
        Format("LaTeX", "tex", "text/x-tex", lambda: report.table(depth).to_latex()),
        Format("JSON", "json", "application/json", lambda: json.dumps(report.to_dict(), ensure_ascii=False, indent=1)),
        *pictures,
        *_source(report),
    )
    offer(formats, report.id, report.name)


def _source(report: Report) -> tuple[Format, ...]:
    """Offer the PyTorch source of a network of the zoo."""
    network = report.architecture
    return (Format("PyTorch", "py", "text/x-python", lambda: listing.text(network, report)),) if network else ()


def of_table(rows: table.Table, stem: str, *pictures: Format) -> None:
    """Offer a table as CSV, Markdown and LaTeX, and pictures beside them; ``stem`` names the files."""
    formats = (
        Format("CSV", "csv", "text/csv", rows.to_csv),
        Format("Markdown", "md", "text/markdown", rows.to_markdown),
        Format("LaTeX", "tex", "text/x-tex", rows.to_latex),
    )
    offer((*formats, *pictures), stem, rows.caption, f"{stem}/")


def offer(formats: Iterable[Format], stem: str, name: str, owner: str = "") -> None:
    """Offer files, a button each; the buttons of different owners stand on one page."""
    with st.container(horizontal=True):
        for each in formats:
            st.download_button(
                each.label,
                each.make,
                f"{stem}.{each.suffix}",
                each.mime,
                key=f"widget/download/{owner}{each.suffix}",
                help=_("Download {name} as {format}").format(name=plain(name), format=each.label),
                on_click="ignore",
                icon=":material/download:",
            )

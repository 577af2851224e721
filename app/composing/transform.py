"""Transformations of the whole network: what each is, what it would cost or save, and the button that applies it."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import replace

import streamlit as st

from app import cached, widgets
from app.components import exports, picker
from app.figures import NO_BREAK, binary, decimal, short
from app.i18n import _
from explorer.errors import ExplorerError
from explorer.knobs import Value
from explorer.reading import Document
from explorer.report import Report
from explorer.spec import Spec
from explorer.transforms import TRANSFORMATIONS, Transformation, find
from explorer.transforms.bill import Item, bill, table

MINUS = "\u2212"
NOTHING = "–"
OVERVIEW = ("params", "mult_adds")
"""The figures of the table of all transformations."""


def show(document: Document) -> Document | None:
    """Let the reader choose a transformation and see its bill; give the new composition when it is applied."""
    chosen = _choose()
    fields = {field.name: picker.turn(field, chosen.id, f"by_{field.name}") for field in chosen.fields}
    try:
        before = cached.report_of(document)
    except ExplorerError:
        st.info(_("A network that breaks somewhere cannot be transformed."), icon=":material/heart_broken:")
        return None
    after: Document | None = None
    items: tuple[Item, ...] = ()
    try:
        after = transformed(document, before, chosen, fields)
        items = bill(before, cached.report_of(after))
        st.markdown(_lines([_head(), _RULE, *map(_row, items)]))
    except ExplorerError as error:
        st.info(str(error), icon=":material/block:")
    pressed = st.button(
        _("Apply to the whole network"),
        key="widget/transform/apply",
        icon=":material/auto_fix_high:",
        type="primary",
        width="stretch",
        disabled=not items,
    )
    if items:
        exports.of_table(table(items), f"bill-{chosen.id}")
    _overview(document, before)
    return after if pressed and items else None


def _choose() -> Transformation:
    """Let the reader choose; say what it does, and who found it."""
    captions = {each.id: _(each.name) for each in TRANSFORMATIONS}
    chosen = find(widgets.choice(_("Transformation of the whole network"), captions, name="transform"))
    st.markdown(_(chosen.help))
    st.caption(f"[{chosen.paper}]({chosen.url})")
    return chosen


def transformed(document: Document, before: Report, chosen: Transformation, fields: dict[str, Value]) -> Document:
    """Give the transformed composition, computed once.

    Raises:
        ExplorerError: there is no place for the transformation in this network.
    """

    def make() -> Spec:
        return chosen.apply(document.spec, document.input_shape, **fields)

    return replace(document, spec=cached.of(before, "transformed", make, chosen.id, fields, document))


def _lines(rows: Iterable[tuple[str, ...]]) -> str:
    """Write rows as a Markdown table."""
    return "\n".join(f"| {' | '.join(row)} |" for row in rows)


_RULE = ("---", *["---:"] * 4)


def _head() -> tuple[str, ...]:
    return ("", _("before"), _("after"), _("difference"), _("ratio"))


def _row(item: Item) -> tuple[str, ...]:
    write = binary if item.unit == "bytes" else short
    before, after = (NOTHING if figure is None else write(figure) for figure in (item.before, item.after))
    times = ratio(item.ratio)
    return _(item.name), before, after, _signed(item.difference, write), f"**{times}**" if item.difference else times


def _signed(figure: int | None, write: Callable[[int], str]) -> str:
    """Write what is added or saved, with its sign."""
    if not figure:
        return NOTHING if figure is None else "0"
    return f"{MINUS if figure < 0 else '+'}{write(abs(figure))}"


def ratio(figure: float | None) -> str:
    r"""Write a multiple to three digits.

    >>> ratio(0.11006), ratio(1.0), ratio(1.0002)
    ('×\xa00.11', '×\xa01', '≈\xa01')
    """
    if figure is None:
        return NOTHING
    written = f"{figure:.3g}"
    return f"{'≈' if written == '1' and figure != 1 else '×'}{NO_BREAK}{decimal(written)}"


def _overview(document: Document, before: Report) -> None:
    """Hold all transformations against each other, each at its usual setting; only when the reader looks."""
    with st.expander(_("What each of them would do"), icon=":material/list:", on_change="rerun") as opened:
        if opened.open:
            st.markdown(_lines(_compared(document, before)))
            st.caption(_("Ratios after / before, each at its usual setting; – where the network has no place for it."))


def _compared(document: Document, before: Report) -> list[tuple[str, ...]]:
    names = {item.key: _(item.name) for item in bill(before, before)}
    rows = [("", *(names[key] for key in OVERVIEW)), ("---", *["---:"] * len(OVERVIEW))]
    for each in TRANSFORMATIONS:
        try:
            after = transformed(document, before, each, each.setting())
            items = {item.key: item for item in bill(before, cached.report_of(after))}
            rows.append((_(each.name), *(ratio(items[key].ratio) for key in OVERVIEW)))
        except ExplorerError:
            rows.append((_(each.name), *[NOTHING] * len(OVERVIEW)))
    return rows

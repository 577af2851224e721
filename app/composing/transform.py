"""Transformations of the whole network: what each is, what it would cost or save, and the button that applies it."""

from __future__ import annotations

from dataclasses import replace

import streamlit as st

from app import cached, widgets
from app.components import exports, picker
from app.figures import NO_BREAK, decimal, localised, short
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
OVERVIEW = ("params", "mult_adds", "activations", "receptive_field")
"""The figures of the table of all transformations."""


def show(document: Document) -> Document | None:
    """Let the reader choose a transformation and see its bill; give the new composition when it is applied."""
    chosen = _choose()
    fields = {field.name: picker.turn(field, chosen.id, f"by_{field.name}") for field in chosen.fields}
    try:
        before = cached.report_of(document)
        after = transformed(document, before, chosen, fields)
    except ExplorerError as error:
        st.info(str(error), icon=":material/block:")
        after = None
    if after:
        _draw(chosen, bill(before, cached.report_of(after)))
    pressed = st.button(
        _("Apply to the whole network"),
        key="widget/transform/apply",
        icon=":material/auto_fix_high:",
        type="primary",
        width="stretch",
        disabled=after is None,
    )
    _overview(document)
    return after if pressed else None


def _choose() -> Transformation:
    """Let the reader choose; say what it does, and who found it."""
    captions = {each.id: _(each.name) for each in TRANSFORMATIONS}
    chosen = find(widgets.choice(_("Transformation of the whole network"), captions, name="transform"))
    st.markdown(_(chosen.help))
    st.caption(f"[{_(chosen.paper)}]({chosen.url})")
    return chosen


def transformed(document: Document, before: Report, chosen: Transformation, fields: dict[str, Value]) -> Document:
    """Give the transformed composition, computed once.

    Raises:
        ExplorerError: there is no place for the transformation in this network.
    """

    def make() -> Spec:
        return chosen.apply(document.spec, document.input_shape, **fields)

    return replace(document, spec=cached.of(before, "transformed", make, chosen.id, fields, document))


def _draw(chosen: Transformation, items: tuple[Item, ...]) -> None:
    """Draw the bill, and offer it with all digits."""
    head = ("", _("before"), _("after"), _("difference"), _("ratio"))
    rows = [head, ("---", *["---:"] * 4), *map(_row, items)]
    st.markdown("\n".join(f"| {' | '.join(row)} |" for row in rows))
    exports.of_table(table(items), f"bill-{chosen.id}")


def _row(item: Item) -> tuple[str, ...]:
    bold = "**" if item.difference else ""
    figures = (_size(item.before), _size(item.after), difference(item.difference), ratio(item.ratio))
    return (_(item.name), *(f"{bold}{figure}{bold}" for figure in figures))


def _size(figure: int | None) -> str:
    return NOTHING if figure is None else short(figure)


def difference(figure: int | None) -> str:
    r"""Write what is added or saved, with its sign.

    >>> difference(-123_129_856), difference(0), difference(None)
    ('−123.1\xa0M', '0', '–')
    """
    if not figure:
        return NOTHING if figure is None else "0"
    return f"{MINUS if figure < 0 else '+'}{short(abs(figure))}"


def ratio(figure: float | None) -> str:
    r"""Write a multiple to three digits.

    >>> ratio(0.11006), ratio(1.0), ratio(12.8)
    ('×\xa00.11', '×\xa01', '×\xa012.8')
    """
    return NOTHING if figure is None else f"×{NO_BREAK}{decimal(f'{figure:.3g}')}"


def _overview(document: Document) -> None:
    """Hold all transformations against each other, each at its usual setting; only when the reader looks."""
    with st.expander(_("What each of them would do"), icon=":material/list:", on_change="rerun") as opened:
        if opened.open:
            st.markdown(localised("\n".join(f"| {' | '.join(row)} |" for row in _compared(document))))
            st.caption(_("Ratios after / before, each at its usual setting; – where the network has no place for it."))


def _compared(document: Document) -> list[tuple[str, ...]]:
    before = cached.report_of(document)
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

"""The point that is picked: what was measured, by whom and how; what it costs; and the way to the network."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

import streamlit as st

from app.comparing import lineup, links
from app.comparing.field_filter import protocol_words
from app.components.literature import source
from app.figures import decimal, exact, localised
from app.i18n import _
from explorer import references
from explorer.comparing.landscape import Point, efficiency
from explorer.shapes import times


def names(found: Sequence[Point]) -> dict[str, Point]:
    """Name each point by its network, and by a number where one network has several."""
    seen: Counter[str] = Counter()
    named = {}
    for point in found:
        reference = references.write(point.network)
        seen[reference] += 1
        named[reference if seen[reference] == 1 else f"{reference}.{seen[reference]}"] = point
    return named


def show(point: Point) -> None:
    """Show the point as a card."""
    network, measured = point.network, point.measurement
    with st.container(border=True):
        st.markdown(f"#### {point.label} · {network.year}")
        st.markdown(f"{network.authors}: [*{network.paper}*]({network.url})")
        st.markdown(" · ".join(_facts(point)))
        words = _("{detail} ({protocol}). Source: {source}.")
        st.markdown(
            words.format(
                detail=localised(_(measured.detail)),
                protocol=protocol_words()[measured.protocol],
                source=source(measured.source),
            )
        )
        with st.container(horizontal=True, vertical_alignment="center"):
            links.to_network(network, measured.input_shape)
            _beside(point)


def _facts(point: Point) -> list[str]:
    measured = point.measurement
    accuracies = [
        f"top-{top} **{decimal(f'{value:g}')} %**" for top, value in ((1, measured.top1), (5, measured.top5)) if value
    ]
    per_param = decimal(f"{efficiency(point, 'params', 1 if measured.top1 else 5):.3g}")
    return [
        *accuracies,
        _("**{n}** parameters").format(n=exact(point.params)),
        _("**{n}** mult-adds at {shape}").format(n=exact(point.mult_adds), shape=times(measured.input_shape)),
        _("**{n}** points per million parameters").format(n=per_param),
    ]


def _beside(point: Point) -> None:
    """Offer to put the network beside those of the other view."""

    def add() -> None:
        words = (
            _("{name} stands beside the other networks now.")
            if lineup.add(reference)
            else _("Six stand there already.")
        )
        st.toast(words.format(name=point.label), icon=":material/balance:")

    reference = references.write(point.network)
    st.button(_("Put side by side"), key="widget/field/add", icon=":material/add:", on_click=add)

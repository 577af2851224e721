"""A candidate of the search bench: its two cells drawn, its figures, its genotype, and the way to its network."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from app.comparing import links
from app.components import exports
from app.components.diagram import diagram
from app.components.exports import Format
from app.figures import exact
from app.i18n import _
from explorer.comparing import cells
from explorer.comparing.cells import METRICS, Candidate, Setup
from explorer.drawing.diagram import Drawing, draw
from explorer.drawing.svg import svg
from explorer.reading import Document
from explorer.search_space import CellDesign
from explorer.zoo.nasnet import frame_input

MOST_PICTURES = 6
HEIGHT = 460


def show(candidate: Candidate, setup: Setup) -> None:
    """Show a candidate."""
    st.subheader(_name(candidate), anchor=False)
    figures = (
        f"{_(metric.name)} **{exact(candidate.figures[id])}**" for id, metric in METRICS.items() if id != "capacity"
    )
    st.markdown(" · ".join(figures))
    _links(candidate, setup)
    kinds = (
        ("normal", _("Normal cell"), candidate.normal, 1),
        ("reduction", _("Reduction cell"), candidate.reduction, 2),
    )
    for kind, words, design, stride in kinds:
        st.markdown(f"##### {words}")
        drawing = _drawing(design, setup, stride)
        diagram(drawing, key=f"widget/cells/{kind}/{candidate.label}", height=HEIGHT)
        st.code(cells.genotype(design), language=None)
        picture = Format("SVG", "svg", "image/svg+xml", lambda drawing=drawing: svg(drawing, "light"))  # type: ignore[misc]
        text = Format(_("Genotype"), "txt", "text/plain", lambda design=design: cells.genotype(design))  # type: ignore[misc]
        stem = f"cell_{candidate.label}_{kind}"
        exports.offer((picture, text), stem, words, f"{stem}/")


def gallery(front: Sequence[Candidate], setup: Setup) -> None:
    """Draw the normal cells of the front, a few of them."""
    for candidate in front[:MOST_PICTURES]:
        words = _("{name}, normal cell").format(name=_name(candidate))
        with st.expander(words, icon=":material/schema:"):
            diagram(_drawing(candidate.normal, setup, 1), key=f"widget/cells/gallery/{candidate.label}", height=HEIGHT)


def _name(candidate: Candidate) -> str:
    if candidate.architecture is None:
        return _("{name}, in the same frame").format(name=candidate.label)
    return _("Cells of seed {seed}").format(seed=candidate.label)


def _drawing(design: CellDesign, setup: Setup, stride: int) -> Drawing:
    """Draw a cell as it stands in the first stage."""
    side = 28 if setup.frame == "imagenet" else 32
    return _drawn(repr(design), setup.filters, side, stride, design)


@st.cache_resource(max_entries=256, show_spinner=False)
def _drawn(text: str, filters: int, side: int, stride: int, _design: CellDesign) -> Drawing:
    return draw(cells.drawn(_design, filters, side, stride))


def _links(candidate: Candidate, setup: Setup) -> None:
    """Offer the network that is made of the cells to the pages that show one."""
    network = candidate.architecture or Document(
        "nasnet_a_cells", frame_input(setup.frame), cells.spec(candidate.normal, candidate.reduction, setup)
    )
    with st.container(horizontal=True, vertical_alignment="center"):
        if candidate.architecture:
            links.to_network(candidate.architecture)
        links.to_composer(network)

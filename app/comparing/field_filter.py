"""Which measurements are looked at: the data set, the guesses that count, the protocol, the source, families, years."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import partial
from typing import cast, get_args

import streamlit as st

from app import widgets
from app.i18n import _
from explorer.comparing.accuracy import DATASETS, Origin, Protocol
from explorer.comparing.landscape import Choice, Point, Which, points

OWNER = "field"
FEWEST = 2
"""Data sets with fewer points make no picture."""


def dataset() -> str:
    """Let the reader choose the data set."""
    captions = {name: name for name in DATASETS if len(points(name)) >= FEWEST}
    return widgets.choice(_("Data set"), captions, name="data", owner=OWNER, kind="row")


def choice(found: Sequence[Point], dataset: str) -> Choice:
    """Let the reader choose among the points of a data set."""
    years = sorted({point.network.year for point in found})
    pick = partial(_several, owner=f"{OWNER}/{dataset}")
    present: set[str] = {point.measurement.protocol for point in found}
    protocols = {name: words for name, words in protocol_words().items() if name in present}
    usual = [name for name in protocols if name not in ("many crops", "several networks")]
    with st.grid(3, min_column_width=260):
        top = widgets.choice(
            _("Right if among"),
            {"1": _("the first guess"), "5": _("the first five")},
            name="top",
            owner=OWNER,
            kind="row",
        )
        which = widgets.choice(_("Of several figures of a network"), which_words(), name="which", owner=OWNER)
        kept = pick(_("Protocol"), protocols, "protocols", usual)
        sources: dict[str, str] = {each.measurement.origin: origin_words()[each.measurement.origin] for each in found}
        origins = pick(_("Source"), sources, "sources", [])
        families = pick(_("Family"), {p.network.family: _(p.network.family) for p in found}, "families", [])
        since, until = _years(years[0], years[-1], dataset)
    return Choice(
        top=5 if top == "5" else 1,
        protocols=cast(tuple[Protocol, ...], tuple(kept)),
        origins=cast(tuple[Origin, ...], tuple(origins)),
        which=cast(Which, which),
        families=tuple(families),
        since=since,
        until=until,
    )


def _several(label: str, options: Mapping[str, str], name: str, default: list[str], owner: str) -> list[str]:
    return widgets.several(label, options, name=name, default=default, owner=owner, placeholder=_("all"))


def _years(first: int, last: int, dataset: str) -> tuple[int, int]:
    if first == last:
        return first, last
    with st.container(horizontal=True):
        owner = f"{OWNER}/{dataset}"
        since = widgets.slider(_("From"), name="since", default=first, low=first, high=last, step=1, owner=owner)
        until = widgets.slider(_("To"), name="until", default=last, low=first, high=last, step=1, owner=owner)
    return since, until


def said(kept: Sequence[Point], choice: Choice, dataset: str) -> str:
    """Say in a sentence what is shown and how it was measured."""
    words = protocol_words()
    counts = {name: sum(p.measurement.protocol == name for p in kept) for name in get_args(Protocol)}
    told = ", ".join(f"{words[name]} ({n})" for name, n in counts.items() if n)
    sentence = _("{dataset}, top-{top}: {n} figures. How they were measured: {told}. Mult-adds are those of one crop.")
    return sentence.format(dataset=dataset, top=choice.top, n=len(kept), told=told)


def protocol_words() -> Mapping[str, str]:
    """Say each protocol in the reader's language."""
    return {
        "one crop": _("one crop"),
        "not said": _("the source does not say"),
        "with augmentation": _("trained with augmentation"),
        "without augmentation": _("trained without augmentation"),
        "many crops": _("many crops or scales averaged"),
        "several networks": _("several networks averaged"),
    }


def which_words() -> dict[str, str]:
    """Say which figure stands for a network."""
    return {
        "first": _("the first: its paper's, where there is one"),
        "best": _("the best, also by a newer training"),
        "all": _("all of them"),
    }


def origin_words() -> dict[str, str]:
    """Say each kind of source in the reader's language."""
    return {
        "papers": _("papers"),
        "model pages": _("model pages"),
        "lectures": _("lectures"),
        "torchvision V1": _("torchvision, first training (V1)"),
        "torchvision V2": _("torchvision, new training (V2)"),
        "TF-Slim": "TF-Slim",
        "timm": "timm",
    }

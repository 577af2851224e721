"""What is asked of a photo: by which method, for which class, rather than which other, at which layer."""

from __future__ import annotations

from dataclasses import dataclass

import streamlit as st

from app import widgets
from app.figures import percent
from app.i18n import _
from app.looking import Subject
from explorer.graph import Graph
from explorer.shapes import times
from explorer.vision.contrast import LINEAR
from explorer.vision.maps import last_map, stations
from explorer.vision.methods import METHODS

LIKELIEST, NONE = "likeliest", "none"


@dataclass(frozen=True, slots=True)
class Question:
    """What the reader asks of a photo.

    ``rather_than`` is the class that the target is held against; ``cover`` are the side and the step, in pixels, of
    the patches of occlusion.
    """

    method: str
    target: int
    rather_than: int | None
    layer: str | None
    cover: tuple[int, int] | None = None


def pick(subject: Subject) -> Question:
    """Let the reader choose method, class, another class to hold against it, and, where the method reads one, layer."""
    method = widgets.choice(_("Method"), methods(), name="method")
    described = METHODS[method]
    st.caption(f"{_(described.summary)} [{described.paper}]({described.url})")
    aim = target(subject)
    against = rather_than(subject, aim) if method in LINEAR else None
    where = layer(subject) if described.takes_layer else None
    return Question(method, aim, against, where, cover(subject) if method == "occlusion" else None)


def methods() -> dict[str, str]:
    """Caption the methods."""
    return {id: _(described.name) for id, described in METHODS.items()}


def target(subject: Subject) -> int:
    """Let the reader choose the class; the caption of the likeliest does not name it, as it would be another's soon.

    The browser knows what is chosen by its caption, and would go on showing that of the photo before.
    """
    captions = {LIKELIEST: _("the likeliest")} | {guess.name: _(guess.name) for guess in subject.guesses}
    chosen = widgets.choice(_("Evidence for which class?"), captions, name="target", owner=subject.model.id)
    return subject.guesses[0].index if chosen == LIKELIEST else subject.model.target(chosen)


def rather_than(subject: Subject, target: int) -> int | None:
    """Let the reader choose a class that the target is held against, or none."""
    others = {guess.name: _(guess.name) for guess in subject.guesses if guess.index != target}
    chosen = widgets.choice(
        _("Rather than which class?"),
        {NONE: _("no other: all evidence for it"), **others},
        name="than",
        owner=subject.model.id,
        help=_("Two classes share much of their evidence. What is left of it says what tells them apart."),
    )
    return None if chosen == NONE else subject.model.target(chosen)


def layer(subject: Subject) -> str:
    """Let the reader choose the layer."""
    graph = subject.model.network.graph
    captions = {name: f"{name} · {times(graph.shape_of(name)[1:])}" for name in offered(graph)}
    return widgets.choice(
        _("Layer, from the stem to the head"),
        captions,
        name="layer",
        default=last_map(graph),
        owner=subject.model.id,
        kind="scale",
        help=_("Early layers see edges and colours in small places, the last one whole things, coarsely."),
    )


def patch(subject: Subject) -> int:
    """Let the reader choose how large a patch is; give its side in pixels of what is fed."""
    words = _("Side of the patch (% of the photo)")
    share = widgets.slider(words, name="patch", default=25, low=5, high=80, step=5)
    return max(1, round(min(subject.model.preprocessing.size) * share / 100))


def cover(subject: Subject) -> tuple[int, int]:
    """Let the reader choose the patches of occlusion: their side, and the step from one to the next, in pixels."""
    side = patch(subject)
    captions = {"1": _("a patch"), "2": _("½ patch"), "4": _("¼ patch")}
    parts = widgets.choice(
        _("Step from patch to patch"),
        captions,
        name="step",
        default="2",
        kind="row",
        help=_("Smaller steps give a finer map, and take longer."),
    )
    return side, max(1, side // int(parts))


def offered(graph: Graph) -> list[str]:
    """List the layers worth stopping at, from the stem to the head."""
    return list(dict.fromkeys((*stations(graph), last_map(graph))))


def named(subject: Subject, target: int) -> str:
    """Name a class with its probability."""
    share = next(guess.probability for guess in subject.guesses if guess.index == target)
    return f"{_(subject.model.classes[target])} {percent(share)}"

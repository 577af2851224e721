"""Two tests of a map: does it name the pixels that matter, and does it depend on what was learned?"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
import streamlit as st

from app.looking import Kept, Subject, Wanted
from explorer.vision.attribution import Attribution
from explorer.vision.faithfulness import Curve, deletion, insertion
from explorer.vision.maps import leading
from explorer.vision.methods import attribute
from explorer.vision.occlusion import Tick
from explorer.vision.sanity import Forgotten, cascade

DEPTHS = 5
"""A network forgets at so many depths, if it has so many layers that learn."""


@dataclass(frozen=True, slots=True)
class Trial:
    """The probability while a map's pixels are taken away, while they come back, and while random ones are taken."""

    deletion: Curve
    insertion: Curve
    at_random: Curve


def trial(subject: Subject, found: Attribution) -> Wanted[Trial]:
    """Give what becomes of the probability when a map's pixels go and come back."""
    model = subject.model

    def steps(tick: Tick) -> Iterator[Trial]:
        image = model.prepare(subject.photo)
        at_random = np.random.default_rng(0).random(image.shape[-2:], dtype=np.float32)
        yield Trial(
            deletion(model.network, image, found.target, found.map, tick=lambda done: tick(done / 3)),
            insertion(model.network, image, found.target, found.map, tick=lambda done: tick((1 + done) / 3)),
            deletion(model.network, image, found.target, at_random, tick=lambda done: tick((2 + done) / 3)),
        )

    what = (*subject.key, "trial", found.method, found.target, found.layer)
    return Wanted(" ".join(map(str, what)), _kept(*what), steps)


def forgotten(subject: Subject, found: Attribution, layer: str | None) -> Wanted[tuple[Forgotten, ...]]:
    """Give the maps of networks that have forgotten ever more of what they learned."""
    model = subject.model

    def steps(tick: Tick) -> Iterator[tuple[Forgotten, ...]]:
        image = model.prepare(subject.photo)
        learned = sum(1 for node in leading(model.network.graph) if node.parameters)
        yield cascade(
            model.network,
            lambda network: attribute(found.method, network, image, found.target, layer),
            steps=min(DEPTHS, learned),
            tick=tick,
        )

    what = (*subject.key, "forgotten", found.method, found.target, found.layer)
    return Wanted(" ".join(map(str, what)), _kept(*what), steps)


@st.cache_resource(max_entries=64, show_spinner=False)
def _kept(*what: object) -> Kept[Any]:
    """Give the place of something else than a map."""
    return Kept()

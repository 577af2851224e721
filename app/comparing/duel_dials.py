"""The dials of a duel: a preset of a lecture or a paper, and a slider for each of its numbers."""

from __future__ import annotations

import streamlit as st

from app import widgets
from app.figures import localised
from app.i18n import _
from explorer.comparing.duels.record import Dial, Duel, Preset, Setting

MOST_STEPS = 300
"""So many steps make a slider; what has more is written."""


def preset(duel: Duel) -> Preset:
    """Let the reader take a setting of a lecture or a paper."""
    captions = {each.id: _(each.name) for each in duel.presets}
    chosen = widgets.choice(_("Preset"), captions, name="preset", owner=f"duel/{duel.id}")
    found = duel.preset(chosen)
    if found.source:
        st.caption(localised(_(found.source)))
    return found


def turn(duel: Duel, preset: Preset) -> Setting:
    """Let the reader turn the dials, from where the preset has them; each preset remembers what was turned."""
    owner = f"duel/{duel.id}/{preset.id}"
    setting = {dial.name: _turn(dial, preset.setting[dial.name], owner) for dial in duel.dials}

    def back() -> None:
        for dial in duel.dials:
            if not dial.choices:
                widgets.set_back(dial.name, preset.setting[dial.name], owner)

    moved = setting != dict(preset.setting)
    st.button(_("Back to the preset"), on_click=back, disabled=not moved, icon=":material/undo:")
    return setting


def _turn(dial: Dial, default: int, owner: str) -> int:
    words = _(dial.bound.help)
    label = f"${dial.symbol}$ · {words}"
    if dial.choices:
        captions = {str(value): str(value) for value in dial.choices}
        chosen = widgets.choice(label, captions, name=dial.name, default=str(default), owner=owner, kind="scale")
        return int(chosen)
    field = widgets.slider if len(dial.values) <= MOST_STEPS else widgets.number
    low, high = dial.bound.low, dial.bound.high
    return field(label, name=dial.name, default=default, low=low, high=high, step=dial.step, owner=owner)

"""The charts of a duel: a bar per part, and the costs along a dial with what happens there in words."""

from __future__ import annotations

import streamlit as st

from app import widgets
from app.comparing import charted
from app.components.careful import part
from app.figures import exact
from app.i18n import _
from explorer.comparing.duels import DUELS, pictures
from explorer.comparing.duels.bouts import Bout
from explorer.comparing.duels.curve import Crossing, Curve, curve
from explorer.comparing.duels.staircase import staircase
from explorer.comparing.duels.terms import Figure


def parts(bout: Bout, figure: Figure) -> None:
    """Draw a bar for each layer with weights."""
    charted.show(pictures.bars(bout, figure, _), f"duel_{bout.duel.id}_parts")
    if bout.duel.climbs:
        st.markdown(_("**The staircase**: what each layer reads"))
        charted.show(staircase(bout, _), f"duel_{bout.duel.id}_staircase")


@part
def along(bout: Bout, figure: Figure) -> None:
    """Let the reader choose a dial; draw the costs along it."""
    duel = bout.duel
    captions = {each.id: _(each.label) for each in duel.sweeps}
    chosen = widgets.choice(_("Along"), captions, name="dial", owner=f"duel/{duel.id}")
    drawn = _curve(duel.id, tuple(bout.setting.items()), chosen, figure)
    if not drawn.points:
        st.info(_("Nowhere along this dial can all be built."), icon=":material/block:")
        return
    for each in drawn.crossings:
        st.markdown(_in_words(each))
    if drawn.now is None:
        st.caption(_("The dials do not stand on this curve now."))
    charted.show(pictures.along(duel, drawn, _), f"duel_{duel.id}_curve")


@st.cache_resource(max_entries=256, show_spinner=False)
def _curve(id: str, setting: tuple[tuple[str, int], ...], sweep: str, figure: Figure) -> Curve:
    """Lower the contenders along a dial, once for all readers."""
    duel = DUELS[id]
    chosen = next(each for each in duel.sweeps if each.id == sweep)
    return curve(duel, dict(setting), chosen, figure)


def _in_words(crossing: Crossing) -> str:
    names = {"dearer": _(crossing.dearer.name), "cheaper": _(crossing.cheaper.name)}
    if crossing.equal:
        words = _(":material/star: At **{x}** both cost the same: “{dearer}” and “{cheaper}”.")
    else:
        words = _(":material/star: From **{x}** on “{dearer}” costs more than “{cheaper}”.")
    return words.format(x=exact(crossing.x), **names)

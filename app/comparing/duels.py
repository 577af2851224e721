"""Block against block: which duel, at which preset, with the dials where the reader sets them."""

from __future__ import annotations

import streamlit as st

from app import widgets
from app.comparing import duel_blocks, duel_charts, duel_dials, duel_formulas, duel_numbers
from app.figures import localised
from app.i18n import _
from explorer.comparing.duels import DUELS
from explorer.comparing.duels.bouts import Bout, fight
from explorer.comparing.duels.record import Duel, Preset, Setting
from explorer.comparing.duels.terms import FIGURES, Figure
from explorer.errors import ExplorerError


def show() -> None:
    """Let the reader choose a duel and turn its dials; show what each contender costs, and why."""
    with st.container(horizontal=True, vertical_alignment="bottom"):
        duel = DUELS[widgets.choice(_("Duel"), {id: _(each.title) for id, each in DUELS.items()}, name="duel")]
        figure = _figure(duel)
    with st.sidebar:
        preset = duel_dials.preset(duel)
        setting = duel_dials.turn(duel, preset)
    st.subheader(localised(_(duel.question)), anchor=False)
    try:
        bout = _fought(duel.id, tuple(setting.items()))
    except ExplorerError as error:
        st.error(str(error), icon=":material/block:")
        return
    _draw(duel, preset, bout, figure)


def _figure(duel: Duel) -> Figure:
    captions = {name: _(caption) for name, caption in FIGURES.items()}
    chosen: Figure = widgets.choice(  # type: ignore[assignment]
        _("What is counted"), captions, name="figure", default=duel.figure, owner=f"duel/{duel.id}", kind="row"
    )
    return chosen


@st.cache_resource(max_entries=256, show_spinner=False)
def _fought(id: str, setting: tuple[tuple[str, int], ...]) -> Bout:
    """Fight a duel once for all readers."""
    return fight(DUELS[id], dict(setting))


def _draw(duel: Duel, preset: Preset, bout: Bout, figure: Figure) -> None:
    duel_numbers.cards(bout, figure)
    if preset.note and _untouched(preset, bout.setting):
        st.info(localised(_(preset.note)), icon=":material/co_present:")
    st.markdown(localised(_(duel.lesson)))
    duel_blocks.show(bout)
    st.subheader(_("Part by part"), anchor=False)
    duel_charts.parts(bout, figure)
    st.subheader(_("The formula, with the numbers"), anchor=False)
    duel_formulas.show(bout, figure)
    st.subheader(_("Along a dial"), anchor=False)
    duel_charts.along(bout, figure)
    duel_numbers.tables(bout, figure)
    st.caption(_("Source: {source}").format(source=_(duel.source)))


def _untouched(preset: Preset, setting: Setting) -> bool:
    return dict(preset.setting) == dict(setting)

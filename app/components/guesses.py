"""The classes that a model finds most likely, with their probabilities."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from app.figures import percent
from app.i18n import _
from explorer.vision.predict import Guess

SHOWN = 5
NARROW_PX = 100
"""So wide are bars of which two stand side by side."""


def show(guesses: Sequence[Guess], unsure_below: float) -> None:
    """Show the first classes as a table whose last column is drawn as bars; say so when the model is unsure."""
    first = guesses[0]
    st.metric(_("The likeliest class"), _(first.name), percent(first.probability), delta_color="off", delta_arrow="off")
    if first.probability < unsure_below:
        st.info(
            _(
                "Less than {share}: take this answer as “unsure”. A model knows no other classes than its own. "
                "If the thing is small on the photo, cut it out (on the left)."
            ).format(share=percent(unsure_below)),
            icon=":material/help:",
        )
    st.dataframe(
        {
            _("Class"): [_(guess.name) for guess in guesses[:SHOWN]],
            _("Probability"): [100 * guess.probability for guess in guesses[:SHOWN]],
        },
        column_config={_("Probability"): st.column_config.ProgressColumn(format="%.1f %%", min_value=0, max_value=100)},
        hide_index=True,
        alt=_("The likeliest classes and their probabilities"),
    )


def changed(before: Sequence[Guess], after: Sequence[Guess]) -> None:
    """Show the first classes of both as a table: their probabilities before and after."""
    now = {guess.index: guess.probability for guess in after}
    first = dict.fromkeys([guess.index for guess in (*before[:SHOWN], *after[:2])])
    was = {guess.index: guess for guess in before}
    bars = st.column_config.ProgressColumn(format="%.1f %%", min_value=0, max_value=100, width=NARROW_PX)
    st.dataframe(
        {
            _("Class"): [_(was[index].name) for index in first],
            _("Whole photo"): [100 * was[index].probability for index in first],
            _("Partly hidden"): [100 * now[index] for index in first],
        },
        column_config={_("Whole photo"): bars, _("Partly hidden"): bars},
        hide_index=True,
        alt=_("The likeliest classes, with the whole photo and with a part of it hidden"),
    )

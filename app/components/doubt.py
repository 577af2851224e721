"""Reasons to believe a map, or to doubt it: does it name the pixels that matter, and what the network has learned?"""

from __future__ import annotations

import streamlit as st

from app import looking, trials, widgets
from app.components import paint, question, waiting
from app.components.careful import part
from app.components.paint import Paint
from app.components.place import crop
from app.figures import decimal
from app.i18n import _
from app.looking import Subject
from app.trials import Trial
from explorer.vision.methods import METHODS
from explorer.vision.preprocess import Box
from explorer.vision.sanity import Forgotten


@part
def show(subject: Subject) -> None:
    """Put a map to two tests: take away what it names, and let the network forget."""
    left, right = st.columns([2, 3], gap="large")
    with left:
        method = widgets.choice(_("Method"), question.methods(), name="method")
        target = question.target(subject)
        layer = question.layer(subject) if METHODS[method].takes_layer else None
        looks = paint.pick()
        found = waiting.made(looking.attribution(subject, method, target, layer), _(METHODS[method].name))
        if found is None:
            return
        photo = crop(subject)
        words = _("{method} of {target}").format(method=_(METHODS[method].name), target=question.named(subject, target))
        picture = looks.over(photo, found.heat, Box(0, 0, *photo.size))
        st.image(picture, caption=words, width="stretch", output_format="JPEG", alt=words)
    with right:
        st.subheader(_("Does it name the pixels that matter?"), anchor=False)
        if trial := waiting.made(trials.trial(subject, found), _("Taking pixels away, and bringing them back")):
            _curves(trial)
        st.subheader(_("Does it depend on what was learned?"), anchor=False)
        if forgotten := waiting.made(
            trials.forgotten(subject, found, layer), _("Letting the network forget, from the head to the stem")
        ):
            _forgotten(subject, forgotten, looks)


def _curves(trial: Trial) -> None:
    """Draw the probability while pixels go and come back, in the order of the map and in a random one."""
    steps = len(trial.deletion.probabilities) - 1
    names = (_("taken away"), _("brought back"), _("taken away at random"))
    curves = (trial.deletion, trial.insertion, trial.at_random)
    shares = _("Pixels (%)")
    columns = {name: [100 * p for p in curve.probabilities] for name, curve in zip(names, curves, strict=True)}
    st.line_chart(
        {shares: [100 * i / steps for i in range(steps + 1)], **columns},
        x=shares,
        y_label=_("Probability (%)"),
        height=260,
        alt=_("The probability of the class while pixels are taken away or brought back"),
    )
    deleted, inserted, random = (decimal(f"{curve.area:.2f}") for curve in curves)
    st.markdown(
        _(
            "Areas under the curves: **{deleted}** where the pixels that the map names go first (less is better; "
            "at random {random}), **{inserted}** where they come back first (more is better). The pictures in between "
            "are none that a camera takes: a hint, not a proof."
        ).format(deleted=deleted, inserted=inserted, random=random)
    )


def _forgotten(subject: Subject, forgotten: tuple[Forgotten, ...], looks: Paint) -> None:
    """Show the map of the network with ever more layers forgotten."""
    photo = crop(subject)
    whole = Box(0, 0, *photo.size)
    for column, each in zip(st.columns(len(forgotten)), forgotten, strict=True):
        words = _("from {layer} on: {similarity}").format(
            layer=each.layer, similarity=decimal(f"{each.similarity:.2f}").replace("-", "−")
        )
        column.image(
            looks.over(photo, each.attribution.heat, whole),
            caption=words,
            width="stretch",
            output_format="JPEG",
            alt=words,
        )
    st.caption(
        _(
            "Each map is that of a network whose layers from there to the head had their weights shuffled; the number "
            "is the rank correlation with the true map. A map that stays as it was does not show what was learned."
        )
    )

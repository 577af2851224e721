"""What is known of a model, and how to read a map."""

from __future__ import annotations

from collections.abc import Mapping

import streamlit as st

from app.components import device_picker
from app.figures import exact, percent
from app.i18n import _, ngettext
from explorer.vision.cards import Card
from explorer.vision.methods import METHODS
from explorer.vision.own import network_of
from explorer.vision.weights import Model

MOST = 20
"""So many classes are named; of more, the number is told."""


def in_short(model: Model) -> None:
    """Say in one line what the model is and where it runs."""
    height, width = model.preprocessing.size
    facts = [
        ngettext("{n} class", "{n} classes", len(model.classes)).format(n=len(model.classes)),
        _("{height}×{width} pixels").format(height=height, width=width),
        _("runs on: {device}").format(device=device_picker.in_words(model.device)),
    ]
    if model.card and model.card.accuracy is not None:
        facts.insert(0, _("{share} of unseen photos right").format(share=percent(model.card.accuracy)))
    st.caption(" · ".join(facts))


def show(model: Model) -> None:
    """Show the model's card: how good it is, what it learned from, its terms and its limits."""
    card = model.card
    with st.expander(_("About this model"), icon=":material/badge:"):
        if card is None:
            return
        st.markdown(f"`{card.id}` · {network_of(card).name} · {_classes(model.classes)}")
        _measured(card)
        if localisation := card.validation.get("localisation"):
            _localisation(localisation["photos"], localisation["methods"])
        _list(_("Learned from"), card.data)
        _list(_("Limits"), card.limits)
        if card.terms:
            st.markdown(f"**{_('Terms')}** {card.terms}")
        if recipe := card.training.get("recipe"):
            st.markdown(f"**{_('Training')}** {recipe}")
        if card.origin:
            st.markdown(f"**{_('File')}** {card.origin.url} · SHA-256 `{card.sha256}`")
        if command := card.training.get("command"):
            st.code(command, language="bash")


def _measured(card: Card) -> None:
    """Say how good the model is: on photos it never saw, on photos of other things, class by class."""
    if card.accuracy is not None:
        photos = card.validation.get("photos", 0)
        st.markdown(
            _("**{accuracy}** of {photos} photos that it had never seen were named right.").format(
                accuracy=percent(card.accuracy), photos=exact(photos)
            )
        )
    if unsure := card.validation.get("unsure"):
        st.markdown(
            _(
                "Unsure, with less than {below} for its first class: on {share} of those photos, "
                "and on {share_of_none} of {none} photos of other things."
            ).format(
                below=percent(unsure["below"]),
                share=percent(unsure["share"]),
                share_of_none=percent(unsure["share_of_none"]),
                none=exact(unsure["photos_of_none"]),
            )
        )
    per_class = card.validation.get("accuracy_per_class", {})
    if per_class:
        st.dataframe(
            {
                _("Class"): [_(name) for name in per_class],
                _("Right"): [100 * share for share in per_class.values()],
            },
            column_config={_("Right"): st.column_config.ProgressColumn(format="%.1f %%", min_value=0, max_value=100)},
            hide_index=True,
            height="content",
            alt=_("Share of photos named right, class by class"),
        )


def meaning() -> None:
    """Say in plain words what a map means and what it does not."""
    with st.expander(_("What a map means, and what it does not"), icon=":material/lightbulb:"):
        means, means_not = st.columns(2)
        means.markdown(
            _(
                "**It means**\n"
                "- The bright places are where *this network* found evidence for *this class*, "
                "among the classes it knows.\n"
                "- Brightness is relative to the brightest place of the same photo. "
                "Two photos cannot be compared by it.\n"
                "- The map is as coarse as the layer: 8×8 cells, drawn smoothly, have no finer detail.\n"
                "- Only the part of the photo that is not darkened was fed to the network."
            )
        )
        means_not.markdown(
            _(
                "**It does not mean**\n"
                "- That the network is right: a wrong answer has a convincing map too.\n"
                "- That the thing ends where the colour ends: a map is no outline.\n"
                "- That dark places do not matter: they may speak against the class, or matter together with others.\n"
                "- That the network understands: it may rely on the background, if its photos taught it so. "
                "Occlusion, which hides one part after another, is a second opinion."
            )
        )


def _localisation(photos: int, scores: Mapping[str, Mapping[str, float]]) -> None:
    """Say how well the maps of each method find the object, beside the middle of the photo, which looks at nothing."""
    st.markdown(
        _(
            "Do its maps find the object? Judged on {photos} photos whose object covers less than a third. "
            "The middle of the photo, which looks at nothing, is the figure to beat."
        ).format(photos=exact(photos))
    )
    shown = sorted(scores, key=lambda method: scores[method]["iou"], reverse=True)
    names = [_(METHODS[method].name) if method in METHODS else _("The middle of the photo") for method in shown]
    share = st.column_config.NumberColumn(format="%.0f %%")
    points, overlap = _("Hottest place on the object"), _("Overlap of the boxes (IoU)")
    st.dataframe(
        {
            _("Method"): names,
            points: [100 * scores[method]["pointing"] for method in shown],
            overlap: [100 * scores[method]["iou"] for method in shown],
        },
        column_config={points: share, overlap: share},
        hide_index=True,
        height="content",
        alt=_("How well the maps of each method find the object"),
    )


def _classes(names: tuple[str, ...]) -> str:
    more = f", … ({exact(len(names))})" if len(names) > MOST else ""
    return ", ".join(_(name) for name in names[:MOST]) + more


def _list(title: str, lines: tuple[str, ...]) -> None:
    if lines:
        st.markdown("\n".join((f"**{title}**", *(f"- {line}" for line in lines))))

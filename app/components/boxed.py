"""Does the map find the thing? The box from the map, beside one that the reader draws and one drawn before."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from hashlib import sha256

import streamlit as st

from app import looking, widgets
from app.components import edges, paint, question, rectangle, waiting
from app.components.careful import part
from app.components.edges import Paper
from app.figures import percent
from app.i18n import _
from app.looking import Subject
from explorer.vision.boxes import THRESHOLD, box_of, centred, holds, hottest, iou
from explorer.vision.cut import Edges
from explorer.vision.examples import examples
from explorer.vision.methods import METHODS
from explorer.vision.outline import outlined
from explorer.vision.preprocess import Box

NAME = "drawn"


@part
def show(subject: Subject) -> None:
    """Let the reader draw a box round the thing; say how far the box from the map agrees with it."""
    left, right = st.columns([3, 2], gap="large")
    with right:
        method = widgets.choice(_("Method"), question.methods(), name="method")
        target = question.target(subject)
        layer = question.layer(subject) if METHODS[method].takes_layer else None
        cut = _cut()
        looks = paint.pick()
    with left:
        found = waiting.made(looking.attribution(subject, method, target, layer), _(METHODS[method].name))
        if found is None:
            return
        above = st.container()
        paper = Paper(subject.photo_id, *subject.photo.size, rectangle.LEAST)
        before, draw = edges.linked(NAME, paper)
        st.caption(_("Draw a box round the thing with the mouse, or write its edges, in pixels of the photo."))
        drawn = edges.written(NAME, before, draw, paper)
    fed = subject.model.preprocessing.box(*subject.photo.size)
    seen = box_of(found.heat, fed, cut)
    picture = looks.over(subject.photo, found.heat, fed)
    if seen:
        picture = outlined(picture, seen, max(2, picture.width // 200), _("map"))
    with above:
        rectangle.show(
            picture,
            drawn,
            key=f"widget/rectangle/{subject.photo_id}",
            label=_("Your box. Arrow keys move it; with Shift they move its lower right corner."),
            said=_said(drawn, seen),
            drawn=draw,
        )
    with right:
        _table(subject, drawn, {_("the map's box"): seen, _("the middle"): centred(fed)}, hottest(found.heat, fed))


def _cut() -> float:
    """Let the reader choose where the map is cut, as a share of its largest value."""
    percentage = widgets.slider(
        _("The map is cut at (% of its largest value)"),
        name="cut",
        default=round(100 * THRESHOLD),
        low=5,
        high=95,
        step=5,
        help=_("Zhou et al. 2016 cut at 20 %. The largest part that is brighter gets the box."),
    )
    return percentage / 100


def _said(drawn: Edges | None, seen: Box | None) -> str:
    """Say how far both boxes agree."""
    if not seen:
        return _("The map is empty: there is no box.")
    if not drawn:
        return _("You have drawn no box yet.")
    return _("Your box and the map's: IoU {share}").format(share=percent(iou(Box(*drawn), seen)))


def _table(
    subject: Subject, drawn: Edges | None, boxes: Mapping[str, Box | None], hot: tuple[float, float] | None
) -> None:
    """Hold the boxes that look, or look at nothing, against those that people drew."""
    truths = {_("your box"): Box(*drawn)} if drawn else {}
    if known := _known().get(subject.photo_id):
        truths[_("the picture's own")] = known
    if not truths:
        return
    rows = [(of, name, box, truth) for of, truth in truths.items() for name, box in boxes.items()]
    st.dataframe(
        {
            _("Drawn by hand"): [of for of, *_rest in rows],
            _("Compared with"): [name for _of, name, *_rest in rows],
            "IoU": [100 * iou(box, truth) if box else 0.0 for *_names, box, truth in rows],
        },
        column_config={"IoU": st.column_config.NumberColumn(format="%.1f %%")},
        hide_index=True,
        alt=_("How far the boxes agree"),
    )
    hits = [name for name, truth in truths.items() if hot and holds(truth, *hot)]
    st.markdown(_hot(hits))
    st.caption(
        _(
            "IoU is the area that two boxes share, divided by the area that they cover together; from 50 % on a find "
            "counts. The middle, half of what was fed, looks at nothing: it is the figure to beat. For the bundled "
            "pictures a box was drawn by hand, as for data sets."
        )
    )


def _hot(hits: list[str]) -> str:
    """Say in which boxes the hottest place of the map lies."""
    if not hits:
        return _("The hottest place of the map lies **outside**.")
    return _("The hottest place of the map lies **in** {boxes}.").format(boxes=_(" and in ").join(hits))


@cache
def _known() -> dict[str, Box]:
    """Give the boxes of the bundled pictures, by the SHA-256 of their files."""
    return {sha256(each.file.read_bytes()).hexdigest(): each.box for each in examples().values()}

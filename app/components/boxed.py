"""Does the map find the thing? The box from the map, beside one that the reader draws and one drawn before."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import cache
from hashlib import sha256

import streamlit as st

from app import looking, state, widgets
from app.components import paint, question, rectangle, waiting
from app.components.careful import part
from app.components.rectangle import Edges
from app.figures import percent
from app.i18n import _
from app.looking import Subject
from explorer.vision.boxes import THRESHOLD, box_of, centred, holds, hottest, iou
from explorer.vision.examples import examples
from explorer.vision.methods import METHODS
from explorer.vision.outline import outlined
from explorer.vision.preprocess import Box

NONE = ""


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
        drawn, draw = _drawn(subject)
    fed = subject.model.preprocessing.box(*subject.photo.size)
    seen = box_of(found.heat, fed, cut)
    picture = looks.over(subject.photo, found.heat, fed)
    if seen:
        picture = outlined(picture, seen, max(2, picture.width // 200), _("map"))
    with above:
        rectangle.show(
            picture,
            drawn,
            key=f"widget/rectangle/{subject.sha256[:12]}",
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


def _drawn(subject: Subject) -> tuple[Edges | None, Callable[[Edges], None]]:
    """Give the box that the reader has drawn on this photo, and what draws another; both are in the address."""
    width, height = subject.photo.size

    def read(text: str) -> str:
        if _edges(text, width, height):
            return text
        raise widgets.refused("drawn", text, f"0 ≤ left < right ≤ {width}, 0 ≤ top < bottom ≤ {height}", NONE)

    def draw(edges: Edges) -> None:
        state.put("drawn", ",".join(map(str, edges)), NONE, subject.sha256)

    before = _edges(state.value("drawn", NONE, read, subject.sha256), width, height)
    written = _written(before, width, height)
    if written and written != before:
        draw(written)
    return written or before, draw


def _edges(text: str, width: int, height: int) -> Edges | None:
    """Read the edges of a box that lies on the photo."""
    parts = text.split(",")
    if len(parts) != 4 or not all(part.isdecimal() and len(part) < 6 for part in parts):
        return None
    left, top, right, bottom = map(int, parts)
    return (left, top, right, bottom) if left < right <= width and top < bottom <= height else None


def _written(before: Edges | None, width: int, height: int) -> Edges | None:
    """Let the reader write the edges; they begin as they were drawn, or as those of the whole photo."""
    st.caption(_("Draw a box round the thing with the mouse, or write its edges, in pixels of the photo."))
    whole = (0, 0, width, height)
    labels = (_("Left edge"), _("Top edge"), _("Right edge"), _("Bottom edge"))
    found = []
    for column, label, edge, most in zip(st.columns(4), labels, before or whole, whole[2:] * 2, strict=True):
        found.append(column.number_input(label, 0, most, edge, key=f"widget/edge/{label}/{before}"))
    left, top, right, bottom = found
    there = left < right and top < bottom and (before is not None or tuple(found) != whole)
    return (left, top, right, bottom) if there else None


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
    if known := _known().get(subject.sha256):
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

"""The charts of a duel: a bar per part, and the curve along a dial, each with its table."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from math import log10
from typing import Any, NamedTuple

from explorer.charts import SIZE, Chart, Say
from explorer.comparing.duels.bouts import Bout, Part, Side
from explorer.comparing.duels.curve import Crossing, Curve
from explorer.comparing.duels.record import Duel
from explorer.comparing.duels.terms import FIGURES, Figure
from explorer.comparing.plots import BLUE, GREEN, ORANGE, layout
from explorer.comparing.plots import curve as line
from explorer.table import Cell

LOOKS = (
    {"colour": BLUE, "pattern": "", "dash": "solid", "symbol": "circle"},
    {"colour": ORANGE, "pattern": "/", "dash": "dash", "symbol": "square"},
    {"colour": GREEN, "pattern": "x", "dash": "dot", "symbol": "diamond"},
)
"""How the contenders are told apart: by colour, and by a pattern, a dash and a mark."""
BAR, ROOM, TALLEST = 26, 110, 1600
APART = 0.4
"""The gap between roles, in bars."""
NUMBER_ROOM = 1.35
"""So much longer than the longest bar is the axis, for the number behind it."""
FAR_APART = 1000
"""Costs so many times apart are drawn on a logarithmic axis."""
BEYOND = 2.5
"""The curve is drawn so many times as far as its last crossing; a double click shows all of it."""
FEW = 16
"""The values of a sweep that get a mark each, if they are fewer."""
STAR = "#d6409f"


def bars(bout: Bout, figure: Figure, say: Say = str) -> Chart:
    """Chart what each layer with weights costs, those of the same role one below the other.

    >>> from explorer.comparing.duels import bout
    >>> bars(bout("inception"), "mult_adds").rows[1:3]
    (('3×3 branch: 1×1 before', 0, 12845056), ('3×3 branch: 3×3', 346816512, 86704128))
    """
    title = say(FIGURES[figure])
    found = [{part.label(say): part for part in side.parts} for side in bout.sides]
    labels = _labels(bout.sides, say)
    places = _places(labels, found)
    traces = [
        _bars(parts, places[number], figure, say(side.contender.name), number, title)
        for number, (side, parts) in enumerate(zip(bout.sides, found, strict=True))
    ]
    last = max(place for mine in places for place in mine.values())
    most = max(part.value(figure) for parts in found for part in parts.values())
    drawn = layout(title, "", height=min(TALLEST, round(ROOM + BAR * (last + 1))))
    drawn["xaxis"] |= {"range": [0, NUMBER_ROOM * most]}
    ticks = [_middle([mine[label] for mine in places if label in mine]) for label in labels]
    drawn["yaxis"] = {
        "tickvals": ticks,
        "ticktext": list(labels),
        "range": [last + 0.7, -0.7],
        "showgrid": False,
        "zeroline": False,
        "tickfont": {"size": SIZE},
        "automargin": True,
    }
    header = (say("Part"), *(say(side.contender.name) for side in bout.sides))
    rows: tuple[tuple[Cell, ...], ...] = tuple(
        (label, *(parts[label].value(figure) if label in parts else 0 for parts in found)) for label in labels
    )
    return Chart(title, {"data": traces, "layout": drawn | {"barmode": "overlay"}}, header, rows)


def _labels(sides: Sequence[Side], say: Say) -> tuple[str, ...]:
    """List the roles, in the order of the contender that has most of them."""
    longest = sorted(sides, key=lambda side: -len(side.parts))
    return tuple(dict.fromkeys(part.label(say) for side in longest for part in side.parts))


def _places(labels: Sequence[str], found: Sequence[dict[str, Part]]) -> list[dict[str, float]]:
    """Give every bar a row of its own; those of one role lie together."""
    places: list[dict[str, float]] = [{} for _contender in found]
    row = 0.0
    for label in labels:
        for number, parts in enumerate(found):
            if label in parts:
                places[number][label] = row
                row += 1
        row += APART
    return places


def _middle(places: Sequence[float]) -> float:
    return sum(places) / len(places)


def _bars(
    parts: dict[str, Part], places: dict[str, float], figure: Figure, name: str, number: int, title: str
) -> dict[str, Any]:
    look = LOOKS[number]
    return {
        "type": "bar",
        "orientation": "h",
        "name": name,
        "y": list(places.values()),
        "x": [parts[label].value(figure) for label in places],
        "width": 0.9,
        "marker": {"color": look["colour"], "pattern": {"shape": look["pattern"], "fillmode": "overlay", "size": 9}},
        "customdata": list(places),
        "texttemplate": "%{x:,}",
        "textposition": "outside",
        "constraintext": "none",
        "textfont": {"size": SIZE},
        "cliponaxis": False,
        "hovertemplate": f"<b>%{{customdata}}</b><br>{title}: %{{x:,}}<extra>{name}</extra>",
    }


def along(duel: Duel, drawn: Curve, say: Say = str) -> Chart:
    """Chart the costs along a sweep: where the setting stands, and where one begins to cost more than another.

    >>> from explorer.comparing.duels import get
    >>> from explorer.comparing.duels.curve import curve
    >>> duel = get("split")
    >>> along(duel, curve(duel, duel.presets[0].setting, duel.sweeps[0], "weights")).rows[:2]
    ((1, 4096, 8192), (3, 36864, 24576))
    """
    title, label = say(FIGURES[drawn.figure]), _capital(say(drawn.sweep.label))
    xs = [point.x for point in drawn.points]
    costs = [cost for point in drawn.points for cost in point.costs]
    scales = _Scales(x_log=_doubles(drawn.sweep.values), y_log=max(costs) > FAR_APART * max(1, min(costs)))
    traces = [
        _line(say(each.name), xs, [point.costs[number] for point in drawn.points], number, title)
        for number, each in enumerate(duel.contenders)
    ]
    frame = layout(label, title, scales.x_log, scales.y_log, height=440)
    _fit(frame, drawn, scales)
    frame |= _marks(drawn, scales, say)
    traces += [_stars(drawn.crossings, say)] if drawn.crossings else []
    header = (label, *(say(each.name) for each in duel.contenders))
    return Chart(title, {"data": traces, "layout": frame}, header, tuple((p.x, *p.costs) for p in drawn.points))


class _Scales(NamedTuple):
    """Which axes are logarithmic."""

    x_log: bool
    y_log: bool

    def at(self, x: int, y: int) -> dict[str, float]:
        """Place words: on a logarithmic axis by the logarithm."""
        return {"x": log10(x) if self.x_log else x, "y": log10(y) if self.y_log else y}


def _doubles(values: Sequence[int]) -> bool:
    """Say whether each value is twice the one before, so that they stand evenly on a logarithmic axis."""
    return len(values) > 2 and all(after == 2 * before for before, after in pairwise(values))


def _fit(frame: dict[str, Any], drawn: Curve, scales: _Scales) -> None:
    """Let the axes show where there is something to see; write every value of a scale that doubles."""
    end = _end(drawn)
    if scales.x_log:
        xs = [point.x for point in drawn.points]
        frame["xaxis"] |= {"tickvals": xs, "ticktext": [str(x) for x in xs]}
    else:
        frame["xaxis"] |= {"range": [0, 1.02 * end]}
    if not scales.y_log:
        frame["yaxis"] |= {"range": [0, 1.12 * max(cost for p in drawn.points if p.x <= end for cost in p.costs)]}


def _end(drawn: Curve) -> float:
    """Say how far along the sweep there is something to see."""
    last, places = drawn.points[-1].x, [each.x for each in drawn.crossings]
    return min(last, BEYOND * max([*places, drawn.now or 0])) if places else last


def _line(name: str, xs: Sequence[int], ys: Sequence[int], number: int, title: str) -> dict[str, Any]:
    look = LOOKS[number]
    return line(
        name,
        xs,
        ys,
        look["colour"],
        look["symbol"],
        mode="lines+markers" if len(xs) < FEW else "lines",
        line={"color": look["colour"], "dash": look["dash"], "width": 4},
        hovertemplate=f"%{{x}}<br>{title}: %{{y:,}}<extra>{name}</extra>",
    )


def _stars(crossings: Sequence[Crossing], say: Say) -> dict[str, Any]:
    """Mark the crossings."""
    return {
        "type": "scatter",
        "mode": "markers",
        "name": say("turning point"),
        "x": [each.x for each in crossings],
        "y": [max(each.costs) for each in crossings],
        "marker": {"symbol": "star", "size": 20, "color": STAR, "line": {"color": "#ffffff", "width": 1.5}},
        "hovertemplate": "%{x}: %{y:,}<extra></extra>",
    }


def _marks(drawn: Curve, scales: _Scales, say: Say) -> dict[str, Any]:
    """Draw a line where the setting stands, and write each crossing's value beside its star."""
    look = {"showarrow": False, "yshift": 24, "font": {"size": SIZE + 4, "color": STAR}}
    words = [{**scales.at(each.x, max(each.costs)), "text": f"<b>{each.x:,}</b>", **look} for each in drawn.crossings]
    if drawn.now is None:
        return {"annotations": words}
    place = {"yref": "paper", "yanchor": "top", "xanchor": "left", "xshift": 5, "showarrow": False}
    now = say("now: {x}").format(x=f"{drawn.now:,}")
    here = {**scales.at(drawn.now, 1), "y": 1, "text": now, "font": {"size": SIZE}, **place}
    upright = {"type": "line", "x0": drawn.now, "x1": drawn.now, "y0": 0, "y1": 1, "xref": "x", "yref": "paper"}
    return {
        "shapes": [upright | {"line": {"dash": "dot", "width": 2.5, "color": "#7a8494"}}],
        "annotations": [*words, here],
    }


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]

"""The charts of a duel: a bar per part, and the curve along a dial, each with its table."""

from __future__ import annotations

from collections.abc import Sequence
from math import log10
from typing import Any, Literal

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
BAR, ROOM, MOST_NUMBERS, TALLEST = 30, 110, 40, 1000
NUMBER_ROOM = 1.2
"""So much longer than the longest bar is the axis, for the number behind it."""
FAR_APART = 50
"""Costs so many times apart are drawn on a logarithmic axis."""
STAR = "#c2185b"


def bars(bout: Bout, figure: Figure | Literal["reads"], say: Say = str) -> Chart:
    """Chart what each layer with weights costs, those of the same role one below the other.

    With ``"reads"``, how many maps it reads.

    >>> from explorer.comparing.duels import bout
    >>> bars(bout("inception"), "mult_adds").rows[1:3]
    (('3×3 branch: 1×1 before', 0, 12845056), ('3×3 branch: 3×3', 346816512, 86704128))
    """
    title = say("Maps that a layer reads") if figure == "reads" else say(FIGURES[figure])
    found = [{part.label(say): part for part in side.parts} for side in bout.sides]
    labels = _labels(bout.sides, say)
    traces = [
        _bars(labels, parts, figure, say(side.contender.name), number, title)
        for number, (side, parts) in enumerate(zip(bout.sides, found, strict=True))
    ]
    drawn = layout(title, "", height=min(TALLEST, ROOM + BAR * sum(map(len, found)) + 8 * len(labels)))
    most = max(part.value(figure) for parts in found for part in parts.values())
    drawn["xaxis"] |= {"range": [0, NUMBER_ROOM * most]}
    drawn["yaxis"] = {
        "type": "category",
        "categoryarray": list(labels),
        "autorange": "reversed",
        "tickfont": {"size": SIZE},
        "automargin": True,
    }
    drawn |= {"barmode": "group", "bargap": 0.25, "bargroupgap": 0.08}
    drawn["legend"] |= {"traceorder": "normal"}
    header = (say("Part"), *(say(side.contender.name) for side in bout.sides))
    rows: tuple[tuple[Cell, ...], ...] = tuple(
        (label, *(parts[label].value(figure) if label in parts else 0 for parts in found)) for label in labels
    )
    return Chart(title, {"data": traces, "layout": drawn}, header, rows)


def _labels(sides: Sequence[Side], say: Say) -> tuple[str, ...]:
    """List the roles, in the order of the contender that has most of them."""
    longest = sorted(sides, key=lambda side: -len(side.parts))
    return tuple(dict.fromkeys(part.label(say) for side in longest for part in side.parts))


def _bars(
    labels: Sequence[str], parts: dict[str, Part], figure: Figure | Literal["reads"], name: str, number: int, title: str
) -> dict[str, Any]:
    shown = [label for label in labels if label in parts]
    look = LOOKS[number]
    return {
        "type": "bar",
        "orientation": "h",
        "name": name,
        "offsetgroup": str(number),
        "y": shown,
        "x": [parts[label].value(figure) for label in shown],
        "marker": {"color": look["colour"], "pattern": {"shape": look["pattern"], "size": 9, "solidity": 0.35}},
        "texttemplate": "%{x:,}" if len(shown) <= MOST_NUMBERS else None,
        "textposition": "outside",
        "textfont": {"size": SIZE - 1},
        "cliponaxis": False,
        "hovertemplate": f"<b>%{{y}}</b><br>{title}: %{{x:,}}<extra>{name}</extra>",
    }


def along(duel: Duel, drawn: Curve, say: Say = str) -> Chart:
    """Chart the costs along a sweep: where the setting stands, and where one begins to cost more than another.

    >>> from explorer.comparing.duels import get
    >>> from explorer.comparing.duels.curve import curve
    >>> duel = get("split")
    >>> along(duel, curve(duel, duel.presets[0].setting, duel.sweeps[0], "weights")).rows[:2]
    ((1, 4096, 8192), (3, 36864, 24576))
    """
    title = say(FIGURES[drawn.figure])
    label = _capital(say(drawn.sweep.label))
    xs = [point.x for point in drawn.points]
    costs = [cost for point in drawn.points for cost in point.costs]
    log = bool(costs) and max(costs) > FAR_APART * max(1, min(costs))
    traces = [
        _line(say(each.name), xs, [point.costs[number] for point in drawn.points], number, title, len(xs) < 16)
        for number, each in enumerate(duel.contenders)
    ]
    frame = layout(label, title, log_y=log, height=440)
    if not log and costs:
        frame["yaxis"] |= {"range": [0, 1.12 * max(costs)]}
    frame |= _marks(drawn, log, say)
    traces += [_stars(drawn.crossings, say)] if drawn.crossings else []
    header = (label, *(say(each.name) for each in duel.contenders))
    return Chart(title, {"data": traces, "layout": frame}, header, tuple((p.x, *p.costs) for p in drawn.points))


def _line(name: str, xs: Sequence[int], ys: Sequence[int], number: int, title: str, marks: bool) -> dict[str, Any]:
    look = LOOKS[number]
    return line(
        name,
        xs,
        ys,
        look["colour"],
        look["symbol"],
        mode="lines+markers" if marks else "lines",
        line={"color": look["colour"], "dash": look["dash"], "width": 4},
        hovertemplate=f"%{{x}}<br>{title}: %{{y:,}}<extra>{name}</extra>",
    )


def _stars(crossings: Sequence[Crossing], say: Say) -> dict[str, Any]:
    """Mark the crossings."""
    return {
        "type": "scatter",
        "mode": "markers",
        "name": say("the order turns round"),
        "x": [each.x for each in crossings],
        "y": [max(each.costs) for each in crossings],
        "marker": {"symbol": "star", "size": 20, "color": STAR, "line": {"color": "#ffffff", "width": 1.5}},
        "hovertemplate": "%{x}: %{y:,}<extra></extra>",
    }


def _marks(drawn: Curve, log: bool, say: Say) -> dict[str, Any]:
    """Draw a line where the setting stands, and write each crossing's value beside its star."""
    words = [
        {
            "x": each.x, "y": log10(max(each.costs)) if log else max(each.costs), "text": f"<b>{each.x:,}</b>",
            "showarrow": False, "yshift": 24, "font": {"size": SIZE + 4, "color": STAR},
        }
        for each in drawn.crossings
    ]  # fmt: skip
    if drawn.now is None:
        return {"annotations": words}
    here = {"x0": drawn.now, "x1": drawn.now, "xref": "x", "yref": "paper", "y0": 0, "y1": 1, "type": "line"}
    text = {
        "x": drawn.now, "y": 1, "yref": "paper", "yanchor": "top", "xanchor": "left", "xshift": 5, "showarrow": False,
        "text": f"{say('now')}: {drawn.now:,}", "font": {"size": SIZE},
    }  # fmt: skip
    return {
        "shapes": [here | {"line": {"dash": "dot", "width": 2.5, "color": "#7a8494"}}],
        "annotations": [*words, text],
    }


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]

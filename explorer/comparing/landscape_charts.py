"""Charts of the field: accuracy against what it costs, and accuracy per unit of cost."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from math import log10, sqrt
from typing import Any

from explorer.charts import COSTS, SIZE, Chart, Say
from explorer.comparing import plots
from explorer.comparing.accuracy import Top
from explorer.comparing.labels import Box, Label, spread
from explorer.comparing.landscape import Expense, Point, efficiency
from explorer.drawing.svg import short
from explorer.table import Cell

OTHER: Mapping[Expense, Expense] = {"mult_adds": "params", "params": "mult_adds"}
LARGEST, SMALLEST = 56.0, 8.0
"""The diameters of bubbles, in CSS pixels."""
MOST_BARS = 40
WIDTH, HEIGHT = 850.0, 480.0
"""About the size of the plot, in CSS pixels: as much room as names have."""
TEXT_HEIGHT = 17.0
CROWDING = 6.0
"""Marks of a larger radius, in CSS pixels, are not written over."""
FRONT = "#d55e00"
TICKS = (0.1, 0.2, 0.5, 1, 2, 3, 4, 5, 6, 8, 10, 15, 20, 25, 30, 40, 50, 60, 80)
"""Errors, in per cent, that the logarithmic axis names."""
SCALE = ((0.0, "#440154"), (0.33, "#31688e"), (0.66, "#1f9e89"), (1.0, "#a0da39"))
"""Viridis without its palest end, which a white page swallows."""


def scatter(
    found: Sequence[Point],
    best: Sequence[Point],
    expense: Expense = "mult_adds",
    top: Top = 1,
    as_error: bool = False,
    chosen: Point | None = None,
    say: Say = str,
) -> Chart:
    """Chart accuracy against a cost, both as points; the area of a bubble is the other cost, its colour the year.

    Args:
        found: the points.
        best: those that stand on the front, cheapest first: a line joins them.
        expense: what is on the horizontal axis, on a logarithmic scale.
        top: 1 or 5, the guesses that count.
        as_error: the error instead, on a logarithmic scale, the smallest at the top.
        chosen: the point that stands out.
        say: translates the words.

    >>> from explorer.comparing.landscape import Choice, front, points, select
    >>> some = select(points(), Choice(families=("VGG",)))
    >>> chart = scatter(some, front(some, "params"), "params")
    >>> chart.rows[0][:5]
    ('VGG11 (configuration A)', 2014, 69.02, 132863336, 7609090048)
    """
    labels = {"mult_adds": say(COSTS["mult_adds"]), "params": say(COSTS["params"])}
    height = _heights(found, top, as_error)
    data = [
        _line([getattr(p, expense) for p in best], _heights(best, top, as_error), say("Pareto front")),
        _bubbles(found, height, expense, top, labels, say),
        _names(found, best, top, as_error, expense),
    ]
    if chosen and chosen in found:
        data.append(_ring(getattr(chosen, expense), _heights([chosen], top, as_error)[0], chosen.label))
    title = say("Top-{n} accuracy (%)").format(n=top)
    heading = say("Top-{n} error (%)").format(n=top) if as_error else title
    frame = plots.layout(labels[expense], heading, log_x=True, log_y=as_error, height=620)
    frame["yaxis"] |= (
        {"autorange": "reversed", "tickvals": list(TICKS), "tickformat": "g"} if as_error else {"rangemode": "normal"}
    )
    header = (
        *(say("Network"), say("Year"), title, labels["params"], labels["mult_adds"]),
        *(say("How it was measured"), say("Source"), say("On the front")),
    )
    return Chart(title, {"data": data, "layout": frame}, header, tuple(_row(p, top, p in best, say) for p in found))


def _row(point: Point, top: Top, on_front: bool, say: Say) -> tuple[Cell, ...]:
    measured = point.measurement
    accuracy = measured.accuracy(top) or 0.0
    words = measured.detail, measured.source, say("yes") if on_front else ""
    return point.label, point.network.year, accuracy, point.params, point.mult_adds, *words


def _heights(found: Sequence[Point], top: Top, as_error: bool) -> list[float]:
    accuracies = [point.measurement.accuracy(top) or 0.0 for point in found]
    return [round(100 - each, 3) for each in accuracies] if as_error else accuracies


def _line(x: Sequence[int], y: Sequence[float], name: str) -> dict[str, Any]:
    look = {"color": FRONT, "width": 3, "dash": "dash", "shape": "hv"}
    return {
        "type": "scatter",
        "mode": "lines",
        "name": name,
        "x": list(x),
        "y": list(y),
        "line": look,
        "hoverinfo": "skip",
    }


def _bubbles(
    found: Sequence[Point], height: Sequence[float], expense: Expense, top: Top, labels: Mapping[str, str], say: Say
) -> dict[str, Any]:
    other = OTHER[expense]
    years = [point.network.year for point in found]
    texts = [
        f"<b>{p.label}</b> ({p.network.year})<br>{p.measurement.accuracy(top):g} %<br>"
        f"{labels['params']}: {short(p.params)}<br>{labels['mult_adds']}: {short(p.mult_adds)}<br>"
        f"{p.measurement.detail}<br><i>{p.measurement.source}</i>"
        for p in found
    ]
    return {
        "type": "scatter",
        "mode": "markers",
        "name": say("network; the area is: {cost}").format(cost=labels[other]),
        "x": [getattr(point, expense) for point in found],
        "y": list(height),
        "customdata": list(range(len(found))),
        "text": texts,
        "hovertemplate": "%{text}<extra></extra>",
        "marker": {
            "size": _sizes(found, found, expense),
            "color": years,
            "colorscale": SCALE,
            "opacity": 0.8,
            "line": {"width": 1, "color": "#ffffff"},
            "showscale": len({*years}) > 1,
            "colorbar": {"title": {"text": say("Year")}, "tickformat": "d", "thickness": 14, "len": 0.6},
        },
    }


def _sizes(some: Sequence[Point], found: Sequence[Point], expense: Expense) -> list[float]:
    """Give the diameters of bubbles whose areas are as the other cost."""
    other = OTHER[expense]
    most = max((getattr(point, other) for point in found), default=1)
    return [max(SMALLEST, LARGEST * sqrt(getattr(point, other) / most)) for point in some]


def _names(found: Sequence[Point], best: Sequence[Point], top: Top, as_error: bool, expense: Expense) -> dict[str, Any]:
    """Write the names that have room: of the front's points first, then of networks as they were published."""
    usual = [point for point in found if not point.network.values and point not in best]
    wanted = [*best, *sorted(usual, key=lambda point: -getattr(point, OTHER[expense]))]
    places = dict(zip(found, _places(found, top, as_error, expense), strict=True))
    texts = [point.network.name.partition(" (")[0] for point in wanted]
    marks = [(x - r, y - 0.7 * r, x + r, y + 0.7 * r) for x, y, r in places.values() if r > CROWDING]
    written = _beside([(text, *places[point]) for text, point in zip(texts, wanted, strict=True)], marks)
    kept = [wanted[each] for each, _side in written]
    sizes = _sizes(kept, found, expense)
    return {
        "type": "scatter",
        "mode": "markers+text",
        "marker": {"size": sizes, "opacity": 0},
        "x": [getattr(point, expense) for point in kept],
        "y": _heights(kept, top, as_error),
        "text": [texts[each] for each, _side in written],
        "textposition": [f"{side} center" for _each, side in written],
        "textfont": {"size": SIZE - 3},
        "hoverinfo": "skip",
        "showlegend": False,
        "cliponaxis": False,
    }


def _beside(wanted: Sequence[tuple[str, float, float, float]], marks: Sequence[Box]) -> list[tuple[int, str]]:
    """Say which names are written above their bubble, and which of the others find room below it."""
    above = [Label(text, x, y + r) for text, x, y, r in wanted]
    below = [Label(text, x, y - 0.7 * r - TEXT_HEIGHT) for text, x, y, r in wanted]
    first = spread(above, WIDTH, marks)
    names = {above[each].text for each in first}
    rest = [each for each, label in enumerate(below) if label.text not in names]
    room = (*marks, *(above[each].box for each in first))
    second = spread([below[each] for each in rest], WIDTH, room)
    return [*((each, "top") for each in first), *((rest[each], "bottom") for each in second)]


def _places(found: Sequence[Point], top: Top, as_error: bool, expense: Expense) -> list[tuple[float, float, float]]:
    """Give the middle and the radius of each bubble, in about the pixels of the plot."""
    heights = _heights(found, top, as_error)
    wide = _scaled([log10(getattr(point, expense)) for point in found], WIDTH)
    high = _scaled([-log10(each) for each in heights] if as_error else heights, HEIGHT)
    return [(x, y, size / 2) for x, y, size in zip(wide, high, _sizes(found, found, expense), strict=True)]


def _scaled(values: Sequence[float], size: float) -> list[float]:
    """Stretch numbers over so many pixels, with a margin at both ends."""
    low, high = min(values, default=0.0), max(values, default=1.0)
    return [size * (0.05 + 0.9 * (value - low) / ((high - low) or 1.0)) for value in values]


def _ring(x: int, y: float, name: str) -> dict[str, Any]:
    return {
        "type": "scatter",
        "mode": "markers",
        "name": name,
        "x": [x],
        "y": [y],
        "hoverinfo": "skip",
        "marker": {"size": LARGEST / 2, "symbol": "circle-open", "color": "#c2185b", "line": {"width": 4}},
    }


def per_unit(found: Sequence[Point], expense: Expense = "params", top: Top = 1, say: Say = str) -> Chart:
    """Chart how much accuracy a network gets out of what it spends, the most first; at most forty bars.

    >>> from explorer.comparing.landscape import Choice, points, select
    >>> per_unit(select(points(), Choice(families=("VGG", "SqueezeNet")))).rows[0][:2]
    ('SqueezeNet 1.1', 47.1)
    """
    words = {
        "params": say("Points of top-{n} accuracy per million parameters"),
        "mult_adds": say("Points of top-{n} accuracy per billion mult-adds"),
    }
    title = words[expense].format(n=top)
    ranked = sorted(found, key=lambda point: -efficiency(point, expense, top))
    bars = ranked[:MOST_BARS][::-1]
    values = [efficiency(point, expense, top) for point in bars]
    trace = {
        "type": "bar",
        "orientation": "h",
        "x": values,
        "y": [f"{point.label} · {point.measurement.accuracy(top):g} %" for point in bars],
        "marker": {"color": plots.BLUE},
        "texttemplate": "%{x:.3g}",
        "textposition": "outside",
        "cliponaxis": False,
        "hovertemplate": "<b>%{y}</b><br>%{x:.3g}<extra></extra>",
    }
    frame = plots.layout(title, "", height=140 + 26 * len(bars))
    frame["xaxis"] |= {"side": "top", "range": [0, 1.12 * max(values, default=1)]}
    frame["yaxis"] = {"type": "category", "automargin": True, "tickfont": {"size": SIZE - 2}}
    header = (say("Network"), title, say("Top-{n} accuracy (%)").format(n=top), say("Source"))
    rows = tuple(
        (p.label, round(efficiency(p, expense, top), 1), p.measurement.accuracy(top) or 0.0, p.measurement.source)
        for p in ranked
    )
    return Chart(title, {"data": [trace], "layout": frame}, header, rows)

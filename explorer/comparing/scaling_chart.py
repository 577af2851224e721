"""The chart of a scaling study: curves of real networks, the law dashed beside them, published figures and names."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from explorer.charts import COSTS, Chart, Say
from explorer.comparing import plots
from explorer.comparing.scaling import Axis, FigureName, Point, Setting, Study, lawful, published
from explorer.published import figures
from explorer.table import Cell
from explorer.zoo import Value

MOST_TICKS = 9


def chart(
    study: Study,
    figure: FigureName,
    along: str,
    points: Sequence[Point],
    chosen: Point,
    base: Point,
    marks: Sequence[Point] = (),
    log: bool = True,
    say: Say = str,
) -> Chart:
    """Chart a figure of real networks along an axis, the law dashed through the curve of what is chosen.

    Args:
        study: the family.
        figure: what is charted.
        along: the name of the axis.
        points: the networks of the curves (``scaling.settings``).
        chosen: the network that stands out.
        base: the network from which the law starts.
        marks: the study's named networks.
        log: logarithmic scale of the figure.
        say: translates the words.
    """
    x, (z, *_none) = study.axis(along), (*(axis for axis in study.along if axis.name != along), None)
    others = sorted({_at(each, z) for each in points}) if z else [0.0]
    traces = []
    for position, other in enumerate(others):
        mine = [each for each in points if not z or _at(each, z) == other]
        stands_out = not z or _at(chosen, z) == other
        traces.append(_curve(mine, figure, x, z, other, position, len(others), stands_out, say))
    if figure in study.laws:
        traces.append(_law(study, figure, x, chosen.setting, base, say))
    traces += _named(marks, figure, x, study.axis(along).name, say)
    traces += _quoted((*points, *marks), figure, x, say)
    traces.append(_chosen(chosen, figure, x, say))
    title = say(COSTS[figure])
    layout = plots.layout(say(x.help), title, x.log and log, log)
    if x.log and log:
        ticks = x.values[::-1][:: -(-len(x.values) // MOST_TICKS)]
        layout["xaxis"] |= {"tickvals": list(ticks), "ticktext": [f"{value:.3g}" for value in ticks]}
    rows = tuple(row(study, each, figure, base, say) for each in (*points, *marks))
    return Chart(f"{say(study.name)}: {title}", {"data": traces, "layout": layout}, header(study, figure, say), rows)


def header(study: Study, figure: FigureName, say: Say) -> tuple[str, ...]:
    """Give the headers of the chart's table."""
    lawful_ones = (say("By the law"), say("Real ÷ law")) if figure in study.laws else ()
    symbols = tuple(axis.symbol for axis in study.along)
    return (
        say("Network"),
        *symbols,
        say("Input"),
        say("Mult-adds"),
        say("Parameters"),
        *lawful_ones,
        say("Published"),
        say("Top-1 error, as published"),
    )


def row(study: Study, point: Point, figure: FigureName, base: Point, say: Say) -> tuple[Cell, ...]:
    """Give a network's row: where it stands, what it costs, what the law says, what is published."""
    law = lawful(study, figure, point.setting, base)
    quotes = published(point.architecture, figure)
    errors = [each.quote for each in figures(point.architecture) if each.quantity == "top-1 error"]
    return (
        say(point.architecture.name),
        *(f"{_at(point, axis):.4g}" for axis in study.along),
        "×".join(map(str, point.architecture.input_shape)),
        point.mult_adds,
        point.params,
        *(() if law is None else (round(law), f"{point.figure(figure) / law:.3f}")),
        quotes[0].quote if quotes else "",
        errors[0] if errors else "",
    )


def _at(point: Point, axis: Axis) -> float:
    value: Value = point.setting[axis.name]
    assert isinstance(value, int | float)
    return value


def _curve(
    mine: Sequence[Point],
    figure: FigureName,
    x: Axis,
    z: Axis | None,
    other: float,
    position: int,
    count: int,
    stands_out: bool,
    say: Say,
) -> dict[str, Any]:
    name = f"{z.symbol} = {other:.3g}" if z else say("real networks")
    colour = plots.colour(position, count) if z else plots.BLUE
    return plots.curve(
        name,
        [_at(each, x) for each in mine],
        [each.figure(figure) for each in mine],
        colour,
        plots.SYMBOLS[position % len(plots.SYMBOLS)],
        opacity=1.0 if stands_out else 0.7,
        line={"color": colour, "width": 4 if stands_out else 1.5},
        hovertemplate=f"<b>{name}</b><br>{x.symbol} = %{{x:.4g}}<br>%{{y:,}}<extra></extra>",
    )


def _law(study: Study, figure: FigureName, x: Axis, chosen: Setting, base: Point, say: Say) -> dict[str, Any]:
    low, high = x.values[0], x.values[-1]
    steps = [low * (high / low) ** (i / 60) if x.log else low + (high - low) * i / 60 for i in range(61)]
    heights = [lawful(study, figure, {**chosen, x.name: value}, base) for value in steps]
    name = say("the law")
    return {
        "type": "scatter",
        "mode": "lines",
        "name": name,
        "x": steps,
        "y": heights,
        "line": {"color": plots.ORANGE, "width": 3, "dash": "dash"},
        "hovertemplate": f"<b>{name}</b><br>{x.symbol} = %{{x:.3g}}<br>%{{y:,.4s}}<extra></extra>",
    }


def _named(marks: Sequence[Point], figure: FigureName, x: Axis, along: str, say: Say) -> list[dict[str, Any]]:
    """Mark the networks that have names."""
    placed = [each for each in marks if along in each.setting]
    if not placed:
        return []
    names = [say(each.architecture.name) for each in placed]
    return [
        {
            "type": "scatter",
            "mode": "markers+text",
            "name": say("published networks"),
            "x": [_at(each, x) for each in placed],
            "y": [each.figure(figure) for each in placed],
            "text": [name.rpartition("-")[2] for name in names],
            "customdata": names,
            "textposition": "bottom right",
            "marker": {"symbol": "diamond", "size": 13, "color": plots.GREEN},
            "hovertemplate": "<b>%{customdata}</b><br>%{y:,}<extra></extra>",
        }
    ]


def _quoted(points: Sequence[Point], figure: FigureName, x: Axis, say: Say) -> list[dict[str, Any]]:
    """Mark what is published of the networks on the curves."""
    found = [(each, quotes[0]) for each in points if (quotes := published(each.architecture, figure))]
    if not found:
        return []
    return [
        {
            "type": "scatter",
            "mode": "markers",
            "name": say("as published"),
            "x": [_at(each, x) for each, _quote in found],
            "y": [quote.value for _each, quote in found],
            "customdata": [[quote.quote, quote.source.partition(";")[0]] for _each, quote in found],
            "marker": {"symbol": "square-open", "size": 17, "color": plots.ORANGE, "line": {"width": 2.5}},
            "hovertemplate": "<b>%{customdata[0]}</b><br>%{customdata[1]}<extra></extra>",
        }
    ]


def _chosen(chosen: Point, figure: FigureName, x: Axis, say: Say) -> dict[str, Any]:
    name = say("chosen")
    return {
        "type": "scatter",
        "mode": "markers",
        "name": name,
        "x": [_at(chosen, x)],
        "y": [chosen.figure(figure)],
        "marker": {"symbol": "circle-open", "size": 24, "color": plots.ORANGE, "line": {"width": 4}},
        "hovertemplate": f"<b>{name}</b><br>{x.symbol} = %{{x:.4g}}<br>%{{y:,}}<extra></extra>",
    }

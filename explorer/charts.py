"""Charts of a report along its depth, each with the table of what it shows.

A figure is a plain dict in plotly's format, so that nothing here waits for plotly's import.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import accumulate
from typing import TYPE_CHECKING, Any, Literal

from explorer.drawing.captions import kind_of
from explorer.drawing.palette import LIGHT
from explorer.errors import ExplorerError
from explorer.line import Line
from explorer.report import Report
from explorer.shapes import positions
from explorer.table import Cell, Row, rows

if TYPE_CHECKING:
    import plotly.graph_objects

CostName = Literal["params", "mult_adds", "activations"]
Say = Callable[[str], str]
COSTS: dict[str, str] = {
    "params": "Parameters",
    "mult_adds": "Mult-adds per image",
    "activations": "Activations (elements)",
}
"""What can be charted, with its axis title."""

KIND_NAMES = {
    "conv": "convolution",
    "linear": "linear",
    "pool": "pooling",
    "norm": "normalisation",
    "activation": "activation",
    "join": "join",
    "other": "other",
    "unknown": "unknown",
    "group": "group of layers",
}
LAYERS = "Layers, from input to output"
MOST_NAMES, MOST_NUMBERS, MANY = 48, 24, 150
SIZE = 16


@dataclass(frozen=True)
class Chart:
    """A figure in plotly's format, and its numbers as a table: a header, and a row per mark."""

    title: str
    figure: dict[str, Any]
    header: tuple[str, ...]
    rows: tuple[tuple[Cell, ...], ...]

    def to_plotly(self) -> plotly.graph_objects.Figure:
        """Give the figure as a plotly object, for notebooks."""
        import plotly.graph_objects

        return plotly.graph_objects.Figure(self.figure)


def costs(report: Report, cost: CostName, depth: int | None = None, log: bool = False, say: Say = str) -> Chart:
    """Chart what each layer costs, as bars coloured by kind; layers that cost nothing have no bar.

    Args:
        report: of the network.
        cost: one of ``COSTS``.
        depth: fold what lies deeper into one bar per group (1: stages, 2: blocks, None: every layer).
        log: logarithmic scale.
        say: translates the words.

    >>> import explorer
    >>> costs(explorer.analyze("lenet5"), "params").rows[0]
    ('c1', 'convolution', 156)
    """
    if cost not in COSTS:
        raise ExplorerError(f"charts: cost is {cost!r}; allowed: {', '.join(COSTS)}")
    bars = [row for row in rows(report, depth) if row.sum(cost)]
    kinds = [kind_of(row.node) if row.node else "group" for row in bars]
    title = say(COSTS[cost])
    numbers = {"texttemplate": "%{y:.3s}", "cliponaxis": False} if len(bars) <= MOST_NUMBERS else {}
    traces = []
    for kind in dict.fromkeys(kinds):
        mine = [row for row, its in zip(bars, kinds, strict=True) if its == kind]
        traces.append(_bars(mine, cost, title, say(KIND_NAMES[kind]), LIGHT.kinds[kind].edge) | numbers)
    layout = _layout([row.path for row in bars], title, log, say)
    table = tuple((row.path, say(KIND_NAMES[kind]), row.sum(cost)) for row, kind in zip(bars, kinds, strict=True))
    return Chart(title, {"data": traces, "layout": layout}, (say("Layer"), say("Kind"), title), table)


def _bars(mine: Sequence[Row], cost: str, title: str, name: str, colour: str) -> dict[str, Any]:
    return {
        "type": "bar",
        "name": name,
        "x": [row.path for row in mine],
        "y": [row.sum(cost) for row in mine],
        "marker": {"color": colour},
        "textposition": "outside",
        "hovertemplate": f"<b>%{{x}}</b><br>{title}: %{{y:,}}<extra>{name}</extra>",
    }


def cumulative(report: Report, say: Say = str) -> Chart:
    """Chart the share of each cost that is spent up to a layer: where a network's costs lie.

    >>> import explorer
    >>> cumulative(explorer.analyze("vgg16")).rows[-1]
    ('classifier.6', 1.0, 1.0, 1.0)
    """
    names = [line.node.name for line in report.lines]
    shares = {cost: _shares([getattr(line, cost) for line in report.lines]) for cost in COSTS}
    looks = zip(shares.items(), ("solid", "dash", "dot"), ("#0072b2", "#d55e00", "#00876a"), strict=True)
    traces = [
        {
            "type": "scatter",
            "mode": "lines",
            "name": (title := say(COSTS[cost].partition(" ")[0])),
            "x": names,
            "y": share,
            "line": {"dash": dash, "color": colour, "width": 4, "shape": "hv"},
            "hovertemplate": f"<b>%{{x}}</b><br>{title}: %{{y:.1%}}<extra></extra>",
        }
        for (cost, share), dash, colour in looks
    ]
    title = say("Cumulative share of the total")
    layout = _layout(names, title, False, say)
    layout["yaxis"] |= {"tickformat": ".0%", "range": [0, 1.02]}
    header = (say("Layer"), *(say(COSTS[cost].partition(" ")[0]) for cost in COSTS))
    table = tuple(zip(names, *shares.values(), strict=True))
    return Chart(title, {"data": traces, "layout": layout}, header, table)


def _shares(costs: Sequence[int]) -> list[float]:
    total = sum(costs) or 1
    return [done / total for done in accumulate(costs)]


def receptive_field(report: Report, log: bool = True, say: Say = str) -> Chart:
    """Chart how far a layer sees: the receptive field's larger side, beside the size of the image.

    Layers that see the whole image, and those of which nothing is known, have no mark but a row. The narrow
    branches of a module see less than the line, which stands for the largest field so far.

    >>> import explorer
    >>> receptive_field(explorer.analyze("vgg16")).rows[30]
    ('features.30', '212×212', 'exact')
    """
    exact = [line for line in report.lines if line.receptive_field.status == "exact"]
    sides = report.graph.input_shape[1:]
    image = positions(report.graph.input_shape) == "pixels"
    title = say("Receptive field (pixels)") if image else say("Receptive field (positions)")
    unit = say("pixels") if image else say("positions")
    names, sizes = [line.node.name for line in exact], [max(line.receptive_field.size) for line in exact]
    layers = {
        "type": "scatter",
        "mode": "markers",
        "name": say("layer"),
        "x": names,
        "y": sizes,
        "customdata": [str(line.receptive_field) for line in exact],
        "marker": {"size": 9 if len(exact) <= MANY else 5, "color": "#0072b2"},
        "hovertemplate": f"<b>%{{x}}</b><br>%{{customdata}} {unit}<extra></extra>",
    }
    so_far = {
        "type": "scatter",
        "mode": "lines",
        "name": say("largest so far"),
        "x": names,
        "y": list(accumulate(sizes, max)),
        "line": {"color": "#0072b2", "width": 3, "shape": "hv"},
        "hoverinfo": "skip",
    }
    layout = _layout(names, title, log, say)
    if sides and exact:
        whole = say("the image") if image else say("the input")
        layout |= _reference(max(sides), f"{whole}: {max(sides)} {unit}", log)
    header = (say("Layer"), title, say("Status"))
    rows = tuple(_field(line, say) for line in report.lines)
    return Chart(title, {"data": [so_far, layers], "layout": layout}, header, rows)


def _field(line: Line, say: Say) -> tuple[Cell, ...]:
    field = line.receptive_field
    words = {"exact": say("exact"), "whole image": say("whole image"), "unknown": say("unknown")}
    return (line.node.name, "×".join(map(str, field.size)), words[field.status])


def _reference(height: int, text: str, log: bool) -> dict[str, Any]:
    """Draw a line across the whole chart with its meaning written above it."""
    from math import log10

    place = {"xref": "paper", "yref": "y"}
    line = {"type": "line", "x0": 0, "x1": 1, "y0": height, "y1": height, **place}
    words = {"x": 0, "y": log10(height) if log else height, "text": text, "showarrow": False, **place}
    return {
        "shapes": [line | {"line": {"dash": "dash", "width": 2.5, "color": "#d55e00"}}],
        "annotations": [words | {"xanchor": "left", "yanchor": "bottom", "font": {"size": SIZE, "color": "#d55e00"}}],
    }


def _layout(names: Sequence[str], title: str, log: bool, say: Say) -> dict[str, Any]:
    """Give the frame that all charts share; the names of many layers are left to the hover."""
    return {
        "height": 440,
        "font": {"size": SIZE},
        "bargap": 0.15,
        "barmode": "overlay",
        "hovermode": "closest",
        "margin": {"l": 10, "r": 10, "t": 30, "b": 10},
        "legend": {"orientation": "h", "y": 1.02, "yanchor": "bottom", "font": {"size": SIZE}},
        "xaxis": {
            "type": "category",
            "categoryorder": "array",
            "categoryarray": list(names),
            "title": {"text": say(LAYERS), "font": {"size": SIZE}},
            "showticklabels": len(names) <= MOST_NAMES,
            "tickangle": -45 if len(names) > 8 else 0,
            "tickfont": {"size": 13},
            "automargin": True,
        },
        "yaxis": {
            "type": "log" if log else "linear",
            "title": {"text": title, "font": {"size": SIZE}},
            "tickfont": {"size": SIZE - 1},
            "automargin": True,
            "rangemode": "tozero",
            "exponentformat": "SI",
        },
    }

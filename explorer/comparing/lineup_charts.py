"""Networks side by side as charts: how far they see and what they have spent, along their depth and by stage."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import accumulate
from typing import Any, Literal

from explorer.charts import COSTS, SIZE, Chart, CostName, Say
from explorer.comparing.lineup import Lineup
from explorer.comparing.plots import layout
from explorer.cost import depth, depths
from explorer.report import Report
from explorer.table import Cell

Along = Literal["depth", "share"]
COLOURS = ("#0072b2", "#d55e00", "#00876a", "#b0508a", "#b87a00", "#5c51b0")
DASHES = ("solid", "dash", "dot", "dashdot", "longdash", "longdashdot")
SYMBOLS = ("circle", "square", "diamond", "triangle-up", "cross", "star")
PATTERNS = ("", "/", ".", "x", "-", "\\")
"""A network is told by its place among six colours, and by its line, mark and hatching besides."""


def fields(lineup: Lineup, along: Along = "depth", log: bool = True, say: Say = str) -> Chart:
    """Chart how far each network sees along its depth: the largest receptive field so far, its larger side in pixels.

    Gates computed from the whole image do not count, and layers without an exact field have no mark.

    Args:
        lineup: the networks.
        along: the layers with weights on the longest path up to a layer, or their share of the network's depth.
        log: logarithmic scale of the field.
        say: translates the words.

    >>> import explorer
    >>> from explorer.comparing.lineup import line_up
    >>> chart = fields(line_up([explorer.analyze(id) for id in ("vgg16", "resnet50")]))
    >>> [row for row in chart.rows if row[0] == "VGG16 (configuration D)"][-1]
    ('VGG16 (configuration D)', 13, 212)
    """
    drawn = [_furthest(report) for report in lineup.reports]
    title = say("Receptive field (pixels)")
    data = [
        _line(lineup.labels[i], i, _scaled(report, places, along), sizes, title)
        for i, (report, (places, sizes)) in enumerate(zip(lineup.reports, drawn, strict=True))
    ]
    frame = layout(_axis(along, say), title, log_y=log) | {"hovermode": "closest"}
    rows = [
        (label, place, size)
        for label, (places, sizes) in zip(lineup.labels, drawn, strict=True)
        for place, size in zip(places, sizes, strict=True)
    ]
    return Chart(title, {"data": data, "layout": _as(along, frame)}, (say("Network"), say("Depth"), title), tuple(rows))


def _furthest(report: Report) -> tuple[list[int], list[int]]:
    """Give, for each depth, the largest exact receptive field up to there."""
    found, best = depths(report.graph), dict[int, int]()
    for line in report.without_gates.lines:
        field = line.receptive_field
        if field.status == "exact":
            place = found[line.node.name]
            best[place] = max(best.get(place, 1), *field.size)
    places = sorted(best)
    return places, list(accumulate((best[place] for place in places), max))


def spent(lineup: Lineup, cost: CostName, along: Along = "depth", log: bool = False, say: Say = str) -> Chart:
    """Chart what each network has spent up to each depth: parameters, mult-adds or neurons of all layers so far.

    >>> import explorer
    >>> from explorer.comparing.lineup import line_up
    >>> spent(line_up([explorer.analyze(id) for id in ("vgg16", "resnet50")]), "params").rows[-1]
    ('ResNet-50', 50, 25557032)
    """
    title = say(COSTS[cost])
    drawn = [_spent(report, cost) for report in lineup.reports]
    data = [
        _line(lineup.labels[i], i, _scaled(report, places, along), sums, title)
        for i, (report, (places, sums)) in enumerate(zip(lineup.reports, drawn, strict=True))
    ]
    rows = [
        (label, place, done)
        for label, (places, sums) in zip(lineup.labels, drawn, strict=True)
        for place, done in zip(places, sums, strict=True)
    ]
    frame = layout(_axis(along, say), say("{cost}, so far").format(cost=title), log_y=log)
    return Chart(title, {"data": data, "layout": _as(along, frame)}, (say("Network"), say("Depth"), title), tuple(rows))


def _spent(report: Report, cost: str) -> tuple[list[int], list[int]]:
    found, costs = depths(report.graph), dict[int, int]()
    last = found[report.graph.output]
    for line in report.lines:
        place = min(found[line.node.name], last)  # a gate and a side head lie beside the path
        costs[place] = costs.get(place, 0) + getattr(line, cost)
    places = sorted(costs)
    return places, list(accumulate(costs[place] for place in places))


def by_stage(lineup: Lineup, cost: CostName, log: bool = False, say: Say = str) -> Chart:
    """Chart what each network spends in each stage, as bars side by side.

    >>> import explorer
    >>> from explorer.comparing.lineup import line_up
    >>> chart = by_stage(line_up([explorer.analyze(id) for id in ("vgg16", "resnet50")]), "params")
    >>> chart.rows[-1]
    ('head', 123642856, 2049000)
    """
    title = say(COSTS[cost])
    keys = [say(rung.key) for rung in lineup.rungs]
    sums = [[stage.sum(cost) if stage else 0 for stage in rung.stages] for rung in lineup.rungs]
    data = [
        {
            "type": "bar",
            "name": label,
            "x": keys,
            "y": [row[i] for row in sums],
            "marker": {
                "color": COLOURS[i],
                "pattern": {"shape": PATTERNS[i], "fillmode": "overlay", "fgcolor": "#ffffff", "solidity": 0.3},
            },
            "hovertemplate": f"<b>{label}</b><br>%{{x}}<br>{title}: %{{y:,}}<extra></extra>",
        }
        for i, label in enumerate(lineup.labels)
    ]
    frame = layout(say("Stage: the map's side as a share of the input's"), title, log_y=log)
    frame["xaxis"] = {"type": "category", "title": frame["xaxis"]["title"], "tickfont": {"size": SIZE}}
    rows: list[tuple[Cell, ...]] = [(key, *row) for key, row in zip(keys, sums, strict=True)]
    return Chart(
        title, {"data": data, "layout": frame | {"barmode": "group"}}, (say("Stage"), *lineup.labels), tuple(rows)
    )


def _line(name: str, i: int, x: Sequence[float], y: Sequence[int], title: str) -> dict[str, Any]:
    step = max(1, len(x) // 12)
    return {
        "type": "scatter",
        "mode": "lines+markers",
        "name": name,
        "x": list(x),
        "y": list(y),
        "line": {"color": COLOURS[i], "dash": DASHES[i], "width": 3, "shape": "hv"},
        "marker": {"symbol": SYMBOLS[i], "size": 9, "maxdisplayed": max(2, len(x) // step), "color": COLOURS[i]},
        "hovertemplate": f"<b>{name}</b><br>%{{x}}<br>{title}: %{{y:,}}<extra></extra>",
    }


def _scaled(report: Report, places: Sequence[int], along: Along) -> Sequence[float]:
    if along == "depth":
        return places
    deepest = max(1, depth(report.graph))
    return [place / deepest for place in places]


def _axis(along: Along, say: Say) -> str:
    if along == "depth":
        return say("Depth: layers with weights on the longest path")
    return say("Share of the network's depth")


def _as(along: Along, frame: dict[str, Any]) -> dict[str, Any]:
    if along == "share":
        frame["xaxis"] |= {"tickformat": ".0%", "range": [0, 1.01]}
    return frame

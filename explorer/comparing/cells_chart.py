"""The chart of the search bench: every candidate by two of its figures, and the front under the budget."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from explorer.charts import Chart, Say
from explorer.comparing import plots
from explorer.comparing.cells import METRICS, Candidate
from explorer.table import Cell

GREY = "#9aa3ad"


def chart(
    found: Sequence[Candidate],
    affordable: Sequence[Candidate],
    front: Sequence[Candidate],
    landmark: Candidate,
    x: str,
    y: str,
    picked: Candidate | None = None,
    log: bool = True,
    say: Say = str,
) -> Chart:
    """Chart the candidates.

    Args:
        found: all of them; a mark's ``customdata`` is its place among these, the landmark's comes after.
        affordable: those that the budget pays.
        front: those that nothing else beats.
        landmark: NASNet-A in the same frame.
        x: the metric across.
        y: the metric upwards.
        picked: the candidate that stands out.
        log: logarithmic scales.
        say: translates the words.
    """
    places = {each.label: place for place, each in enumerate((*found, landmark))}
    paid, best = {each.label for each in affordable}, {each.label for each in front}
    beaten = [each for each in affordable if each.label not in best]
    data = [
        _marks([e for e in found if e.label not in paid], x, y, places, say("over the budget"), GREY, "x-thin-open", 9),
        _marks(beaten, x, y, places, say("beaten"), plots.BLUE, "circle", 10),
        _marks(front, x, y, places, say("the front"), plots.ORANGE, "diamond", 15)
        | {"mode": "lines+markers", "line": {"color": plots.ORANGE, "width": 3, "shape": _corner(x, y)}},
        _marks([landmark], x, y, places, landmark.label, plots.GREEN, "star", 20),
    ]
    if picked:
        ring = {"line": {"width": 4, "color": plots.ORANGE}}
        data.append(_marks([picked], x, y, places, say("picked"), plots.ORANGE, "circle-open", 26, **ring))
    across, upwards = (say(METRICS[metric].name) for metric in (x, y))
    rows = tuple(_row(each, each.label in paid, each.label in best, say) for each in (*found, landmark))
    title = f"{upwards} / {across}"
    layout = plots.layout(across, upwards, log, log, height=540)
    return Chart(title, {"data": [each for each in data if each["x"]], "layout": layout}, _header(say), rows)


def _header(say: Say) -> tuple[str, ...]:
    figures = (say(metric.name) for id, metric in METRICS.items() if id != "capacity")
    return (say("Seed"), *figures, say("Within the budget"), say("On the front"))


def _row(each: Candidate, paid: bool, best: bool, say: Say) -> tuple[Cell, ...]:
    figures = [each.figures[id] for id in METRICS if id != "capacity"]
    return (each.label, *figures, say("yes") if paid else "", say("yes") if best else "")


def _corner(x: str, y: str) -> str:
    """Say how the front's line turns: what lies behind it is beaten."""
    return "hv" if METRICS[x].better == "less" else "vh" if METRICS[y].better == "more" else "linear"


def _marks(
    mine: Sequence[Candidate],
    x: str,
    y: str,
    places: dict[str, int],
    name: str,
    colour: str,
    symbol: str,
    size: int,
    **marker: Any,
) -> dict[str, Any]:
    return {
        "type": "scatter",
        "mode": "markers",
        "name": name,
        "x": [each.figures[x] for each in mine],
        "y": [each.figures[y] for each in mine],
        "text": [each.label for each in mine],
        "customdata": [places[each.label] for each in mine],
        "marker": {"color": colour, "symbol": symbol, "size": size, **marker},
        "hovertemplate": "<b>%{text}</b><br>%{x:,}<br>%{y:,}<extra>" + name + "</extra>",
    }

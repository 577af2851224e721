"""DenseNet's staircase: the maps that came in, and one step of k more for each layer before."""

from __future__ import annotations

from typing import Any

from explorer.charts import Chart, Say
from explorer.comparing.duels.bouts import Bout
from explorer.comparing.plots import BLUE, GREEN, ORANGE, layout

FIRST, LATER, LEVEL = {"color": BLUE}, {"color": GREEN, "pattern": {"shape": "/", "fillmode": "overlay"}}, ORANGE


def staircase(bout: Bout, say: Say = str) -> Chart:
    """Chart how many maps each layer reads, and how many are left for the 3×3 behind a bottleneck.

    >>> from explorer.comparing.duels import bout
    >>> staircase(bout("dense")).rows[:3]
    ((1, 64, 0, 64, 128), (2, 64, 32, 96, 128), (3, 64, 64, 128, 128))
    """
    plain, narrow = bout.sides
    start = plain.report.graph.input_shape[0]
    numbers = [part.term.number for part in plain.parts]
    reads = [part.reads for part in plain.parts]
    behind = {part.term.number: part.reads for part in narrow.parts if part.shape[0] == plain.parts[0].shape[0]}
    level = [behind[number] for number in numbers]
    added = [each - start for each in reads]
    names = say("maps that came in"), say("maps of the layers before"), say("what the 3×3 reads behind a 1×1")
    line = {
        "type": "scatter",
        "mode": "lines+markers",
        "name": names[2],
        "x": numbers,
        "y": level,
        "line": {"color": LEVEL, "dash": "dash", "width": 4},
        "marker": {"symbol": "square", "size": 9, "color": LEVEL},
    }
    frame = layout(say("Layer of the block"), say("Maps that a layer reads"), height=420)
    frame["xaxis"] |= {"dtick": 1 if len(numbers) <= 16 else 4, "range": [0.4, len(numbers) + 0.6]}
    traces = [_steps(names[0], numbers, [start] * len(numbers), FIRST), _steps(names[1], numbers, added, LATER, reads)]
    header = (say("Layer of the block"), names[0], names[1], say("Maps that a layer reads"), names[2])
    rows = tuple(
        (n, start, more, total, left) for n, more, total, left in zip(numbers, added, reads, level, strict=True)
    )
    return Chart(
        say("Maps that a layer reads"), {"data": [*traces, line], "layout": frame | {"barmode": "stack"}}, header, rows
    )


def _steps(
    name: str, numbers: list[int], heights: list[int], look: dict[str, Any], totals: list[int] | None = None
) -> dict[str, Any]:
    """Draw one part of every step; the upper one carries the number of the whole."""
    written = {"text": totals, "textposition": "outside", "cliponaxis": False} if totals and len(totals) <= 16 else {}
    return {"type": "bar", "name": name, "x": numbers, "y": heights, "marker": look, **written}

"""The frame that charts of numbers against numbers share, in plotly's format."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from explorer.charts import SIZE

BLUE, ORANGE, GREEN = "#0072b2", "#d55e00", "#00876a"
SYMBOLS = ("circle", "square", "diamond", "triangle-up", "cross", "pentagon", "star", "hexagon", "x")
VIRIDIS = ("#3b528b", "#31688e", "#26828e", "#1f9e89", "#35b779", "#6ece58")
"""Without its ends, which are lost on a dark page or on a light one."""


def layout(x: str, y: str, log_x: bool = False, log_y: bool = False, height: int = 480) -> dict[str, Any]:
    """Give the frame of a chart whose axes both are numbers, readable from the back row."""
    return {
        "height": height,
        "font": {"size": SIZE},
        "hovermode": "closest",
        "margin": {"l": 10, "r": 10, "t": 30, "b": 10},
        "legend": {"orientation": "h", "y": 1.02, "yanchor": "bottom", "font": {"size": SIZE - 1}},
        "xaxis": _axis(x, log_x),
        "yaxis": _axis(y, log_y),
    }


def _axis(title: str, log: bool) -> dict[str, Any]:
    return {
        "type": "log" if log else "linear",
        "title": {"text": title, "font": {"size": SIZE}},
        "tickfont": {"size": SIZE - 1},
        "automargin": True,
        "exponentformat": "SI",
        **({} if log else {"rangemode": "tozero"}),
    }


def colour(position: int, count: int) -> str:
    """Give the colour of one of several curves in an order, from viridis.

    >>> colour(0, 3), colour(2, 3)
    ('#3b528b', '#6ece58')
    """
    return VIRIDIS[round(position * (len(VIRIDIS) - 1) / max(1, count - 1))]


def curve(
    name: str, x: Sequence[float], y: Sequence[float], colour: str, symbol: str = "circle", **more: Any
) -> dict[str, Any]:
    """Give a line with marks."""
    return {
        "type": "scatter",
        "mode": "lines+markers",
        "name": name,
        "x": list(x),
        "y": list(y),
        "line": {"color": colour, "width": 2.5},
        "marker": {"color": colour, "symbol": symbol, "size": 9},
    } | more

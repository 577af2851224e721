"""Charts of what was measured: latency against mult-adds, the roofline, where the time goes, throughput by batch."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from explorer.charts import Chart, Say
from explorer.comparing import plots
from explorer.comparing.roofline import Load, Roof, whole
from explorer.measuring.bench import Bench, Speed

KINDS = {
    "convolution": ("#0072b2", "circle", ""),
    "1×1 convolution": ("#00876a", "square", "/"),
    "grouped convolution": ("#5c51b0", "cross", "+"),
    "depthwise convolution": ("#d55e00", "diamond", "x"),
    "linear": ("#b0508a", "triangle-up", "."),
    "other": ("#6b7280", "hexagon", "-"),
}
"""A kind of layer is told by its colour, and by its mark or hatching besides."""
GOLD = "#b87a00"
Share = tuple[str, str, float, float, float]
"""A network, a kind of layer, and its shares of the time, the mult-adds and the bytes moved."""
Loads = Mapping[tuple[str, int], Sequence[Load]]
"""The loads of the layers of a network at a batch size."""


def against_mult_adds(bench: Bench, loads: Loads, say: Say = str) -> Chart:
    """Chart the time of an image against its mult-adds: equal mult-adds are not equal time.

    The dashed line is the time at the machine's peak, the marks on bars run from quartile to quartile.
    """
    speeds = bench.speeds
    mult_adds = [whole("", tuple(loads[each.network, each.batch])).mult_adds / each.batch for each in speeds]
    milliseconds = [1000 / each.images_per_s for each in speeds]
    data = []
    for place, network in enumerate(dict.fromkeys(each.network for each in speeds)):
        mine = [i for i, each in enumerate(speeds) if each.network == network]
        x, y = [mult_adds[i] for i in mine], [milliseconds[i] for i in mine]
        data.append(_network([speeds[i] for i in mine], x, y, place))
    ends = [min(mult_adds, default=1) / 2, max(mult_adds, default=1) * 2]
    peak = [1000 * x / bench.roof.mult_adds_per_s for x in ends]
    data.append(_dashed(say("at the machine's peak"), ends, peak))
    title = say("Milliseconds per image")
    layout = plots.layout(say("Mult-adds per image"), title, True, True) | {"showlegend": False}
    header = (say("Network"), say("Images at a time"), say("Mult-adds per image"), title, say("Images per second"))
    rows = tuple(
        (each.network, each.batch, round(m), f"{ms:.4g}", f"{each.images_per_s:.4g}")
        for each, m, ms in zip(speeds, mult_adds, milliseconds, strict=True)
    )
    return Chart(say("Time against mult-adds"), {"data": data, "layout": layout}, header, rows)


def _network(speeds: Sequence[Speed], x: Sequence[float], y: Sequence[float], place: int) -> dict[str, Any]:
    """Mark a network at each batch size, with bars from quartile to quartile."""
    name, look = speeds[0].network, _look(place)
    quartiles = [[1000 * q / each.batch for q in each.timing.quartiles] for each in speeds]
    return plots.curve(
        name,
        x,
        y,
        *look,
        mode="markers+text",
        marker={"size": 15, "color": look[0], "symbol": look[1]},
        text=["" for _ in speeds[1:]] + [f"  {name}"],
        textposition="middle right",
        customdata=[each.batch for each in speeds],
        error_y=_bars(quartiles, y),
        hovertemplate=f"<b>{name}</b>, %{{customdata}}<br>%{{x:.4s}}<br>%{{y:.4g}} ms<extra></extra>",
    )


def _look(place: int) -> tuple[str, str]:
    """Give the colour and the mark of a network by its place."""
    return list(KINDS.values())[place % len(KINDS)][0], plots.SYMBOLS[place % len(plots.SYMBOLS)]


def _bars(quartiles: Sequence[Sequence[float]], middle: Sequence[float]) -> dict[str, Any]:
    return {
        "type": "data",
        "symmetric": False,
        "array": [high - m for (_low, high), m in zip(quartiles, middle, strict=True)],
        "arrayminus": [m - low for (low, _high), m in zip(quartiles, middle, strict=True)],
    }


def _dashed(name: str, x: Sequence[float], y: Sequence[float]) -> dict[str, Any]:
    look = {"color": plots.ORANGE, "width": 3, "dash": "dash"}
    return {
        "type": "scatter", "mode": "lines", "name": name, "x": list(x), "y": list(y), "line": look, "hoverinfo": "name",
    }  # fmt: skip


def roofline(bench: Bench, network: str, layers: Sequence[Load], say: Say = str) -> Chart:
    """Chart what each layer of a network reaches at its arithmetic intensity, under the machine's roof."""
    seconds = dict(bench.layers)[network]
    counted = [each for each in layers if each.mult_adds and seconds.get(each.name)]
    rows = [(each, each.mult_adds / seconds[each.name]) for each in counted]
    everything = whole(network, tuple(each for each in layers if each.name in seconds))
    total = (everything, everything.mult_adds / sum(seconds.values()))
    data = [_roof(bench.roof, [each.intensity for each, _rate in (*rows, total)], say)]
    for kind, (colour, symbol, _pattern) in KINDS.items():
        if mine := [(each, rate) for each, rate in rows if each.kind == kind]:
            data.append(_points(mine, say(kind), colour, symbol, 11))
    data.append(_points([total], network, GOLD, "star", 22))
    x, y = say("Mult-adds per byte moved"), say("Mult-adds per second")
    header = (say("Layer"), say("Kind"), say("Mult-adds"), say("Bytes moved"), x, y, say("Share of the roof"), "ms")
    table = tuple(
        (
            each.name,
            say(each.kind),
            each.mult_adds,
            each.bytes,
            f"{each.intensity:.3g}",
            round(rate),
            rate / bench.roof.rate(each.intensity),
            f"{1000 * each.mult_adds / rate:.3g}",
        )
        for each, rate in (*rows, total)
    )
    title = say("Roofline of {network}").format(network=network)
    return Chart(title, {"data": data, "layout": plots.layout(x, y, True, True, height=540)}, header, table)


def _roof(roof: Roof, intensities: Sequence[float], say: Say) -> dict[str, Any]:
    low, high = min(*intensities, roof.ridge) / 2, max(*intensities, roof.ridge) * 2
    x = [low, roof.ridge, high]
    return _dashed(say("the machine's roof"), x, [roof.rate(each) for each in x])


def _points(points: Sequence[tuple[Load, float]], name: str, colour: str, symbol: str, size: int) -> dict[str, Any]:
    return {
        "type": "scatter",
        "mode": "markers",
        "name": name,
        "x": [each.intensity for each, _rate in points],
        "y": [rate for _each, rate in points],
        "text": [each.name for each, _rate in points],
        "marker": {"color": colour, "symbol": symbol, "size": size, "line": {"width": 1, "color": "#ffffff"}},
        "hovertemplate": "<b>%{text}</b><br>%{x:.3g}<br>%{y:.3s}/s<extra>" + name + "</extra>",
    }


def shares(bench: Bench, loads: Loads, say: Say = str) -> Chart:
    """Chart where the time goes, by kind of layer, beside where the mult-adds and the bytes are."""
    rows = [row for network, seconds in bench.layers for row in _shares(bench, network, seconds, loads)]
    measures = (say("time"), say("mult-adds"), say("bytes moved"))
    data = [_stack(rows, kind, measures, say) for kind in KINDS if any(row[1] == kind for row in rows)]
    title = say("Where the time goes")
    layout = plots.layout(say("Share"), "", height=140 + 110 * len(bench.layers)) | {"barmode": "stack"}
    layout["xaxis"] |= {"tickformat": ".0%", "range": [0, 1]}
    layout["yaxis"] = {"type": "multicategory", "autorange": "reversed", "automargin": True, "tickfont": {"size": 14}}
    header = (say("Network"), say("Kind"), *measures)
    return Chart(
        title, {"data": data, "layout": layout}, header, tuple((n, say(kind), *more) for n, kind, *more in rows)
    )


def _shares(bench: Bench, network: str, seconds: Mapping[str, float], loads: Loads) -> list[Share]:
    """Give, for each kind of layer of a network, its shares of the time, the mult-adds and the bytes moved."""
    speed = bench.largest(network)
    layers = [each for each in loads[network, speed.batch if speed else 1] if each.name in seconds]

    def sums(mine: Sequence[Load]) -> tuple[float, float, float]:
        time = sum(seconds[each.name] for each in mine)
        return time, sum(each.mult_adds for each in mine), sum(each.bytes for each in mine)

    everything, rows = sums(layers), []
    for kind in KINDS:
        if mine := [each for each in layers if each.kind == kind]:
            time, mult_adds, moved = (part / (all_ or 1) for part, all_ in zip(sums(mine), everything, strict=True))
            rows.append((network, kind, time, mult_adds, moved))
    return rows


def _stack(rows: Sequence[Share], kind: str, measures: Sequence[str], say: Say) -> dict[str, Any]:
    mine = [row for row in rows if row[1] == kind]
    colour, _symbol, pattern = KINDS[kind]
    return {
        "type": "bar",
        "orientation": "h",
        "name": say(kind),
        "y": [[row[0] for row in mine for _ in measures], [name for _row in mine for name in measures]],
        "x": [share for row in mine for share in row[2:]],
        "marker": {"color": colour, "pattern": {"shape": pattern, "fillmode": "overlay", "solidity": 0.2}},
        "hovertemplate": f"<b>{say(kind)}</b><br>%{{x:.1%}}<extra></extra>",
    }


def throughput(bench: Bench, say: Say = str) -> Chart:
    """Chart the images per second against the images at a time."""
    networks = dict.fromkeys(each.network for each in bench.speeds)
    mine: dict[str, list[Speed]] = {name: [s for s in bench.speeds if s.network == name] for name in networks}
    x, title = say("Images at a time"), say("Images per second")
    data = [
        plots.curve(
            name,
            [each.batch for each in speeds],
            [each.images_per_s for each in speeds],
            *_look(i),
        )
        for i, (name, speeds) in enumerate(mine.items())
    ]
    layout = plots.layout(x, title, True, True)
    batches = sorted({each.batch for each in bench.speeds})
    layout["xaxis"] |= {"tickvals": batches, "ticktext": [str(batch) for batch in batches]}
    rows = tuple((each.network, each.batch, f"{each.images_per_s:.4g}") for each in bench.speeds)
    return Chart(title, {"data": data, "layout": layout}, (say("Network"), x, title), rows)

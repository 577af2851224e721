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
Loads = Mapping[tuple[str, int], Sequence[Load]]
"""The loads of the layers of a network at a batch size."""


def against_mult_adds(bench: Bench, loads: Loads, say: Say = str) -> Chart:
    """Chart the time of an image against its mult-adds: equal mult-adds are not equal time.

    The dashed line is the time at the machine's peak, the marks on bars run from quartile to quartile.
    """
    speeds = bench.speeds
    mult_adds = [whole("", tuple(loads[each.network, each.batch])).mult_adds / each.batch for each in speeds]
    milliseconds = [1000 / each.images_per_s for each in speeds]
    quartiles = [[1000 * q / each.batch for q in each.timing.quartiles] for each in speeds]
    data: list[dict[str, Any]] = []
    for position, network in enumerate(dict.fromkeys(each.network for each in speeds)):
        mine = [i for i, each in enumerate(speeds) if each.network == network]
        name, last = network, mine[-1]
        data.append(
            plots.curve(
                name,
                [mult_adds[i] for i in mine],
                [milliseconds[i] for i in mine],
                list(KINDS.values())[position % len(KINDS)][0],
                plots.SYMBOLS[position % len(plots.SYMBOLS)],
                mode="markers+text",
                marker={
                    "size": 15,
                    "color": list(KINDS.values())[position % len(KINDS)][0],
                    "symbol": plots.SYMBOLS[position % len(plots.SYMBOLS)],
                },
                text=[name if i == last else "" for i in mine],
                textposition="bottom center",
                customdata=[speeds[i].batch for i in mine],
                error_y=_bars([quartiles[i] for i in mine], [milliseconds[i] for i in mine]),
                hovertemplate=f"<b>{name}</b>, %{{customdata}}<br>%{{x:.4s}}<br>%{{y:.4g}} ms<extra></extra>",
            )
        )
    peak = bench.roof.mult_adds_per_s
    ends = [min(mult_adds, default=1) / 2, max(mult_adds, default=1) * 2]
    data.append(_dashed(say("at the machine's peak"), ends, [1000 * x / peak for x in ends]))
    title = say("Milliseconds per image")
    layout = plots.layout(say("Mult-adds per image"), title, True, True) | {"showlegend": False}
    header = (say("Network"), say("Images at a time"), say("Mult-adds per image"), title, say("Images per second"))
    rows = tuple(
        (each.network, each.batch, round(m), f"{ms:.4g}", f"{each.images_per_s:.4g}")
        for each, m, ms in zip(speeds, mult_adds, milliseconds, strict=True)
    )
    return Chart(say("Time against mult-adds"), {"data": data, "layout": layout}, header, rows)


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
    data.append(_points([total], network, "#000000", "star", 20))
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
    rows: list[tuple[str, str, float, float, float]] = []
    for network, seconds in bench.layers:
        speed = bench.largest(network)
        layers = [each for each in loads[network, speed.batch if speed else 1] if each.name in seconds]
        sums = (sum(seconds.values()), sum(each.mult_adds for each in layers), sum(each.bytes for each in layers))
        for kind in KINDS:
            mine = [each for each in layers if each.kind == kind]
            parts = (
                sum(seconds[each.name] for each in mine),
                sum(each.mult_adds for each in mine),
                sum(each.bytes for each in mine),
            )
            if mine:
                rows.append((network, kind, *(part / (whole or 1) for part, whole in zip(parts, sums, strict=True))))  # type: ignore[arg-type]
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


def _stack(
    rows: Sequence[tuple[str, str, float, float, float]], kind: str, measures: Sequence[str], say: Say
) -> dict[str, Any]:
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
            list(KINDS.values())[i % len(KINDS)][0],
            plots.SYMBOLS[i % len(plots.SYMBOLS)],
        )
        for i, (name, speeds) in enumerate(mine.items())
    ]
    layout = plots.layout(x, title, True, True)
    batches = sorted({each.batch for each in bench.speeds})
    layout["xaxis"] |= {"tickvals": batches, "ticktext": [str(batch) for batch in batches]}
    rows = tuple((each.network, each.batch, f"{each.images_per_s:.4g}") for each in bench.speeds)
    return Chart(title, {"data": data, "layout": layout}, (say("Network"), x, title), rows)

"""A drawing as SVG: self-contained, for the page, for downloads and for slides, in light and dark."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal
from xml.sax.saxutils import escape, quoteattr

from explorer.drawing.diagram import Drawing, DrawnBox, Edge
from explorer.drawing.measures import BAND, CHEVRON, DETAIL_SIZE, SIDE, TITLE_SIZE, badge_width, text_width
from explorer.drawing.palette import DARK, LIGHT, Theme, colour_at, is_dark
from explorer.errors import ExplorerError
from explorer.shapes import times

ThemeName = Literal["light", "dark", "auto"]
Colour = Literal["kind", "params", "mult_adds", "activations"]
COLOURS: dict[str, str] = {
    "kind": "kind of layer",
    "params": "parameters",
    "mult_adds": "mult-adds",
    "activations": "activations",
}
LEGEND_HEIGHT = 46.0
CORNER = 8.0
FONT = "system-ui, -apple-system, 'Segoe UI', Roboto, 'Helvetica Neue', Arial, 'DejaVu Sans', sans-serif"


def svg(drawing: Drawing, theme: ThemeName = "auto", colour: Colour = "kind", selected: str | None = None) -> str:
    """Write a drawing as an SVG document.

    Args:
        drawing: what ``explorer.drawing.diagram.draw`` gives.
        theme: light, dark, or as the reader's system has it.
        colour: colour boxes by their kind, or by what they cost (cividis; the legend shows the scale).
        selected: the path of a node or a group whose box is to stand out.

    >>> import explorer
    >>> from explorer.drawing.diagram import draw
    >>> svg(draw(explorer.lower(explorer.get("lenet5")))).startswith("<svg xmlns=")
    True
    """
    if colour not in COLOURS:
        raise ExplorerError(f"svg: colour is {colour!r}; allowed: {', '.join(COLOURS)}")
    if theme not in ("light", "dark", "auto"):
        raise ExplorerError(f"svg: theme is {theme!r}; allowed: light, dark, auto")
    chosen = drawing.find(selected)
    legend = _legend(drawing, colour) if colour != "kind" else ""
    top = LEGEND_HEIGHT if legend else 0.0
    width, height = max(drawing.width, 300.0 if legend else 0.0), drawing.height + top
    shift = (width - drawing.width) / 2
    paints = _paints(drawing.boxes, colour)
    lines = {path: "".join(map(_edge, level)) for path, level in _by_parent(drawing.edges).items()}
    parts = [lines.get("", "")]  # lines lie on the frame around them and under the boxes they join
    for box in drawing.boxes:
        drawn = _frame(box, chosen) + lines.get(box.path, "") if box.open else _box(box, paints.get(box.path), chosen)
        parts.append(drawn)
    parts += [_label(edge) for edge in drawing.edges if edge.label]
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" class="diagram {theme}" width="{width:g}" height="{height:g}" '
        f'viewBox="0 0 {width:g} {height:g}" role="group" aria-label={quoteattr(f"Diagram of {drawing.title}")} '
        f'font-family="{FONT}"><style>{_style(theme)}</style><rect class="paper" width="100%" height="100%"/>'
        f'{legend}<g transform="translate({shift:g} {top:g})">{"".join(parts)}</g></svg>'
    )


def _by_parent(edges: Sequence[Edge]) -> dict[str, list[Edge]]:
    found: dict[str, list[Edge]] = {}
    for edge in edges:
        found.setdefault(edge.parent, []).append(edge)
    return found


def tooltip(box: DrawnBox) -> str:
    """Say in plain text what a box stands for, a fact per line."""
    head = box.path if box.kind in ("group", "port") else f"{box.path}: {box.title}"
    rows = [head, box.detail]
    if box.nodes:
        rows += [f"{len(box.nodes)} layers"] if box.foldable else []
        rows += [f"{box.params:,} parameters", f"{box.mult_adds:,} mult-adds", f"{box.activations:,} activations"]
    rows.append(f"output {times(box.shape)}")
    return "\n".join(dict.fromkeys(filter(None, rows)))


@dataclass(frozen=True, slots=True)
class _Paint:
    """The colour of a cost, and the cost itself in a few digits."""

    colour: str
    text: str


def _paints(boxes: Sequence[DrawnBox], colour: Colour) -> dict[str, _Paint]:
    """Paint each closed box by its cost, in proportion to the largest."""
    if colour == "kind":
        return {}
    costs = {box.path: getattr(box, colour) for box in boxes if box.nodes and not box.open}
    most = max(costs.values(), default=0) or 1
    return {path: _Paint(colour_at(cost / most), short(cost)) for path, cost in costs.items()}


def short(number: int) -> str:
    """Write three digits and a unit.

    >>> short(138_357_544), short(1_792), short(10)
    ('138 M', '1.79 k', '10')
    """
    for unit, size in (("T", 10**12), ("G", 10**9), ("M", 10**6), ("k", 10**3)):
        if number >= size:
            digits = f"{number / size:.{max(0, 2 - len(str(number // size)) + 1)}f}"
            return f"{digits} {unit}"
    return str(number)


def _style(theme: ThemeName) -> str:
    if theme != "auto":
        return _rules(LIGHT if theme == "light" else DARK, "")
    dark = _rules(DARK, ".diagram.dark ")
    system = _rules(DARK, ".diagram.auto ")
    return f"{_rules(LIGHT, '')}{dark}@media (prefers-color-scheme: dark){{{system}}}"


def _rules(theme: Theme, scope: str) -> str:
    rules = {
        ".paper": f"fill:{theme.paper}",
        "text": f"fill:{theme.ink}",
        ".quiet": f"fill:{theme.quiet}",
        ".label": f"fill:{theme.ink};stroke:{theme.paper};stroke-width:4px;paint-order:stroke;stroke-linejoin:round",
        ".line": f"fill:none;stroke:{theme.line};stroke-width:1.6",
        ".arrow": f"fill:{theme.line}",
        ".frame>rect": f"fill:{theme.frame};stroke:{theme.line};stroke-width:1",
        ".chevron": f"fill:none;stroke:{theme.ink};stroke-width:2;stroke-linecap:round;stroke-linejoin:round",
        ".badge rect": f"fill:{theme.ink}",
        ".badge text": f"fill:{theme.paper}",
        ".on-dark>text": "fill:#ffffff",
        ".on-light>text": "fill:#14171c",
        ".on-dark .chevron": "stroke:#ffffff",
        ".on-light .chevron": "stroke:#14171c",
    }
    for kind, tint in theme.kinds.items():
        rules[f".{kind}>.body"] = f"fill:{tint.fill};stroke:{tint.edge};stroke-width:1.2"
        rules[f".{kind}>.band"] = f"fill:{tint.edge}"
    rules[".box.selected>.body"] = f"stroke:{theme.accent}!important;stroke-width:4"
    return "".join(f"{scope}{selector}{{{rule}}}" for selector, rule in rules.items())


def _open_tag(box: DrawnBox, classes: str, chosen: DrawnBox | None) -> str:
    words = f"box {classes}{' selected' if box is chosen else ''}"
    data = {"data-path": box.path, "data-toggle": box.toggle, "data-unroll": box.unroll}
    given = "".join(f" {key}={quoteattr(value)}" for key, value in data.items() if value)
    return f'<g class="{words}"{given}><title>{escape(tooltip(box))}</title>'


def _frame(box: DrawnBox, chosen: DrawnBox | None) -> str:
    """Draw an open group: a frame with its title at the top left."""
    left, line = box.x + SIDE, box.y + 21
    parts = [
        _open_tag(box, "frame", chosen),
        f'<rect class="body" x="{box.x:g}" y="{box.y:g}" width="{box.w:g}" height="{box.h:g}" rx="12"/>',
        _chevron(left, line - 5, True),
        f'<text class="label" x="{left + CHEVRON:g}" y="{line:g}" font-size="14" font-weight="600">'
        f"{escape(box.title)}</text>",
        _badge(box, left + CHEVRON + text_width(box.title, 14, bold=True) + 8, line - 5) if box.count > 1 else "",
    ]
    return "".join(parts) + "</g>"


def _box(box: DrawnBox, paint: _Paint | None, chosen: DrawnBox | None) -> str:
    """Draw a closed box: a join as a circle, a value that enters or leaves as a pill, all else as a card."""
    painted = f' style="fill:{paint.colour}"' if paint else ""
    shade = "" if not paint else " on-dark" if is_dark(paint.colour) else " on-light"
    round_box = box.kind in ("join", "port")
    radius = box.h / 2 if round_box else 7
    place = f'x="{box.x:g}" y="{box.y:g}" width="{box.w:g}" height="{box.h:g}" rx="{radius:g}"'
    body = f'<rect class="body" {place}{painted}/>'
    inside = _centred(box) if round_box else _band(box) + _card(box, paint.text if paint else "")
    return _open_tag(box, f"{box.kind}{shade}", chosen) + body + inside + "</g>"


def _centred(box: DrawnBox) -> str:
    words = [box.title, *([box.detail] if box.detail else [])]
    size = 20 if len(box.title) == 1 and not box.detail else 14
    x, y = box.x + box.w / 2, box.y + box.h / 2 + size * 0.35
    return f'<text x="{x:g}" y="{y:g}" font-size="{size}" text-anchor="middle">{escape(" · ".join(words))}</text>'


def _band(box: DrawnBox) -> str:
    x, y, h = box.x, box.y, box.h
    return f'<path class="band" d="M{x + 7:g} {y:g}h-1a6 7 0 0 0-6 7v{h - 14:g}a6 7 0 0 0 6 7h1z"/>'


def _card(box: DrawnBox, cost: str) -> str:
    """Write the texts of a card: the title and its name (or cost) on one line, the detail below."""
    left, right = box.x + BAND + SIDE, box.x + box.w - SIDE
    line = box.y + (21 if box.detail else box.h / 2 + 5)
    parts = []
    if box.toggle:
        parts.append(_chevron(left, line - 5, False))
        left += CHEVRON
    parts.append(
        f'<text x="{left:g}" y="{line:g}" font-size="{TITLE_SIZE:g}" font-weight="600">{escape(box.title)}</text>'
    )
    if box.count > 1:
        right -= badge_width(box.count)
        parts.append(_badge(box, right, line - 5))
        right -= 8
    aside = cost or box.name
    if aside:
        parts.append(
            f'<text class="quiet" x="{right:g}" y="{line:g}" font-size="{DETAIL_SIZE:g}" text-anchor="end">'
            f"{escape(aside)}</text>"
        )
    if box.detail:
        x, y = box.x + BAND + SIDE, box.y + 40
        parts.append(f'<text class="quiet" x="{x:g}" y="{y:g}" font-size="{DETAIL_SIZE:g}">{escape(box.detail)}</text>')
    return "".join(parts)


def _chevron(x: float, y: float, is_open: bool) -> str:
    """Draw the sign that a group opens (pointing right) or closes (pointing down), with room to hit it."""
    shape = f"M{x:g} {y - 3:g}l5 6l5-6" if is_open else f"M{x + 2:g} {y - 6:g}l6 6l-6 6"
    return (
        f'<g class="fold"><rect x="{x - 6:g}" y="{y - 12:g}" width="24" height="24" fill="transparent"/>'
        f'<path class="chevron" d="{shape}"/></g>'
    )


def _badge(box: DrawnBox, x: float, y: float) -> str:
    width = badge_width(box.count)
    return (
        f'<g class="badge"><rect x="{x:g}" y="{y - 10:g}" width="{width:g}" height="20" rx="10"/>'
        f'<text x="{x + width / 2:g}" y="{y + 4.5:g}" font-size="13" font-weight="700" text-anchor="middle">'
        f"×{box.count}</text></g>"
    )


def _edge(edge: Edge) -> str:
    """Draw a line with rounded corners; where it ends in an arrow, the line stops under its head."""
    points = list(edge.points)
    x, y = points[-1]
    head = ""
    if edge.arrow:
        down = y > points[-2][1]
        tip = 7 if down else -7
        head = f'<path class="arrow" d="M{x:g} {y:g}l-4.5 {-tip:g}h9z"/>'
        points[-1] = (x, y - 0.8 * tip)
    return f'<path class="line" d="{_rounded(points)}"/>{head}'


def _rounded(points: Sequence[tuple[float, float]]) -> str:
    path = [f"M{points[0][0]:g} {points[0][1]:g}"]
    for before, here, after in zip(points, points[1:], points[2:], strict=False):
        start, end = _towards(here, before), _towards(here, after)
        path.append(f"L{start[0]:g} {start[1]:g}Q{here[0]:g} {here[1]:g} {end[0]:g} {end[1]:g}")
    return "".join(path) + f"L{points[-1][0]:g} {points[-1][1]:g}"


def _towards(corner: tuple[float, float], other: tuple[float, float]) -> tuple[float, float]:
    dx, dy = other[0] - corner[0], other[1] - corner[1]
    length = abs(dx) + abs(dy)
    step = min(CORNER, length / 2) / length if length else 0.0
    return round(corner[0] + dx * step, 1), round(corner[1] + dy * step, 1)


def _label(edge: Edge) -> str:
    x, y = edge.label_at
    return f'<text class="label" x="{x:g}" y="{y:g}" font-size="{DETAIL_SIZE:g}">{escape(edge.label)}</text>'


def _legend(drawing: Drawing, colour: Colour) -> str:
    """Draw the scale of a cost, from nothing to the most that one closed box costs, above where the values enter."""
    most = max((getattr(box, colour) for box in drawing.boxes if box.nodes and not box.open), default=0)
    steps = "".join(
        f'<rect x="{20 + 13 * i}" y="24" width="13" height="10" fill="{colour_at(i / 19)}"/>' for i in range(20)
    )
    entry = drawing.boxes[0]
    left = max(0.0, entry.x + entry.w / 2 - 150)
    return (
        f'<g class="legend" transform="translate({left:g} 0)" font-size="12"><text x="20" y="17">0</text>'
        f'<text x="150" y="17" text-anchor="middle">{COLOURS[colour]}</text>'
        f'<text x="280" y="17" text-anchor="end">{most:,}</text>{steps}</g>'
    )

"""The colours of diagrams: kinds of layers in two themes, and cividis for costs. All told apart without red and green.

The kinds follow Okabe & Ito, "Color Universal Design"; cividis is that of Nuñez, Anderton & Renslow (2018).
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Tint:
    """The fill of a box, and its edge."""

    fill: str
    edge: str


@dataclass(frozen=True, slots=True)
class Theme:
    """All colours of a diagram on one background."""

    paper: str
    ink: str
    quiet: str
    line: str
    frame: str
    accent: str
    kinds: dict[str, Tint]


LIGHT = Theme(
    paper="#ffffff",
    ink="#14171c",
    quiet="#4d5561",
    line="#7a8494",
    frame="#8090a818",
    accent="#c2185b",
    kinds={
        "conv": Tint("#d9ebf8", "#0072b2"),
        "linear": Tint("#f9e0d3", "#d55e00"),
        "pool": Tint("#fdf0cf", "#b87a00"),
        "norm": Tint("#dff3ec", "#00876a"),
        "activation": Tint("#f7f6c9", "#8f8800"),
        "join": Tint("#f6e3ee", "#b0508a"),
        "other": Tint("#eceff3", "#7a8494"),
        "unknown": Tint("#ffffff", "#14171c"),
        "group": Tint("#e6e3f7", "#5c51b0"),
        "port": Tint("#ffffff", "#7a8494"),
    },
)

DARK = Theme(
    paper="#0e1117",
    ink="#f4f6f9",
    quiet="#b9c1cd",
    line="#8b95a5",
    frame="#9fb0c81c",
    accent="#ff7eb6",
    kinds={
        "conv": Tint("#12324a", "#56b4e9"),
        "linear": Tint("#4a2412", "#f0864a"),
        "pool": Tint("#463410", "#e6a532"),
        "norm": Tint("#103a31", "#2cc3a0"),
        "activation": Tint("#3d3b12", "#e6dd4a"),
        "join": Tint("#43233a", "#e39ac8"),
        "other": Tint("#262c36", "#8b95a5"),
        "unknown": Tint("#0e1117", "#f4f6f9"),
        "group": Tint("#2a2654", "#a59cf2"),
        "port": Tint("#0e1117", "#8b95a5"),
    },
)

CIVIDIS = ("#00224e", "#123570", "#3b496c", "#575d6d", "#707173", "#8a8678", "#a59c74", "#c3b369", "#e1cc55", "#fee838")


def colour_at(share: float) -> str:
    """Give the colour of cividis for a share from 0 to 1.

    >>> colour_at(0.0), colour_at(1.0)
    ('#00224e', '#fee838')
    """
    place = min(max(share, 0.0), 1.0) * (len(CIVIDIS) - 1)
    low = min(int(place), len(CIVIDIS) - 2)
    pairs = zip(_channels(CIVIDIS[low]), _channels(CIVIDIS[low + 1]), strict=True)
    return "#" + "".join(f"{round(a + (b - a) * (place - low)):02x}" for a, b in pairs)


def is_dark(colour: str) -> bool:
    """Say whether white text reads better on a colour than black (WCAG's relative luminance).

    >>> is_dark("#00224e"), is_dark("#fee838")
    (True, False)
    """
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in (v / 255 for v in _channels(colour))]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2] < 0.179


def _channels(colour: str) -> tuple[int, ...]:
    return tuple(int(colour[i : i + 2], 16) for i in (1, 3, 5))

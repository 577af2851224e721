"""Residual blocks: basic, bottleneck and inverted bottleneck at equal input."""

from __future__ import annotations

from fractions import Fraction

from explorer.blocks import basic_block, bottleneck
from explorer.comparing.duels.record import Contender, Duel, Law, Preset, Setting, dial, over, scale
from explorer.comparing.duels.terms import Factor, Figure, Term, marked, plane, window
from explorer.inverted import inverted_residual
from explorer.spec import Spec

SIDE = dial("side", "H", "height and width of the maps", 4, 112)
CHANNELS = dial("channels", "C", "maps that come in and go out", 16, 1024, 8)
SHRINK = scale("shrink", "s", "how much the bottleneck narrows", 1, 2, 4, 8)
EXPAND = dial("expand", "t", "how much the inverted bottleneck widens", 1, 10)


def _bottleneck(s: Setting) -> Spec:
    return bottleneck(s["channels"] // s["shrink"], out_channels=s["channels"])


def _basic_terms(s: Setting) -> tuple[Term, ...]:
    maps = Factor("C", s["channels"])
    fan_in = (*window(3), marked("C", s["channels"]))
    return tuple(
        Term("3×3 number {n}", (f"conv{n}", f"bn{n}"), plane(s["side"]), fan_in, (maps,), norms=(maps,), number=n)
        for n in (1, 2)
    )


def bottleneck_terms(side: int, maps: Factor, width: Factor) -> tuple[Term, ...]:
    """Write the bottleneck: narrow to a width, 3×3, widen again."""
    at = plane(side)
    return (
        Term("1×1 that narrows", ("conv1", "bn1"), at, (maps,), (width,), norms=(width,)),
        Term("3×3", ("conv2", "bn2"), at, (*window(3), width), (width,), norms=(width,)),
        Term("1×1 that widens", ("conv3", "bn3"), at, (width,), (maps,), norms=(maps,)),
    )


def _bottleneck_terms(s: Setting) -> tuple[Term, ...]:
    width = marked(r"\tfrac{C}{s}", s["channels"] // s["shrink"])
    return bottleneck_terms(s["side"], Factor("C", s["channels"]), width)


def _inverted_terms(s: Setting) -> tuple[Term, ...]:
    at, maps = plane(s["side"]), Factor("C", s["channels"])
    wide = marked("tC", s["expand"] * s["channels"])
    widens = s["expand"] > 1
    first = Term("1×1 that widens", ("conv.0.0", "conv.0.1"), at, (maps,), (wide,), norms=(wide,))
    middle, last, norm = (f"conv.{n + widens}" for n in range(3))
    return (
        *((first,) if widens else ()),
        Term("3×3 depthwise", (f"{middle}.0", f"{middle}.1"), at, window(3), (wide,), norms=(wide,), new=True),
        Term("1×1 that narrows", (last, norm), at, (wide,), (maps,), norms=(maps,)),
    )


def _basic_ratio(s: Setting, figure: Figure) -> Law | None:
    if figure == "params":
        return None
    shrink = s["shrink"]
    return Law(
        r"\frac{2 \cdot C \cdot \frac{C}{s} + 3^2 \cdot \frac{C}{s} \cdot \frac{C}{s}}{2 \cdot 3^2 \cdot C \cdot C}"
        r" = \frac{1}{9s} + \frac{1}{2s^2}",
        rf"\frac{{1}}{{9 \cdot {shrink}}} + \frac{{1}}{{2 \cdot {shrink}^2}}",
        Fraction(1, 9 * shrink) + Fraction(1, 2 * shrink * shrink),
    )


def _setting(side: int, channels: int, shrink: int = 4, expand: int = 6) -> Setting:
    return {"channels": channels, "shrink": shrink, "expand": expand, "side": side}


RESIDUAL = Duel(
    id="residual",
    title="Residual blocks: basic, bottleneck, inverted bottleneck",
    question="Three ways to compute a residual of the same maps: which is wide where, and what does it cost?",
    lesson=(
        "The basic block keeps all maps for its two 3×3. The bottleneck narrows to a quarter, so that its 3×3 works on "
        "few maps: seventeen times cheaper at the same width, which is why deep ResNets can afford 256 to 2048 maps. "
        "The inverted bottleneck does the reverse: it widens, but its 3×3 is depthwise and costs next to nothing, and "
        "the shortcut joins the narrow ends. Its cost is in the 1×1, and grows with the expansion t; it is meant for "
        "few maps, such as MobileNetV2's 24."
    ),
    source="He et al. 2015, figure 5; Sandler et al. 2018, figure 3 and table 1",
    contenders=(
        Contender("basic", "basic", lambda s: basic_block(s["channels"]), _basic_terms),
        Contender("bottleneck", "bottleneck", _bottleneck, _bottleneck_terms),
        Contender(
            "inverted",
            "inverted bottleneck",
            lambda s: inverted_residual(s["channels"], s["channels"], s["expand"]),
            _inverted_terms,
        ),
    ),
    dials=(CHANNELS, SHRINK, EXPAND, SIDE),
    presets=(
        Preset(
            "wide",
            "256 maps, 56×56",
            _setting(56, 256),
            "He et al. 2015, figure 5 right",
            "In weights: 69,632 in the bottleneck, 1,179,648 in two 3×3 of the same width. The basic block of figure 5 "
            "has 64 maps and 73,728 weights: about as many as the bottleneck, on a quarter of the maps.",
        ),
        Preset("thin", "64 maps, 56×56", _setting(56, 64), "He et al. 2015, figure 5 left"),
        Preset("deep", "ResNet-50, fourth stage", _setting(14, 1024), "He et al. 2015, table 1"),
        Preset("mobile", "MobileNetV2, 24 maps", _setting(56, 24), "Sandler et al. 2018, table 2"),
    ),
    sweeps=(over(EXPAND), over(CHANNELS), over(SHRINK), over(SIDE)),
    input_of=lambda s: (s["channels"], s["side"], s["side"]),
    ratio=_basic_ratio,
)

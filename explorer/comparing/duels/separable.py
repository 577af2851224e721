"""A full convolution against a depthwise separable one (Howard et al. 2017, section 3.1)."""

from __future__ import annotations

from fractions import Fraction

from explorer.comparing.duels.record import Contender, Duel, Law, Preset, Setting, dial, over
from explorer.comparing.duels.terms import Factor, Figure, Term, marked, window
from explorer.layers import Conv
from explorer.spec import Series, Spec

SIDE = dial("side", "D_F", "height and width of the maps", 4, 224)
KERNEL = dial("kernel", "D_K", "size of the filter", 1, 11, 2)
CHANNELS = dial("channels", "M", "maps that come in", 8, 1024, 8)
OUT = dial("out", "N", "maps that go out", 8, 1024, 8)


def _full(s: Setting) -> Spec:
    return Series(conv=Conv(s["out"], s["kernel"], padding=s["kernel"] // 2, bias=False))


def _separable(s: Setting) -> Spec:
    maps, size = s["channels"], s["kernel"]
    return Series(
        depthwise=Conv(maps, size, padding=size // 2, groups=maps, bias=False),
        pointwise=Conv(s["out"], bias=False),
    )


def _places(s: Setting) -> tuple[Factor, Factor]:
    return Factor("D_F", s["side"]), Factor("D_F", s["side"])


def _full_terms(s: Setting) -> tuple[Term, ...]:
    fan_in = (*window(s["kernel"], "D_K"), Factor("M", s["channels"]))
    return (Term("the full convolution", ("conv",), _places(s), fan_in, (marked("N", s["out"]),)),)


def _separable_terms(s: Setting) -> tuple[Term, ...]:
    maps = Factor("M", s["channels"])
    return (
        Term("depthwise: each map by itself", ("depthwise",), _places(s), window(s["kernel"], "D_K"), (maps,)),
        Term("pointwise: 1×1 across the maps", ("pointwise",), _places(s), (maps,), (marked("N", s["out"]),), new=True),
    )


def _ratio(s: Setting, figure: Figure) -> Law:
    out, size = s["out"], s["kernel"]
    per_place = r" \cdot D_F \cdot D_F" if figure == "mult_adds" else ""
    return Law(
        rf"\frac{{D_K \cdot D_K \cdot M{per_place} + M \cdot N{per_place}}}{{D_K \cdot D_K \cdot M \cdot N{per_place}}}"
        r" = \frac{1}{N} + \frac{1}{D_K^2}",
        rf"\frac{{1}}{{{out}}} + \frac{{1}}{{{size}^2}}",
        Fraction(1, out) + Fraction(1, size * size),
    )


def _setting(side: int, channels: int, out: int, kernel: int = 3) -> Setting:
    return {"kernel": kernel, "channels": channels, "out": out, "side": side}


MOBILENET = "Howard et al. 2017, table 3; slides on MobileNet"

SEPARABLE = Duel(
    id="separable",
    title="Convolution against depthwise separable convolution",
    question="Where and what in one step, or first where, then what: why is MobileNet eight times cheaper?",
    lesson=(
        "A full filter looks at a window of all maps at once, and there are N of them. The separable one does this in "
        "two steps: a filter for each map by itself, then a 1×1 convolution that mixes the maps. A product has become "
        "a sum: D_K²·N turns into D_K² + N. With 3×3 filters the ratio can never fall below 1/9, however many maps; "
        "nearly all that is left is spent in the 1×1."
    ),
    source="Howard et al. 2017, section 3.1; Chollet 2016; slides on MobileNet",
    contenders=(
        Contender("full", "full convolution", _full, _full_terms),
        Contender("separable", "depthwise separable", _separable, _separable_terms),
    ),
    dials=(KERNEL, CHANNELS, OUT, SIDE),
    presets=(
        Preset(
            "mobilenet",
            "MobileNet, inner layer",
            _setting(14, 512, 512),
            MOBILENET,
            "The table prints 462 against 52.3 million mult-adds, and 2.36 against 0.27 million parameters.",
        ),
        Preset("narrow", "MobileNet, α = 0.75", _setting(14, 384, 384), MOBILENET, "The table prints 29.6 million."),
        Preset(
            "small",
            "MobileNet, α = 0.75, ρ = 0.714",
            _setting(10, 384, 384),
            MOBILENET,
            "The table prints 15.1 million.",
        ),
        Preset("first", "MobileNet, first block", _setting(112, 32, 64), "Howard et al. 2017, table 1"),
        Preset("last", "MobileNet, last block", _setting(7, 1024, 1024), "Howard et al. 2017, table 1"),
        Preset("xception", "Xception, middle flow", _setting(19, 728, 728), "Chollet 2016, figure 5"),
    ),
    sweeps=(over(KERNEL), over(OUT, fine=True), over(CHANNELS, fine=True), over(SIDE)),
    input_of=lambda s: (s["channels"], s["side"], s["side"]),
    ratio=_ratio,
)

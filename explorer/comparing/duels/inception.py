"""Inception: the naive module against the one with 1×1 bottlenecks (Szegedy et al. 2014, figure 2)."""

from __future__ import annotations

from fractions import Fraction

from explorer.blocks import inception, inception_naive
from explorer.comparing.duels.record import Contender, Duel, Law, Preset, Setting, dial, over
from explorer.comparing.duels.terms import Factor, Figure, Term, marked, plane, window
from explorer.spec import Spec

SIDE = dial("side", "H", "height and width of the maps", 4, 64)
CHANNELS = dial("channels", "C", "maps that come in", 16, 1024, 16)
ONE = dial("n1", "N_1", "filters 1×1", 8, 512, 8)
THREE = dial("n3", "N_3", "filters 3×3", 8, 512, 8)
FIVE = dial("n5", "N_5", "filters 5×5", 8, 256, 8)
BEFORE_THREE = dial("r3", "c_3", "width of the 1×1 before the 3×3", 8, 512, 8)
BEFORE_FIVE = dial("r5", "c_5", "width of the 1×1 before the 5×5", 8, 512, 8)
AFTER_POOL = dial("pooled", "P", "filters 1×1 behind the pooling", 8, 256, 8)
DIALS = (SIDE, CHANNELS, ONE, THREE, FIVE, BEFORE_THREE, BEFORE_FIVE, AFTER_POOL)

LECTURE = (28, 256, 128, 192, 96, 64, 64, 64)
GOOGLENET = {
    "3a": (28, 192, 64, 128, 32, 96, 16, 32),
    "3b": (28, 256, 128, 192, 96, 128, 32, 64),
    "4a": (14, 480, 192, 208, 48, 96, 16, 64),
    "4b": (14, 512, 160, 224, 64, 112, 24, 64),
    "4c": (14, 512, 128, 256, 64, 128, 24, 64),
    "4d": (14, 512, 112, 288, 64, 144, 32, 64),
    "4e": (14, 528, 256, 320, 128, 160, 32, 128),
    "5a": (7, 832, 256, 320, 128, 160, 32, 128),
    "5b": (7, 832, 384, 384, 128, 192, 48, 128),
}
"""The nine modules of GoogLeNet, table 1 of the paper, in the order of the dials."""


def _setting(values: tuple[int, ...]) -> Setting:
    return {each.name: value for each, value in zip(DIALS, values, strict=True)}


def _naive(s: Setting) -> Spec:
    return inception_naive(s["n1"], s["n3"], s["n5"])


def _bottleneck(s: Setting) -> Spec:
    return inception(s["n1"], s["r3"], s["n3"], s["r5"], s["n5"], s["pooled"])


def _naive_terms(s: Setting) -> tuple[Term, ...]:
    at, before = plane(s["side"]), marked("C", s["channels"])
    return (
        Term("1×1 branch", ("branch1.conv",), at, (Factor("C", s["channels"]),), (Factor("N_1", s["n1"]),), bias=True),
        Term("3×3 branch: 3×3", ("branch2.conv",), at, (*window(3), before), (Factor("N_3", s["n3"]),), bias=True),
        Term("5×5 branch: 5×5", ("branch3.conv",), at, (*window(5), before), (Factor("N_5", s["n5"]),), bias=True),
    )


def _bottleneck_terms(s: Setting) -> tuple[Term, ...]:
    at, maps = plane(s["side"]), (Factor("C", s["channels"]),)
    three, five = marked("c_3", s["r3"]), marked("c_5", s["r5"])
    n1, n3, n5 = (Factor(f"N_{n}", s[f"n{n}"]) for n in (1, 3, 5))
    return (
        Term("1×1 branch", ("branch1.conv",), at, maps, (n1,), bias=True),
        Term("3×3 branch: 1×1 before", ("branch2.0.conv",), at, maps, (three,), bias=True, new=True),
        Term("3×3 branch: 3×3", ("branch2.1.conv",), at, (*window(3), three), (n3,), bias=True),
        Term("5×5 branch: 1×1 before", ("branch3.0.conv",), at, maps, (five,), bias=True, new=True),
        Term("5×5 branch: 5×5", ("branch3.1.conv",), at, (*window(5), five), (n5,), bias=True),
        Term(
            "pooling branch: 1×1 behind", ("branch4.1.conv",), at, maps, (Factor("P", s["pooled"]),),
            bias=True, new=True,
        ),
    )  # fmt: skip


def _crossing(s: Setting, figure: Figure) -> Law | None:
    """Solve ``C·(9·N₃ + 25·N₅) = c·(2·C + 9·N₃ + 25·N₅) + C·P`` for the width ``c`` of both reductions."""
    if figure == "params":
        return None
    maps, pooled, wide = s["channels"], s["pooled"], 9 * s["n3"] + 25 * s["n5"]
    return Law(
        r"c^* = \frac{C \cdot (3^2 N_3 + 5^2 N_5 - P)}{2C + 3^2 N_3 + 5^2 N_5}",
        rf"\frac{{{maps} \cdot (9 \cdot {s['n3']} + 25 \cdot {s['n5']} - {pooled})}}"
        rf"{{2 \cdot {maps} + 9 \cdot {s['n3']} + 25 \cdot {s['n5']}}}",
        Fraction(maps * (wide - pooled), 2 * maps + wide),
    )


SLIDE = (
    "The slide prints 358 M for the module with bottlenecks. Its own list of six convolutions sums to 271,351,808: "
    "358,055,936 is that sum with the 3×3 (86,704,128) counted a second time. The 854 M of the naive module are right."
)
PRESETS = (
    Preset(
        "lecture",
        "Lecture: 28×28×256",
        _setting(LECTURE),
        "slides on GoogLeNet: 854 M operations against 358 M",
        SLIDE,
    ),
    *(
        Preset(f"inception{id}", f"GoogLeNet, module {id}", _setting(values), "Szegedy et al. 2014, table 1")
        for id, values in GOOGLENET.items()
    ),
)

INCEPTION = Duel(
    id="inception",
    title="Inception: naive against 1×1 bottlenecks",
    question="All filter sizes side by side: where do 854 million mult-adds go, and what does a 1×1 convolution save?",
    lesson=(
        "The 3×3 and 5×5 filters multiply everything that comes in: all C maps. A 1×1 convolution first projects these "
        "maps onto a few, and the large filters only see those. Look at the bars: the two long ones shrink, the new "
        "1×1 ones are short. The output is thinner too, as the pooling branch no longer hands on all maps. "
        "Make the reductions wider, and from the marked width on the bottleneck costs more than it saves."
    ),
    source="Szegedy et al. 2014, figure 2 and table 1; the lecture's slides on GoogLeNet",
    contenders=(
        Contender("naive", "naive", _naive, _naive_terms),
        Contender("bottleneck", "with 1×1 bottlenecks", _bottleneck, _bottleneck_terms),
    ),
    dials=DIALS,
    presets=PRESETS,
    sweeps=(
        over(BEFORE_THREE, BEFORE_FIVE, id="both", label="width of both 1×1 before the large filters", fine=True),
        over(BEFORE_THREE, fine=True),
        over(BEFORE_FIVE, fine=True),
        over(CHANNELS, fine=True),
        over(SIDE),
    ),
    input_of=lambda s: (s["channels"], s["side"], s["side"]),
    crossing=_crossing,
)

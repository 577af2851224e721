"""ResNeXt: more paths at the same cost (Xie et al. 2016)."""

from __future__ import annotations

from fractions import Fraction
from math import sqrt

from explorer.blocks import bottleneck
from explorer.comparing.duels.record import Contender, Duel, Law, Preset, Setting, Sweep, dial, over
from explorer.comparing.duels.residual import SIDE, bottleneck_terms
from explorer.comparing.duels.terms import Factor, Figure, Term, marked, plane, window
from explorer.spec import Spec

ENDS = dial("channels", "N", "maps that come in and go out", 64, 2048, 64)
CARDINALITY = dial("card", "C", "cardinality: paths side by side", 1, 64)
PATH = dial("path", "d", "width of one path", 1, 64)
STEPS = (1, 2, 4, 8, 16, 32, 64)


def _narrow(s: Setting) -> int:
    return s["channels"] // 4


def _paths(s: Setting) -> Spec:
    return bottleneck(s["card"] * s["path"], out_channels=s["channels"], groups=s["card"])


def _terms(s: Setting) -> tuple[Term, ...]:
    at, ends = plane(s["side"]), Factor("N", s["channels"])
    paths, width = marked("C", s["card"]), marked("d", s["path"])
    inside = Factor("Cd", s["card"] * s["path"])
    return (
        Term("1×1 that narrows", ("conv1", "bn1"), at, (ends,), (paths, width), norms=(inside,)),
        Term("3×3", ("conv2", "bn2"), at, (*window(3), width), (paths, width), norms=(inside,)),
        Term("1×1 that widens", ("conv3", "bn3"), at, (paths, width), (ends,), norms=(ends,)),
    )


def _one_path_terms(s: Setting) -> tuple[Term, ...]:
    return bottleneck_terms(s["side"], Factor("N", s["channels"]), marked(r"\tfrac{N}{4}", _narrow(s)))


def _ratio(s: Setting, figure: Figure) -> Law | None:
    if figure == "params":
        return None
    ends, paths, width, narrow = s["channels"], s["card"], s["path"], _narrow(s)
    return Law(
        r"\frac{C \cdot (N \cdot d + 3 \cdot 3 \cdot d \cdot d + d \cdot N)}{\frac{17}{16}\,N^2}",
        rf"\frac{{{paths} \cdot ({ends} \cdot {width} + 9 \cdot {width} \cdot {width} + {width} \cdot {ends})}}"
        rf"{{\frac{{17}}{{16}} \cdot {ends}^2}}",
        Fraction(paths * (2 * ends * width + 9 * width**2), 2 * ends * narrow + 9 * narrow**2),
    )


def equal_width(channels: int, cardinality: int) -> int:
    """Give the width of a path at which so many paths cost as much as ResNet's bottleneck, to the nearest whole.

    Solves ``C·(2·N·d + 9·d²) = 17/16·N²`` for d; the rule behind table 2 of the paper.

    >>> [equal_width(256, cardinality) for cardinality in (1, 2, 4, 8, 32)]
    [64, 40, 24, 14, 4]
    """
    budget = 17 / 16 * channels**2 / cardinality
    return max(1, round((sqrt(channels**2 + 9 * budget) - channels) / 9))


def _at_equal_cost(s: Setting, cardinality: int) -> Setting:
    return {**s, "card": cardinality, "path": equal_width(s["channels"], cardinality)}


def _on_equal_cost(s: Setting) -> int | None:
    return s["card"] if s["path"] == equal_width(s["channels"], s["card"]) else None


EQUAL_COST = Sweep(
    "equal", "cardinality, the paths narrowed to keep the cost", STEPS, _at_equal_cost, _on_equal_cost, level=True
)


def _setting(card: int, path: int, channels: int = 256, side: int = 56) -> Setting:
    return {"card": card, "path": path, "channels": channels, "side": side}


TABLE_2 = "Xie et al. 2016, table 2"

RESNEXT = Duel(
    id="resnext",
    title="ResNeXt: more paths at the same cost",
    question="Many thin paths instead of one wide one: what stays, and what grows?",
    lesson=(
        "Split the 3×3 into C groups of d maps, and choose d so that the cost stays: about 70,000 weights for 256 "
        "maps. The 3×3 gets cheaper as each of its filters sees only d maps, and what is saved buys width: 64 maps "
        "inside become 128 at 32×4. So one number is left to choose, the cardinality C. The paper finds that more "
        "paths are worth more than more depth or width."
    ),
    source="Xie et al. 2016, figure 3 and table 2",
    contenders=(
        Contender(
            "one", "ResNet: one path", lambda s: bottleneck(_narrow(s), out_channels=s["channels"]), _one_path_terms
        ),
        Contender("paths", "ResNeXt: C paths of width d", _paths, _terms),
    ),
    dials=(CARDINALITY, PATH, ENDS, SIDE),
    presets=(
        Preset("c32", "32×4, second stage", _setting(32, 4), TABLE_2, "The paper counts about 70 thousand weights."),
        Preset("c1", "1×64", _setting(1, 64), TABLE_2),
        Preset("c2", "2×40", _setting(2, 40), TABLE_2),
        Preset("c4", "4×24", _setting(4, 24), TABLE_2),
        Preset("c8", "8×14", _setting(8, 14), TABLE_2),
        Preset("stage3", "ResNeXt-50, third stage", _setting(32, 8, 512, 28), "Xie et al. 2016, table 1"),
        Preset("stage4", "ResNeXt-50, fourth stage", _setting(32, 16, 1024, 14), "Xie et al. 2016, table 1"),
        Preset("stage5", "ResNeXt-50, fifth stage", _setting(32, 32, 2048, 7), "Xie et al. 2016, table 1"),
    ),
    sweeps=(EQUAL_COST, over(CARDINALITY), over(PATH), over(SIDE)),
    input_of=lambda s: (s["channels"], s["side"], s["side"]),
    figure="weights",
    ratio=_ratio,
)

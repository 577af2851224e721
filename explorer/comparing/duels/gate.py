"""What a squeeze-and-excitation gate adds to a bottleneck block (Hu et al. 2018)."""

from __future__ import annotations

from fractions import Fraction

from explorer.blocks import bottleneck, squeeze_excitation
from explorer.comparing.duels.record import Contender, Duel, Law, Preset, Setting, dial, over, scale
from explorer.comparing.duels.residual import bottleneck_terms
from explorer.comparing.duels.terms import Factor, Figure, Term, marked
from explorer.spec import Spec

SIDE = dial("side", "H", "height and width of the maps", 4, 112)
CHANNELS = dial("channels", "C", "maps that come in and go out", 64, 2048, 64)
SQUEEZE = scale("squeeze", "r", "reduction: how much the gate squeezes", 1, 2, 4, 8, 16, 32, 64)


def _plain(s: Setting) -> Spec:
    return bottleneck(s["channels"] // 4, out_channels=s["channels"])


def _gated(s: Setting) -> Spec:
    maps = s["channels"]
    return bottleneck(maps // 4, out_channels=maps, gate=squeeze_excitation(maps, maps // s["squeeze"]))


def _plain_terms(s: Setting) -> tuple[Term, ...]:
    return bottleneck_terms(s["side"], Factor("C", s["channels"]), Factor(r"\tfrac{C}{4}", s["channels"] // 4))


def _gated_terms(s: Setting) -> tuple[Term, ...]:
    maps, few = Factor("C", s["channels"]), marked(r"\tfrac{C}{r}", s["channels"] // s["squeeze"])
    return (
        *_plain_terms(s),
        Term("gate: squeeze", ("se.fc1",), (), (maps,), (few,), bias=True, new=True),
        Term("gate: excite", ("se.fc2",), (), (few,), (maps,), bias=True, new=True),
    )


def _ratio(s: Setting, figure: Figure) -> Law | None:
    if figure == "params":
        return None
    squeeze, side = s["squeeze"], s["side"]
    uses = r" \cdot H \cdot W" if figure == "mult_adds" else ""
    numbers = rf" \cdot {side} \cdot {side}" if figure == "mult_adds" else ""
    positions = side * side if figure == "mult_adds" else 1
    return Law(
        rf"1 + \frac{{2 \cdot C \cdot \frac{{C}}{{r}}}}{{\frac{{17}}{{16}}\,C^2{uses}}}"
        rf" = 1 + \frac{{32}}{{17 \cdot r{uses}}}",
        rf"1 + \frac{{32}}{{17 \cdot {squeeze}{numbers}}}",
        1 + Fraction(32, 17 * squeeze * positions),
    )


def _setting(side: int, channels: int, squeeze: int = 16) -> Setting:
    return {"squeeze": squeeze, "channels": channels, "side": side}


STAGES = {2: (56, 256), 3: (28, 512), 4: (14, 1024), 5: (7, 2048)}
RATIOS = (2, 4, 8, 32)

GATE = Duel(
    id="gate",
    title="Squeeze-and-excitation: what the gate costs",
    question="A gate that weighs every map: how much does it add, and how does that depend on r?",
    lesson=(
        "The gate looks at one number per map, the mean, so that its two layers run once per image and not once per "
        "position: hardly any mult-adds. Its weights count in full, 2·C²/r per block, and most of them sit in the last "
        "stage, where C is largest: about a tenth more parameters for ResNet-50 with r = 16. Doubling r halves it."
    ),
    source="Hu et al. 2018, equations 2 to 4, section 4 and table 10",
    contenders=(
        Contender("plain", "bottleneck", _plain, _plain_terms),
        Contender("gated", "bottleneck with SE gate", _gated, _gated_terms),
    ),
    dials=(SQUEEZE, CHANNELS, SIDE),
    presets=(
        *(
            Preset(f"stage{n}", f"SE-ResNet-50, stage {n}, r = 16", _setting(*stage), "Hu et al. 2018, table 1")
            for n, stage in reversed(STAGES.items())
        ),
        *(Preset(f"r{r}", f"stage 5, r = {r}", _setting(*STAGES[5], r), "Hu et al. 2018, table 10") for r in RATIOS),
    ),
    sweeps=(over(SQUEEZE), over(CHANNELS), over(SIDE)),
    input_of=lambda s: (s["channels"], s["side"], s["side"]),
    figure="weights",
    ratio=_ratio,
)

"""DenseNet's staircase: every layer reads all maps before it, with and without the 1×1 that narrows them."""

from __future__ import annotations

from fractions import Fraction

from explorer.blocks import dense_layer
from explorer.comparing.duels.record import Contender, Duel, Law, Preset, Setting, dial, over
from explorer.comparing.duels.terms import Factor, Figure, Term, marked, plane, window
from explorer.spec import Series, Spec

SIDE = dial("side", "H", "height and width of the maps", 4, 112)
START = dial("start", "k_0", "maps that come in", 8, 512, 8)
GROWTH = dial("growth", "k", "growth rate: maps that a layer adds", 4, 64, 4)
LAYERS = dial("layers", "L", "layers of the block", 1, 32)


def _block(bottleneck: bool, s: Setting) -> Spec:
    layers = {f"layer{n}": dense_layer(s["growth"], bottleneck) for n in range(1, s["layers"] + 1)}
    return Series(**layers)


def _read(s: Setting, number: int) -> Factor:
    """Give what layer ``number`` reads: the maps that came in, and those of the layers before it."""
    before = number - 1
    symbol = {0: "k_0", 1: "(k_0 + k)"}.get(before, f"(k_0 + {before}k)")
    return marked(symbol, s["start"] + before * s["growth"])


def _plain_terms(s: Setting) -> tuple[Term, ...]:
    growth = (Factor("k", s["growth"]),)
    found = []
    for n in range(1, s["layers"] + 1):
        nodes, read = (f"layer{n}.conv1", f"layer{n}.norm1"), _read(s, n)
        fan_in = (*window(3), read)
        found.append(Term("layer {n}: 3×3", nodes, plane(s["side"]), fan_in, growth, norms=(read,), number=n))
    return tuple(found)


def _narrow_terms(s: Setting) -> tuple[Term, ...]:
    at, growth, four = plane(s["side"]), Factor("k", s["growth"]), Factor("4k", 4 * s["growth"])
    found = []
    for n in range(1, s["layers"] + 1):
        first, second = ((f"layer{n}.conv{i}", f"layer{n}.norm{i}") for i in (1, 2))
        read = _read(s, n)
        found += [
            Term("layer {n}: 1×1 that narrows", first, at, (read,), (four,), norms=(read,), new=True, number=n),
            Term("layer {n}: 3×3", second, at, (*window(3), four), (growth,), norms=(four,), number=n),
        ]
    return tuple(found)


def _crossing(s: Setting, figure: Figure) -> Law | None:
    """Solve ``Σ 9·(k₀ + k·l)·k = Σ 4·k·(k₀ + k·l) + 36·k²`` over ``l = 0 … L − 1`` for the number L of layers."""
    if figure == "params":
        return None
    start, growth = s["start"], s["growth"]
    return Law(
        r"L^* = 1 + 2 \cdot \left(\frac{36}{5} - \frac{k_0}{k}\right)",
        rf"1 + 2 \cdot \left(7.2 - \frac{{{start}}}{{{growth}}}\right)",
        Fraction(77, 5) - Fraction(2 * start, growth),
    )


def _setting(start: int, growth: int, layers: int, side: int) -> Setting:
    return {"start": start, "growth": growth, "layers": layers, "side": side}


TABLE_1 = "Huang et al. 2016, table 1"

STAIRCASE = Duel(
    id="dense",
    title="DenseNet: the staircase, with and without bottlenecks",
    question="Each layer reads all maps before it. What does that cost, and when does a 1×1 pay?",
    lesson=(
        "Concatenation keeps everything: layer l + 1 reads k₀ + k·l maps, a staircase with steps of k. So each 3×3 is "
        "dearer than the one before. With a bottleneck a 1×1 climbs the stairs, at 4k weights per map instead of 9k, "
        "and the 3×3 always reads 4k maps: its bars are level. For the first layers this is a loss: they read few maps "
        "anyway. It pays once a layer reads more than 7.2·k maps, and for the block as a whole from the marked number "
        "of layers on."
    ),
    source="Huang et al. 2016, section 3 and table 1; slides on DenseNet: input of layer l + 1 = k₀ + k·l",
    contenders=(
        Contender("plain", "3×3 alone", lambda s: _block(False, s), _plain_terms),
        Contender("narrow", "1×1 to 4k maps, then 3×3", lambda s: _block(True, s), _narrow_terms),
    ),
    dials=(START, GROWTH, LAYERS, SIDE),
    presets=(
        Preset("block1", "DenseNet-121, first block", _setting(64, 32, 6, 56), TABLE_1),
        Preset("block2", "DenseNet-121, second block", _setting(128, 32, 12, 28), TABLE_1),
        Preset("block3", "DenseNet-121, third block", _setting(256, 32, 24, 14), TABLE_1),
        Preset("block4", "DenseNet-121, fourth block", _setting(512, 32, 16, 7), TABLE_1),
        Preset("cifar", "DenseNet-40 for CIFAR, first block", _setting(16, 12, 12, 32), "Huang et al. 2016, section 3"),
    ),
    sweeps=(over(LAYERS), over(GROWTH), over(START), over(SIDE)),
    input_of=lambda s: (s["start"], s["side"], s["side"]),
    climbs=True,
    crossing=_crossing,
)

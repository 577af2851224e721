"""Large filters against chains of small ones: 5×5 and 7×7 against 3×3, n×n against 1×n and n×1."""

from __future__ import annotations

from fractions import Fraction
from math import sqrt

from explorer.comparing.duels.record import Contender, Duel, Law, Preset, Setting, dial, over
from explorer.comparing.duels.terms import Factor, Figure, Term, marked, plane
from explorer.layers import Conv, Layer, ReLU
from explorer.shapes import Shape, Size
from explorer.spec import Series, Spec

SIDE = dial("side", "H", "height and width of the maps", 4, 112)
CHANNELS = dial("channels", "C", "maps that come in and go out", 8, 512, 8)
BETWEEN = dial("between", "m", "maps between the small filters", 8, 1024, 8)
SIZE = dial("kernel", "n", "size of the large filter", 1, 11, 2)


def _chain(*convolutions: Conv) -> Series:
    """Put a ReLU behind each convolution."""
    layers: dict[str, Layer] = {}
    for number, each in enumerate(convolutions, 1):
        layers |= {f"conv{number}": each, f"relu{number}": ReLU()}
    return Series(**layers)


def _same(out_channels: int, kernel_size: Size) -> Conv:
    """Give a convolution without bias that keeps the size of the map."""
    sizes = kernel_size if isinstance(kernel_size, tuple) else (kernel_size, kernel_size)
    return Conv(out_channels, kernel_size, padding=tuple(size // 2 for size in sizes), bias=False)


def _input(s: Setting) -> Shape:
    return s["channels"], s["side"], s["side"]


def _large(size: int) -> Contender:
    def terms(s: Setting) -> tuple[Term, ...]:
        maps = Factor("C", s["channels"])
        filter_ = tuple(marked(str(size), size) for _axis in range(2))
        return (Term("the one filter", ("conv1",), plane(s["side"]), (*filter_, maps), (maps,)),)

    return Contender("one", f"one {size}×{size}", lambda s: _chain(_same(s["channels"], size)), terms)


def _small(count: int, name: str) -> Contender:
    def make(s: Setting) -> Spec:
        return _chain(*(_same(s["between"], 3) for _layer in range(count - 1)), _same(s["channels"], 3))

    def terms(s: Setting) -> tuple[Term, ...]:
        ends, inside = Factor("C", s["channels"]), Factor("m", s["between"])
        widths = (ends, *(inside for _layer in range(count - 1)), ends)
        three = (marked("3", 3), marked("3", 3))
        return tuple(
            Term("3×3 number {n}", (f"conv{n}",), plane(s["side"]), (*three, widths[n - 1]), (widths[n],), number=n)
            for n in range(1, count + 1)
        )

    return Contender("chain", name, make, terms)


def _setting(side: int, channels: int) -> Setting:
    return {"side": side, "channels": channels, "between": channels}


def _presets(lecture: str, note: str) -> tuple[Preset, ...]:
    return (
        Preset("c64", "64 maps, 28×28", _setting(28, 64), lecture, note),
        Preset("c256", "256 maps, 28×28", _setting(28, 256), lecture, note),
        Preset("vgg2", "VGG16, second stage", _setting(112, 128), "Simonyan & Zisserman 2014, table 1"),
        Preset("vgg4", "VGG16, fourth stage", _setting(28, 512), "Simonyan & Zisserman 2014, table 1"),
    )


def _five_ratio(s: Setting, figure: Figure) -> Law:
    maps, between = s["channels"], s["between"]
    return Law(
        r"\frac{2 \cdot (3 \cdot 3) \cdot C \cdot m}{(5 \cdot 5) \cdot C \cdot C}",
        rf"\frac{{2 \cdot 9 \cdot {maps} \cdot {between}}}{{25 \cdot {maps} \cdot {maps}}}",
        Fraction(18 * between, 25 * maps),
    )


def _five_crossing(s: Setting, figure: Figure) -> Law:
    maps = s["channels"]
    return Law(r"m^* = \frac{5^2}{2 \cdot 3^2}\,C", rf"\frac{{25}}{{18}} \cdot {maps}", Fraction(25 * maps, 18))


def _seven_ratio(s: Setting, figure: Figure) -> Law:
    maps, between = s["channels"], s["between"]
    return Law(
        r"\frac{(3 \cdot 3) \cdot (C \cdot m + m \cdot m + m \cdot C)}{(7 \cdot 7) \cdot C \cdot C}",
        rf"\frac{{9 \cdot ({maps} \cdot {between} + {between} \cdot {between} + {between} \cdot {maps})}}"
        rf"{{49 \cdot {maps} \cdot {maps}}}",
        Fraction(9 * (2 * maps * between + between * between), 49 * maps * maps),
    )


def _seven_crossing(s: Setting, figure: Figure) -> Law:
    """Solve ``9·(m² + 2·C·m) = 49·C²`` for the width ``m`` between the filters."""
    maps = s["channels"]
    return Law(
        r"m^* = \left(\frac{\sqrt{58}}{3} - 1\right) C",
        rf"\left(\frac{{\sqrt{{58}}}}{{3}} - 1\right) \cdot {maps}",
        (sqrt(58) / 3 - 1) * maps,
    )


FIVE = Duel(
    id="five",
    title="5×5 against two 3×3",
    question="Two small filters see as far as one large one. What do they cost?",
    lesson=(
        "Both see 5×5 pixels: the second 3×3 looks at three positions of a map whose every position has already seen "
        "three. Two times 9 weights instead of 25, for each pair of maps: 28 % less, and one more ReLU, so a more "
        "flexible function. The saving depends on the maps between the two: keep them as many as come in, and widen "
        "them to see the saving go."
    ),
    source="Simonyan & Zisserman 2014, section 2.3; Szegedy et al. 2015, section 3.1 and figure 1",
    contenders=(_large(5), _small(2, "two 3×3")),
    dials=(SIDE, CHANNELS, BETWEEN),
    presets=_presets(
        "slides on VGG: 18 K against 25 K weights", "The slide's K is a number of channels: (3·3·K)·2 = 18 K."
    ),
    sweeps=(over(BETWEEN, fine=True), over(CHANNELS, fine=True), over(SIDE)),
    input_of=_input,
    ratio=_five_ratio,
    crossing=_five_crossing,
)

SEVEN = Duel(
    id="seven",
    title="7×7 against three 3×3",
    question="Three 3×3 filters have the receptive field of one 7×7. How many parameters are saved?",
    lesson=(
        "Each 3×3 adds two pixels to the receptive field: 3, 5, 7. Three times 9 weights against 49 for each pair of "
        "maps: 45 % less, with three ReLUs instead of one. This is the idea of VGG: nothing but 3×3. The price is not "
        "in the table of weights but in that of neurons: every layer of the chain has a map to keep."
    ),
    source="Simonyan & Zisserman 2014, section 2.3",
    contenders=(_large(7), _small(3, "three 3×3")),
    dials=(SIDE, CHANNELS, BETWEEN),
    presets=_presets(
        "slides on VGG: 3(3²C²) against 7²C², a saving of 45 %", "The slide's 45 %: 1 − 27/49 = 44.9 %, for any C."
    ),
    sweeps=(over(BETWEEN, fine=True), over(CHANNELS, fine=True), over(SIDE)),
    input_of=_input,
    figure="weights",
    ratio=_seven_ratio,
    crossing=_seven_crossing,
)


def _square_terms(s: Setting) -> tuple[Term, ...]:
    maps = Factor("C", s["channels"])
    filter_ = (marked("n", s["kernel"]), marked("n", s["kernel"]))
    return (Term("the one filter", ("conv1",), plane(s["side"]), (*filter_, maps), (maps,)),)


def _split_terms(s: Setting) -> tuple[Term, ...]:
    at, maps, between = plane(s["side"]), Factor("C", s["channels"]), Factor("m", s["between"])
    one, size = Factor("1", 1), marked("n", s["kernel"])
    return (
        Term("1×n: along the row", ("conv1",), at, (one, size, maps), (between,)),
        Term("n×1: along the column", ("conv2",), at, (size, one, between), (maps,), new=True),
    )


def _split(s: Setting) -> Spec:
    size = s["kernel"]
    return _chain(_same(s["between"], (1, size)), _same(s["channels"], (size, 1)))


def _split_ratio(s: Setting, figure: Figure) -> Law:
    maps, between, size = s["channels"], s["between"], s["kernel"]
    return Law(
        r"\frac{n \cdot C \cdot m + n \cdot m \cdot C}{n^2 \cdot C^2} = \frac{2}{n} \cdot \frac{m}{C}",
        rf"\frac{{2}}{{{size}}} \cdot \frac{{{between}}}{{{maps}}}",
        Fraction(2 * between, size * maps),
    )


def _split_crossing(s: Setting, figure: Figure) -> Law:
    maps, between = s["channels"], s["between"]
    return Law(r"n^* = 2 \cdot \frac{m}{C}", rf"2 \cdot \frac{{{between}}}{{{maps}}}", Fraction(2 * between, maps))


def _split_setting(side: int, channels: int, size: int) -> Setting:
    return {**_setting(side, channels), "kernel": size}


SPLIT = Duel(
    id="split",
    title="n×n against 1×n and n×1",
    question="A square filter as a row and a column: what does the detour save?",
    lesson=(
        "A row of n weights and a column of n weights look at the same n×n pixels. The square grows with n², the pair "
        "with 2n: the larger the filter, the more is saved. For 3×3 a third goes, for 7×7 more than two thirds. "
        "What is lost: only filters that are a product of a column and a row are exact; the ReLU between them makes up "
        "for some of it."
    ),
    source="Szegedy et al. 2015, section 3.2 and figure 6",
    contenders=(
        Contender("square", "one n×n", lambda s: _chain(_same(s["channels"], s["kernel"])), _square_terms),
        Contender("pair", "1×n, then n×1", _split, _split_terms),
    ),
    dials=(SIZE, SIDE, CHANNELS, BETWEEN),
    presets=(
        Preset("n3", "3×3, 64 maps", _split_setting(28, 64, 3), "slides on Inception: n×n as n×1 and 1×n"),
        Preset("n5", "5×5, 64 maps", _split_setting(28, 64, 5), "slides on Inception: n×n as n×1 and 1×n"),
        Preset("n7", "7×7, 64 maps", _split_setting(28, 64, 7), "slides on Inception: n×n as n×1 and 1×n"),
        Preset("v3", "Inception-v3, 17×17, 192 maps", _split_setting(17, 192, 7), "Szegedy et al. 2015, figure 6"),
    ),
    sweeps=(over(SIZE), over(BETWEEN, fine=True), over(CHANNELS, fine=True)),
    input_of=_input,
    ratio=_split_ratio,
    crossing=_split_crossing,
)

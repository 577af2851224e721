"""Fully connected against convolution: what sharing the weights saves."""

from __future__ import annotations

from fractions import Fraction

from explorer.comparing.duels.record import Contender, Duel, Law, Preset, Setting, dial, over
from explorer.comparing.duels.terms import Factor, Figure, Term, marked, window
from explorer.layers import Conv, Flatten, Linear
from explorer.spec import Series, Spec

SIDE = dial("side", "H", "height and width of the input", 4, 64)
CHANNELS = dial("channels", "C", "maps that come in", 1, 512)
KERNEL = dial("kernel", "F", "size of the filter", 1, 32)
OUT = dial("out", "K", "filters", 1, 4096)


def _left(s: Setting) -> int:
    """Count the positions of the filter along an axis, without padding."""
    return s["side"] - s["kernel"] + 1


def _conv(s: Setting) -> Spec:
    return Series(conv=Conv(s["out"], s["kernel"]))


def _dense(s: Setting) -> Spec:
    return Series(flatten=Flatten(), fc=Linear(_left(s) ** 2 * s["out"]))


def _dense_terms(s: Setting) -> tuple[Term, ...]:
    everything = (marked("H", s["side"]), marked("W", s["side"]), Factor("C", s["channels"]))
    neurons = (marked("H'", _left(s)), marked("W'", _left(s)), Factor("K", s["out"]))
    return (Term("every neuron sees everything", ("fc",), (), everything, neurons, bias=True),)


def _conv_terms(s: Setting) -> tuple[Term, ...]:
    places = Factor("H'", _left(s)), Factor("W'", _left(s))
    fan_in = (*(marked(f.symbol, f.value) for f in window(s["kernel"], "F")), Factor("C", s["channels"]))
    return (Term("one filter for all positions", ("conv",), places, fan_in, (Factor("K", s["out"]),), bias=True),)


def _ratio(s: Setting, figure: Figure) -> Law:
    side, maps, size, left = s["side"], s["channels"], s["kernel"], _left(s)
    if figure == "mult_adds":
        return Law(
            r"\frac{F \cdot F \cdot C}{H \cdot W \cdot C}",
            rf"\frac{{{size} \cdot {size}}}{{{side} \cdot {side}}}",
            Fraction(size**2, side**2),
        )
    bias = int(figure == "params")
    plus = " + 1" if bias else ""
    return Law(
        rf"\frac{{(F \cdot F \cdot C{plus}) \cdot K}}{{(H \cdot W \cdot C{plus}) \cdot H' \cdot W' \cdot K}}",
        rf"\frac{{{size} \cdot {size} \cdot {maps}{plus}}}"
        rf"{{({side} \cdot {side} \cdot {maps}{plus}) \cdot {left} \cdot {left}}}",
        Fraction(size**2 * maps + bias, (side**2 * maps + bias) * left**2),
    )


def _check(s: Setting) -> str:
    if s["kernel"] > s["side"]:
        return f"the filter is {s['kernel']}×{s['kernel']}; allowed: at most the input's {s['side']}×{s['side']}"
    return ""


def _setting(side: int, channels: int, kernel: int, out: int) -> Setting:
    return {"side": side, "channels": channels, "kernel": kernel, "out": out}


SHARING = Duel(
    id="sharing",
    title="Fully connected against convolution",
    question="And how many parameters if it were fully connected?",
    lesson=(
        "Both give the same number of neurons. In the fully connected layer each of them has a weight of its own for "
        "every value of the input; in the convolution it sees a small window, and all neurons of a map share one "
        "filter. Few connections, and shared: that is where the factor comes from. Make the filter as large as the "
        "input, and there is one position left and nothing to share: both are the same layer, as in VGG16's FC6."
    ),
    source="slides on convolution: sharing of parameters",
    contenders=(
        Contender("dense", "fully connected", _dense, _dense_terms),
        Contender("conv", "convolution", _conv, _conv_terms),
    ),
    dials=(SIDE, CHANNELS, KERNEL, OUT),
    presets=(
        Preset(
            "lecture",
            "Lecture: 32×32×3",
            _setting(32, 3, 5, 8),
            "slides on convolution: (5·5·3 + 1)·8 against 28·28·8·(32·32·3 + 1)",
            "The slide calls its 608 filters; they are 608 parameters, of 8 filters.",
        ),
        Preset("mnist", "MNIST, 28×28×1", _setting(28, 1, 5, 6), "slides on MNIST and LeNet-5"),
        Preset("lenet", "LeNet-5, C1", _setting(32, 1, 5, 6), "LeCun et al. 1998, section II.B"),
        Preset(
            "c5",
            "LeNet-5, C5",
            _setting(5, 16, 5, 120),
            "LeCun et al. 1998, section II.B",
            "The filter is as large as its input: the convolution is a fully connected layer.",
        ),
        Preset(
            "fc6",
            "VGG16, FC6",
            _setting(7, 512, 7, 4096),
            "slides on VGG16: 7·7·512·4096 = 102,760,448",
            "The filter is as large as its input: the convolution is a fully connected layer.",
        ),
    ),
    sweeps=(over(KERNEL), over(SIDE), over(CHANNELS), over(OUT)),
    input_of=lambda s: (s["channels"], s["side"], s["side"]),
    figure="params",
    ratio=_ratio,
    check=_check,
)

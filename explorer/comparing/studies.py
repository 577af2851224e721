"""The families whose scaling is studied, each with the law that its paper states or implies."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import partial
from math import log, prod, sqrt

from explorer.comparing.scaling import Axis, Law, Setting, Study
from explorer.zoo import Architecture, Value, get
from explorer.zoo.efficientnet import COEFFICIENTS
from explorer.zoo.resnet_cifar import resnet_cifar

CIFAR_DEPTHS = (8, 14, 20, 32, 44, 56, 80, 110, 164, 218, 302, 404, 602, 902, 1202)
NAMED_DEPTHS = (20, 32, 44, 56, 110, 1202)
GAMMA = 1.15


def _number(setting: Setting, name: str) -> float:
    value = setting[name]
    assert isinstance(value, int | float)
    return float(value)


def _power(formula: str, **exponents: float) -> Law:
    """Give a law that is a product of powers of knobs."""

    def growth(setting: Setting) -> float:
        return float(prod(_number(setting, name) ** exponent for name, exponent in exponents.items()))

    return Law(formula, growth)


def _zoo(id: str, **whole: type[int]) -> Callable[[Setting], Architecture]:
    """Take a network from the zoo at a setting; the knobs named are whole numbers."""

    def network(setting: Setting) -> Architecture:
        turned: dict[str, Value] = {name: int(value) if name in whole else value for name, value in setting.items()}
        return get(id, **turned)

    return network


MOBILENET = Study(
    id="mobilenet",
    name="MobileNet α × ρ",
    words="The width multiplier α thins every layer, the resolution multiplier ρ shrinks every map. Mult-adds fall by "
    "about α²ρ², parameters by about α² alone. Depthwise convolutions and the stem shrink with α only once, and the "
    "sides of the input go in steps of 32 pixels: the real networks lie a little off the law.",
    source="Howard et al. 2017 (MobileNets), equation 7, tables 6 and 7",
    along=(
        Axis("alpha", "α", "width multiplier α", tuple(n / 20 for n in range(5, 21)), 1.0, 0.05, log=True),
        Axis(
            "rho", "ρ", "resolution multiplier ρ", tuple(side / 224 for side in range(96, 225, 32)), 1.0, 0.01, log=True
        ),
    ),
    network=_zoo("mobilenet_v1"),
    laws={
        "mult_adds": _power(r"\text{mult-adds} \approx \alpha^2 \rho^2 \cdot M_{1,1}", alpha=2, rho=2),
        "params": _power(r"\text{parameters} \approx \alpha^2 \cdot P_1", alpha=2),
    },
    base={"alpha": 1.0, "rho": 1.0},
    grid=((0.25, 0.5, 0.75, 1.0), tuple(side / 224 for side in (224, 192, 160, 128))),
)


def _compound(formula: str, *exponents: int) -> Law:
    """Give the law of equation 3: a product of powers of α, β and γ, to the power φ."""
    names = ("alpha", "beta", "gamma")

    def base(setting: Setting) -> float:
        return prod(_number(setting, name) ** n for name, n in zip(names, exponents, strict=True))

    def written(setting: Setting) -> str:
        """Write the product with its numbers."""
        factors = [(f"{_number(setting, name):.4g}", n) for name, n in zip(names, exponents, strict=True) if n]
        product = r" \cdot ".join(value + (f"^{n}" if n > 1 else "") for value, n in factors)
        phi = f"{{{_number(setting, 'phi'):g}}}"
        return f"({product})^{phi} = {base(setting):.4g}^{phi}"

    return Law(formula, lambda setting: float(base(setting) ** _number(setting, "phi")), written)


EFFICIENTNET = Study(
    id="efficientnet",
    name="EfficientNet φ",
    words=r"Compound scaling deepens B0 by $\alpha^\varphi$, widens it by $\beta^\varphi$ and sharpens its input by "
    r"$\gamma^\varphi$. The paper wants "
    "α·β²·γ² ≈ 2, so that each step of φ doubles the mult-adds; with the published 1.2, 1.1 and 1.15 the product is "
    "1.2 · 1.21 · 1.3225 = 1.92. Widths are rounded to multiples of 8 and depths up to whole blocks: the real cost "
    "goes in steps. B1 to B7 stand at the φ of their resolution; their rounded coefficients leave the formula.",
    source="Tan & Le 2019 (EfficientNet), equations 2 and 3, table 2",
    along=(Axis("phi", "φ", "compound coefficient φ", tuple(n / 4 for n in range(31)), 1.0, 0.05),),
    others=(
        Axis("alpha", "α", r"depth is $\alpha^\varphi$", (1.0, 2.0), 1.2, 0.01),
        Axis("beta", "β", r"width is $\beta^\varphi$", (1.0, 1.4), 1.1, 0.01),
        Axis("gamma", "γ", r"resolution is $\gamma^\varphi$", (1.0, 1.4), GAMMA, 0.01),
    ),
    network=_zoo("efficientnet"),
    laws={
        "mult_adds": _compound(r"\text{mult-adds} \approx (\alpha\,\beta^2\gamma^2)^{\varphi} \cdot M_0", 1, 2, 2),
        "params": _compound(r"\text{parameters} \approx (\alpha\,\beta^2)^{\varphi} \cdot P_0", 1, 2, 0),
    },
    base={"phi": 0.0},
    marks=tuple(
        (get(f"efficientnet_{variant}"), {"phi": log(side / 224) / log(GAMMA)})
        for variant, (_width, _depth, side, _dropout, _eps) in COEFFICIENTS.items()
    ),
)

WIDE_RESNET = Study(
    id="wrn",
    name="Wide ResNet depth × width",
    words="A layer more adds its cost once; a widening factor k multiplies input and output channels of every "
    "convolution, and so the cost by k². WRN-40-4 has about the parameters of a thin network of 1,001 layers.",
    source="Zagoruyko & Komodakis 2016 (WRN), table 1",
    along=(
        Axis("depth", "N", "convolutions N, 6n + 4", tuple(range(10, 101, 6)), 40, 6, log=True),
        Axis("k", "k", "widening factor k", (1, 2, 4, 8, 10, 12), 4, 1, log=True),
    ),
    network=_zoo("wrn", depth=int, k=int),
    laws={
        "mult_adds": Law(
            r"\text{mult-adds} \approx \frac{N-4}{36}\,\frac{k^2}{16} \cdot M_{40,4}",
            lambda s: (_number(s, "depth") - 4) * _number(s, "k") ** 2,
        ),
        "params": Law(
            r"\text{parameters} \approx \frac{N-4}{36}\,\frac{k^2}{16} \cdot P_{40,4}",
            lambda s: (_number(s, "depth") - 4) * _number(s, "k") ** 2,
        ),
    },
    base={"depth": 40, "k": 4},
    grid=((16, 22, 28, 34, 40), (1, 2, 4, 8, 10, 12)),
)


def _cifar(setting: Setting) -> Architecture:
    depth = int(_number(setting, "depth"))
    if depth in NAMED_DEPTHS:
        return get(f"resnet{depth}")
    return replace(
        get("resnet20"), id="resnet_cifar", name=f"ResNet-{depth} (CIFAR)", build=partial(resnet_cifar, depth)
    )


RESNET_CIFAR = Study(
    id="resnet_cifar",
    name="ResNet depth (CIFAR)",
    words="Every block costs the same mult-adds: where the maps halve their sides the filters double. Cost grows in "
    "proportion to the depth, and the deepest network is not the best one: 1,202 layers test worse than 110.",
    source="He et al. 2015 (ResNet), section 4.2, table 6",
    along=(Axis("depth", "D", "layers D, 6n + 2", CIFAR_DEPTHS, 56, 6, log=True),),
    network=_cifar,
    laws={
        "mult_adds": Law(r"\text{mult-adds} \approx \frac{D-2}{18} \cdot M_{20}", lambda s: _number(s, "depth") - 2),
        "params": Law(r"\text{parameters} \approx \frac{D-2}{18} \cdot P_{20}", lambda s: _number(s, "depth") - 2),
    },
    base={"depth": 20},
)

RESNET = Study(
    id="resnet",
    name="ResNet depth (ImageNet)",
    words="From 50 layers on, the blocks are bottlenecks, each of three layers. Here too every block but the first of "
    "a stage costs the same mult-adds; the parameters depend on the stage that grows, mostly the third.",
    source="He et al. 2015 (ResNet), table 1",
    along=(Axis("depth", "D", "layers D", (18, 34, 50, 101, 152), 50, log=True),),
    network=lambda setting: get(f"resnet{int(_number(setting, 'depth'))}"),
    laws={
        "mult_adds": Law(r"\text{mult-adds} \approx \frac{D-2}{48} \cdot M_{50}", lambda s: _number(s, "depth") - 2),
    },
    base={"depth": 50},
)


def dense_growth(n: float, k: float, sides: tuple[float, float, float]) -> float:
    """Count the weights of a DenseNet-BC's layers, each times the square of its map's side.

    Layer ℓ of a block that starts with c·k maps has a 1×1 from k·(c + ℓ) maps to 4k and a 3×3 from 4k to k.

    >>> dense_growth(16, 12, (1, 1, 1))
    672768.0
    """
    total, start = 0.0, 2.0
    for side in sides:
        total += side**2 * k**2 * (4 * (n * start + n * (n - 1) / 2) + 36 * n)
        start = (start + n) / 2
    return total


def _dense(sides: tuple[float, float, float]) -> Callable[[Setting], float]:
    return lambda s: dense_growth((_number(s, "depth") - 4) / 6, _number(s, "growth_rate"), sides)


DENSENET = Study(
    id="densenet",
    name="DenseNet growth rate × depth",
    words="Each layer reads all maps before it, k₀ + k·ℓ of them, and adds k. With n layers to a block the cost goes "
    "as k² and, for deep blocks, as n²: the stairs that the concatenations climb.",
    source="Huang et al. 2016 (DenseNet), section 3 and table 2",
    along=(
        Axis("growth_rate", "k", "growth rate k", (4, 8, 12, 16, 20, 24, 32, 40, 48), 12, 1, log=True),
        Axis("depth", "L", "layers L, 6n + 4", (16, 40, 70, 100, 130, 160, 190, 220, 250), 100, 6, log=True),
    ),
    network=_zoo("densenet_cifar", growth_rate=int, depth=int),
    laws={
        "mult_adds": Law(
            r"\text{mult-adds} \approx \sum_b s_b^2 \sum_{\ell<n} \left(4k^2(c_b+\ell) + 36k^2\right)",
            _dense((32, 16, 8)),
        ),
        "params": Law(
            r"\text{parameters} \approx \sum_b \sum_{\ell<n} \left(4k^2(c_b+\ell) + 36k^2\right)", _dense((1, 1, 1))
        ),
    },
    base={"growth_rate": 12, "depth": 100},
    grid=((12, 16, 24, 32, 40), (40, 100, 160, 190, 250)),
)


def width_at(cardinality: float, width_at_32: float) -> float:
    """Solve ``C·(256·d + 3·3·d·d + d·256)`` = that of 32 paths for the width d of a path (section 4 of the paper).

    >>> [round(width_at(c, 4)) for c in (1, 2, 4, 8, 32)]
    [64, 40, 24, 14, 4]
    """
    budget = 32 * (512 * width_at_32 + 9 * width_at_32**2) / cardinality
    return (sqrt(512**2 + 36 * budget) - 512) / 18


def _resnext(setting: Setting) -> Architecture:
    cardinality, width = _number(setting, "cardinality"), _number(setting, "bottleneck_width")
    return get(
        "resnext50_32x4d", cardinality=int(cardinality), bottleneck_width=max(1, round(width_at(cardinality, width)))
    )


RESNEXT = Study(
    id="resnext",
    name="ResNeXt cardinality at constant cost",
    words="More paths, each narrower, for the same money: C·(256·d + 3·3·d·d + d·256) is held at what 32 paths cost. "
    "The width d has to be whole, so that the cost is not quite constant. C = 1 is ResNet-50 itself; the published "
    "error falls as C grows.",
    source="Xie et al. 2016 (ResNeXt), section 4 and table 3",
    along=(
        Axis("cardinality", "C", "paths side by side C", (1, 2, 4, 8, 16, 32, 64), 32, log=True),
        Axis("bottleneck_width", "d₃₂", "width d of a path when there are 32", (2, 3, 4), 4),
    ),
    network=_resnext,
    laws={
        "mult_adds": _power(r"\text{mult-adds} \approx M_{32\times d}"),
        "params": _power(r"\text{parameters} \approx P_{32\times d}"),
    },
    base={"cardinality": 32},
)

STUDIES = {study.id: study for study in (MOBILENET, EFFICIENTNET, WIDE_RESNET, RESNET_CIFAR, RESNET, DENSENET, RESNEXT)}
"""Every study, by its id."""

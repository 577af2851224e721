"""Highway networks (Srivastava, Greff & Schmidhuber 2015): layers that learn how much of their input to let through."""

from __future__ import annotations

from functools import partial

from explorer.joins import Add, Multiply
from explorer.layers import Complement, Conv, Flatten, GlobalAvgPool, Layer, Linear, MaxPool, ReLU, Sigmoid
from explorer.spec import Cell, Series, Spec, Step
from explorer.zoo.architecture import Architecture, Knob, classes_knob

FITNET_4 = ((32, 32, 32, 48, 48), (80,) * 6, (128,) * 6)
"""Maps of the 17 convolutions of FitNet 4 (Romero et al. 2014), stage by stage: the model of the 19-layer network."""

UNITS, PLAIN_UNITS = 50, 71


def highway(layer: Layer) -> Cell:
    """Give ``y = H(x)·T(x) + x·(1 − T(x))`` (equation 3): transform and gate are two layers of one kind and size.

    >>> from explorer.lower import lower
    >>> print(lower(highway(Linear(50)), (50,), name="highway"))
    highway(input: 50) → add: 50
      H: 50 = Linear(out_features=50) of input
      relu: 50 = ReLU() of H
      T: 50 = Linear(out_features=50) of input
      sigmoid: 50 = Sigmoid() of T
      carry: 50 = Complement() of sigmoid
      transformed: 50 = Multiply() of relu, sigmoid
      carried: 50 = Multiply() of input, carry
      add: 50 = Add() of transformed, carried
    """
    steps = (
        Step("H", ("x",), layer),
        Step("relu", ("H",), ReLU()),
        Step("T", ("x",), layer),
        Step("sigmoid", ("T",), Sigmoid()),
        Step("carry", ("sigmoid",), Complement()),
        Step("transformed", ("relu", "sigmoid"), Multiply()),
        Step("carried", ("x", "carry"), Multiply()),
        Step("add", ("transformed", "carried"), Add()),
    )
    return Cell(("x",), steps, "add")


def plain(layer: Layer) -> Series:
    """Give the transform alone, ``y = H(x)``."""
    return Series(H=layer, relu=ReLU())


def highway_fc(depth: int, gates: bool, num_classes: int) -> Spec:
    """Give the fully connected network for MNIST (section 3): a plain layer, highway layers, the classifier."""
    units = UNITS if gates else PLAIN_UNITS
    layer = (highway if gates else plain)(Linear(units))
    layers = Series(*[layer] * (depth - 1))
    return Series(flatten=Flatten(), first=plain(Linear(units)), layers=layers, fc=Linear(num_classes))


def highway_cifar10(num_classes: int) -> Spec:
    """Give the 19-layer network for CIFAR-10: highway layers where the number of maps stays, plain ones elsewhere."""
    stages, channels = [], 3
    for widths in FITNET_4:
        layers: list[Spec] = []
        for width in widths:
            conv = Conv(width, 3, padding=1)
            layers.append((highway if width == channels else plain)(conv))
            channels = width
        stages.append(Series(*layers))
    return Series(
        stage1=stages[0],
        pool1=MaxPool(2),
        stage2=stages[1],
        pool2=MaxPool(2),
        stage3=stages[2],
        conv=Conv(500),
        relu=ReLU(),
        avgpool=GlobalAvgPool(),
        flatten=Flatten(),
        fc=Linear(num_classes),
    )


_record = partial(
    Architecture,
    family="Highway network",
    year=2015,
    authors="Srivastava, Greff, Schmidhuber",
    paper="Training Very Deep Networks",
    url="https://arxiv.org/abs/1507.06228",
)

ARCHITECTURES = (
    _record(
        id="highway_fc_mnist",
        name="Highway network, fully connected (MNIST)",
        build=highway_fc,
        input_shape=(1, 28, 28),
        knobs=(
            Knob("depth", 10, "layers before the classifier, the first one plain", high=1000),
            Knob(
                "gates", True, "highway layers of 50 units; without gates the plain network of 71 units", (True, False)
            ),
            classes_knob(10),
        ),
        notes="Each highway layer has a transform gate T, a second layer of the same size with a sigmoid, and carries "
        "1 − T of its input along. The paper compares depths 10, 20, 50 and 100; plain layers of 71 units have about "
        "as many parameters, and train worse and worse beyond depth 10. A ResNet is this with both gates open. The "
        "gates' biases start negative, so that at first the input is carried through.",
    ),
    _record(
        id="highway_cifar10",
        name="Highway network, 19 layers (CIFAR-10)",
        build=highway_cifar10,
        input_shape=(3, 32, 32),
        knobs=(classes_knob(10),),
        notes="The paper leaves details open. Assumed: the 3×3 convolutions of FitNet 4 (five of 32 and 48 maps, six "
        "of 80, six of 128, with 2×2 max pooling between), as highway layers where the number of maps stays and as "
        "plain layers where it changes; ReLU in the transform; a 1×1 convolution to 500 maps, global average pooling "
        "and a linear layer in the place of the fully connected layers. That makes 19 layers and 2,342,406 parameters; "
        "the paper gives 19 and about 2.3 million.",
    ),
)

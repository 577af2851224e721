"""LeNet-5 (LeCun, Bottou, Bengio & Haffner 1998)."""

from __future__ import annotations

from explorer.layers import Conv, Flatten, Linear, MaxPool, ReLU
from explorer.spec import Series, Spec
from explorer.zoo.architecture import Architecture, classes_knob


def lenet5(num_classes: int) -> Spec:
    """Give LeNet-5 as it is taught today: full connectivity, ReLU, max pooling, linear output."""
    return Series(
        c1=Conv(6, 5),
        relu1=ReLU(),
        s2=MaxPool(2),
        c3=Conv(16, 5),
        relu3=ReLU(),
        s4=MaxPool(2),
        flatten=Flatten(),
        c5=Linear(120),
        relu5=ReLU(),
        f6=Linear(84),
        relu6=ReLU(),
        output=Linear(num_classes),
    )


ARCHITECTURES = (
    Architecture(
        id="lenet5",
        name="LeNet-5",
        family="LeNet",
        year=1998,
        authors="LeCun, Bottou, Bengio, Haffner",
        paper="Gradient-Based Learning Applied to Document Recognition",
        url="https://doi.org/10.1109/5.726791",
        input_shape=(1, 32, 32),
        build=lenet5,
        knobs=(classes_knob(10),),
        notes="The form that is taught: every map of C3 sees all six maps of S2, ReLU and max pooling, 61,706 "
        "parameters. The network of 1998 had exactly 60,000: a sparse C3, trainable sub-sampling, tanh, and "
        "a fixed radial-basis output.",
    ),
)

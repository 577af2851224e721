"""The fully connected baseline for images, and the convolution that gives as many neurons for far fewer weights."""

from __future__ import annotations

from functools import partial

from explorer.layers import Conv, Flatten, Linear, ReLU
from explorer.spec import Series, Spec
from explorer.zoo.architecture import Architecture, Knob, classes_knob


def mlp(hidden: int, num_classes: int) -> Spec:
    """Give a network of two fully connected layers (Rumelhart, Hinton & Williams 1986).

    >>> import explorer
    >>> explorer.lower(mlp(28 * 28 * 8, 10), (3, 32, 32))["fc1"].parameters
    {'weight': (6272, 3072), 'bias': (6272,)}
    """
    return Series(flatten=Flatten(), fc1=Linear(hidden), relu1=ReLU(), fc2=Linear(num_classes))


def one_conv(filters: int, num_classes: int) -> Spec:
    """Give the same network with a 5×5 convolution in the place of its first layer."""
    return Series(conv1=Conv(filters, 5), relu1=ReLU(), flatten=Flatten(), fc2=Linear(num_classes))


_record = partial(Architecture, family="Fully connected", input_shape=(3, 32, 32))

ARCHITECTURES = (
    _record(
        id="mlp",
        name="Multilayer perceptron",
        year=1986,
        authors="Rumelhart, Hinton, Williams",
        paper="Learning Representations by Back-Propagating Errors",
        url="https://doi.org/10.1038/323533a0",
        build=mlp,
        knobs=(Knob("hidden", 28 * 28 * 8, "neurons of the hidden layer"), classes_knob(10)),
        notes="What an image costs without convolution: each of the 6,272 hidden neurons, as many as in 8 maps of "
        "28×28, has a weight for each of the 3,072 numbers of the image and a bias, 19,273,856 parameters in all. The "
        "convolution that gives the same 8 maps (one_conv) has 608.",
    ),
    _record(
        id="one_conv",
        name="One convolution",
        year=1989,
        authors="LeCun et al.",
        paper="Backpropagation Applied to Handwritten Zip Code Recognition",
        url="https://doi.org/10.1162/neco.1989.1.4.541",
        build=one_conv,
        knobs=(Knob("filters", 8, "filters of the convolution"), classes_knob(10)),
        notes="Not a published network, but the other half of a comparison: 8 filters of 5×5 give 8 maps of 28×28, "
        "6,272 neurons as in the multilayer perceptron (mlp). Each looks at a small window, and all of a map share "
        "their weights: (5·5·3 + 1)·8 = 608 parameters instead of 19,273,856.",
    ),
)

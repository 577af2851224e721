"""AlexNet (Krizhevsky, Sutskever & Hinton 2012)."""

from __future__ import annotations

from functools import partial

from explorer.layers import Conv, Dropout, Flatten, Linear, LocalResponseNorm, MaxPool, ReLU
from explorer.spec import Series, Spec
from explorer.zoo.architecture import Architecture, classes_knob


def alexnet(groups: int, num_classes: int) -> Spec:
    """Give AlexNet; with two groups conv2, conv4 and conv5 see only the maps of their own GPU, as in the paper."""
    norm = LocalResponseNorm(5, alpha=5e-4, beta=0.75, k=2.0)  # the paper's 10⁻⁴ is not divided by the 5 maps
    return Series(
        conv1=Conv(96, 11, stride=4),
        relu1=ReLU(),
        pool1=MaxPool(3, stride=2),
        norm1=norm,
        conv2=Conv(256, 5, padding=2, groups=groups),
        relu2=ReLU(),
        pool2=MaxPool(3, stride=2),
        norm2=norm,
        conv3=Conv(384, 3, padding=1),
        relu3=ReLU(),
        conv4=Conv(384, 3, padding=1, groups=groups),
        relu4=ReLU(),
        conv5=Conv(256, 3, padding=1, groups=groups),
        relu5=ReLU(),
        pool3=MaxPool(3, stride=2),
        flatten=Flatten(),
        fc6=Linear(4096),
        relu6=ReLU(),
        drop6=Dropout(),
        fc7=Linear(4096),
        relu7=ReLU(),
        drop7=Dropout(),
        fc8=Linear(num_classes),
    )


_record = partial(
    Architecture,
    family="AlexNet",
    year=2012,
    authors="Krizhevsky, Sutskever, Hinton",
    paper="ImageNet Classification with Deep Convolutional Neural Networks",
    url="https://papers.nips.cc/paper/4824-imagenet-classification-with-deep-convolutional-neural-networks",
    input_shape=(3, 227, 227),
    knobs=(classes_knob(),),
)

ARCHITECTURES = (
    _record(
        id="alexnet",
        name="AlexNet (two groups)",
        build=partial(alexnet, 2),
        notes="The paper prints a 224×224 input; its own 55×55 maps need 227×227 (or padding). Normalisation "
        "stands after pooling, as in the slides and in Caffe's reference model; the paper has it before. "
        "Nothing that is counted depends on that order. torchvision's network of this name is the single-column "
        "variant of 2014, with other widths: 61,100,840 parameters.",
    ),
    _record(
        id="alexnet_one_stream",
        name="AlexNet (one stream)",
        build=partial(alexnet, 1),
        notes="AlexNet as most slides draw it, on one device: every filter sees all maps. 1.4 M parameters more "
        "than with two groups, and half as many mult-adds again.",
    ),
)

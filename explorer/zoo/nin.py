"""Network in Network (Lin, Chen & Yan 2013): small perceptrons that slide, and global average pooling."""

from __future__ import annotations

from functools import partial

from explorer.layers import AvgPool, Conv, Dropout, Flatten, GlobalAvgPool, MaxPool, ReLU
from explorer.spec import Series, Spec
from explorer.zoo.architecture import Architecture, classes_knob


def mlpconv(widths: tuple[int, int, int], kernel_size: int, stride: int = 1, padding: int = 0) -> Series:
    """Convolution, then two 1×1 convolutions: a perceptron of three layers at each position (figure 1b)."""
    conv, mlp1, mlp2 = widths
    return Series(
        conv=Conv(conv, kernel_size, stride, padding),
        relu=ReLU(),
        mlp1=Conv(mlp1),
        relu1=ReLU(),
        mlp2=Conv(mlp2),
        relu2=ReLU(),
    )


def nin_cifar10(num_classes: int) -> Spec:
    """Give the authors' network for CIFAR-10; the last mlpconv gives one map for each class."""
    return Series(
        mlpconv1=mlpconv((192, 160, 96), 5, padding=2),
        pool1=MaxPool(3, stride=2, ceil_mode=True),
        dropout1=Dropout(),
        mlpconv2=mlpconv((192, 192, 192), 5, padding=2),
        pool2=AvgPool(3, stride=2, ceil_mode=True),
        dropout2=Dropout(),
        mlpconv3=mlpconv((192, 192, num_classes), 3, padding=1),
        gap=GlobalAvgPool(),
        flatten=Flatten(),
    )


def nin_imagenet(num_classes: int) -> Spec:
    """Give the authors' network for ImageNet: the stem of AlexNet, four mlpconvs."""
    pool = MaxPool(3, stride=2, ceil_mode=True)
    return Series(
        mlpconv1=mlpconv((96, 96, 96), 11, stride=4),
        pool1=pool,
        mlpconv2=mlpconv((256, 256, 256), 5, padding=2),
        pool2=pool,
        mlpconv3=mlpconv((384, 384, 384), 3, padding=1),
        pool3=pool,
        dropout=Dropout(),
        mlpconv4=mlpconv((1024, 1024, num_classes), 3, padding=1),
        gap=GlobalAvgPool(),
        flatten=Flatten(),
    )


_record = partial(
    Architecture,
    family="Network in Network",
    year=2013,
    authors="Lin, Chen, Yan",
    paper="Network In Network",
    url="https://arxiv.org/abs/1312.4400",
)

ARCHITECTURES = (
    _record(
        id="nin_cifar10",
        name="NiN (CIFAR-10)",
        input_shape=(3, 32, 32),
        build=nin_cifar10,
        knobs=(classes_knob(10),),
        notes="There is no linear layer: the last mlpconv gives one map for each class, whose mean is the class's "
        "score, so that the maps show where the class is seen. The paper states no widths; these are the authors' "
        "published definition, which averages in the second pooling where the text says max.",
    ),
    _record(
        id="nin_imagenet",
        name="NiN (ImageNet)",
        input_shape=(3, 224, 224),
        build=nin_imagenet,
        knobs=(classes_knob(),),
        notes="Not in the paper: the authors published it as a Caffe model. AlexNet's accuracy with an eighth of its "
        "parameters (7.6 M, a file of 29 MB), as global average pooling takes the place of the three linear layers.",
    ),
)

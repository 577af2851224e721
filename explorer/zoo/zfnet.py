"""ZFNet (Zeiler & Fergus 2013): AlexNet, corrected by looking at what its layers see."""

from __future__ import annotations

from explorer.layers import Conv, Dropout, Flatten, Linear, LocalResponseNorm, MaxPool, ReLU
from explorer.spec import Series, Spec
from explorer.zoo.architecture import Architecture, Knob, classes_knob


def zfnet(num_classes: int, conv345: str) -> Spec:
    """Give ZFNet (figure 3 of the paper); ``conv345`` are the widths of the last three convolutions, with dashes."""
    norm = LocalResponseNorm(5, alpha=5e-4, beta=0.75, k=2.0)
    pool = MaxPool(3, stride=2, ceil_mode=True)
    conv3, conv4, conv5 = map(int, conv345.split("-"))
    return Series(
        conv1=Conv(96, 7, stride=2, padding=1),
        relu1=ReLU(),
        pool1=pool,
        norm1=norm,
        conv2=Conv(256, 5, stride=2),
        relu2=ReLU(),
        pool2=pool,
        norm2=norm,
        conv3=Conv(conv3, 3, padding=1),
        relu3=ReLU(),
        conv4=Conv(conv4, 3, padding=1),
        relu4=ReLU(),
        conv5=Conv(conv5, 3, padding=1),
        relu5=ReLU(),
        pool5=pool,
        flatten=Flatten(),
        fc6=Linear(4096),
        relu6=ReLU(),
        drop6=Dropout(),
        fc7=Linear(4096),
        relu7=ReLU(),
        drop7=Dropout(),
        fc8=Linear(num_classes),
    )


ARCHITECTURES = (
    Architecture(
        id="zfnet",
        name="ZFNet",
        family="ZFNet",
        year=2013,
        authors="Zeiler, Fergus",
        paper="Visualizing and Understanding Convolutional Networks",
        url="https://arxiv.org/abs/1311.2901",
        input_shape=(3, 224, 224),
        build=zfnet,
        knobs=(
            classes_knob(),
            Knob("conv345", "384-384-256", "filters of conv3, conv4 and conv5", ("384-384-256", "512-1024-512")),
        ),
        notes="AlexNet on one device with 7×7 filters and stride 2 where it has 11×11 and stride 4, which aliased. "
        "Most slides name the wide form, 512-1024-512 filters: an experiment of the paper's table 2 with 107.6 M "
        "parameters; the network of its figure 3 keeps 384-384-256 and 62.4 M. The 11.7 % on slides won "
        "the ImageNet challenge of 2013 for Clarifai, Zeiler's company; the paper's single network has 16.5 %. "
        "Assumed, as the paper leaves it open: padding 1 in conv1 and ceiling in the poolings, which give its maps of "
        "110, 55, 26, 13 and 6, and AlexNet's constants in the normalisation.",
    ),
)

"""VGG (Simonyan & Zisserman 2014), configurations A to E of table 1; state-dict keys are torchvision's."""

from __future__ import annotations

from functools import partial

from explorer.layers import BatchNorm, Conv, Dropout, Flatten, Layer, Linear, LocalResponseNorm, MaxPool, ReLU
from explorer.spec import Series, Spec
from explorer.zoo.architecture import Architecture, classes_knob

Configuration = tuple[tuple[int | str, ...], ...]

# A number is a 3×3 convolution with that many filters, "1×n" is a 1×1 convolution with n filters.
A: Configuration = ((64,), (128,), (256, 256), (512, 512), (512, 512))
A_LRN: Configuration = ((64, "LRN"), *A[1:])
B: Configuration = ((64, 64), (128, 128), (256, 256), (512, 512), (512, 512))
C: Configuration = (*B[:2], (256, 256, "1×256"), (512, 512, "1×512"), (512, 512, "1×512"))
D: Configuration = (*B[:2], (256,) * 3, (512,) * 3, (512,) * 3)
E: Configuration = (*B[:2], (256,) * 4, (512,) * 4, (512,) * 4)


def vgg(blocks: Configuration, num_classes: int, batch_norm: bool = False) -> Spec:
    """Give a VGG: blocks of small convolutions, each closed by 2×2 max pooling, then three linear layers."""
    features: list[Layer] = []
    for block in blocks:
        features += [layer for word in block for layer in _layers(word, batch_norm)]
        features.append(MaxPool(2))
    return Series(
        features=Series(*features),
        flatten=Flatten(),
        classifier=Series(
            Linear(4096), ReLU(), Dropout(), Linear(4096), ReLU(), Dropout(), Linear(num_classes)
        ),
    )  # fmt: skip


def _layers(word: int | str, batch_norm: bool) -> list[Layer]:
    norm = [BatchNorm()] if batch_norm else []
    match word:
        case "LRN":
            return [LocalResponseNorm(5, alpha=5e-4, beta=0.75, k=2.0)]
        case str():
            return [Conv(int(word.removeprefix("1×")), 1), *norm, ReLU()]
        case _:
            return [Conv(word, 3, padding=1), *norm, ReLU()]


_record = partial(
    Architecture,
    family="VGG",
    year=2014,
    authors="Simonyan, Zisserman",
    paper="Very Deep Convolutional Networks for Large-Scale Image Recognition",
    url="https://arxiv.org/abs/1409.1556",
    input_shape=(3, 224, 224),
    knobs=(classes_knob(),),
)

ARCHITECTURES = (
    _record(id="vgg11", name="VGG11 (configuration A)", build=partial(vgg, A)),
    _record(
        id="vgg11_lrn",
        name="VGG11 with LRN (configuration A-LRN)",
        build=partial(vgg, A_LRN),
        notes="Configuration A with local response normalisation after the first convolution: no more "
        "parameters, more memory and time, no better accuracy (section 4.1 of the paper).",
    ),
    _record(id="vgg13", name="VGG13 (configuration B)", build=partial(vgg, B)),
    _record(
        id="vgg16_conv1",
        name="VGG16 with 1×1 convolutions (configuration C)",
        build=partial(vgg, C),
        notes="The third convolution of blocks 3 to 5 is 1×1: more non-linearity, no larger receptive field. "
        "Configuration D with 3×3 there does better.",
    ),
    _record(
        id="vgg16",
        name="VGG16 (configuration D)",
        build=partial(vgg, D),
        notes="The VGG of most lectures: 16 layers with weights; nine tenths of its parameters stand in the "
        "three linear layers, nearly all of its mult-adds in the convolutions.",
    ),
    _record(id="vgg19", name="VGG19 (configuration E)", build=partial(vgg, E)),
)

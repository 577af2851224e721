"""DenseNet (Huang, Liu, van der Maaten & Weinberger 2016); state-dict keys are torchvision's."""

from __future__ import annotations

from functools import partial
from math import floor

from explorer.blocks import dense_layer
from explorer.errors import ExplorerError
from explorer.layers import AvgPool, BatchNorm, Conv, Flatten, GlobalAvgPool, Layer, Linear, MaxPool, ReLU
from explorer.spec import Series, Spec
from explorer.zoo.architecture import Architecture, Knob, classes_knob


def densenet(blocks: tuple[int, ...], growth_rate: int, num_classes: int) -> Spec:
    """Give DenseNet-BC for ImageNet (table 1): 7×7 stem with 2k filters, max pooling, four dense blocks."""
    stem: dict[str, Layer] = {
        "conv0": Conv(2 * growth_rate, 7, stride=2, padding=3, bias=False),
        "norm0": BatchNorm(),
        "relu0": ReLU(),
        "pool0": MaxPool(3, stride=2, padding=1),
    }
    return _network(stem, 2 * growth_rate, blocks, growth_rate, True, 0.5, num_classes)


def densenet_cifar(depth: int, growth_rate: int, bottleneck: bool, compression: float, num_classes: int) -> Spec:
    """Give a DenseNet for 32×32 images (section 3): 3×3 stem, three dense blocks of one length.

    The depth counts convolutions, transitions and the linear layer: ``4 + 3·layers``, or ``4 + 6·layers`` with
    bottlenecks. The stem has 16 filters, in DenseNet-BC (bottlenecks and compression) 2k.

    Raises:
        ExplorerError: no length of the blocks gives this depth.
    """
    step = 6 if bottleneck else 3
    if depth <= 4 or (depth - 4) % step:
        kind = "with" if bottleneck else "without"
        near = 4 + step * max(1, (depth - 4) // step)
        raise ExplorerError(
            f"densenet_cifar: depth is {depth}; allowed {kind} bottlenecks: 4 plus a multiple of {step}, "
            f"such as {near} or {near + step}"
        )
    channels = 2 * growth_rate if bottleneck and compression < 1 else 16
    stem: dict[str, Layer] = {"conv0": Conv(channels, 3, padding=1, bias=False)}
    blocks = ((depth - 4) // step,) * 3
    return _network(stem, channels, blocks, growth_rate, bottleneck, compression, num_classes)


def _network(
    stem: dict[str, Layer],
    channels: int,
    blocks: tuple[int, ...],
    growth_rate: int,
    bottleneck: bool,
    compression: float,
    num_classes: int,
) -> Spec:
    """Put transitions between dense blocks; each transition keeps ``⌊compression · channels⌋`` of the channels."""
    features: dict[str, Spec] = dict(stem)
    layer = dense_layer(growth_rate, bottleneck)
    for number, count in enumerate(blocks, 1):
        features[f"denseblock{number}"] = Series(**{f"denselayer{i}": layer for i in range(1, count + 1)})
        channels += count * growth_rate
        if number < len(blocks):
            channels = max(1, floor(round(compression * channels, 6)))
            features[f"transition{number}"] = _transition(channels)
    last = len(blocks) + 1
    return Series(
        features=Series(**features, **{f"norm{last}": BatchNorm(), f"relu{last}": ReLU()}),
        avgpool=GlobalAvgPool(),
        flatten=Flatten(),
        classifier=Linear(num_classes),
    )


def _transition(out_channels: int) -> Series:
    return Series(norm=BatchNorm(), relu=ReLU(), conv=Conv(out_channels, bias=False), pool=AvgPool(2))


_record = partial(
    Architecture,
    family="DenseNet",
    year=2016,
    authors="Huang, Liu, van der Maaten, Weinberger",
    paper="Densely Connected Convolutional Networks",
    url="https://arxiv.org/abs/1608.06993",
    input_shape=(3, 224, 224),
    knobs=(classes_knob(),),
)

ARCHITECTURES = (
    _record(
        id="densenet121",
        name="DenseNet-121",
        build=partial(densenet, (6, 12, 24, 16), 32),
        notes="Every layer of a block reads the outputs of all layers before it, behind one another: the concat "
        "after each layer. A layer adds only k = 32 maps (the growth rate), so layer l reads k₀ + k·(l − 1); the "
        "1×1 bottleneck first narrows them to 4k, and a transition halves what a block gives (BC). Few parameters, "
        "but all these maps have to be kept.",
    ),
    _record(
        id="densenet161",
        name="DenseNet-161 (k = 48)",
        build=partial(densenet, (6, 12, 36, 24), 48),
        notes="Wider, with growth rate 48 and 96 filters in the stem. It stands in the first version of the paper and "
        "among the authors' models; the final table has DenseNet-264 in its place.",
    ),
    _record(
        id="densenet169",
        name="DenseNet-169",
        build=partial(densenet, (6, 12, 32, 32), 32),
        notes="DenseNet-121 with 32 layers in the third block and 32 in the fourth, instead of 24 and 16.",
    ),
    _record(
        id="densenet201",
        name="DenseNet-201",
        build=partial(densenet, (6, 12, 48, 32), 32),
        notes="DenseNet-121 with 48 layers in the third block and 32 in the fourth, instead of 24 and 16.",
    ),
    _record(
        id="densenet264",
        name="DenseNet-264",
        build=partial(densenet, (6, 12, 64, 48), 32),
        notes="The deepest one of the paper's table 1: 64 layers in the third block and 48 in the fourth. torchvision "
        "does not have it.",
    ),
    _record(
        id="densenet_cifar",
        name="DenseNet for CIFAR",
        build=densenet_cifar,
        input_shape=(3, 32, 32),
        knobs=(
            Knob("depth", 100, "layers with weights, L: 4 + 6·n, or 4 + 3·n without bottlenecks", low=7, high=1000),
            Knob("growth_rate", 12, "maps that each layer adds, k", high=1000),
            Knob("bottleneck", True, "a 1×1 convolution to 4k maps before each 3×3 (B)", (True, False)),
            Knob("compression", 0.5, "share of the maps that a transition keeps (C)", low=0.1, high=1.0),
            classes_knob(10),
        ),
        notes="It opens as DenseNet-BC with L = 100 and k = 12. The other settings of the paper's table 2: L = 40 or "
        "100 with k = 12 and L = 100 with k = 24, without bottlenecks and with compression 1; BC with L = 250, k = 24 "
        "and with L = 190, k = 40. Some ports compress without bottlenecks too. The dropout of 0.2 that the paper has "
        "where images are not augmented is left out.",
    ),
)

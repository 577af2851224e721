"""The blocks of the papers, heads and structure, as entries of the palette."""

from __future__ import annotations

from typing import get_args

from explorer import blocks, inverted, search_space
from explorer.blocks import Shortcut
from explorer.composing.entry import Entry, Field
from explorer.fields import MOST_CHANNELS, Bound
from explorer.layers import BatchNorm, Conv, Dropout, Flatten, GlobalAvgPool, Linear, MaxPool, ReLU
from explorer.preactivation import preact_basic_block
from explorer.spec import Branches, Cell, Series, Side, Spec, Step
from explorer.zoo.highway import highway
from explorer.zoo.mobilenet import separable
from explorer.zoo.nasnet import NORMAL, REDUCTION
from explorer.zoo.nin import mlpconv
from explorer.zoo.squeezenet import fire

_SHORTCUTS = tuple(kind for kind in get_args(Shortcut) if kind != "none")


def _whole(name: str, help: str, default: int, share: float = 0.0, *, low: int = 1, high: int = MOST_CHANNELS) -> Field:
    return Field(name, help, default, Bound(low, high, help), share=share)


def _choice(name: str, help: str, *choices: str) -> Field:
    return Field(name, help, choices[0], choices=choices)


def _channels(name: str = "channels", share: float = 1.0) -> Field:
    return _whole(name, "channels that come in", 64, share)


_STRIDE = _whole("stride", "step of the block; 2 halves the map", 1, high=100)
_KERNEL = _whole("kernel_size", "height and width of a filter", 3, high=101)
_CLASSES = _whole("num_classes", "classes that the last layer tells apart", 10)
_SHORTCUT = _choice("shortcut", "how the input reaches the sum at the end", *_SHORTCUTS)


def vgg_stage(convs: int, width: int) -> Series:
    """Some 3×3 convolutions, each with ReLU, and a 2×2 max pooling (Simonyan & Zisserman 2014)."""
    units = [blocks.conv_relu(width, 3, padding=1) for _ in range(convs)]
    return Series(*units, pool=MaxPool(2))


def dense_block(layers: int, growth_rate: int, bottleneck: bool) -> Series:
    """Dense layers in a row (Huang et al. 2016, figure 1)."""
    layer = blocks.dense_layer(growth_rate, bottleneck)
    return Series(**{f"denselayer{number}": layer for number in range(1, layers + 1)})


def resnext(out_channels: int, cardinality: int, group_width: int, stride: int, shortcut: Shortcut) -> Series:
    """A bottleneck whose 3×3 has C groups of d filters (Xie et al. 2016, figure 3c)."""
    width = cardinality * group_width
    return blocks.bottleneck(width, stride, shortcut, out_channels=out_channels, groups=cardinality)


def highway_conv(channels: int, kernel_size: int) -> Spec:
    """A highway layer of two convolutions that keep the map's size (Srivastava et al. 2015, equation 3)."""
    return highway(Conv(channels, kernel_size, padding=kernel_size // 2))


def nasnet_cell(filters: int, kind: str, seed: int) -> Cell:
    """A cell of NASNet's space on one input, which it reads as the outputs of both cells before it."""
    drawn = search_space.random_cell(seed) if kind == "random" else NORMAL
    design = REDUCTION if kind == "reduction" else drawn
    inner = search_space.cell(design, filters, stride=2 if kind == "reduction" else 1)
    return Cell(("x",), (Step("cell", ("x", "x"), inner),), "cell")


def gap_head(num_classes: int) -> Series:
    """Global average pooling and one linear layer, as CAM needs it (Zhou et al. 2016)."""
    return Series(pool=GlobalAvgPool(), flatten=Flatten(), fc=Linear(num_classes))


def fc_head(hidden: int, layers: int, dropout: bool, num_classes: int) -> Series:
    """Fully connected layers with ReLU and dropout on all values of the maps (Krizhevsky et al. 2012)."""
    unit = Series(fc=Linear(hidden), relu=ReLU(), **({"drop": Dropout()} if dropout else {}))
    return Series(flatten=Flatten(), **{f"hidden{i}": unit for i in range(1, layers + 1)}, fc=Linear(num_classes))


def conv_head(num_classes: int) -> Series:
    """A 1×1 convolution with one map for each class, averaged (Lin et al. 2013)."""
    return Series(conv=Conv(num_classes), relu=ReLU(), pool=GlobalAvgPool(), flatten=Flatten())


def resnet_stem(width: int) -> Series:
    """7×7 with stride 2, batch norm, ReLU, 3×3 max pooling with stride 2 (He et al. 2015, table 1)."""
    return Series(
        conv1=Conv(width, 7, stride=2, padding=3, bias=False),
        bn1=BatchNorm(),
        relu=ReLU(),
        maxpool=MaxPool(3, stride=2, padding=1),
    )


def parallel(width: int, join: str) -> Branches:
    """A 1×1 and a 3×3 convolution side by side, to begin with."""
    return Branches(Conv(width), Conv(width, 3, padding=1), join=join)  # type: ignore[arg-type]


BLOCKS = (
    Entry("conv_relu", "Convolution + ReLU", "block", "a convolution with bias, then ReLU",
          (_whole("out_channels", "number of filters", 64), _KERNEL, _STRIDE,
           _whole("padding", "zeros added at each border", 1, low=0, high=50)),
          blocks.conv_relu),
    Entry("conv_bn_relu", "Convolution + batch norm + ReLU", "block",
          "a convolution without bias, batch normalisation, ReLU",
          (_whole("out_channels", "number of filters", 64), _KERNEL, _STRIDE,
           _whole("padding", "zeros added at each border", 1, low=0, high=50)),
          blocks.conv_bn_relu, "Ioffe & Szegedy 2015"),
    Entry("vgg_stage", "VGG stage", "block", "3×3 convolutions with ReLU, then 2×2 max pooling",
          (_whole("convs", "convolutions", 2, high=100), _whole("width", "filters of each", 64)),
          vgg_stage, "Simonyan & Zisserman 2014, table 1"),
    Entry("mlpconv", "mlpconv", "block", "a convolution and two 1×1: a perceptron that slides",
          (_whole("conv", "filters of the convolution", 192), _whole("mlp1", "filters of the first 1×1", 160),
           _whole("mlp2", "filters of the second 1×1", 96), _KERNEL),
          lambda conv, mlp1, mlp2, kernel_size: mlpconv((conv, mlp1, mlp2), kernel_size, padding=kernel_size // 2),
          "Lin, Chen & Yan 2013, figure 1b"),
    Entry("inception_naive", "Inception, naive", "block", "1×1, 3×3, 5×5 and max pooling side by side",
          (_whole("conv1x1", "filters of the 1×1", 64), _whole("conv3x3", "filters of the 3×3", 128),
           _whole("conv5x5", "filters of the 5×5", 32)),
          blocks.inception_naive, "Szegedy et al. 2014, figure 2a"),
    Entry("inception", "Inception with 1×1 bottlenecks", "block", "each large filter behind a 1×1 that narrows",
          (_whole("conv1x1", "filters of the 1×1", 64),
           _whole("reduce3x3", "filters of the 1×1 before the 3×3", 96), _whole("conv3x3", "filters of the 3×3", 128),
           _whole("reduce5x5", "filters of the 1×1 before the 5×5", 16), _whole("conv5x5", "filters of the 5×5", 32),
           _whole("pool_proj", "filters of the 1×1 behind the pooling", 32)),
          blocks.inception, "Szegedy et al. 2014, figure 2b"),
    Entry("highway", "Highway layer", "block",
          "a convolution and a gate that says how much of the input goes on as it is",
          (_channels(), _KERNEL), highway_conv, "Srivastava, Greff & Schmidhuber 2015, equation 3"),
    Entry("highway_fc", "Highway layer, fully connected", "block",
          "a linear layer and a gate that says how much of the input goes on as it is",
          (_whole("features", "neurons, as many as come in", 64, 1.0),),
          lambda features: highway(Linear(features)), "Srivastava, Greff & Schmidhuber 2015, equation 3"),
    Entry("residual", "Residual block", "block", "two 3×3 convolutions and a shortcut",
          (_whole("width", "filters of each convolution", 64, 1.0), _STRIDE, _SHORTCUT),
          blocks.basic_block, "He et al. 2015, figure 5 left"),
    Entry("bottleneck", "Bottleneck", "block", "a 1×1 that narrows, a 3×3, a 1×1 that widens fourfold, and a shortcut",
          (_whole("width", "filters of the narrow convolutions; four times as many come out", 16, 0.25), _STRIDE,
           _SHORTCUT, _choice("stride_on", "the convolution that takes the stride", "3x3", "1x1")),
          blocks.bottleneck, "He et al. 2015, figure 5 right"),
    Entry("preact_residual", "Residual block, pre-activation", "block",
          "batch norm and ReLU before each of two 3×3 convolutions, and a shortcut that nothing touches",
          (_whole("width", "filters of each convolution", 64, 1.0), _STRIDE,
           _choice("shortcut", "how the input reaches the sum", "identity", "projection", "padding")),
          preact_basic_block, "He et al. 2016, figure 4e"),
    Entry("resnext", "ResNeXt block", "block", "a bottleneck whose 3×3 is split into groups",
          (_whole("out_channels", "filters that come out", 64, 1.0),
           _whole("cardinality", "groups, C", 32, high=10_000), _whole("group_width", "filters of a group, d", 4),
           _STRIDE, _SHORTCUT),
          resnext, "Xie et al. 2016, figure 3c"),
    Entry("dense", "Dense layer", "block", "adds new maps behind those that come in",
          (_whole("growth_rate", "maps that are added, k", 32),
           Field("bottleneck", "a 1×1 to four times as many maps first", True)),
          blocks.dense_layer, "Huang et al. 2016, equation 2"),
    Entry("dense_block", "Dense block", "block", "dense layers in a row, each reading all before it",
          (_whole("layers", "dense layers", 6, high=500), _whole("growth_rate", "maps that each adds, k", 32),
           Field("bottleneck", "a 1×1 to four times as many maps first", True)),
          dense_block, "Huang et al. 2016, figure 1"),
    Entry("fire", "Fire module", "block", "1×1 that squeezes, then 1×1 and 3×3 side by side that expand",
          (_whole("squeeze", "filters that squeeze", 16), _whole("expand", "1×1, and as many 3×3 filters", 64)),
          fire, "Iandola et al. 2016, figure 1"),
    Entry("separable", "Depthwise separable convolution", "block",
          "3×3 on each map by itself, then 1×1 across the maps",
          (_channels(), _whole("out_channels", "filters that come out", 64, 1.0), _STRIDE),
          separable, "Howard et al. 2017, figure 3"),
    Entry("inverted_bottleneck", "Inverted bottleneck", "block",
          "widens, looks at each map by itself, narrows; the shortcut joins the narrow ends where they have one shape",
          (_channels(), _whole("out_channels", "filters that come out", 64, 1.0),
           _whole("expansion", "how many times wider inside, t", 6, high=1_000), _STRIDE),
          inverted.inverted_residual, "Sandler et al. 2018, table 1"),
    Entry("mbconv", "MBConv", "block", "an inverted bottleneck with SiLU and a squeeze-and-excitation gate",
          (_channels(), _whole("out_channels", "filters that come out", 64, 1.0),
           _whole("expansion", "how many times wider inside, t", 6, high=1_000), _KERNEL, _STRIDE),
          inverted.mbconv, "Tan & Le 2019, table 1"),
    Entry("squeeze_excitation", "Squeeze-and-excitation", "block", "scales every channel by a gate computed from all",
          (_channels(), _whole("squeezed", "channels of the gate's hidden layer", 4, 1 / 16)),
          blocks.squeeze_excitation, "Hu et al. 2018, figure 2"),
    Entry("nasnet_cell", "NASNet cell", "block", "a cell that a search found, or one drawn by chance from its space",
          (_whole("filters", "filters of each operation", 44),
           _choice("kind", "which cell", "normal", "reduction", "random"),
           _whole("seed", "which random cell", 0, low=0, high=1_000_000)),
          nasnet_cell, "Zoph et al. 2018, figure 4"),
    Entry("resnet_stem", "ResNet stem", "block", "7×7 and pooling: a quarter of the height and width",
          (_whole("width", "filters", 64),), resnet_stem, "He et al. 2015, table 1"),
    Entry("gap_head", "Head: global average pooling", "head", "the mean of each map, then one linear layer",
          (_CLASSES,), gap_head, "Zhou et al. 2016, section 2"),
    Entry("fc_head", "Head: fully connected", "head", "all values of the maps, through hidden layers",
          (_whole("hidden", "neurons of each hidden layer", 4096),
           _whole("layers", "hidden layers", 2, low=0, high=100),
           Field("dropout", "dropout after each hidden layer", True), _CLASSES),
          fc_head, "Krizhevsky et al. 2012, section 3.5"),
    Entry("conv_head", "Head: 1×1 convolution", "head", "one map for each class, averaged",
          (_CLASSES,), conv_head, "Lin, Chen & Yan 2013, section 3.2"),
    Entry("series", "Block", "structure", "an empty block: one after the other", (), Series),
    Entry("parallel", "Branches", "structure", "a 1×1 and a 3×3 convolution side by side, to begin with",
          (_whole("width", "filters of each", 64),
           _choice("join", "how they come together", "concat", "add", "multiply")),
          parallel),
    Entry("side", "Auxiliary head", "structure", "a side output that helps training; the input goes on as it came",
          (_CLASSES,), lambda num_classes: Side(gap_head(num_classes)), "Szegedy et al. 2014, section 5"),
)  # fmt: skip

"""BN-Inception, also called Inception v2 (Ioffe & Szegedy 2015): the first network with batch normalisation.

Names are those of the public Caffe port, so that its checkpoints load once the first underscore after a module's
name is a dot: ``inception_3a_1x1`` is ``inception_3a.1x1`` here.
"""

from __future__ import annotations

from explorer.layers import AvgPool, BatchNorm, Conv, Flatten, GlobalAvgPool, Linear, MaxPool, ReLU
from explorer.spec import Branches, Child, Series, Spec
from explorer.zoo.architecture import Architecture, classes_knob

# Figure 5 of the paper: #1×1, #3×3 reduce, #3×3, double #3×3 reduce, double #3×3, pool proj.
MODULES = {
    "3a": (64, 64, 64, 64, 96, 32),
    "3b": (64, 64, 96, 64, 96, 64),
    "4a": (224, 64, 96, 96, 128, 128),
    "4b": (192, 96, 128, 96, 128, 128),
    "4c": (160, 128, 160, 128, 160, 128),
    "4d": (96, 128, 192, 160, 192, 128),
    "5a": (352, 192, 320, 160, 224, 128),
    "5b": (352, 192, 320, 192, 224, 128),
}
# The modules that halve the map: #3×3 reduce, #3×3, double #3×3 reduce, double #3×3.
REDUCTIONS = {"3c": (128, 160, 64, 96), "4e": (128, 192, 192, 256)}
HALVING = MaxPool(3, stride=2, ceil_mode=True)


def bn_inception(num_classes: int) -> Spec:
    """Give BN-Inception: 5×5 of GoogLeNet become two 3×3, and batch norm stands after every convolution."""
    modules = {
        **{name: module(*widths, MaxPool if name == "5b" else AvgPool) for name, widths in MODULES.items()},
        **{name: reduction(*widths) for name, widths in REDUCTIONS.items()},
    }
    return Series(
        *_unit("conv1_7x7_s2", 64, 7, stride=2),
        ("pool1_3x3_s2", HALVING),
        *_unit("conv2_3x3_reduce", 64),
        *_unit("conv2_3x3", 192, 3),
        ("pool2_3x3_s2", HALVING),
        *((f"inception_{name}", modules[name]) for name in sorted(modules)),
        ("global_pool", GlobalAvgPool()),
        ("flatten", Flatten()),
        ("last_linear", Linear(num_classes)),
    )


def module(
    conv1x1: int,
    reduce3x3: int,
    conv3x3: int,
    reduce_double: int,
    double3x3: int,
    proj: int,
    pool: type[AvgPool | MaxPool],
) -> Branches:
    """Module that keeps the map's size; arguments in the order of figure 5."""
    return _joined(
        Series(*_unit("1x1", conv1x1)),
        Series(*_unit("3x3_reduce", reduce3x3), *_unit("3x3", conv3x3, 3)),
        _double(reduce_double, double3x3),
        Series(("pool", pool(3, stride=1, padding=1)), *_unit("pool_proj", proj)),
    )


def reduction(reduce3x3: int, conv3x3: int, reduce_double: int, double3x3: int) -> Branches:
    """Module that halves the map: the last convolutions take stride 2, the pooling passes through."""
    return _joined(
        Series(*_unit("3x3_reduce", reduce3x3), *_unit("3x3", conv3x3, 3, stride=2)),
        _double(reduce_double, double3x3, stride=2),
        Series(pool=HALVING),
    )


def _double(reduce: int, width: int, stride: int = 1) -> Series:
    """Give two 3×3 in place of a 5×5."""
    return Series(
        *_unit("double_3x3_reduce", reduce),
        *_unit("double_3x3_1", width, 3),
        *_unit("double_3x3_2", width, 3, stride),
    )


def _joined(*paths: Series) -> Branches:
    return Branches(*(("", path) for path in paths), join="concat")


def _unit(name: str, out_channels: int, kernel_size: int = 1, stride: int = 1) -> tuple[Child, ...]:
    conv = Conv(out_channels, kernel_size, stride, padding=kernel_size // 2)
    return (name, conv), (f"{name}_bn", BatchNorm()), (f"{name}_relu", ReLU())


ARCHITECTURES = (
    Architecture(
        id="bn_inception",
        name="BN-Inception (Inception v2)",
        family="Inception",
        year=2015,
        authors="Ioffe, Szegedy",
        paper="Batch Normalization: Accelerating Deep Network Training by Reducing Internal Covariate Shift",
        url="https://arxiv.org/abs/1502.03167",
        input_shape=(3, 224, 224),
        build=bn_inception,
        knobs=(classes_knob(),),
        notes="GoogLeNet with batch norm, two 3×3 in place of each 5×5, and strided modules in place of pooling "
        "between stages. As in the published checkpoints, convolutions keep the biases that batch norm makes "
        "superfluous: 10,016 parameters. Figure 5 of the paper prints 576 maps after 4c and 4d and 1024 after 4e, but "
        "its columns add up to 608, 608 and 1056, and so do the checkpoints; TF-Slim keeps 576 with 96 maps for 128 in "
        "the pooling of 4c and 4d. The paper's 7×7 convolution is separable; here, as in the checkpoints, it is not. "
        "Inception v2 is also the name of another network, in the paper of Inception v3.",
    ),
)

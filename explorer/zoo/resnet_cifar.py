"""ResNet for CIFAR and its plain twins (He, Zhang, Ren & Sun 2015, section 4.2)."""

from __future__ import annotations

from functools import partial

from explorer.blocks import basic_block
from explorer.layers import BatchNorm, Conv, Flatten, GlobalAvgPool, Linear, ReLU
from explorer.spec import Series, Spec
from explorer.zoo.architecture import Architecture, Knob, classes_knob
from explorer.zoo.resnet import OPTIONS, stages

WIDTHS = (16, 32, 64)


def resnet_cifar(depth: int, num_classes: int, shortcut: str = "A") -> Spec:
    """Give a ResNet of 6n + 2 layers: a 3×3 stem, three stages of n basic blocks, one linear layer."""
    same, changed = OPTIONS[shortcut]
    blocks = ((depth - 2) // 6,) * 3
    return Series(
        conv1=Conv(WIDTHS[0], 3, padding=1, bias=False),
        bn1=BatchNorm(),
        relu=ReLU(),
        **stages(basic_block, WIDTHS, blocks, first=same, changed=changed, same=same),
        avgpool=GlobalAvgPool(),
        flatten=Flatten(),
        fc=Linear(num_classes),
    )


_SAME = (
    "The paper's study of depth, on 32×32 images: n = (depth − 2)/6 blocks in each of three stages of 16, 32 and 64 "
    "maps. It uses option A, so that a residual network has exactly the parameters of its plain twin; ports with "
    "projections (B) have 2,752 more."
)
_NOTES = {
    110: " Trained with a lower learning rate at first, as it would not start otherwise.",
    1202: " It trains as well as the 110 layers and tests worse, 7.93 % against 6.43 % error: 19.4 million parameters "
    "are too many for so small a data set.",
}
_record = partial(
    Architecture,
    family="ResNet",
    year=2015,
    authors="He, Zhang, Ren, Sun",
    paper="Deep Residual Learning for Image Recognition",
    url="https://arxiv.org/abs/1512.03385",
    input_shape=(3, 32, 32),
)
_shortcut = Knob("shortcut", "A", "shortcut option where the shape changes: A zero-padding, B projection", ("A", "B"))

ARCHITECTURES = (
    *(
        _record(
            id=f"resnet{depth}",
            name=f"ResNet-{depth} (CIFAR)",
            build=partial(resnet_cifar, depth),
            knobs=(classes_knob(10), _shortcut),
            notes=_SAME + _NOTES.get(depth, ""),
        )
        for depth in (20, 32, 44, 56, 110, 1202)
    ),
    *(
        _record(
            id=f"plain{depth}",
            name=f"Plain-{depth} (CIFAR)",
            build=partial(resnet_cifar, depth, shortcut="none"),
            knobs=(classes_knob(10),),
            notes=f"ResNet-{depth} without its shortcuts, and with just as many parameters. The deeper the plain "
            "networks, the worse they train; with 110 layers the error stays above 60 %.",
        )
        for depth in (20, 32, 44, 56, 110)
    ),
)

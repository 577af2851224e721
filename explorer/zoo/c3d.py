"""C3D (Tran, Bourdev, Fergus, Torresani & Paluri 2015): convolutions in space and time."""

from __future__ import annotations

from explorer.layers import Conv, Dropout, Flatten, Linear, MaxPool, ReLU
from explorer.spec import Series, Spec
from explorer.zoo.architecture import Architecture, classes_knob

STAGES = {"1": (64,), "2": (128,), "3": (256, 256), "4": (512, 512), "5": (512, 512)}
"""The width of each convolution, stage by stage."""

POOLS = {"1": MaxPool((1, 2, 2)), "5": MaxPool(2, padding=(0, 1, 1))}
"""The poolings that are not plain 2×2×2: the first leaves the frames alone, the last makes 4×4 of 7×7."""


def c3d(num_classes: int) -> Spec:
    """Give C3D: eight 3×3×3 convolutions, five poolings, three fully connected layers (section 3.1, figure 3)."""
    body: dict[str, Spec] = {}
    for stage, widths in STAGES.items():
        for letter, width in zip("ab" if len(widths) > 1 else ("",), widths, strict=True):
            body[f"conv{stage}{letter}"] = Conv(width, 3, padding=1)
            body[f"relu{stage}{letter}"] = ReLU()
        body[f"pool{stage}"] = POOLS.get(stage, MaxPool(2))
    return Series(
        **body,
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
        id="c3d",
        name="C3D",
        family="C3D",
        year=2015,
        authors="Tran, Bourdev, Fergus, Torresani, Paluri",
        paper="Learning Spatiotemporal Features with 3D Convolutional Networks",
        url="https://arxiv.org/abs/1412.0767",
        input_shape=(3, 16, 112, 112),
        build=c3d,
        knobs=(classes_knob(487),),
        notes="A clip of 16 frames of 112×112 is a volume: axes are channels, time, height, width. The first pooling "
        "is 1×2×2, so that time is not merged too early. 487 classes are those of Sports-1M; with the 101 of UCF101 "
        "there are 78.4 M parameters, the 78 M that are often quoted. The paper does not say how conv5b's 7×7 maps "
        "are halved; the published weights need 4×4 (8,192 numbers into fc6), which a padding of (0, 1, 1) gives.",
    ),
)

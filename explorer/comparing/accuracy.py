"""How accurate networks were measured to be: every published accuracy, with its data set, its protocol and its source.

Nothing is measured here and nothing is guessed: the figures are those of ``assets/published/`` and of timm's results in
``assets/weights/``.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from typing import Literal

from explorer.assets import WEIGHTS
from explorer.published import Figure, everything
from explorer.shapes import Shape
from explorer.zoo import Architecture, get

Protocol = Literal[
    "one crop", "many crops", "several networks", "with augmentation", "without augmentation", "not said"
]
Origin = Literal["papers", "model pages", "lectures", "torchvision V1", "torchvision V2", "TF-Slim", "timm"]
Top = Literal[1, 5]

DATASETS = {
    "ImageNet": ("ImageNet", "ILSVRC"),
    "CIFAR-10": ("CIFAR-10 ",),
    "CIFAR-100": ("CIFAR-100 ",),
    "SVHN": ("SVHN",),
    "MNIST": ("MNIST",),
    "Sports-1M": ("Sports-1M",),
    "UCF101": ("UCF101",),
    "MR": ("MR ",),
    "TREC": ("TREC",),
}
"""The data sets, and how an explanation of a figure on them begins."""

_PROTOCOLS: tuple[tuple[Protocol, str], ...] = (
    ("several networks", r"\b(two|three|five|six|seven|several|\d+) networks\b"),
    ("many crops", r"\d+ crops|several scales|dense evaluation"),
    ("one crop", r"\b(one|single|cent(re|ral)) (central )?crop"),
    ("without augmentation", r"no augmentation"),
    ("with augmentation", r"standard augmentation|translations|distorted"),
)
_ORIGINS: tuple[tuple[Origin, str], ...] = (
    ("torchvision V1", r"^torchvision.*_V1"),
    ("torchvision V2", r"^torchvision.*_V2"),
    ("TF-Slim", r"^TF-Slim"),
    ("timm", r"^timm"),
    ("lectures", r"^lecture: "),
    ("model pages", r"^[^;]*(model (page|card)|fb\.resnet\.torch|resnet-1k-layers|homework)"),
    ("papers", r""),
)
_CROP = re.compile(r"crop (?:of )?(\d+)|at (\d+)×\d+")
_ANOTHER = "not a network of the paper"


@dataclass(frozen=True)
class Measurement:
    """One published measurement of one network at one setting: accuracy in per cent, top-1, top-5 or both.

    ``input_shape`` is that of the test where the source says it, else the network's own; ``detail`` is what the source
    says of the test.
    """

    architecture: Architecture
    input_shape: Shape
    dataset: str
    protocol: Protocol
    origin: Origin
    source: str
    detail: str
    top1: float | None = None
    top5: float | None = None

    def accuracy(self, top: Top) -> float | None:
        """Give the share of test pictures, in per cent, whose class is the first guess, or among the first five."""
        return self.top1 if top == 1 else self.top5


def protocol(detail: str) -> Protocol:
    """Say how a figure was measured, from what its source says.

    >>> protocol("ImageNet validation, six networks, 144 crops"), protocol("ImageNet, 70.6 % top-1 accuracy")
    ('several networks', 'not said')
    """
    return next((name for name, pattern in _PROTOCOLS if re.search(pattern, detail)), "not said")


def origin(source: str) -> Origin:
    """Say what kind of source it is.

    >>> origin("He et al. 2015, table 4"), origin("torchvision, metadata of the weights IMAGENET1K_V2")
    ('papers', 'torchvision V2')
    """
    return next(name for name, pattern in _ORIGINS if re.search(pattern, source))


def dataset(detail: str) -> str:
    """Name the data set of a figure.

    >>> dataset("CIFAR-10 test, standard augmentation"), dataset("ILSVRC 2014, several networks together")
    ('CIFAR-10', 'ImageNet')
    """
    return next(name for name, beginnings in DATASETS.items() if detail.startswith(beginnings))


def shape_of_test(detail: str, own: Shape) -> Shape:
    """Give the input shape of a test: the crop that the source names, or the network's own.

    >>> shape_of_test("ImageNet validation, one crop of 320, scale augmentation", (3, 224, 224))
    (3, 320, 320)
    """
    found = _CROP.search(detail)
    side = int(found[1] or found[2]) if found else 0
    return (own[0], *(side for _ in own[1:])) if side else own


@cache
def measurements() -> tuple[Measurement, ...]:
    """List every published accuracy; one that a source gives for several settings belongs to the first.

    >>> best = max(measurements(), key=lambda each: each.top1 if each.dataset == "ImageNet" and each.top1 else 0)
    >>> best.architecture.id, best.top1, best.source
    ('resnet_rs_200', 84.444, 'timm, tf_in1k')
    """
    found: dict[tuple[object, ...], Measurement] = {}
    for each in (*_of_papers(), *_of_timm()):
        found.setdefault((each.architecture.id, each.source, each.detail, each.top1, each.top5), each)
    return tuple(found.values())


def _of_papers() -> Iterator[Measurement]:
    """Yield what is published, a top-1 and a top-5 error of one test together."""
    for architecture, figures in everything().items():
        tests: dict[tuple[str, str], dict[str, float]] = {}
        for figure in figures:
            if _is_accuracy(figure):
                tests.setdefault((figure.source, figure.explanation), {})[figure.quantity] = figure.value or 0.0
        for (source, detail), errors in tests.items():
            yield _measurement(architecture, source, detail, errors.get("top-1 error"), errors.get("top-5 error"))


def _is_accuracy(figure: Figure) -> bool:
    return (
        figure.quantity in ("top-1 error", "top-5 error") and bool(figure.value) and _ANOTHER not in figure.explanation
    )


def _measurement(
    architecture: Architecture, source: str, detail: str, error1: float | None, error5: float | None
) -> Measurement:
    top1, top5 = (None if error is None else round(100 - error, 3) for error in (error1, error5))
    shape = shape_of_test(detail, architecture.input_shape)
    kinds = dataset(detail), protocol(detail), origin(source)
    return Measurement(architecture, shape, *kinds, source, detail, top1, top5)


def _of_timm() -> Iterator[Measurement]:
    """Yield timm's own measurements of the weights that it offers."""
    table = json.loads((WEIGHTS / "timm.json").read_text("utf-8"))
    for record in table["weights"]:
        yield Measurement(
            architecture=get(record["architecture"]),
            input_shape=tuple(record["input_shape"]),
            dataset="ImageNet",
            protocol=protocol(table["protocol"]),
            origin="timm",
            source=f"timm, {record['name']}",
            detail=f"ImageNet validation, one crop of {record['input_shape'][-1]}",
            top1=record["top1"],
            top5=record["top5"],
        )

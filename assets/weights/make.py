"""Write the tables of published weights: ``python -m assets.weights.make``, in the project's folder.

Everything is read from the metadata of the installed torchvision and timm, but for what is written here: which of our
networks a checkpoint is for, how its keys are renamed, and, for timm, the accuracies, which its package does not carry.
Nothing is fetched. The networks must be in the zoo; others are left out.
"""

from __future__ import annotations

import json
import math
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import torch

import explorer
from tests.support import oracles

FOLDER = Path(__file__).parent
Record = dict[str, Any]

TORCHVISION = {
    "vgg11": "vgg11",
    "vgg13": "vgg13",
    "vgg16": "vgg16",
    "vgg19": "vgg19",
    "googlenet_bn": "googlenet",
    "inception_v3": "inception_v3",
    "resnet18": "resnet18",
    "resnet34": "resnet34",
    "resnet50": "resnet50",
    "resnet101": "resnet101",
    "resnet152": "resnet152",
    "wide_resnet50_2": "wide_resnet50_2",
    "wide_resnet101_2": "wide_resnet101_2",
    "resnext50_32x4d": "resnext50_32x4d",
    "resnext101_32x8d": "resnext101_32x8d",
    "resnext101_64x4d": "resnext101_64x4d",
    "densenet121": "densenet121",
    "densenet161": "densenet161",
    "densenet169": "densenet169",
    "densenet201": "densenet201",
    "squeezenet1_0": "squeezenet1_0",
    "squeezenet1_1": "squeezenet1_1",
    "mobilenet_v2": "mobilenet_v2",
    **{f"efficientnet_b{i}": f"efficientnet_b{i}" for i in range(8)},
}
"""Ours and theirs. Our ``alexnet`` and ``googlenet`` are the papers', not torchvision's."""

OLD_DENSENET = [[r"^(.*denselayer\d+\.(?:norm|relu|conv))\.([12])\.", r"\1\2."]]
"""The files are older than the names without a point: ``norm.1`` for ``norm1``."""

KEYS = {
    "googlenet": [[r"^aux[12]\..*", ""]],
    "inception_v3": [[r"^AuxLogits\..*", ""]],
    **{f"densenet{depth}": OLD_DENSENET for depth in (121, 161, 169, 201)},
}
"""Pairs of a regular expression and its replacement, in order; what is renamed to nothing is left out."""

TIMM: dict[str, tuple[str, float, float]] = {
    "inception_v4": ("inception_v4.tf_in1k", 80.156, 94.968),
    "inception_resnet_v2": ("inception_resnet_v2.tf_in1k", 80.462, 95.308),
    "resnet50_d": ("resnet50d.gluon_in1k", 79.078, 94.468),
    "resnet_rs_200": ("resnetrs200.tf_in1k", 84.444, 97.082),
    "resnext101_32x4d": ("resnext101_32x4d.gluon_in1k", 80.340, 94.930),
    "xception": ("legacy_xception.tf_in1k", 79.040, 94.382),
    "mobilenet_v1": ("mobilenetv1_100.ra4_e3600_r224_in1k", 76.094, 93.004),
    "se_resnet50": ("legacy_seresnet50.in1k", 77.644, 93.758),
    "se_resnet101": ("legacy_seresnet101.in1k", 78.386, 94.262),
    "se_resnet152": ("legacy_seresnet152.in1k", 78.660, 94.370),
    "se_resnext50_32x4d": ("legacy_seresnext50_32x4d.in1k", 79.076, 94.432),
    "se_resnext101_32x4d": ("legacy_seresnext101_32x4d.in1k", 80.230, 95.026),
    "senet154": ("legacy_senet154.in1k", 81.308, 95.492),
    "nasnet_a_large": ("nasnetalarge.tf_in1k", 82.626, 96.042),
}
"""Ours; theirs with its tag; top-1 and top-5 in per cent."""

RESULTS = (
    "results/results-imagenet.csv of huggingface/pytorch-image-models at 0173a139; "
    "mobilenetv1_100: the README of timm 1.0.17"
)

TIMM_KEYS: dict[str, list[list[str]]] = {}


def main() -> None:
    """Write a table for each source, and the names of the classes."""
    names = oracles.torchvision().models.ResNet18_Weights.IMAGENET1K_V1.meta["categories"]
    source = f"torchvision {oracles.torchvision().__version__.partition('+')[0]}"
    classes = {"source": f"{source}, meta['categories'] of its ImageNet weights", "names": names}
    _write("classes/imagenet-1k.json", classes, [])
    _write("torchvision.json", _about_torchvision(source), list(_torchvision()))
    _write("timm.json", _about_timm(), list(_timm()))


def _about_torchvision(source: str) -> Record:
    return {
        "source": f"{source}, torchvision.models.*_Weights: url, meta, transforms; hashes are those in the file names",
        "licence": "published with torchvision, which is under the BSD 3-clause licence; ImageNet, the training data, "
        "is for non-commercial research, and torchvision leaves it to you to find out whether that binds you",
        "licence_url": "https://github.com/pytorch/vision#pre-trained-model-license",
        "protocol": "ImageNet-1K validation, one central crop, as torchvision reports it",
        "classes": "imagenet-1k",
    }


def _torchvision() -> Iterator[Record]:
    models = oracles.torchvision().models
    for ours, theirs in TORCHVISION.items():
        for weights in models.get_model_weights(theirs) if _have(ours) else ():
            meta, transforms = weights.meta, weights.transforms()
            accuracy = meta["_metrics"]["ImageNet-1K"]
            if math.isnan(accuracy["acc@1"]):  # features only, without a classifier
                continue
            mean, std = _fed(theirs, transforms.mean, transforms.std)
            yield {
                "architecture": ours,
                "name": weights.name,
                "url": weights.url,
                "sha256": _digest(weights.url),
                "bytes": round(meta["_file_size"] * 2**20),
                "parameters": meta["num_params"],
                "top1": accuracy["acc@1"],
                "top5": accuracy["acc@5"],
                "recipe": meta["recipe"],
                "about": " ".join(re.sub(r"`([^<`]*) <[^>]*>`_", r"\1", meta["_docs"]).replace("`", "").split()),
                "input_shape": [3, *transforms.crop_size * 2],
                "resize": transforms.resize_size[0],
                "interpolation": transforms.interpolation.value,
                "mean": mean,
                "std": std,
                "keys": KEYS.get(theirs, []),
            }


def _fed(name: str, mean: list[float], std: list[float]) -> tuple[list[float], list[float]]:
    """Give the normalisation with which the weights were trained.

    torchvision's GoogLeNet and Inception v3, when they have published weights, first undo the normalisation of the
    transforms and do that of TensorFlow.
    """
    return ([0.5] * 3, [0.5] * 3) if name in ("googlenet", "inception_v3") else (mean, std)


def _about_timm() -> Record:
    return {
        "source": f"timm {oracles.timm().__version__}, timm.get_pretrained_cfg; accuracies: {RESULTS}",
        "licence": "Apache 2.0, says timm's configuration of these weights; ImageNet, the training data, is for "
        "non-commercial research, and timm advises to assume that this holds for the weights too",
        "licence_url": "https://github.com/huggingface/pytorch-image-models#licenses",
        "protocol": "ImageNet-1K validation, one central crop, as timm reports it",
        "classes": "imagenet-1k",
    }


def _timm() -> Iterator[Record]:
    timm = oracles.timm()
    for ours, (tagged, top1, top5) in TIMM.items():
        if not _have(ours):
            continue
        config = timm.get_pretrained_cfg(tagged)
        assert config.license == "apache-2.0", tagged
        assert config.num_classes == 1000, tagged
        network = oracles.on_meta(tagged.partition(".")[0], "timm")
        hub = f"https://huggingface.co/{config.hf_hub_id}/resolve/main/model.safetensors"
        side = (config.test_input_size or config.input_size)[-1]
        url = hub if config.hf_hub_id else config.url
        yield {
            "architecture": ours,
            "name": tagged.partition(".")[2],
            "url": url,
            "sha256": "" if config.hf_hub_id else _digest(url),
            "bytes": sum(value.nbytes for value in network.state_dict().values()),
            "parameters": sum(parameter.numel() for parameter in network.parameters()),
            "top1": top1,
            "top5": top5,
            "recipe": _page(url),
            "about": f"timm's {tagged}.",
            "input_shape": [3, side, side],
            "resize": math.floor(side / (config.test_crop_pct or config.crop_pct)),
            "interpolation": config.interpolation,
            "mean": config.mean,
            "std": config.std,
            "keys": TIMM_KEYS.get(ours, []),
        }


def _page(url: str) -> str:
    """Give the page that describes a file: the model's on the hub, the release's on GitHub."""
    return url.partition("/resolve/")[0] if "/resolve/" in url else url.rpartition("/")[0].replace("download", "tag")


def _have(ours: str) -> bool:
    return any(architecture.id == ours for architecture in explorer.architectures())


def _digest(url: str) -> str:
    """Give the first digits of the SHA-256 that torch's convention puts at the end of a file's name."""
    found = re.search(r"-([0-9a-f]{8,})\.pth$", url)
    assert found, url
    return found[1]


def _write(name: str, about: Record, weights: list[Record]) -> None:
    """Write a table, one line for each set of weights."""
    text = json.dumps(about, ensure_ascii=False, indent=1)
    if weights:
        lines = ",\n".join(json.dumps(record, ensure_ascii=False) for record in weights)
        text = text.removesuffix("\n}") + f',\n "weights": [\n{lines}\n ]\n}}'
    (FOLDER / name).write_text(f"{text}\n", encoding="utf-8")


if __name__ == "__main__":
    torch.set_num_threads(1)
    main()

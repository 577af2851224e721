"""Networks small enough to work out by hand, and made-up models on disk."""

from __future__ import annotations

import json
from hashlib import sha256
from pathlib import Path
from typing import Any

import torch
from safetensors.torch import save_file

import explorer
from explorer.layers import Conv, Flatten, GlobalAvgPool, Linear, ReLU
from explorer.network import Network
from explorer.shapes import Shape
from explorer.spec import Series

CLASSES = ("bird", "boat", "bottle", "bus", "butterfly", "car", "cat", "dog", "elephant", "fruit", "pizza", "train")


def by_hand() -> Network:
    """Give a network whose maps are the picture and minus the picture, cut at 0; two classes with known weights."""
    spec = Series(
        conv=Conv(2, bias=False), relu=ReLU(), pool=GlobalAvgPool(), flatten=Flatten(), fc=Linear(2)
    )  # fmt: skip
    network = Network(explorer.lower(spec, (1, 2, 2), name="by hand"))
    state = {
        "conv.weight": torch.tensor([1.0, -1.0]).reshape(2, 1, 1, 1),
        "fc.weight": torch.tensor([[2.0, 5.0], [-1.0, 3.0]]),
        "fc.bias": torch.tensor([0.5, 0.0]),
    }
    network.load_state_dict(state)
    return network.eval()


def random_network(architecture: str, shape: Shape | None = None, **knobs: Any) -> Network:
    """Give a network of the zoo with random weights and running statistics, without training mode."""
    torch.manual_seed(0)
    network = Network(explorer.lower(explorer.get(architecture, **knobs), shape))
    for module in network.modules():
        if isinstance(module, torch.nn.BatchNorm2d):
            torch.nn.init.uniform_(module.running_mean, -0.1, 0.1)
            torch.nn.init.uniform_(module.running_var, 0.5, 1.5)
            torch.nn.init.uniform_(module.weight, 0.5, 1.5)
    return network.eval().requires_grad_(False)


def write_small(folder: Path, network: Network | None = None, **changes: Any) -> Path:
    """Write a made-up small_resnet with its card into a folder; give the card's path."""
    card = {
        "id": "made_up",
        "architecture": "small_resnet",
        "knobs": {"num_classes": 12},
        "classes": list(CLASSES),
        "preprocessing": {
            "input_shape": [3, 64, 64],
            "resize": "shorter side to 64 pixels, bilinear with antialiasing",
            "crop": "central square",
            "mean": [0.485, 0.456, 0.406],
            "std": [0.229, 0.224, 0.225],
        },
        "validation": {
            "photos": 1750,
            "accuracy": 0.5,
            "accuracy_per_class": dict.fromkeys(CLASSES, 0.5),
            "unsure": {"below": 0.4, "share": 0.25, "photos_of_none": 1234, "share_of_none": 0.75},
            "localisation": {
                "photos": 56,
                "methods": {
                    "centre": {"pointing": 0.5, "iou": 0.25, "half": 0.0},
                    "grad-cam": {"pointing": 0.75, "iou": 0.5, "half": 0.5},
                },
            },
        },
        "training": {"command": "none: the weights are random", "photos": 0, "minutes": 0.0},
        "data": ["no data"],
        "terms": "For tests only.",
        "limits": ["It knows nothing."],
    }
    path = folder / "made_up.safetensors"
    state = (network or random_network("small_resnet")).state_dict()
    save_file({name: value.half() if value.is_floating_point() else value for name, value in state.items()}, path)
    weights = {"file": path.name, "sha256": sha256(path.read_bytes()).hexdigest()}
    path.with_suffix(".json").write_text(json.dumps(card | {"weights": weights} | changes), encoding="utf-8")
    return path.with_suffix(".json")


def edit(card: Path, **changes: Any) -> None:
    """Change fields of a card on disk."""
    card.write_text(json.dumps(json.loads(card.read_text(encoding="utf-8")) | changes), encoding="utf-8")

"""How good a network is on photos that it has not seen."""

from __future__ import annotations

from typing import Any

from torch import Tensor

from explorer.network import Network
from explorer.training.calibrate import score
from explorer.training.data import Dataset, Photos

UNSURE = 0.5
"""Below this probability of the first class an answer is taken as 'unsure'."""


def predict(network: Network, images: Tensor) -> Tensor:
    """Give the probabilities of the classes for uint8 images, ``(N, classes)``."""
    return score(network, images).softmax(1)


def accuracy(network: Network, photos: Photos) -> float:
    """Give the share of photos whose first class is right."""
    return _share(predict(network, photos.images).argmax(1) == photos.labels)


def evaluate(network: Network, dataset: Dataset) -> dict[str, Any]:
    """Give the accuracy on the held-out photos, by class too, and how often the network is unsure.

    An unsure answer should be rare for photos of the classes and common for photos of none of them.
    """
    photos = dataset.validation
    sure, first = predict(network, photos.images).max(1)
    right = first == photos.labels
    per_class = {name: _share(right[photos.labels == i]) for i, name in enumerate(dataset.classes)}
    return {
        "photos": len(photos),
        "accuracy": _share(right),
        "accuracy_per_class": per_class,
        "mean_accuracy_of_classes": round(sum(per_class.values()) / len(per_class), 4),
        "unsure": {
            "below": UNSURE,
            "share": _share(sure < UNSURE),
            "accuracy_of_the_others": _share(right[sure >= UNSURE]),
            "photos_of_none": len(dataset.none),
            "share_of_none": _share(predict(network, dataset.none.images).amax(1) < UNSURE),
        },
        "other_cats_and_dogs": {"photos": len(dataset.pets), "accuracy": accuracy(network, dataset.pets)},
    }


def _share(hits: Tensor) -> float:
    return round(hits.float().mean().item(), 4) if len(hits) else 0.0

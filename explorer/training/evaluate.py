"""How good a network is on photos that it has not seen."""

from __future__ import annotations

from typing import Any

import torch
from torch import Tensor

from explorer.network import Network
from explorer.training.calibrate import score
from explorer.training.data import Dataset, Photos


def predict(network: Network, images: Tensor) -> Tensor:
    """Give the probabilities of the classes for uint8 images, ``(N, classes)``."""
    return score(network, images).softmax(1)


def accuracy(network: Network, photos: Photos) -> float:
    """Give the share of photos whose first class is right."""
    return _share(predict(network, photos.images).argmax(1) == photos.labels)


def evaluate(network: Network, dataset: Dataset) -> dict[str, Any]:
    """Give the accuracy on the held-out photos, by class too, and how often the network is unsure."""
    photos = dataset.validation
    sure, first = predict(network, photos.images).max(1)
    right = first == photos.labels
    per_class = {name: _share(right[photos.labels == i]) for i, name in enumerate(dataset.classes)}
    return {
        "photos": len(photos),
        "accuracy": _share(right),
        "accuracy_per_class": per_class,
        "mean_accuracy_of_classes": round(sum(per_class.values()) / len(per_class), 4),
        "unsure": unsure(sure, right, predict(network, dataset.none.images).amax(1)),
        **{
            name: {"photos": len(others), "accuracy": accuracy(network, others)}
            for name, others in dataset.others.items()
        },
    }


def unsure(sure: Tensor, right: Tensor, none: Tensor) -> dict[str, Any]:
    """Set the probability of the first class below which an answer is taken as "unsure", and say how it does.

    An unsure answer should be rare for photos of the classes and common for photos of none of them. The threshold
    is set on every other held-out photo, and judged on those between.

    Args:
        sure: probability of the first class for photos of the classes, ``(N,)``.
        right: whether that class is right, ``(N,)``.
        none: probability of the first class for photos of none of the classes, ``(M,)``.
    """
    below = threshold(sure[::2], none[::2])
    sure, right, none = sure[1::2], right[1::2], none[1::2]
    return {
        "below": below,
        "share": _share(sure < below),
        "accuracy_of_the_others": _share(right[sure >= below]),
        "photos_of_none": len(none),
        "share_of_none": _share(none < below),
    }


def threshold(sure: Tensor, none: Tensor) -> float:
    """Find, in hundredths, what best tells photos of the classes from others, if both are as likely (Youden 1950).

    >>> threshold(torch.tensor([0.9, 0.8, 0.55]), torch.tensor([0.2, 0.5, 0.6]))
    0.51
    """
    tried = torch.arange(101) / 100
    apart = (sure >= tried[:, None]).float().mean(1) + (none < tried[:, None]).float().mean(1)
    return round(float(tried[apart.argmax()]), 2)


def _share(hits: Tensor) -> float:
    return round(hits.float().mean().item(), 4) if len(hits) else 0.0

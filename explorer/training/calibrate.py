"""Setting a trained network's confidence and the balance of its classes (Guo et al. 2017)."""

from __future__ import annotations

import torch
from torch import Tensor, nn
from torch.nn.functional import cross_entropy, one_hot
from torch.optim import LBFGS

from explorer.network import Network
from explorer.training.augment import normalise
from explorer.training.data import NONE, Photos


def calibrate(network: Network, photos: Photos) -> None:
    """Scale the last layer by one number and shift each class, to fit the photos as they come, unchanged.

    Photos of none of the classes want an even answer. Smoothed labels and drawing rare classes more often
    leave a network too unsure, above all of its commonest classes.
    """
    scores = score(network, photos.images)
    factor, shift = fit(scores, wanted(photos.labels, scores.shape[1]))
    last = network.get_submodule(network.graph.output)
    assert isinstance(last, nn.Linear)
    with torch.no_grad():
        last.weight.mul_(factor)
        last.bias.mul_(factor).add_(shift)


@torch.no_grad()
def score(network: Network, images: Tensor, batch: int = 250) -> Tensor:
    """Give the scores of the classes for uint8 images, ``(N, classes)``."""
    device = next(network.parameters()).device
    parts = (network(normalise(part.to(device).float() / 255)) for part in torch.split(images, batch))
    return torch.cat([part.cpu() for part in parts])


def wanted(labels: Tensor, classes: int) -> Tensor:
    """Give the probabilities to aim at: all on the label, or even for photos of none."""
    sure = one_hot(labels.clamp(min=0), classes).float()
    return torch.where((labels == NONE)[:, None], torch.full_like(sure, 1 / classes), sure)


def fit(scores: Tensor, probabilities: Tensor) -> tuple[Tensor, Tensor]:
    """Find the factor and the shift of each class with the least cross-entropy."""
    factor = torch.ones(1, requires_grad=True)
    shift = torch.zeros(scores.shape[1], requires_grad=True)
    optimizer = LBFGS([factor, shift], max_iter=200, line_search_fn="strong_wolfe")

    def closure() -> Tensor:
        optimizer.zero_grad()
        loss = cross_entropy(scores * factor + shift, probabilities)
        loss.backward()  # type: ignore[no-untyped-call]
        return loss

    optimizer.step(closure)  # type: ignore[no-untyped-call]
    return factor.detach(), shift.detach() - shift.detach().mean()

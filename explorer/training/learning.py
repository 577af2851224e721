"""Learning: the steps of a training run, which can be saved after any epoch and taken up again."""

from __future__ import annotations

import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import torch
from torch import Tensor, nn
from torch.nn.functional import cross_entropy, one_hot
from torch.optim import AdamW
from torch.optim.swa_utils import AveragedModel, get_ema_multi_avg_fn
from torch.utils.data import BatchSampler, WeightedRandomSampler

import explorer
from explorer.network import Network
from explorer.training.augment import normalise
from explorer.training.data import NONE, Photos
from explorer.training.recipes import Recipe
from explorer.training.tasks import TASKS

CPU = torch.device("cpu")


class Learner(nn.Module):
    """The network with a second linear layer for the kinds, on what its last layer reads."""

    def __init__(self, architecture: str, classes: int, kinds: int) -> None:
        super().__init__()
        graph = explorer.lower(explorer.get(architecture, num_classes=classes))
        self.network, self.scores = Network(graph), graph.output
        (self.features,) = graph[self.scores].inputs
        self.kinds = nn.Linear(graph.shape_of(self.features)[0], kinds)
        initialise(self.network)

    def forward(self, x: Tensor) -> tuple[Tensor, Tensor]:
        """Give the scores of the classes and of the kinds."""
        values = self.network.run({"input": x}, (self.features, self.scores))
        return values[self.scores], self.kinds(values[self.features])


class Training:
    """Everything that changes while training, so that it can be saved and taken up again."""

    def __init__(self, recipe: Recipe, classes: int, kinds: int, threads: int = 1, device: torch.device = CPU) -> None:
        torch.manual_seed(recipe.seed)
        self.recipe, self.device = recipe, device
        self.threads, self.pool = threads, ThreadPoolExecutor(threads)
        self.learner = Learner(recipe.architecture, classes, kinds).to(device)
        self.learner.to(memory_format=torch.channels_last)  # type: ignore[call-overload]
        averaging = get_ema_multi_avg_fn(recipe.averaging)  # type: ignore[no-untyped-call]
        self.average = AveragedModel(self.learner, multi_avg_fn=averaging, use_buffers=True)
        self.optimizer = _optimizer(self.learner, recipe)
        self.epoch, self.seconds = 0, 0.0

    def save(self, path: Path) -> None:
        """Write a checkpoint; the old one stays until the new one is whole."""
        parts = {name: getattr(self, name).state_dict() for name in _PARTS}
        now = {"epoch": self.epoch, "seconds": self.seconds, "random": torch.get_rng_state()}
        path.parent.mkdir(parents=True, exist_ok=True)
        torch.save(parts | now, path.with_suffix(".new"))
        path.with_suffix(".new").replace(path)

    def resume(self, path: Path) -> None:
        """Go on from a checkpoint."""
        saved = torch.load(path, weights_only=True, map_location="cpu")
        for name in _PARTS:
            getattr(self, name).load_state_dict(saved[name])
        self.epoch, self.seconds = saved["epoch"], saved["seconds"]
        torch.set_rng_state(saved["random"])

    def run_epoch(self, photos: Photos) -> float:
        """Train for one epoch; give the mean loss."""
        recipe, start, losses = self.recipe, time.monotonic(), []
        gentle = self.epoch >= len(recipe.sizes) - recipe.gentle_epochs
        augment, size = TASKS[recipe.task].augment, recipe.sizes[self.epoch]
        self.learner.train()
        for i, chosen in enumerate(draw(photos, recipe)):
            batch = photos.where(torch.tensor(chosen)).to(self.device)
            x = normalise(augment(batch.images, size, 0.5 if gentle else 1.0))
            for group in self.optimizer.param_groups:
                group["lr"] = recipe.rate(self.epoch * recipe.batches + i)
            losses.append(self.set_gradients(x.contiguous(memory_format=torch.channels_last), batch))
            self.optimizer.step()
            self.average.update_parameters(self.learner)
        self.epoch += 1
        self.seconds += time.monotonic() - start
        return float(torch.stack(losses).mean())

    def set_gradients(self, x: Tensor, batch: Photos) -> Tensor:
        """Set every gradient from a batch shared out among the threads; give the loss.

        On a busy machine this is twice as fast as threads that meet after every operation. The parts take turns
        in updating the running statistics of batch normalisation, so more than one thread is not repeatable to the bit.
        """
        n = self.threads
        parts = zip(x.chunk(n), batch.chunk(n), strict=True)
        results = list(self.pool.map(lambda part: self.differentiate(*part), parts))
        for parameter, *gradients in zip(self.learner.parameters(), *(each for _, each in results), strict=True):
            parameter.grad = sum(gradients[1:], gradients[0]) / n
        return torch.stack([loss for loss, _ in results]).mean()

    def differentiate(self, x: Tensor, photos: Photos) -> tuple[Tensor, tuple[Tensor, ...]]:
        """Give the loss of some photos and its gradient by every parameter."""
        loss = loss_of(self.learner(x), photos, self.recipe)
        gradients = torch.autograd.grad(loss, tuple(self.learner.parameters()), materialize_grads=True)
        return loss.detach(), gradients

    @property
    def network(self) -> Network:
        """Give the network with averaged weights."""
        network = self.average.module.network
        assert isinstance(network, Network)
        return network.eval()


_PARTS = ("learner", "average", "optimizer")


def initialise(network: nn.Module) -> None:
    """Draw the kernels after He et al. 2015; let every residual block start as its shortcut (Goyal et al. 2017)."""
    for name, module in network.named_modules():
        if isinstance(module, nn.Conv2d):
            nn.init.kaiming_normal_(module.weight, mode="fan_out", nonlinearity="relu")
        elif name.endswith(".bn2"):
            nn.init.zeros_(module.get_parameter("weight"))


def draw(photos: Photos, recipe: Recipe) -> Iterator[list[int]]:
    """Draw the batches of an epoch: rare classes more often (by the root of their count), and some of none."""
    counts = torch.bincount(photos.labels[photos.labels != NONE]).float()
    weights = counts.rsqrt()[photos.labels.clamp(min=0)].double()
    none = photos.labels == NONE
    weights[~none] *= (1 - recipe.share_of_none) / weights[~none].sum()
    weights[none] = recipe.share_of_none / none.sum()
    sampler = WeightedRandomSampler(weights.tolist(), recipe.photos_per_epoch)
    return iter(BatchSampler(sampler, recipe.batch, drop_last=True))


def loss_of(scores: tuple[Tensor, Tensor], photos: Photos, recipe: Recipe) -> Tensor:
    """Cross-entropy of the classes with smoothed labels, even for photos of none, plus that of the kinds."""
    classes, kinds = scores
    even = torch.full_like(classes, 1 / classes.shape[1])
    labels = one_hot(photos.labels.clamp(min=0), classes.shape[1]).float()
    smooth = torch.lerp(labels, even, recipe.label_smoothing)
    wanted = torch.where((photos.labels == NONE)[:, None], even, smooth)
    known = cross_entropy(kinds, photos.kinds, ignore_index=NONE, reduction="sum") / len(kinds)
    return cross_entropy(classes, wanted) + recipe.kinds_weight * known


def _optimizer(learner: nn.Module, recipe: Recipe) -> AdamW:
    """Give AdamW, with weight decay on kernels only."""
    kernels = [each for each in learner.parameters() if each.ndim > 1]
    others = [each for each in learner.parameters() if each.ndim == 1]
    groups = [{"params": kernels, "weight_decay": recipe.weight_decay}, {"params": others, "weight_decay": 0.0}]
    return AdamW(groups, lr=recipe.learning_rate)

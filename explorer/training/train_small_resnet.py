"""Train the small network that ships with its weights, and write its card.

    python -m explorer.training.train_small_resnet --data DIR --out assets/models

Photos grow from 32 pixels to the 64 of use while the network learns, which saves most of the early arithmetic; the
last epochs are at the size of use, as a network does best at the apparent size it saw last (Touvron et al. 2019).
Beside the 12 classes a second linear layer, thrown away at the end, learns the finer kinds (goose,
black stork, …); photos of none of the classes teach the network to spread its answer evenly.
At the end the last layer is calibrated on the training photos.
Run the same command again to go on from the last finished epoch.
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import torch
from torch import Tensor, nn
from torch.nn.functional import cross_entropy, one_hot
from torch.optim import AdamW
from torch.optim.lr_scheduler import OneCycleLR
from torch.optim.swa_utils import AveragedModel, get_ema_multi_avg_fn
from torch.utils.data import BatchSampler, WeightedRandomSampler

import explorer
from explorer.network import Network
from explorer.training.augment import MEAN, STD, augment, normalise
from explorer.training.calibrate import calibrate
from explorer.training.card import round_to_half, write_model
from explorer.training.data import NONE, Dataset, Photos, load
from explorer.training.evaluate import accuracy, evaluate

ID = "small_resnet"
NAME = "small_resnet_everyday12"


@dataclass(frozen=True)
class Recipe:
    """What decides the outcome.

    ``stages`` are pairs of epochs and photo size; in the last, gentle epochs photos are changed half as much.
    """

    stages: tuple[tuple[int, int], ...] = ((8, 32), (7, 40), (5, 48), (1, 56), (5, 48), (4, 64))
    gentle_epochs: int = 9
    photos_per_epoch: int = 16_384
    batch: int = 64
    learning_rate: float = 2e-3
    weight_decay: float = 0.05
    label_smoothing: float = 0.1
    share_of_none: float = 0.12
    kinds_weight: float = 0.5
    averaging: float = 0.998
    seed: int = 0

    @property
    def sizes(self) -> tuple[int, ...]:
        """Give the photo size of every epoch."""
        return tuple(size for epochs, size in self.stages for _ in range(epochs))

    @property
    def batches(self) -> int:
        """Count the batches of one epoch."""
        return self.photos_per_epoch // self.batch


class Learner(nn.Module):
    """The network with a second linear layer for the kinds, on the same averaged features."""

    def __init__(self, classes: int, kinds: int) -> None:
        super().__init__()
        self.network = Network(explorer.lower(explorer.get(ID, num_classes=classes)))
        self.kinds = nn.Linear(self.network.graph["flatten"].shape[0], kinds)
        initialise(self.network)

    def forward(self, x: Tensor) -> tuple[Tensor, Tensor]:
        """Give the scores of the classes and of the kinds."""
        values = self.network.run({"input": x}, ("flatten", "fc"))
        return values["fc"], self.kinds(values["flatten"])


class Training:
    """Everything that changes while training, so that it can be saved and taken up again."""

    def __init__(self, recipe: Recipe, classes: int, kinds: int, threads: int = 1) -> None:
        torch.manual_seed(recipe.seed)
        self.threads, self.pool = threads, ThreadPoolExecutor(threads)
        self.recipe = recipe
        self.learner = Learner(classes, kinds)
        self.learner.to(memory_format=torch.channels_last)  # type: ignore[call-overload]
        averaging = get_ema_multi_avg_fn(recipe.averaging)  # type: ignore[no-untyped-call]
        self.average = AveragedModel(self.learner, multi_avg_fn=averaging, use_buffers=True)
        self.optimizer = _optimizer(self.learner, recipe)
        steps = len(recipe.sizes) * recipe.batches
        self.schedule = OneCycleLR(self.optimizer, recipe.learning_rate, steps, pct_start=0.15, cycle_momentum=False)
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
        saved = torch.load(path, weights_only=True)
        for name in _PARTS:
            getattr(self, name).load_state_dict(saved[name])
        self.epoch, self.seconds = saved["epoch"], saved["seconds"]
        torch.set_rng_state(saved["random"])

    def run_epoch(self, photos: Photos) -> float:
        """Train for one epoch; give the mean loss."""
        start, size, losses = time.monotonic(), self.recipe.sizes[self.epoch], []
        strength = 1.0 if self.epoch < len(self.recipe.sizes) - self.recipe.gentle_epochs else 0.5
        self.learner.train()
        for chosen in draw(photos, self.recipe):
            batch = photos.where(torch.tensor(chosen))
            x = normalise(augment(batch.images, size, strength)).contiguous(memory_format=torch.channels_last)
            losses.append(self.set_gradients(x, batch))
            self.optimizer.step()
            self.schedule.step()
            self.average.update_parameters(self.learner)
        self.epoch += 1
        self.seconds += time.monotonic() - start
        return sum(losses) / len(losses)

    def set_gradients(self, x: Tensor, batch: Photos) -> float:
        """Set every gradient from a batch shared out among the threads; give the loss.

        On a busy machine this is twice as fast as threads that meet after every operation. The parts take turns
        in updating the running statistics of batch normalisation, so more than one thread is not repeatable to the bit.
        """
        n = self.threads
        parts = zip(x.chunk(n), batch.chunk(n), strict=True)
        results = list(self.pool.map(lambda part: self.differentiate(*part), parts))
        for parameter, *gradients in zip(self.learner.parameters(), *(each for _, each in results), strict=True):
            parameter.grad = sum(gradients[1:], gradients[0]) / n
        return sum(loss for loss, _ in results) / n

    def differentiate(self, x: Tensor, photos: Photos) -> tuple[float, tuple[Tensor, ...]]:
        """Give the loss of some photos and its gradient by every parameter."""
        loss = loss_of(self.learner(x), photos, self.recipe)
        return loss.item(), torch.autograd.grad(loss, tuple(self.learner.parameters()))

    @property
    def network(self) -> Network:
        """Give the network with averaged weights."""
        network = self.average.module.network
        assert isinstance(network, Network)
        return network.eval()


_PARTS = ("learner", "average", "optimizer", "schedule")


def initialise(network: nn.Module) -> None:
    """Draw the kernels after He et al. 2015; let every block start as its shortcut (Goyal et al. 2017)."""
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


def train(dataset: Dataset, recipe: Recipe, checkpoint: Path, threads: int = 1) -> Training:
    """Train to the end of the recipe, from the checkpoint if there is one."""
    training = Training(recipe, len(dataset.classes), dataset.kinds, threads)
    if checkpoint.exists():
        training.resume(checkpoint)
    while training.epoch < len(recipe.sizes):
        loss = training.run_epoch(dataset.train)
        training.save(checkpoint)
        print(f"epoch {training.epoch}: loss {loss:.3f}, {training.seconds / 60:.1f} min", flush=True)
        if training.epoch % 4 == 0:
            print(f"validation {accuracy(training.network, dataset.validation):.2%}", flush=True)
    return training


def describe(training: Training, dataset: Dataset, note: str = "") -> dict[str, Any]:
    """Say what the model is, how good it is, and how it was trained."""
    return {
        "id": NAME,
        "architecture": ID,
        "knobs": {"num_classes": len(dataset.classes)},
        "classes": list(dataset.classes),
        "preprocessing": {
            "input_shape": list(training.network.graph.input_shape),
            "resize": "shorter side to 64 pixels, bilinear with antialiasing",
            "crop": "central square",
            "mean": list(MEAN),
            "std": list(STD),
        },
        "validation": evaluate(training.network, dataset),
        "training": {
            "command": "python -m explorer.training.train_small_resnet --data DIR --out assets/models",
            "photos": len(dataset.train),
            "recipe": asdict(training.recipe),
            "epochs": training.epoch,
            "minutes": round(training.seconds / 60, 1),
            "machine": f"{training.threads} CPU cores",
            "torch": torch.__version__,
            "note": note,
        },
    }


def main(arguments: Sequence[str] | None = None, recipe: Recipe | None = None) -> None:
    """Read the command line, train, and write weights and card."""
    parser = argparse.ArgumentParser(prog="train_small_resnet", description="Train the small network that ships.")
    parser.add_argument("--data", type=Path, required=True, help="folder with the packed photos")
    parser.add_argument("--out", type=Path, required=True, help="folder for the weights and the card")
    parser.add_argument("--checkpoint", type=Path, default=Path("build/training/small_resnet.pt"))
    parser.add_argument("--threads", type=int, default=2, help="processor cores to use")
    parser.add_argument("--note", default="", help="a remark for the card")
    given = parser.parse_args(arguments)
    recipe = recipe or Recipe()
    torch.set_num_threads(1)
    dataset = load(given.data)
    training = train(dataset, recipe, given.checkpoint, given.threads)
    calibrate(training.network, dataset.train)
    round_to_half(training.network)
    card = describe(training, dataset, given.note)
    path = write_model(training.network, card, given.out / f"{NAME}.safetensors")
    print(f"wrote {path}")


def _optimizer(learner: nn.Module, recipe: Recipe) -> AdamW:
    """Give AdamW, with weight decay on kernels only."""
    kernels = [each for each in learner.parameters() if each.ndim > 1]
    others = [each for each in learner.parameters() if each.ndim == 1]
    groups = [{"params": kernels, "weight_decay": recipe.weight_decay}, {"params": others, "weight_decay": 0.0}]
    return AdamW(groups, lr=recipe.learning_rate)


if __name__ == "__main__":
    main()

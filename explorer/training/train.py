"""Train one of the models that ship, and write its card.

    python -m explorer.training.train small_resnet --data DIR --out assets/models

Photos grow to their size of use while the network learns, which saves most of the early arithmetic; the last epochs
are at the size of use, as a network does best at the apparent size it saw last (Touvron et al. 2019).
Beside the classes a second linear layer, thrown away at the end, learns finer kinds (goose, black stork, …) where they
are known; photos of none of the classes teach the network to spread its answer evenly.
At the end the last layer is calibrated on the training photos.
Run the same command again to go on from the last finished epoch.
"""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

import torch

from explorer.network import Network
from explorer.training.augment import SCALES
from explorer.training.calibrate import calibrate
from explorer.training.card import round_to_half, write_model
from explorer.training.data import Dataset
from explorer.training.evaluate import accuracy, evaluate
from explorer.training.learning import CPU, Training
from explorer.training.localise import localisation
from explorer.training.recipes import RECIPES, Recipe
from explorer.training.tasks import TASKS
from explorer.vision.device import choose, describe


def train(dataset: Dataset, recipe: Recipe, checkpoint: Path, threads: int = 1, device: torch.device = CPU) -> Training:
    """Train to the end of the recipe, from the checkpoint if there is one."""
    training = Training(recipe, len(dataset.classes), dataset.kinds, threads, device)
    if checkpoint.exists():
        training.resume(checkpoint)
    while training.epoch < len(recipe.sizes):
        loss = training.run_epoch(dataset.train)
        training.save(checkpoint)
        print(f"epoch {training.epoch}: loss {loss:.3f}, {training.seconds / 60:.1f} min", flush=True)
        if training.epoch % 4 == 0:
            print(f"validation {accuracy(training.network, dataset.validation):.2%}", flush=True)
    return training


def validate(network: Network, dataset: Dataset) -> dict[str, Any]:
    """Say how good a network is, and its maps where it is known what they should find."""
    found = evaluate(network, dataset)
    if dataset.boxes is None:
        return found
    return found | {"localisation": localisation(network, dataset.validation, dataset.boxes)}


def describe_model(training: Training, dataset: Dataset, note: str = "") -> dict[str, Any]:
    """Say what the model is, how good it is, and how it was trained: all of its card but for the weights."""
    recipe, network = training.recipe, training.network
    task, input_shape = TASKS[recipe.task], network.graph.input_shape
    mean, std = SCALES[input_shape[0]]
    return {
        "id": recipe.name,
        "architecture": recipe.architecture,
        "knobs": {"num_classes": len(dataset.classes)},
        "classes": list(dataset.classes),
        "preprocessing": {
            "input_shape": list(input_shape),
            "resize": f"shorter side to {input_shape[1]} pixels, bilinear with antialiasing",
            "crop": "central square",
            "mean": list(mean),
            "std": list(std),
            **task.preprocessing,
        },
        "validation": validate(network, dataset),
        "training": {
            "command": f"python -m explorer.training.train {recipe.architecture} --data DIR --out assets/models",
            "photos": len(dataset.train),
            "recipe": asdict(recipe),
            "epochs": training.epoch,
            "minutes": round(training.seconds / 60, 1),
            "machine": f"{training.threads} CPU cores" if training.device == CPU else describe(training.device),
            "torch": torch.__version__,
            "note": note,
        },
        "data": list(task.data),
        "terms": task.terms,
        "limits": list(task.limits),
    }


def main(arguments: Sequence[str] | None = None, recipe: Recipe | None = None) -> None:
    """Read the command line, train, and write weights and card."""
    parser = argparse.ArgumentParser(prog="train", description="Train one of the models that ship.")
    parser.add_argument("model", choices=RECIPES, help="the architecture to train")
    parser.add_argument("--data", type=Path, required=True, help="folder with the packed photos")
    parser.add_argument("--out", type=Path, required=True, help="folder for the weights and the card")
    parser.add_argument("--checkpoint", type=Path, help="build/training/MODEL.pt if left out")
    parser.add_argument("--threads", type=int, default=2, help="processor cores to use")
    parser.add_argument("--device", default="cpu", help="auto, cpu, cuda, cuda:N or mps; one thread then feeds it")
    parser.add_argument("--note", default="", help="a remark for the card")
    given = parser.parse_args(arguments)
    recipe = recipe or RECIPES[given.model]
    device = choose(given.device)
    checkpoint = given.checkpoint or Path("build/training") / f"{given.model}.pt"
    torch.set_num_threads(1)
    dataset = TASKS[recipe.task].load(given.data)
    training = train(dataset, recipe, checkpoint, given.threads if device.type == "cpu" else 1, device)
    network = training.network.to(CPU)
    calibrate(network, dataset.train)
    round_to_half(network)
    card = describe_model(training, dataset, given.note)
    path = write_model(network, card, given.out / f"{recipe.name}.safetensors")
    print(f"wrote {path}")


if __name__ == "__main__":
    main()

"""Networks with trained weights: those that ship, published ones, and the reader's own."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import torch
from PIL import Image
from torch import Tensor

import explorer
from explorer.errors import ExplorerError
from explorer.network import Network
from explorer.shapes import Shape, times
from explorer.vision.cards import Card, read_card, shipped
from explorer.vision.catalogue import obtain, published
from explorer.vision.checkpoint import SUFFIXES, fit, read_state, renamed
from explorer.vision.digest import sha256
from explorer.vision.download import Progress, silent
from explorer.vision.maps import scores_node
from explorer.vision.preprocess import Preprocessing
from explorer.zoo import Architecture


@dataclass(frozen=True, eq=False)
class Model:
    """A network that has learned, with the names of its classes and the way its photos are prepared.

    The network is in ``eval()`` and its parameters gather no gradients: it can be shared.
    """

    id: str
    network: Network
    classes: tuple[str, ...]
    preprocessing: Preprocessing
    device: torch.device
    card: Card | None = None

    def prepare(self, photo: Image.Image) -> Tensor:
        """Give what the network is fed of a photo: float ``(1, C, H, W)`` on its device."""
        return torch.from_numpy(self.preprocessing(photo)).to(self.device)

    def target(self, target: str | int) -> int:
        """Give the index of a class from its name or its index.

        Raises:
            ExplorerError: there is no such class.
        """
        if isinstance(target, int) or target.isdecimal():
            index = int(target)
            if 0 <= index < len(self.classes):
                return index
        elif target in self.classes:
            return self.classes.index(target)
        some = ", ".join(self.classes[:12]) + (", …" if len(self.classes) > 12 else "")
        raise ExplorerError(f"{self.id} has no class {target!r}; allowed: {some} (or 0 to {len(self.classes) - 1})")


def load(
    architecture: str,
    weights: str | Path | None = None,
    device: torch.device | None = None,
    folder: Path | None = None,
    progress: Progress = silent,
) -> Model:
    """Load a network of the zoo with its weights. Nothing is faked: without weights there is no model.

    Args:
        architecture: id in the zoo.
        weights: the name of weights that ship or are published (these are fetched if they are not here), or a file
            of your own (``.safetensors``, ``.pth``); by default the first that ship for this network, else the first
            that are published. A card beside a file, with the same name and ``.json``, is read too; without one the
            classes have numbers, and photos are prepared as for ImageNet.
        device: where it runs; the processor by default.
        folder: where the models that ship are.
        progress: told how far a download is.

    Raises:
        ExplorerError: no such network, no weights for it, or weights that cannot be fetched, are damaged or do not fit.
    """
    network = explorer.get(architecture)
    if len(network.input_shape) != 3:
        raise ExplorerError(f"{architecture} takes no photos: its input is {times(network.input_shape)}")
    device = device or torch.device("cpu")
    if weights is not None and Path(weights).suffix in SUFFIXES:
        return _own(network, Path(weights), device)
    cards = (*shipped(folder), *published(architecture))
    for card in cards:
        if card.architecture == architecture and weights in (None, card.id, card.name):
            return load_card(obtain(card, progress), device)
    there = ", ".join(f"{card.name} (for {card.architecture})" for card in cards) or "none"
    wanted = f"weights {str(weights)!r}" if weights else "weights"
    raise ExplorerError(
        f"{architecture}: there are no {wanted} for it; there are: {there}; "
        f"or give a file of your own ({', '.join(SUFFIXES)})"
    )


def load_card(card: Card, device: torch.device | None = None) -> Model:
    """Load the model of a card; its weights must have the card's SHA-256, as far as that is known."""
    if not card.here:
        raise ExplorerError(f"{card.id}: its weights, {card.file.name}, are not in {card.file.parent}")
    if not sha256(card.file).startswith(card.sha256):
        raise ExplorerError(f"{card.id}: {card.file.name} has another SHA-256 than its card says; it was not loaded")
    architecture = explorer.get(card.architecture, **card.knobs)
    input_shape = (len(card.preprocessing.mean), *card.preprocessing.size)
    state = renamed(read_state(card.file), card.keys)
    where = f"{card.file.name} for {architecture.id}"
    network = _network(architecture, state, where, input_shape, device or torch.device("cpu"))
    count = network.graph.shape_of(scores_node(network.graph))[0]
    if count != len(card.classes):
        raise ExplorerError(f"{card.id}: the card names {len(card.classes)} classes, the network has {count}")
    return Model(card.id, network, card.classes, card.preprocessing, network_device(network), card)


def network_device(network: Network) -> torch.device:
    """Say where a network's weights are."""
    return next(network.parameters()).device


def _own(architecture: Architecture, path: Path, device: torch.device) -> Model:
    if not path.is_file():
        raise ExplorerError(f"{path}: there is no such file of weights")
    if path.with_suffix(".json").is_file():
        card = read_card(path.with_suffix(".json"))
        if card.architecture != architecture.id:
            raise ExplorerError(f"{path.name}: its card says {card.architecture}, not {architecture.id}")
        return load_card(card, device)
    where = f"{path.name} for {architecture.id}"
    network = _network(architecture, read_state(path), where, architecture.input_shape, device)
    count = network.graph.shape_of(scores_node(network.graph))[0]
    names = tuple(f"class {i}" for i in range(count))
    return Model(path.stem, network, names, _usual(architecture), device)


def _usual(architecture: Architecture) -> Preprocessing:
    """Give the preparation that is usual where no card says more: ImageNet's; for one channel, shares of white."""
    channels, height, width = architecture.input_shape
    side = max(height, width)
    if channels == 1:
        return Preprocessing((height, width), side, (0.0,), (1.0,))
    return Preprocessing((height, width), 256 if side == 224 else side)


def _network(
    architecture: Architecture, state: dict[str, Tensor], where: str, input_shape: Shape, device: torch.device
) -> Network:
    """Build a network with the tensors of a file; the number of classes is the file's."""
    graph = explorer.lower(architecture, input_shape)
    last = state.get(f"{scores_node(graph)}.weight")
    if last is not None and last.ndim and "num_classes" in architecture.setting:
        graph = explorer.lower(architecture.set(num_classes=len(last)), input_shape)
    with torch.device("meta"):
        network = Network(graph)
    network.load_state_dict(fit(state, network.state_dict(), where), assign=True)
    return network.eval().requires_grad_(False).to(device)

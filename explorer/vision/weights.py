"""Networks with weights: those that ship, published ones, the reader's own, and random ones."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import torch
from PIL import Image
from torch import Tensor

from explorer import references
from explorer.errors import ExplorerError
from explorer.network import Network
from explorer.reading import Document
from explorer.vision.building import graph_of, trained, untrained
from explorer.vision.cards import Card, read_card, shipped
from explorer.vision.catalogue import obtain, published
from explorer.vision.checkpoint import SUFFIXES, read_state, renamed
from explorer.vision.device import layout
from explorer.vision.digest import sha256
from explorer.vision.download import Progress, silent
from explorer.vision.half import in_half
from explorer.vision.maps import scores_node
from explorer.vision.own import network_of, own_card, photo_shape, untrained_card
from explorer.vision.preprocess import Preprocessing
from explorer.zoo import Architecture


@dataclass(frozen=True, eq=False)
class Model:
    """A network that looks at photos, with the names of its classes and the way its photos are prepared.

    The network is in ``eval()`` and its parameters gather no gradients: it can be shared.
    """

    id: str
    network: Network
    classes: tuple[str, ...]
    preprocessing: Preprocessing
    device: torch.device
    card: Card | None = None
    half: bool = False

    def prepare(self, photo: Image.Image) -> Tensor:
        """Give what the network is fed of a photo: float ``(1, C, H, W)`` on its device."""
        fed = torch.from_numpy(self.preprocessing(photo))
        return fed.to(self.device, memory_format=layout(self.device))

    @property
    def nbytes(self) -> int:
        """Count the bytes of its tensors."""
        return sum(value.nbytes for value in self.network.state_dict().values())

    def target(self, target: str | int) -> int:
        """Give the index of a class from its name or its index.

        Raises:
            ExplorerError: there is no such class.
        """
        if isinstance(target, str) and target in self.classes:
            return self.classes.index(target)
        if isinstance(target, int) or target.isdecimal():
            index = int(target)
            if 0 <= index < len(self.classes):
                return index
        some = ", ".join(self.classes[:12]) + (", …" if len(self.classes) > 12 else "")
        raise ExplorerError(f"{self.id} has no class {target!r}; allowed: {some} (or 0 to {len(self.classes) - 1})")


def load(
    architecture: str,
    weights: str | Path | None = None,
    device: torch.device | None = None,
    folder: Path | None = None,
    progress: Progress = silent,
    seed: int | None = None,
    classes: tuple[str, ...] = (),
    half: bool = False,
) -> Model:
    """Load a network with its weights. Nothing is faked: without weights, or a seed for random ones, there is no model.

    Args:
        architecture: a reference (``explorer.references``): id in the zoo, id with knobs, ``~TOKEN``, or a YAML file.
        weights: the name of weights that ship or are published (these are fetched if they are not here), or a file
            of your own (``.safetensors``, ``.pth``); by default the first that ship for this network, else the first
            that are published. A card beside a file, with the same name and ``.json``, is read too; without one
            photos are prepared as for ImageNet.
        device: where it runs; the processor by default.
        folder: where the models that ship are.
        progress: told how far a download is.
        seed: if given, the weights are random ones of this seed, and none are read.
        classes: the names of the classes, for a file without a card; numbers by default.
        half: whether it computes in mixed precision, on CUDA.

    Raises:
        ExplorerError: no such network, no weights for it, or weights that cannot be fetched, are damaged or do not fit.
    """
    network = references.read(architecture, files=True)
    photo_shape(network)
    if seed is not None and weights is not None:
        raise ExplorerError(f"weights {str(weights)!r} and random ones of seed {seed}; allowed: one of both")
    if seed is not None:
        return load_card(untrained_card(network, seed), device, half)
    if weights is not None and Path(weights).suffix in SUFFIXES:
        return load_card(_card_of(network, Path(weights), classes), device, half)
    cards = (*shipped(folder), *(published(network.id) if isinstance(network, Architecture) else ()))
    for card in cards:
        if _is_for(card, network) and weights in (None, card.id, card.name):
            return load_card(obtain(card, progress), device, half)
    there = ", ".join(f"{card.name} (for {card.architecture})" for card in cards) or "none"
    wanted = f"weights {str(weights)!r}" if weights else "weights"
    raise ExplorerError(
        f"{architecture}: there are no {wanted} for it; there are: {there}; "
        f"or give a file of your own ({', '.join(SUFFIXES)})"
    )


def load_card(card: Card, device: torch.device | None = None, half: bool = False) -> Model:
    """Load the model of a card; its weights must have the card's SHA-256, as far as that is known.

    Args:
        card: what to load.
        device: where it runs; the processor by default.
        half: whether it computes in mixed precision, on CUDA.
    """
    if not card.here:
        raise ExplorerError(f"{card.id}: its weights, {card.file.name}, are not in {card.file.parent}")
    network, device = network_of(card), device or torch.device("cpu")
    input_shape = (len(card.preprocessing.mean), *card.preprocessing.size)
    if input_shape[0] != photo_shape(network)[0]:
        raise ExplorerError(
            f"{network.name} takes {photo_shape(network)[0]} channels, the photos have {input_shape[0]}"
        )
    if card.seed is not None:
        built = untrained(graph_of(network, input_shape), card.seed)
    else:
        where = f"{card.file.name} for {card.architecture if len(card.architecture) < 80 else network.name}"
        built = trained(network, renamed(_state(card), card.keys), where, input_shape, _spellings(card, network))
    built = built.eval().requires_grad_(False).to(device, memory_format=layout(device))  # type: ignore[call-overload]
    count = built.graph.shape_of(scores_node(built.graph))[0]
    if card.classes and count != len(card.classes):
        raise ExplorerError(f"{card.id}: the card names {len(card.classes)} classes, the network has {count}")
    names = card.classes or tuple(f"class {i}" for i in range(count))
    built = in_half(built, device) if half else built
    return Model(card.id, built, names, card.preprocessing, device, card, half)


def _state(card: Card) -> dict[str, Tensor]:
    """Read the tensors of a card, if they are what it promises."""
    if card.content is None and card.sha256 and not sha256(card.file).startswith(card.sha256):
        raise ExplorerError(f"{card.id}: {card.file.name} has another SHA-256 than its card says; it was not loaded")
    return read_state(card.file, card.content)


def _is_for(card: Card, network: Architecture | Document) -> bool:
    """Say whether a card is for a network; with its knobs as they usually are, it stands for all settings."""
    if isinstance(network, Document) or card.architecture != network.id:
        return False
    return not network.values or network.setting == network_of(card).setting  # type: ignore[union-attr]


def _spellings(card: Card, network: Architecture | Document) -> list[tuple[tuple[str, str], ...]]:
    """Give the rules by which others' names become ours, for a file of which nobody says whose names it has."""
    if card.origin or card.knobs or isinstance(network, Document):
        return []
    return list(dict.fromkeys(each.keys for each in published(network.id) if each.keys))


def _card_of(network: Architecture | Document, path: Path, classes: tuple[str, ...]) -> Card:
    """Read the card beside a file of weights, or write one."""
    if not path.is_file():
        raise ExplorerError(f"{path}: there is no such file of weights")
    if not path.with_suffix(".json").is_file():
        return own_card(network, str(path), None, classes)
    card = read_card(path.with_suffix(".json"))
    if not isinstance(network, Architecture) or card.architecture != network.id:
        raise ExplorerError(f"{path.name}: its card says {card.architecture}, not {references.write(network)}")
    return card

"""Cards for what nobody has published: a network with the reader's own weights, or with random ones. Needs no torch."""

from __future__ import annotations

from dataclasses import replace
from hashlib import sha256
from pathlib import Path

from explorer import references
from explorer.errors import ExplorerError
from explorer.reading import Document
from explorer.shapes import Shape, times
from explorer.vision.cards import Card
from explorer.vision.preprocess import Preprocessing
from explorer.zoo import Architecture, get

_UNTRAINED = "Random weights: it has learned nothing. Its answers and its maps say nothing about the photo."
_LAST_SEED = 2**32 - 1
_OWN = "Weights from a file; nobody here knows how good they are."


def own_card(
    network: Architecture | Document,
    name: str,
    content: bytes | None = None,
    classes: tuple[str, ...] = (),
    preprocessing: Preprocessing | None = None,
) -> Card:
    """Describe a network with the weights of a file.

    Args:
        network: what the weights are for.
        name: path of the file, or what to call it where its bytes are given.
        content: its bytes.
        classes: their names in the order of the scores; numbers by default.
        preprocessing: how photos are prepared; ``usual`` by default.

    Raises:
        ExplorerError: the network takes no photos.
    """
    digest = sha256(content).hexdigest() if content is not None else ""
    return Card(
        id=Path(name).stem,
        architecture=references.write(network),
        classes=classes,
        preprocessing=preprocessing or usual(network),
        file=Path(name),
        sha256=digest,
        unsure_below=0.0,
        limits=(_OWN,),
        content=content,
    )


def untrained_card(network: Architecture | Document, seed: int = 0, preprocessing: Preprocessing | None = None) -> Card:
    """Describe a network with random weights, as torch initialises them.

    Args:
        network: any that takes photos.
        seed: of torch's generator.
        preprocessing: how photos are prepared; ``usual`` by default.

    Raises:
        ExplorerError: the network takes no photos, or the seed is none.
    """
    if not 0 <= seed <= _LAST_SEED:
        raise ExplorerError(f"{network.name}: seed is {seed}; allowed: 0 to {_LAST_SEED:,}")
    return Card(
        id=f"{_word(network)}.untrained-{seed}",
        architecture=references.write(network),
        classes=(),
        preprocessing=preprocessing or usual(network),
        file=Path(),
        sha256="",
        unsure_below=0.0,
        limits=(_UNTRAINED,),
        seed=seed,
    )


def untrained_twin(card: Card, classes: tuple[str, ...]) -> Card:
    """Describe the network of a card with random weights, for the same classes and the same photos."""
    network = network_of(card)
    if isinstance(network, Architecture) and "num_classes" in network.setting:
        network = network.set(num_classes=len(classes))
    return replace(untrained_card(network, 0, card.preprocessing), classes=classes)


def network_of(card: Card) -> Architecture | Document:
    """Give the network that a card is for."""
    return get(card.architecture, **card.knobs) if card.knobs else references.read(card.architecture)


def usual(network: Architecture | Document) -> Preprocessing:
    """Give the preparation that is usual where nobody says more: ImageNet's; for one channel, shares of white.

    >>> usual(get("vgg16")).resize, usual(get("small_resnet")).size, usual(get("lenet5")).mean
    (256, (64, 64), (0.0,))

    Raises:
        ExplorerError: the network takes no photos.
    """
    channels, height, width = photo_shape(network)
    side = max(height, width)
    if channels == 1:
        return Preprocessing((height, width), side, (0.0,), (1.0,))
    return Preprocessing((height, width), 256 if side == 224 else side)


def photo_shape(network: Architecture | Document) -> tuple[int, int, int]:
    """Give channels, height and width of what a network is fed; refuse one that takes no photos."""
    shape: Shape = network.input_shape
    if len(shape) != 3 or shape[0] not in (1, 3):
        raise ExplorerError(
            f"{network.name} takes no photos: its input is {times(shape)}; allowed: 1 or 3 channels, height, width"
        )
    return shape[0], shape[1], shape[2]


def _word(network: Architecture | Document) -> str:
    return network.id if isinstance(network, Architecture) else network.name

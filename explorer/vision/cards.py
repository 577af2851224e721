"""The cards of trained weights: what each is, how good, trained on what, on which terms. Needs no torch."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from hashlib import sha256
from pathlib import Path
from typing import Any

from explorer.assets import MODELS
from explorer.errors import ExplorerError
from explorer.vision.preprocess import Preprocessing

FOLDER_VARIABLE = "CONVNET_EXPLORER_MODELS"


def models_folder() -> Path:
    """Give the folder of the models: the environment variable's, or the project's own ``assets/models``."""
    return Path(os.environ.get(FOLDER_VARIABLE) or MODELS)


@dataclass(frozen=True, slots=True)
class Origin:
    """Where weights are published, about how many bytes they have, and the first digits of their SHA-256 (or none)."""

    url: str
    size: int
    digest: str = ""


@dataclass(frozen=True)
class Card:
    """What is known of a set of weights: of those that ship as written beside them, of published ones by the catalogue.

    An answer whose probability is less than ``unsure_below`` is taken as "unsure". ``sha256`` may be only the first
    digits, if no more are published. ``architecture`` is a reference (``explorer.references``). Weights that somebody
    gave are ``content``, in bytes; random ones have a ``seed``. ``keys`` renames what the file holds to the names of
    the network: pairs of a regular expression and its replacement, applied in order; what is renamed to nothing is
    left out.
    """

    id: str
    architecture: str
    classes: tuple[str, ...]
    preprocessing: Preprocessing
    file: Path
    sha256: str
    knobs: Mapping[str, Any] = field(default_factory=dict)
    accuracy: float | None = None
    validation: Mapping[str, Any] = field(default_factory=dict)
    training: Mapping[str, Any] = field(default_factory=dict)
    unsure_below: float = 0.5
    data: tuple[str, ...] = ()
    terms: str = ""
    limits: tuple[str, ...] = ()
    keys: tuple[tuple[str, str], ...] = ()
    origin: Origin | None = None
    content: bytes | None = field(default=None, repr=False)
    seed: int | None = None

    @property
    def name(self) -> str:
        """Name these weights among those of their network: the id without the network's."""
        return self.id.removeprefix(self.architecture).lstrip("._") or self.id

    @cached_property
    def key(self) -> str:
        """Give the key under which what is computed with these weights is kept."""
        parts = (self.architecture, self.knobs, self.preprocessing, self.seed, self.classes)
        return f"{self.id} {self.sha256} {sha256(repr(parts).encode()).hexdigest()[:16]}"

    @property
    def here(self) -> bool:
        """Say whether the weights are on this machine."""
        return self.content is not None or self.seed is not None or self.file.is_file()


def read_card(path: Path) -> Card:
    """Read a card; its weights are the file it names, in the same folder.

    Raises:
        ExplorerError: the card is not there, not JSON, or lacks what is needed to run the weights.
    """
    try:
        card = json.loads(path.read_text(encoding="utf-8"))
        return _card(card, path.parent)
    except OSError as error:
        raise ExplorerError(f"{path}: the card cannot be read ({error.strerror})") from None
    except KeyError as error:
        raise ExplorerError(f"{path.name}: the card has no {error.args[0]!r}") from None
    except (AttributeError, TypeError, ValueError) as error:
        raise ExplorerError(f"{path.name}: not the card of a model ({error})") from None


def _card(card: dict[str, Any], folder: Path) -> Card:
    weights, validation = card["weights"], card.get("validation", {})
    return Card(
        id=card["id"],
        architecture=card["architecture"],
        classes=tuple(card["classes"]),
        preprocessing=read_preprocessing(card["preprocessing"]),
        file=folder / Path(weights["file"]).name,
        sha256=weights["sha256"],
        knobs=card.get("knobs", {}),
        accuracy=validation.get("accuracy"),
        validation=validation,
        training=card.get("training", {}),
        unsure_below=validation.get("unsure", {}).get("below", 0.5),
        data=tuple(card.get("data", ())),
        terms=card.get("terms", ""),
        limits=tuple(card.get("limits", ())),
    )


def read_preprocessing(card: Mapping[str, Any]) -> Preprocessing:
    """Read how photos are prepared; the shorter side becomes that of the crop unless a number says otherwise."""
    _, height, width = card["input_shape"]
    resize = card.get("resize")
    side = resize if isinstance(resize, int) else max(height, width)
    how, light_on_dark = card.get("interpolation", "bilinear"), card.get("light_on_dark", False)
    return Preprocessing((height, width), side, tuple(card["mean"]), tuple(card["std"]), how, light_on_dark)


def shipped(folder: Path | None = None) -> tuple[Card, ...]:
    """List the models of a folder, by default those that ship: those for colour photos first, of these the best."""
    cards = (read_card(path) for path in (folder or models_folder()).glob("*.json"))
    return tuple(sorted(cards, key=lambda card: (-len(card.preprocessing.mean), -(card.accuracy or 0), card.id)))

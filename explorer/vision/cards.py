"""The cards of the models that ship: what each is, how good, trained on what, on which terms. Needs no torch."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from explorer.assets import MODELS
from explorer.errors import ExplorerError
from explorer.vision.preprocess import Preprocessing

FOLDER_VARIABLE = "CONVNET_EXPLORER_MODELS"


def models_folder() -> Path:
    """Give the folder of the models: the environment variable's, or the project's own ``assets/models``."""
    return Path(os.environ.get(FOLDER_VARIABLE) or MODELS)


@dataclass(frozen=True)
class Card:
    """What is known of a set of weights, as written beside it when it was made.

    An answer whose probability is less than ``unsure_below`` is taken as "unsure".
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
        preprocessing=_preprocessing(card["preprocessing"]),
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


def _preprocessing(card: dict[str, Any]) -> Preprocessing:
    """Read how photos are prepared; the shorter side becomes that of the crop unless a number says otherwise."""
    _, height, width = card["input_shape"]
    resize = card.get("resize")
    side = resize if isinstance(resize, int) else max(height, width)
    return Preprocessing((height, width), side, tuple(card["mean"]), tuple(card["std"]))


def shipped(folder: Path | None = None) -> tuple[Card, ...]:
    """List the models of a folder, by default those that ship, in the order of their names."""
    return tuple(read_card(path) for path in sorted((folder or models_folder()).glob("*.json")))

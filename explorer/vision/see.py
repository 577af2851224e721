"""From a photo to a map in one call: what the command line's ``see`` does."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from PIL import Image

from explorer.errors import ExplorerError
from explorer.graph import INPUT
from explorer.shapes import times
from explorer.vision import images
from explorer.vision.attribution import Attribution
from explorer.vision.boxes import box_of
from explorer.vision.class_names import read_classes
from explorer.vision.contrast import contrast
from explorer.vision.cut import Edges, cut
from explorer.vision.device import choose, describe
from explorer.vision.download import Progress, silent
from explorer.vision.methods import METHODS, attribute
from explorer.vision.overlay import npy, overlay, png
from explorer.vision.predict import Guess, predict
from explorer.vision.preprocess import Box
from explorer.vision.weights import Model, load


@dataclass(frozen=True, eq=False)
class Seen:
    """A photo, what the model takes it for, and where the evidence for one class stands."""

    photo: Image.Image
    model: Model
    top: tuple[Guess, ...]
    attribution: Attribution
    rather_than: str | None = None

    @property
    def target(self) -> str:
        """Name the class that the map is for."""
        return self.model.classes[self.attribution.target]

    @property
    def box(self) -> Box | None:
        """Give the box round the largest part of the evidence, in the photo's pixels; None for an empty map."""
        return box_of(self.attribution.heat, self.model.preprocessing.box(*self.photo.size))

    def overlay(self, opacity: float = 0.5, colour_map: str = "viridis") -> Image.Image:
        """Lay the map over the part of the photo that was fed."""
        box = self.model.preprocessing.box(*self.photo.size)
        return overlay(self.photo, self.attribution.heat, box, opacity, colour_map)

    def save(self, path: str | Path) -> Path:
        """Write the map: ``.png`` for the photo with the map over it, ``.npy`` for its numbers."""
        path = Path(path)
        if path.suffix not in (".png", ".npy"):
            raise ExplorerError(
                f"{path.name}: maps are written as .png or .npy, not {path.suffix or 'without ending'!r}"
            )
        data = png(self.overlay()) if path.suffix == ".png" else npy(self.attribution.map)
        try:
            path.write_bytes(data)
        except OSError as error:
            raise ExplorerError(f"{path}: the map cannot be written ({error.strerror})") from None
        return path

    def __str__(self) -> str:
        found = self.attribution
        lines = [f"{100 * guess.probability:5.1f} %  {guess.name}" for guess in self.top]
        where = "the photo" if found.layer == INPUT else found.layer
        aim = self.target + (f" rather than {self.rather_than}" if self.rather_than else "")
        lines.append(f"{METHODS[found.method].name} of {aim} at {where}: {times(found.map.shape)} cells")
        if found.empty:
            lines.append(f"The map is empty: nothing there speaks for {self.target}.")
        card = self.model.card
        if card and card.seed is not None:
            lines.append(f"Untrained: the weights are random (seed {card.seed}); all of this is chance.")
        return "\n".join([*lines, f"Seen by {self.model.id} on {describe(self.model.device)}"])

    def to_dict(self) -> dict[str, Any]:
        """Give what was seen as plain values, for JSON."""
        return {
            "model": self.model.id,
            "device": describe(self.model.device),
            "top": [{"class": guess.name, "probability": guess.probability} for guess in self.top],
            "method": self.attribution.method,
            "layer": self.attribution.layer,
            "target": self.target,
            "rather_than": self.rather_than,
            "score": self.attribution.score,
            "map_shape": list(self.attribution.map.shape),
            "empty": self.attribution.empty,
            "box": [self.box.left, self.box.top, self.box.right, self.box.bottom] if self.box else None,
            "untrained": bool(self.model.card and self.model.card.seed is not None),
        }


def see(
    image_path: str | Path,
    model: str = "small_googlenet",
    weights: str | Path | None = None,
    method: str = "grad-cam",
    target: str | int | None = None,
    device: str = "auto",
    layer: str | None = None,
    progress: Progress = silent,
    seed: int | None = None,
    classes: str | Path | None = None,
    half: bool = False,
    rather_than: str | int | None = None,
    part: Edges | None = None,
) -> Seen:
    """Look at a photo with a network that has learned.

    Args:
        image_path: a photo; see ``explorer.vision.images`` for what is read.
        model: id of the network in the zoo, or another reference to one; see ``explorer.references``.
        weights: the name of weights that ship or are published, or a file; see ``explorer.vision.weights.load``.
        method: a name in ``explorer.vision.methods.METHODS``.
        target: name or index of a class; by default the likeliest.
        device: ``auto``, ``cpu``, ``cuda``, ``cuda:N`` or ``mps``.
        layer: name of the layer for Grad-CAM; by default the last with maps.
        progress: told how far a download is.
        seed: for random weights of this seed instead of learned ones.
        classes: a file with the names of the classes, for a file of weights; see ``explorer.vision.class_names``.
        half: mixed precision, on CUDA.
        rather_than: name or index of a class to hold the target against; see ``explorer.vision.contrast``.
        part: left, top, right and bottom of the part to look at; see ``explorer.vision.cut``. Everything found is
            then in pixels of that part.

    Raises:
        ExplorerError: anything of this is not there or cannot be taken; one sentence says what.
    """
    photo = images.read(image_path)
    if part is not None:
        photo = cut(photo, part)
    loaded = load(model, weights, choose(device), progress=progress, seed=seed, classes=_names(classes), half=half)
    fed = loaded.prepare(photo)
    top = predict(loaded.network, fed, loaded.classes)
    chosen = top[0].index if target is None else loaded.target(target)
    found = attribute(method, loaded.network, fed, chosen, layer)
    if rather_than is None:
        return Seen(photo, loaded, top, found)
    other = loaded.target(rather_than)
    found = contrast(found, attribute(method, loaded.network, fed, other, layer))
    return Seen(photo, loaded, top, found, loaded.classes[other])


def _names(path: str | Path | None) -> tuple[str, ...]:
    """Read the names of the classes from a file, if there is one."""
    if path is None:
        return ()
    try:
        return read_classes(Path(path).read_bytes(), Path(path).name)
    except OSError as error:
        raise ExplorerError(f"{path}: the file cannot be read ({error.strerror})") from None

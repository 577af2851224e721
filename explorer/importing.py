"""Networks of torchvision and timm by name: built without weights, read as a Graph, written as a spec.

Both libraries are optional. Nothing is ever downloaded: the networks are built on the meta device, with shapes only.
Those of torchvision are its classifiers, of images and of videos; for others it would fetch the weights of a part.
"""

from __future__ import annotations

import importlib
import warnings
from collections.abc import Callable
from difflib import get_close_matches
from types import ModuleType
from typing import Any

import torch
from torch import nn

from explorer.errors import ExplorerError
from explorer.from_torch import graph_of
from explorer.graph import Graph
from explorer.reading import Document
from explorer.reconstruct import spec_of
from explorer.shapes import Shape

USUAL: Shape = (3, 224, 224)
_TORCHVISION_INPUTS: dict[str, Shape] = {
    "inception_v3": (3, 299, 299),
    **dict.fromkeys(("r3d_18", "mc3_18", "r2plus1d_18"), (3, 16, 112, 112)),
}
"""Where it is not 3×224×224."""


def graph(reference: str, input_shape: Shape | None = None) -> Graph:
    """Read a network of another library as a Graph.

    Args:
        reference: the library and its name for the network: ``torchvision:resnet50``, ``timm:resnet18``.
        input_shape: without the batch; what the library says, or 3×224×224, if left out.

    Raises:
        ExplorerError: there is no such library or network, or it cannot be read.
    """
    library, _, name = reference.partition(":")
    if library not in LIBRARIES:
        raise ExplorerError(f"{reference!r}: no library is called {library!r}; allowed: {', '.join(LIBRARIES)}")
    module, usual = LIBRARIES[library](name)
    return graph_of(module, input_shape or usual, name)


def document(reference: str, input_shape: Shape | None = None) -> Document:
    """Read a network of another library as a composition: analysed, edited and compared like any other.

    Raises:
        ExplorerError: as ``graph``; or it has operations that the language has no word for, which are named.
    """
    read = graph(reference, input_shape)
    return Document(read.name, read.input_shape, spec_of(read))


def _torchvision(name: str) -> tuple[nn.Module, Shape]:
    models = _library("torchvision").models
    _check("torchvision", name, [*models.list_models(models), *models.list_models(models.video)])
    older = name in ("googlenet", "inception_v3")
    options = {"aux_logits": False, "init_weights": False} if older else {}
    module = _built(f"torchvision:{name}", lambda: models.get_model(name, weights=None, **options))
    return module, _TORCHVISION_INPUTS.get(name, USUAL)


def _timm(name: str) -> tuple[nn.Module, Shape]:
    timm = _library("timm")
    _check("timm", name, timm.list_models())
    module = _built(f"timm:{name}", lambda: timm.create_model(name, pretrained=False))
    size = (getattr(module, "pretrained_cfg", None) or {}).get("input_size", USUAL)
    return module, tuple(size)


LIBRARIES: dict[str, Callable[[str], tuple[nn.Module, Shape]]] = {"torchvision": _torchvision, "timm": _timm}
"""What gives a library's network of a name, on the meta device, and its usual input."""


def _library(name: str) -> ModuleType:
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return importlib.import_module(name)
    except ImportError:
        raise ExplorerError(f"{name} is not here; it comes with: pip install 'convnet-explorer[{name}]'") from None
    except RuntimeError as error:
        reason = str(error).partition("\n")[0]
        raise ExplorerError(f"{name} cannot be loaded, it was built for another torch: {reason}") from None


def _check(library: str, name: str, known: list[str]) -> None:
    if name not in known:
        near = get_close_matches(name, known, n=3, cutoff=0.4)
        hint = f"; did you mean {' or '.join(near)}?" if near else ""
        raise ExplorerError(f"{library} has no network called {name!r}{hint}")


def _built(reference: str, build: Callable[[], Any]) -> nn.Module:
    """Build a network without weights; the few that compute with numbers while they are built, with random ones."""
    reason = ""
    for device in ("meta", "cpu"):
        try:
            with torch.device(device), warnings.catch_warnings():
                warnings.simplefilter("ignore")
                module: nn.Module = build()
            return module.eval()
        except (RuntimeError, NotImplementedError, ValueError, TypeError) as error:
            reason = " ".join(str(error).split())[:200]
    raise ExplorerError(f"{reference} cannot be built: {reason}")

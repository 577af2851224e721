"""Other people's libraries as oracles: torchvision's and timm's networks, and what makes maps.

Where neither has a network, one that is written a second time in plain torch, in this folder. torchvision is wanted
for its Python half only. When its compiled half was built for another torch than the one installed, the two operators
that the import looks for are declared here, without a body.
"""

from __future__ import annotations

import importlib.util
import os
import sys
import warnings
from collections.abc import Callable
from functools import cache
from types import ModuleType

import pytest
import torch
from torch import nn

from tests.support import residual

_OPERATORS = ("nms", "qnms")
_kept: list[torch.library.Library] = []


@cache
def torchvision() -> ModuleType:
    """Give torchvision; skip the test where it is not installed, but never on a continuous-integration machine."""
    if not importlib.util.find_spec("torchvision") and not os.environ.get("CI"):
        pytest.skip("torchvision is not installed: pip install --no-deps torchvision==0.28.0")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            return importlib.import_module("torchvision")
        except RuntimeError:
            for name in [name for name in sys.modules if name.partition(".")[0] == "torchvision"]:
                del sys.modules[name]
            _declare_operators()
            return importlib.import_module("torchvision")


def _declare_operators() -> None:
    library = torch.library.Library("torchvision", "DEF")
    for name in _OPERATORS:
        library.define(f"{name}(Tensor dets, Tensor scores, float iou_threshold) -> Tensor")
    _kept.append(library)


def timm() -> ModuleType:
    """Give timm, which wants torchvision's Python half."""
    torchvision()
    return library("timm")


def pytorch_grad_cam() -> ModuleType:
    """Give pytorch-grad-cam, which wants it too."""
    torchvision()
    return library("pytorch_grad_cam", "grad-cam")


@cache
def library(name: str, package: str = "") -> ModuleType:
    """Give a module; skip the test where its package is not installed, but never where CI is set."""
    if not importlib.util.find_spec(name.partition(".")[0]) and not os.environ.get("CI"):
        pytest.skip(f"{name} is not installed: pip install {package or name}")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return importlib.import_module(name)


def twin(name: str, library: str = "torchvision", **options: object) -> nn.Module:
    """Give a library's network of this name, or that of this folder, in evaluation mode, with random weights."""
    if library == "tests":
        return residual.NETWORKS[name](**options).eval()
    if library == "timm":
        made: nn.Module = timm().create_model(name, pretrained=False, **options)
        return made.eval()
    build: Callable[..., nn.Module] = getattr(torchvision().models, name)
    if name in ("googlenet", "inception_v3"):
        options = {"init_weights": False, "aux_logits": False, **options}
    return build(weights=None, **options).eval()


def on_meta(name: str, library: str = "torchvision", **options: object) -> nn.Module:
    """Give the same without weights: shapes only, at no cost."""
    with torch.device("meta"):
        return twin(name, library, **options)

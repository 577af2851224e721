"""Reading weights from files that may come from anybody: sizes first, tensors only, never code."""

from __future__ import annotations

import pickle
import re
import zipfile
from collections.abc import Iterable, Mapping
from io import BytesIO
from pathlib import Path
from typing import Any

import torch
from safetensors import SafetensorError, safe_open
from safetensors.torch import load
from torch import Tensor

from explorer.errors import ExplorerError
from explorer.shapes import Shape, times

SUFFIXES = (".safetensors", ".pth", ".pt")
_COUNTER = "num_batches_tracked"  # torch counts the batches of its training; nothing at inference depends on it
_WRAPPERS = ("state_dict", "model_state_dict", "model")


def read_state(path: Path, content: bytes | None = None) -> dict[str, Tensor]:
    """Read named tensors from ``.safetensors``, or from ``.pth`` / ``.pt`` by torch's safe loader.

    A checkpoint that unpacks to more than its own size, or that asks to run anything, is refused.

    Args:
        path: the file; where its content is given, only what it is called.
        content: its bytes, if it is no file.

    Raises:
        ExplorerError: the file cannot be read, or holds something else; nothing of it was run.
    """
    if path.suffix not in SUFFIXES:
        raise ExplorerError(f"{path.name}: weights end in {path.suffix!r}; allowed: {', '.join(SUFFIXES)}")
    try:
        return _safetensors(path, content) if path.suffix == ".safetensors" else _checkpoint(path, content)
    except OSError as error:
        raise ExplorerError(f"{path}: the file cannot be read ({error.strerror or error})") from None


def _safetensors(path: Path, content: bytes | None) -> dict[str, Tensor]:
    try:
        if content is not None:
            return load(content)
        with safe_open(path, framework="pt") as file:
            return {name: file.get_tensor(name) for name in file.keys()}  # noqa: SIM118
    except (SafetensorError, KeyError) as error:  # KeyError: a kind of numbers that torch does not know
        raise ExplorerError(f"{path.name}: not a whole safetensors file ({error})") from None


def _checkpoint(path: Path, content: bytes | None) -> dict[str, Tensor]:
    size = path.stat().st_size if content is None else len(content)
    _refuse_growth(path.name, path if content is None else BytesIO(content), size)
    source = path if content is None else BytesIO(content)
    try:
        found: Any = torch.load(source, map_location="cpu", weights_only=True)
    except pickle.UnpicklingError as error:
        name = re.search(r"GLOBAL (\S+)", str(error))
        what = f"asks to run {name[1]}" if name else "is no list of tensors"
        raise ExplorerError(
            f"{path.name}: the file {what}; it was refused and nothing was run; allowed: a state dict with tensors only"
        ) from None
    except OSError:
        raise
    except Exception:  # broken files lead the loader to errors of any kind
        raise ExplorerError(f"{path.name}: not a whole checkpoint of torch; allowed: a state dict") from None
    for wrapper in _WRAPPERS:
        if isinstance(found, dict) and isinstance(found.get(wrapper), dict):
            found = found[wrapper]
    if not isinstance(found, dict) or not all(isinstance(v, Tensor) for v in found.values()):
        raise ExplorerError(f"{path.name}: holds more than named tensors; allowed: a state dict")
    return {str(name): value for name, value in found.items()}


def _refuse_growth(name: str, source: Path | BytesIO, size: int) -> None:
    """Refuse an archive whose parts are larger than the file: torch does not compress, so it was made to grow."""
    if not zipfile.is_zipfile(source):
        return
    try:
        with zipfile.ZipFile(source) as archive:
            unpacked = sum(part.file_size for part in archive.infolist())
    except zipfile.BadZipFile:
        raise ExplorerError(f"{name}: not a whole checkpoint of torch; allowed: a state dict") from None
    if unpacked > size:
        raise ExplorerError(f"{name}: unpacks from {size:,} to {unpacked:,} bytes; allowed: a file saved by torch")


def renamed(state: Mapping[str, Tensor], keys: Iterable[tuple[str, str]]) -> dict[str, Tensor]:
    """Rename the tensors of a file, one rule after the other; what is renamed to nothing is left out.

    >>> renamed({"fc.w": torch.ones(1), "aux.w": torch.ones(1)}, [("^aux.*", ""), ("w$", "weight")])
    {'fc.weight': tensor([1.])}
    """
    found = {}
    for name, value in state.items():
        for pattern, replacement in keys:
            name = re.sub(pattern, replacement, name)
        if name:
            found[name] = value
    return found


def fit(state: Mapping[str, Tensor], expected: Mapping[str, Tensor], where: str) -> dict[str, Tensor]:
    """Give the tensors under the expected names, in single precision; refuse a state that does not fit.

    Args:
        state: what a file holds.
        expected: the state dict of the network (its shapes are enough).
        where: what the message calls file and network.
    """
    needed = {name: tuple(value.shape) for name, value in expected.items() if not name.endswith(_COUNTER)}
    given = {name: _plain_shape(value) for name, value in state.items() if not name.endswith(_COUNTER)}
    problems = [
        _some("missing", [name for name in needed if name not in given]),
        _some("not of this network", [name for name in given if name not in needed]),
        _some(
            "of another shape", [_differs(n, given[n], s) for n, s in needed.items() if n in given and given[n] != s]
        ),
    ]
    if any(problems):
        raise ExplorerError(f"{where}: the weights do not fit: {'; '.join(filter(None, problems))}")
    counters = {name: torch.tensor(0) for name in expected if name.endswith(_COUNTER)}
    return counters | {name: state[name].to(torch.float32) for name in needed}


def _plain_shape(value: Tensor) -> Shape | None:
    plain = value.layout == torch.strided and value.device.type == "cpu" and not value.is_quantized
    return tuple(value.shape) if plain and not value.is_complex() else None


def _differs(name: str, given: Shape | None, needed: Shape) -> str:
    return f"{name} is {times(given) if given is not None else 'no plain tensor'}, not {times(needed)}"


def _some(what: str, names: list[str]) -> str:
    more = f" and {len(names) - 2:,} more" if len(names) > 2 else ""
    return f"{what}: {', '.join(names[:2])}{more}" if names else ""

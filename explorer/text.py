"""A spec as text: YAML that people read, edit and share. Every spec round-trips.

A list is a Series; a layer is its name, with its fields if any; a child with a name is ``name: spec``,
and one that adds nothing to the path is ``inline: spec``::

    name: tiny
    input: [3, 32, 32]
    network:
      - conv1:
          Conv: {out_channels: 16, kernel_size: 3, padding: 1}
      - ReLU
      - Branches:
          join: add
          branches:
            - Conv: {out_channels: 16}
            - []
"""

from __future__ import annotations

from dataclasses import fields
from pathlib import Path
from typing import Any, assert_never

import yaml

from explorer.errors import ExplorerError
from explorer.joins import Add, Concat, Multiply
from explorer.layers import Layer
from explorer.reading import Document, Problem, Reader, compose
from explorer.shapes import Shape
from explorer.spec import INLINE, Branches, Cell, Child, Series, Side, Spec

MOST_BYTES = 1_000_000


class TextError(ExplorerError):
    """A text is no spec; ``problems`` lists everything that is wrong with it, each with its line."""

    def __init__(self, where: str, problems: tuple[Problem, ...]) -> None:
        self.problems = problems
        super().__init__(f"{where}: " + "; ".join(map(str, problems)))


def load(text: str, where: str = "text") -> Document:
    r"""Read a document; ``where`` names the text in the message.

    Raises:
        TextError: with every problem of the text and its line.

    >>> load("input: [1, 8, 8]\nnetwork: [Flatten, {Linear: {out_features: 2}}]").spec.children[0]
    ('0', Flatten())
    >>> load("input: [1, 8, 8]\nnetwork: [Conv, 7]")
    Traceback (most recent call last):
    explorer.text.TextError: text: line 2: Conv: out_channels is missing; line 2: there is no layer or composition '7'
    """
    if len(text.encode()) > MOST_BYTES:
        raise TextError(where, (Problem(1, f"the text is longer than {MOST_BYTES:,} bytes, the most that is read"),))
    reader = Reader()
    root = compose(text, reader.problems)
    document = reader.document(root, Path(where).stem) if root is not None else None
    if document is None or reader.problems:
        raise TextError(where, tuple(sorted(reader.problems)))
    return document


def read_file(path: str | Path) -> Document:
    """Read a document from a YAML file.

    Raises:
        ExplorerError: the file cannot be read, or is no spec.
    """
    try:
        text = Path(path).read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        reason = error.strerror if isinstance(error, OSError) else "it is not UTF-8 text"
        raise ExplorerError(f"{path}: the file cannot be read: {reason}") from None
    return load(text, str(path))


def dump(spec: Spec, input_shape: Shape, name: str = "network") -> str:
    """Write a document.

    >>> from explorer.layers import Conv, ReLU
    >>> print(dump(Series(Conv(8, 3), act=ReLU()), (3, 32, 32), "two"), end="")
    name: two
    input: [3, 32, 32]
    network:
    - Conv: {out_channels: 8, kernel_size: 3}
    - act: ReLU
    """
    document = {"name": name, "input": list(input_shape), "network": _plain(spec)}
    return yaml.dump(document, Dumper=_Dumper, sort_keys=False, default_flow_style=None, allow_unicode=True, width=120)


_DUMPER: Any = getattr(yaml, "CSafeDumper", yaml.SafeDumper)


class _Dumper(_DUMPER):  # type: ignore[misc]
    """Writes no anchors: a block that is used twice is written twice."""

    def ignore_aliases(self, data: object) -> bool:
        return True


class _Named(dict[str, Any]):
    """A child with its name, written on a line of its own."""


_Dumper.add_representer(
    _Named, lambda dumper, child: dumper.represent_mapping("tag:yaml.org,2002:map", child, flow_style=False)
)


def _plain(spec: Spec | Add | Concat | Multiply) -> Any:
    """Give a spec as lists, dicts and scalars."""
    match spec:
        case Series():
            return _children(spec.children)
        case Branches():
            return {"Branches": {"join": spec.join, "branches": _children(spec.children)}}
        case Side():
            return {"Side": _plain(spec.head)}
        case Cell():
            steps = [{"name": s.name, "inputs": list(s.inputs), "apply": _plain(s.spec)} for s in spec.steps]
            return {"Cell": {"inputs": list(spec.inputs), "steps": steps, "output": spec.output}}
        case Layer():
            given = {f.name: getattr(spec, f.name) for f in fields(spec) if getattr(spec, f.name) != f.default}
            name = type(spec).__name__
            return {name: {k: list(v) if isinstance(v, tuple) else v for k, v in given.items()}} if given else name
        case Add() | Concat() | Multiply():
            return type(spec).__name__
        case _:
            assert_never(spec)


def _children(children: tuple[Child, ...]) -> list[Any]:
    return [_child(str(position), name, child) for position, (name, child) in enumerate(children)]


def _child(position: str, name: str, child: Spec) -> Any:
    return _plain(child) if name == position else _Named({name or INLINE: _plain(child)})

"""Walks through a spec that change its layers and keep the names of all else."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from typing import assert_never

from explorer.joins import Join
from explorer.layers import Layer
from explorer.lower import below
from explorer.spec import Branches, Cell, Child, Series, Side, Spec
from explorer.transforms.parts import free

Parts = tuple[Child, ...]
"""What stands in the place of a layer; the part without a name keeps the layer's own."""


def map_layers(spec: Spec, change: Callable[[Layer], Layer]) -> Spec:
    """Give the same spec with every layer changed by a function; names and joins stay.

    >>> from explorer.layers import ELU, Conv, ReLU
    >>> map_layers(Series(conv=Conv(8), relu=ReLU()), lambda layer: ELU() if layer == ReLU() else layer).children[1]
    ('relu', ELU(alpha=1.0))
    """
    match spec:
        case Series():
            return Series(*((name, map_layers(child, change)) for name, child in spec.children))
        case Branches():
            return Branches(*((name, map_layers(child, change)) for name, child in spec.children), join=spec.join)
        case Side():
            return Side(map_layers(spec.head, change))
        case Cell():
            steps = (s if isinstance(s.spec, Join) else replace(s, spec=map_layers(s.spec, change)) for s in spec.steps)
            return replace(spec, steps=tuple(steps))
        case Layer():
            return change(spec)
        case _:
            assert_never(spec)


def rewrite(spec: Spec, changes: Mapping[str, Parts], path: str = "") -> Spec:
    """Put other parts in the place of layers, which are known by the names of their nodes.

    In a series the parts stand side by side, a named one as ``name_layer``; elsewhere, several form a series.

    >>> from explorer.layers import BatchNorm, Conv, ReLU
    >>> changed = rewrite(Series(conv=Conv(8), relu=ReLU()), {"conv": (("", Conv(8, bias=False)), ("bn", BatchNorm()))})
    >>> [name for name, _ in changed.children]
    ['conv', 'bn_conv', 'relu']
    """
    match spec:
        case Series():
            taken = set(_names(spec))
            return Series(*(part for child in spec.children for part in _spliced(child, changes, path, taken)))
        case Branches():
            children = ((name, rewrite(child, changes, below(path, name))) for name, child in spec.children)
            return Branches(*children, join=spec.join)
        case Side():
            return Side(rewrite(spec.head, changes, path))
        case Cell():
            steps = (
                s if isinstance(s.spec, Join) else replace(s, spec=rewrite(s.spec, changes, below(path, s.name)))
                for s in spec.steps
            )
            return replace(spec, steps=tuple(steps))
        case Layer():
            return _alone(spec, changes.get(path or type(spec).__name__.lower()))
        case _:
            assert_never(spec)


def instead(spec: Spec) -> Parts:
    """Give the parts of a layer that makes way for one spec."""
    return (("", spec),)


def _spliced(child: Child, changes: Mapping[str, Parts], path: str, taken: set[str]) -> Iterator[Child]:
    own, spec = child
    parts = changes.get(below(path, own)) if isinstance(spec, Layer) else None
    if parts is None:
        yield own, rewrite(spec, changes, below(path, own))
        return
    for name, part in parts:
        called = free(f"{name}_{own}" if own else name, taken) if name else own
        taken.add(called)
        yield called, part


def _alone(layer: Layer, parts: Parts | None) -> Spec:
    """Give what stands in the place of a layer that is no child of a series."""
    if parts is None:
        return layer
    if len(parts) == 1:
        return parts[0][1]
    return Series(*((name or type(part).__name__.lower(), part) for name, part in parts))


def _names(spec: Spec) -> Iterator[str]:
    """List the names of the children, and of those of children without a name."""
    if isinstance(spec, Series | Branches):
        for name, child in spec.children:
            if name:
                yield name
            else:
                yield from _names(child)

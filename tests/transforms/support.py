"""Transformations on the networks of the zoo."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from itertools import groupby

import explorer
from explorer.errors import ExplorerError
from explorer.graph import Graph
from explorer.spec import Spec
from explorer.transforms import find

ZOO = explorer.architectures()
SHALLOW: dict[str, dict[str, int]] = {"densenet_cifar": {"depth": 22}, "nasnet_random": {"repeats": 1}}
FAMILIES = [
    explorer.get(least.id, **SHALLOW.get(least.id, {}))
    for _, members in groupby(ZOO, lambda each: each.family)
    for least in [min(members, key=lambda each: len(explorer.lower(each)))]
]
"""The network with the fewest layers of each family, made shallow where that can be."""


def named(value: object) -> str | None:
    """Call a case by its id."""
    return getattr(value, "id", None)


@dataclass(frozen=True)
class Changed:
    """A network before and after."""

    spec: Spec
    before: Graph
    after: Graph


@lru_cache(maxsize=32)
def changed(id: str, architecture: explorer.Architecture, **fields: object) -> Changed | None:
    """Transform a network at the usual setting, or another; None where it is refused."""
    transformation = find(id)
    try:
        spec = transformation.apply(architecture.spec, architecture.input_shape, **fields)
    except ExplorerError:
        return None
    return Changed(spec, lowered(architecture), explorer.lower(spec, architecture.input_shape))


@lru_cache(maxsize=32)
def lowered(architecture: explorer.Architecture) -> Graph:
    """Lower a network; the last ones are kept."""
    return explorer.lower(architecture)

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
FAMILIES = [
    min(members, key=lambda each: len(explorer.lower(each))) for _, members in groupby(ZOO, lambda each: each.family)
]
"""The network with the fewest layers of each family."""


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

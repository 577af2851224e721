"""How large a composition may become; refused before anything is built, so that all that is composed can be kept."""

from __future__ import annotations

from explorer.composing.places import Part, children
from explorer.errors import ExplorerError
from explorer.layers import Layer
from explorer.reading import MOST_DEPTH
from explorer.spec import Branches, Cell, Series, Side, Spec

MOST_PLACES = 10_000
"""ResNet-1202, the largest network of the zoo, has 6,014; the text of so many still fits a token."""


def places(part: Part) -> int:
    """Count the places of a spec: its layers, joins of cells, and compositions.

    >>> places(Series(Series(), Series()))
    3
    """
    return 1 + sum(places(child) for _, child in children(part))


def levels(part: Part) -> int:
    """Count the levels of lists and mappings that a spec takes as text, at most."""
    deepest = max((levels(child) for _, child in children(part)), default=0)
    match part:
        case Series():
            return 2 + deepest
        case Side():
            return 1 + deepest
        case Branches():
            return 4 + deepest
        case Cell():
            return 4 + max(1, deepest)
        case Layer():
            values = vars(part).values()
            return 3 if any(isinstance(value, tuple) for value in values) else 2 * bool(values)
        case _:
            return 0


def refuse_many(count: int) -> None:
    """Raise ExplorerError if a composition would have too many places."""
    if count > MOST_PLACES:
        raise ExplorerError(
            f"the network would have {count:,} layers and compositions; allowed: {MOST_PLACES:,} at most"
        )


def checked(spec: Spec) -> Spec:
    """Give the spec back if it is within the limits, of places and of nesting; else raise ExplorerError."""
    refuse_many(places(spec))
    if (depth := 1 + levels(spec)) > MOST_DEPTH:
        raise ExplorerError(f"the network would be nested {depth} levels deep as text; allowed: {MOST_DEPTH} at most")
    return spec

"""The head of a network: what makes scores of its last maps. Finding it, and putting another in its place."""

from __future__ import annotations

from collections.abc import Iterator

from explorer.composing.limits import checked
from explorer.composing.places import Part, Path, fresh
from explorer.layers import (
    AdaptiveAvgPool,
    AvgPool,
    Conv,
    Dropout,
    Flatten,
    GlobalAvgPool,
    GlobalMaxPool,
    Linear,
    MaxPool,
)
from explorer.spec import Branches, Cell, Series, Spec

_BODY = (Conv, MaxPool, AvgPool, Branches, Cell)
_SUMMARY = (GlobalAvgPool, GlobalMaxPool, AdaptiveAvgPool, Flatten, Linear)


def replace_head(spec: Spec, new: Spec) -> Spec:
    """Give the same network with another head; what is kept keeps its names.

    The head begins with the pooling, flattening or linear layer behind the last maps; where it has no linear layer,
    with the 1×1 convolution that scores the classes (Network in Network). A network without a head gets one.

    >>> from explorer.zoo import get
    >>> vgg = replace_head(get("vgg16").spec, Series(pool=GlobalAvgPool(), flatten=Flatten(), fc=Linear(10)))
    >>> [name for name, _ in vgg.children]
    ['features', 'head']
    """
    leaves = list(_leaves(spec))
    body = _before(spec, leaves[start][0]) if (start := _start(leaves)) < len(leaves) else spec
    inside = body.children if isinstance(body, Series) else (("", body),)
    return checked(Series(*inside, (fresh("head", [name for name, _ in inside]), new)))


def _leaves(part: Part, path: Path = ()) -> Iterator[tuple[Path, Part]]:
    """Yield, in order, what a network does one after the other."""
    if not isinstance(part, Series):
        yield path, part
        return
    for position, (_, child) in enumerate(part.children):
        yield from _leaves(child, (*path, position))


def _start(leaves: list[tuple[Path, Part]]) -> int:
    """Find the first leaf of the head; the number of leaves if there is none."""
    parts = [part for _, part in leaves]
    body = max((i for i, part in enumerate(parts) if isinstance(part, _BODY)), default=-1)
    start = next((i for i, part in enumerate(parts) if i > body and isinstance(part, _SUMMARY)), len(parts))
    scores = parts[body] if body >= 0 else None
    linear = any(isinstance(part, Linear) for part in parts[start:])
    if start < len(parts) and not linear and isinstance(scores, Conv) and scores.kernel_size in (1, (1, 1)):
        start = body
    while start and isinstance(parts[start - 1], Dropout):
        start -= 1
    return start


def _before(part: Spec, path: Path) -> Spec:
    """Cut off what stands at a place and behind it; series that nothing is left of go too."""
    if not path or not isinstance(part, Series):
        return Series()
    name, child = part.children[path[0]]
    rest = _before(child, path[1:]) if len(path) > 1 else Series()
    return Series(*part.children[: path[0]], *([(name, rest)] if rest != Series() else []))

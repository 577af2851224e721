"""Making a branch give the shape that its siblings give: projected, padded, unstrided, with other filters."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import product

from explorer.composing import edit
from explorer.composing.places import Path
from explorer.composing.remedies import Windowed, same_padding
from explorer.composing.trouble import gives, in_series, layers, one, said
from explorer.layers import AvgPool, BatchNorm, Conv, Flatten, GlobalAvgPool, Linear, MaxPool, PadChannels
from explorer.shapes import Shape, Size
from explorer.spec import Series, Spec

Fit = tuple[str, Spec]
"""What was done to a branch, in words, and the branch."""
Change = tuple[str, str, Path, dict[str, Size]]
"""A change of fields: in words, what the layer is called, its place, and the fields."""


def fits(branch: Spec, x: Shape, wanted: Shape, what: str, norm: bool) -> Iterator[Fit]:
    """Yield ways to make a branch give a shape, for an input of shape ``x``; the number 0 stands for any number.

    Args:
        branch: what is to be changed.
        x: the shape that comes in.
        wanted: the shape that is to come out.
        what: what the branch is called.
        norm: whether a projection is followed by batch normalisation.
    """
    shape = gives(branch, (x,))
    if shape is None:
        return
    if branch == Series():
        yield from _appended(branch, shape, wanted, f"the {what}", norm)
        return
    yield from _tuned(branch, x, wanted, what)
    yield from _appended(branch, shape, wanted, f"the {what}", norm)


def agrees(shape: Shape | None, wanted: Shape) -> bool:
    """Say whether a shape is the wanted one, where that says anything."""
    return (
        shape is not None and len(shape) == len(wanted) and all(m in (0, n) for n, m in zip(shape, wanted, strict=True))
    )


def step(before: Shape, after: Shape) -> Size | None:
    """Give the stride of a 1×1 that brings spatial axes from one size to another; None if there is none.

    >>> step((56, 56), (28, 28)), step((7, 7), (7, 7)), step((28, 28), (56, 56))
    (2, 1, None)
    """
    strides = []
    for n, m in zip(before, after, strict=True):
        fitting = (s for s in (-(-n // m), n // m, (n - 1) // (m - 1) if m > 1 else n) if s and (n - 1) // s + 1 == m)
        strides.append(next(fitting, 0))
    return one(tuple(strides)) if all(strides) else None


def projections(shape: Shape, wanted: Shape, what: str, norm: bool) -> Iterator[tuple[str, Series]]:
    """Yield what can stand behind a value to give it another shape: a 1×1, or pooling and maps of zeros."""
    if len(shape) == len(wanted) == 1:
        yield f"project {what} to {wanted[0]} features", Series(Linear(wanted[0]))
    elif len(shape) > 1 and len(wanted) == 1:
        features = wanted[0] or shape[0]
        linear = [Linear(features)] if features != shape[0] else []
        yield f"average {what} to a vector of {features}", Series(GlobalAvgPool(), Flatten(), *linear)
    elif len(shape) == len(wanted) and (stride := step(shape[1:], wanted[1:])) is not None:
        channels, by = wanted[0] or shape[0], f", stride {said(stride)}" if stride != 1 else ""
        if not wanted[0]:
            yield f"max pooling behind {what}{by}", Series(MaxPool(stride, ceil_mode=True))
        conv = Conv(channels, 1, stride, bias=not norm)
        label = f"project {what} to {channels} channels{by}"
        yield label, Series(conv, *([BatchNorm()] if norm else []))
        if wanted[0] > shape[0]:
            halved = [AvgPool(1, stride)] if stride != 1 else []
            yield f"pad {what} with zeros to {channels} channels{by}", Series(*halved, PadChannels(channels))


def _appended(branch: Spec, shape: Shape, wanted: Shape, what: str, norm: bool) -> Iterator[Fit]:
    for label, new in projections(shape, wanted, what, norm):
        yield label, in_series(("", branch), ("projection", new)) if branch != Series() else new


def _tuned(branch: Spec, x: Shape, wanted: Shape, what: str) -> Iterator[Fit]:
    """Yield the branch with as few changes of padding, stride and filters as suffice."""
    held = branch if isinstance(branch, Series) else Series(("", branch))
    kinds = list(_padding(held, len(x))), list(_stride(held, len(x))), list(_filters(held, wanted))
    for chosen in sorted(product((False, True), repeat=3), key=sum):
        changes = [each for kind, taken in zip(kinds, chosen, strict=True) if taken for each in kind]
        if changes and agrees(gives(tuned := _changed(held, changes), (x,)), wanted):
            yield _told(changes, what), tuned if isinstance(branch, Series) else edit.unwrap(tuned, ())
            return


def padded(branch: Spec, x: Shape, what: str) -> Fit | None:
    """Give a branch with padding that keeps the size of its maps; None if it has that already."""
    held = branch if isinstance(branch, Series) else Series(("", branch))
    if not (changes := list(_padding(held, len(x)))):
        return None
    tuned = _changed(held, changes)
    return _told(changes, what), tuned if isinstance(branch, Series) else edit.unwrap(tuned, ())


def _changed(held: Spec, changes: list[Change]) -> Spec:
    for _, _, path, fields in changes:
        held = edit.change(held, path, **fields)
    return held


def _told(changes: list[Change], what: str) -> str:
    """Say what is changed, each thing once: "padding 1 for conv1 and conv2, stride 1 for conv2 in the path"."""
    names: dict[str, list[str]] = {}
    for done, name, _, _ in changes:
        names.setdefault(done, []).append(name)
    told = (f"{done} for {' and '.join(dict.fromkeys(each))}" for done, each in names.items())
    return f"{', '.join(told)} in the {what}"


def _padding(held: Series, rank: int) -> Iterator[Change]:
    for path, name, layer in layers(held):
        if isinstance(layer, Windowed) and layer.padding != (same := same_padding(layer, rank - 1)):
            yield f"padding {said(same)}", name, path, {"padding": same}


def _stride(held: Series, rank: int) -> Iterator[Change]:
    for path, name, layer in layers(held):
        if isinstance(layer, Windowed) and any(n > 1 for n in layer.window((1,) * rank).stride):
            yield "stride 1", name, path, {"stride": 1}


def _filters(held: Series, wanted: Shape) -> Iterator[Change]:
    for path, name, layer in reversed(list(layers(held))):
        if isinstance(layer, Conv | Linear) and wanted[0]:
            what, field = ("filters", "out_channels") if isinstance(layer, Conv) else ("neurons", "out_features")
            yield f"{wanted[0]} {what}", name, path, {field: wanted[0]}
            return

"""Remedies for a layer that cannot take what it is given. They are suggestions: ``repairs`` proves each."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from functools import partial
from math import gcd

from explorer.composing import edit
from explorer.composing.outline import Row
from explorer.composing.trouble import Remedy, Trouble, called, one, put_before, said
from explorer.layers import AvgPool, Conv, Flatten, GlobalAvgPool, Layer, Linear, MaxPool, PadChannels
from explorer.shapes import per_axis

Windowed = Conv | MaxPool | AvgPool


def same_padding(layer: Windowed, axes: int) -> int | tuple[int, ...]:
    """Give the padding with which a layer of stride 1 keeps the size of its map (even kernels: one more)."""
    window = layer.window((1,) * (axes + 1))
    return one(tuple(extent // 2 for extent in window.extent))


def window(trouble: Trouble) -> Iterator[Remedy]:
    """A kernel that does not fit: pad, or take a smaller one."""
    layer, x = trouble.part, trouble.shapes[0]
    if not isinstance(layer, Windowed) or len(x) < 2 or _wrong_axes(layer, len(x) - 1):
        return
    w = layer.window(x)
    room = [n + 2 * p for n, p in zip(x[1:], w.padding, strict=True)]
    if all(extent <= n for extent, n in zip(w.extent, room, strict=True)):
        return
    if (padding := same_padding(layer, len(x) - 1)) != layer.padding:
        yield _padded(trouble, layer, padding)
    fits = zip(w.kernel, w.dilation, room, strict=True)
    smaller = one(tuple(min(k, (n - 1) // d + 1) for k, d, n in fits))
    if isinstance(layer, Conv) or smaller != 1:
        label = f"kernel {said(smaller)} instead of {said(layer.kernel_size)}"
        yield label, partial(edit.change, trouble.spec, trouble.path, kernel_size=smaller)
    yield from _less_reduction(trouble)


def _padded(trouble: Trouble, layer: Windowed, padding: int | tuple[int, ...]) -> Remedy:
    instead = f" instead of {said(layer.padding)}" if layer.padding else ""
    verb = "" if layer.padding else "add "
    return f"{verb}padding {said(padding)}{instead}", partial(edit.change, trouble.spec, trouble.path, padding=padding)


def _less_reduction(trouble: Trouble) -> Iterator[Remedy]:
    """Take back the last step before the place that made the map smaller."""
    for row in reversed(trouble.before):
        layer = row.spec
        if isinstance(layer, Windowed) and any(s > 1 for s in layer.window(row.takes[0]).stride):
            if isinstance(layer, Conv):
                label = f"stride 1 instead of {said(layer.stride)} in {called(row)}"
                yield label, partial(edit.change, trouble.spec, row.path, stride=1)
            else:
                yield f"drop {called(row)}, which makes the map smaller", partial(edit.delete, trouble.spec, row.path)
            return


def too_much_padding(trouble: Trouble) -> Iterator[Remedy]:
    """Pooling that is padded by more than half of its kernel."""
    layer = trouble.part
    if isinstance(layer, MaxPool | AvgPool) and len(trouble.shapes[0]) > 1:
        axes = len(trouble.shapes[0]) - 1
        if not _wrong_axes(layer, axes):
            yield _padded(trouble, layer, one(tuple(k // 2 for k in per_axis(layer.kernel_size, axes))))


def axes(trouble: Trouble) -> Iterator[Remedy]:
    """Sizes for another number of axes than the map has: one size for all."""
    layer = trouble.part
    if not isinstance(layer, Layer) or len(trouble.shapes[0]) < 2:
        return
    wrong = _wrong_axes(layer, len(trouble.shapes[0]) - 1)
    if wrong:
        sizes = {name: max(value) for name, value in wrong.items()}
        label = ", ".join(f"{name} {size}" for name, size in sizes.items())
        yield f"{label} along each axis", partial(edit.change, trouble.spec, trouble.path, **sizes)


def _wrong_axes(layer: Layer, axes: int) -> dict[str, tuple[int, ...]]:
    return {
        name: value for name, value in vars(layer).items() if isinstance(value, tuple) and len(value) != axes
    }  # fmt: skip


def groups(trouble: Trouble) -> Iterator[Remedy]:
    """Groups that do not divide the channels: another number of groups, or of filters."""
    layer, x = trouble.part, trouble.shapes[0]
    if not isinstance(layer, Conv) or len(x) < 2 or not (x[0] % layer.groups or layer.out_channels % layer.groups):
        return
    changed = partial(edit.change, trouble.spec, trouble.path)
    if layer.groups == layer.out_channels:
        yield f"{x[0]} groups and filters: depthwise on all its maps", partial(changed, groups=x[0], out_channels=x[0])
    common = gcd(x[0], layer.out_channels)
    divisors = [n for n in range(1, common + 1) if common % n == 0] if common <= 100_000 else [1]
    below = [n for n in divisors if n < layer.groups][-1:]
    above = [n for n in divisors if n > layer.groups][:1]
    for n in (*below, *above):
        yield f"{n} group{'s' * (n > 1)} instead of {layer.groups}", partial(changed, groups=n)
    if not x[0] % layer.groups:
        filters = max(1, round(layer.out_channels / layer.groups)) * layer.groups
        yield f"{filters} filters instead of {layer.out_channels}", partial(changed, out_channels=filters)


def flatten_first(trouble: Trouble) -> Iterator[Remedy]:
    """A linear layer on a map."""
    layer = trouble.part
    if not isinstance(layer, Linear) or len(trouble.shapes[0]) < 2:
        return
    flat = ("flatten", Flatten())
    yield "put a Flatten before it", partial(put_before, trouble, flat)
    if any(n > 1 for n in trouble.shapes[0][1:]):
        pool = ("avgpool", GlobalAvgPool())
        yield "put global average pooling and a Flatten before it", partial(put_before, trouble, pool, flat)
    conv = Conv(layer.out_features, bias=layer.bias)
    yield "a 1×1 convolution instead", partial(edit.replace, trouble.spec, trouble.path, conv)


def map_first(trouble: Trouble) -> Iterator[Remedy]:
    """A layer for maps that is given a vector: undo the flattening, or do without."""
    layer = trouble.part
    if not isinstance(layer, Layer) or isinstance(layer, Linear) or len(trouble.shapes[0]) > 1:
        return
    if flat := _last_flatten(trouble):
        if flat.path[:-1] == trouble.path[:-1]:
            yield (
                f"move {called(flat)} behind {called(trouble.row)}",
                partial(edit.move, trouble.spec, flat.path, trouble.path),
            )
        yield f"drop {called(flat)}", partial(edit.delete, trouble.spec, flat.path)
    if isinstance(layer, Conv):
        linear = Linear(layer.out_channels, bias=layer.bias)
        label = f"a Linear of {layer.out_channels} neurons instead"
        yield label, partial(edit.replace, trouble.spec, trouble.path, linear)


def _last_flatten(trouble: Trouble) -> Row | None:
    return next((row for row in reversed(trouble.before) if isinstance(row.spec, Flatten)), None)


def more_channels(trouble: Trouble) -> Iterator[Remedy]:
    """Zero maps up to fewer channels than there are."""
    layer, x = trouble.part, trouble.shapes[0]
    if isinstance(layer, PadChannels):
        new = replace(layer, out_channels=x[0])
        label = f"{x[0]} channels instead of {layer.out_channels}"
        yield label, partial(edit.replace, trouble.spec, trouble.path, new)


def drop(trouble: Trouble) -> Iterator[Remedy]:
    """Do without the layer."""
    if isinstance(trouble.part, Layer) and trouble.path:
        yield f"drop {called(trouble.row)}", partial(edit.delete, trouble.spec, trouble.path)


LAYERS = (window, too_much_padding, axes, groups, flatten_first, map_first, more_channels, drop)
"""The remedies for layers, the best first."""

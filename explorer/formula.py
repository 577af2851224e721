"""The arithmetic written out with the numbers substituted, as on a blackboard.

Each function gives text such as ``(3·3·64)·128 = 73,728``, or "" where there is nothing to compute.
"""

from __future__ import annotations

from collections.abc import Iterator

from explorer import cost
from explorer.graph import Node
from explorer.joins import Concat
from explorer.layers import LIF, AvgPool, BatchNorm, Conv, Embedding, Flatten, Linear, MaxPool, PadChannels, ZeroPad
from explorer.receptive_field import ReceptiveField
from explorer.shapes import Window, per_axis


def weights(node: Node) -> str:
    """Write out the weights without biases, as slides print them.

    >>> import explorer
    >>> weights(explorer.lower(explorer.get("vgg16"))["features.5"])
    '(3·3·64)·128 = 73,728'
    """
    return "" if node.shares else _equals(_weights(node), cost.weights(node))


def parameters(node: Node) -> str:
    """Write out all parameters.

    >>> import explorer
    >>> parameters(explorer.lower(explorer.get("vgg16"))["features.5"])
    '(3·3·64)·128 + 128 = 73,856'
    """
    if node.shares:
        return ""
    terms = [_weights(node)] + ([str(cost.biases(node))] if cost.biases(node) else [])
    return _equals(" + ".join(filter(None, terms)), cost.params(node))


def mult_adds(node: Node) -> str:
    """Write out the multiply–accumulates: output positions × weights.

    >>> import explorer
    >>> mult_adds(explorer.lower(explorer.get("vgg16"))["features.5"])
    '112·112 · (3·3·64)·128 = 924,844,032'
    """
    if not isinstance(node.layer, Conv | Linear):
        return ""
    where = "·".join(map(str, node.shape[1:]))
    return _equals(f"{where} · {_weights(node)}" if where else _weights(node), cost.mult_adds(node))


def activations(node: Node) -> str:
    """Write out the elements of the output.

    >>> import explorer
    >>> activations(explorer.lower(explorer.get("vgg16"))["features.5"])
    '112·112·128 = 1,605,632'
    """
    return _equals("·".join(map(str, (*node.shape[1:], node.shape[0]))), cost.activations(node))


def output_size(node: Node) -> tuple[str, ...]:
    """Write out the output's extent, once per spatial axis; once where all axes are alike.

    >>> import explorer
    >>> output_size(explorer.lower(explorer.get("vgg16"))["features.0"])
    ('(224 − 3 + 2·1)/1 + 1 = 224',)
    >>> output_size(explorer.lower(explorer.get("resnet18"))["conv1"])
    ('⌊(224 − 7 + 2·3)/2⌋ + 1 = 112',)
    """
    if isinstance(node.layer, ZeroPad):
        return tuple(dict.fromkeys(_padded(node.layer, node)))
    if not isinstance(node.layer, Conv | MaxPool | AvgPool):
        return ()
    window = node.layer.window(node.input_shapes[0])
    ceil_mode = not isinstance(node.layer, Conv) and node.layer.ceil_mode
    axes = range(len(node.shape) - 1)
    lines = (_axis(window, a, node.input_shapes[0][a + 1], node.shape[a + 1], ceil_mode) for a in axes)
    return tuple(dict.fromkeys(lines))


def channels(node: Node) -> str:
    """Write out where the number of channels (or features) comes from.

    >>> import explorer
    >>> channels(explorer.lower(explorer.get("googlenet"))["inception3a.concat"])
    '64 + 128 + 32 + 32 = 256'
    """
    match node.layer:
        case Concat():
            return _equals(" + ".join(str(shape[0]) for shape in node.input_shapes), node.shape[0])
        case Flatten():
            return _equals("·".join(map(str, node.input_shapes[0])), node.shape[0])
        case PadChannels(out_channels):
            channels = node.input_shapes[0][0]
            return _equals(f"{channels} + {out_channels - channels}", out_channels)
        case _:
            return ""


def receptive_field(before: ReceptiveField, node: Node) -> tuple[str, ...]:
    """Write out the receptive field from the one before, per axis: ``r + (k − 1)·j``.

    >>> import explorer
    >>> from explorer.receptive_field import receptive_fields
    >>> graph = explorer.lower(explorer.get("vgg16"))
    >>> receptive_field(receptive_fields(graph)["features.4"], graph["features.5"])
    ('6 + (3 − 1)·2 = 10',)
    """
    if before.status != "exact" or not isinstance(node.layer, Conv | MaxPool | AvgPool | LIF):
        return ()
    window = node.layer.window(node.input_shapes[0])
    lines = (
        _equals(f"{r} + ({_extent(window, a)} − 1)·{j}", r + (window.extent[a] - 1) * j)
        for a, (r, j) in enumerate(zip(before.size, before.stride, strict=True))
    )
    return tuple(dict.fromkeys(lines))


def _weights(node: Node) -> str:
    """Write the weights' shape as a product, without its result; groups stand in front."""
    match node.layer:
        case Conv(groups=groups) as conv:
            out_channels, in_channels, *kernel = conv.parameters(node.input_shapes[0])["weight"]
            inside = "·".join(map(str, (*kernel, in_channels)))
            if groups == 1 or in_channels == 1:  # a depthwise filter sees one map: as many filters as there are maps
                return f"({inside})·{out_channels}"
            return f"{groups}·({inside})·{out_channels // groups}"
        case Linear(out_features):
            return f"{node.input_shapes[0][0]}·{out_features}"
        case Embedding(words, numbers):
            return f"{words}·{numbers}"
        case BatchNorm():
            return str(cost.weights(node))
        case _:
            return str(cost.weights(node)) if cost.weights(node) else ""


def _padded(pad: ZeroPad, node: Node) -> Iterator[str]:
    """Write out, per axis, what is added before and after; what is cut off has a minus."""
    axes = len(node.shape) - 1
    around = zip(per_axis(pad.before, axes), per_axis(pad.after, axes), strict=True)
    for n, result, added in zip(node.input_shapes[0][1:], node.shape[1:], around, strict=True):
        yield _equals(f"{n}" + "".join(f" {'+' if each > 0 else '−'} {abs(each)}" for each in added if each), result)


def _axis(window: Window, axis: int, n: int, result: int, ceil_mode: bool) -> str:
    padding = f" + 2·{window.padding[axis]}" if window.padding[axis] else ""
    stride, room = window.stride[axis], n - window.extent[axis] + 2 * window.padding[axis]
    fraction = f"({n} − {_extent(window, axis)}{padding})/{stride}"
    if room % stride:
        fraction = f"⌈{fraction}⌉" if ceil_mode else f"⌊{fraction}⌋"
    dropped = " − 1" if -(-room // stride) + 1 > result and ceil_mode else ""
    return _equals(f"{fraction} + 1{dropped}", result)


def _extent(window: Window, axis: int) -> str:
    kernel, dilation = window.kernel[axis], window.dilation[axis]
    return str(kernel) if dilation == 1 else f"({dilation}·({kernel} − 1) + 1)"


def _equals(product: str, value: int) -> str:
    if not product:
        return ""
    return f"{value:,}" if product == str(value) else f"{product} = {value:,}"

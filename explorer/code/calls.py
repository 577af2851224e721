"""What builds each layer in PyTorch: the constructor and its arguments, as values that can be written down."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

from explorer import joins, layers
from explorer.errors import ExplorerError
from explorer.graph import Node
from explorer.joins import Operation
from explorer.shapes import Shape, Size, per_axis

REQUIRED: Any = "an argument without a default"
OPERATORS = (joins.Add, joins.Concat, joins.Multiply, layers.Scale, layers.Complement)
"""What ``forward`` writes as an expression; all else is a module."""


class Argument(NamedTuple):
    """An argument of a constructor, written by position where it is required, and by name where it has a default."""

    name: str
    value: Any
    default: Any = REQUIRED


class Call(NamedTuple):
    """A constructor and its arguments."""

    callee: str
    arguments: tuple[Argument, ...] = ()


def is_operator(layer: Operation) -> bool:
    """Say whether ``forward`` writes the operation as an expression: a sum, a product, a concatenation."""
    return isinstance(layer, OPERATORS)


def call(node: Node) -> Call:
    """Give what builds the module of a node.

    >>> import explorer
    >>> call(explorer.lower(explorer.get("lenet5"))["c1"]).callee
    'nn.Conv2d'
    """
    layer, shape = node.layer, node.input_shapes[0]
    name = type(layer).__name__
    if name in _PLAIN:
        return Call(f"nn.{name}")
    if name not in _CALLS:
        raise ExplorerError(f"{node.name}: {node.type} has no PyTorch source; allowed: the layers of the language")
    return _CALLS[name](layer, shape)


_PLAIN = frozenset(
    ("ReLU", "ReLU6", "Sigmoid", "Tanh", "SiLU", "GELU", "Hardsigmoid", "Hardswish", "Identity", "Flatten")
)
"""Layers that torch has under the same name, and that take nothing."""


def _required(*pairs: tuple[str, Any]) -> tuple[Argument, ...]:
    return tuple(Argument(name, value) for name, value in pairs)


def _size(size: Size | None) -> Size | None:
    """Write (3, 3) as 3."""
    return size[0] if isinstance(size, tuple) and len(set(size)) == 1 else size


def _conv(conv: layers.Conv, x: Shape) -> Call:
    sizes = (("in_channels", x[0]), ("out_channels", conv.out_channels), ("kernel_size", _size(conv.kernel_size)))
    options = (
        Argument("stride", _size(conv.stride), 1),
        Argument("padding", _size(conv.padding), 0),
        Argument("dilation", _size(conv.dilation), 1),
        Argument("groups", conv.groups, 1),
        Argument("bias", conv.bias, True),
    )
    return Call(f"nn.Conv{len(x) - 1}d", (*_required(*sizes), *options))


def _linear(linear: layers.Linear, x: Shape) -> Call:
    sizes = _required(("in_features", x[0]), ("out_features", linear.out_features))
    return Call("nn.Linear", (*sizes, Argument("bias", linear.bias, True)))


def _batch_norm(norm: layers.BatchNorm, x: Shape) -> Call:
    options = (Argument("eps", norm.eps, 1e-5), Argument("momentum", norm.momentum, 0.1))
    return Call(f"nn.BatchNorm{max(1, len(x) - 1)}d", (Argument("num_features", x[0]), *options))


def _local_norm(norm: layers.LocalResponseNorm, x: Shape) -> Call:
    options = (("alpha", norm.alpha, 1e-4), ("beta", norm.beta, 0.75), ("k", norm.k, 1.0))
    return Call("nn.LocalResponseNorm", (Argument("size", norm.size), *(Argument(*each) for each in options)))


def _pool(kind: str) -> Callable[[Any, Shape], Call]:
    def pool(layer: layers.MaxPool | layers.AvgPool, x: Shape) -> Call:
        options = [
            Argument("kernel_size", _size(layer.kernel_size)),
            Argument("stride", _size(layer.stride), None),
            Argument("padding", _size(layer.padding), 0),
            Argument("ceil_mode", layer.ceil_mode, False),
        ]
        if isinstance(layer, layers.AvgPool):
            options.append(Argument("count_include_pad", layer.count_include_pad, True))
        return Call(f"nn.{kind}{len(x) - 1}d", tuple(options))

    return pool


def _zero_pad(pad: layers.ZeroPad, x: Shape) -> Call:
    """Torch counts pairs from the last axis on; a negative number cuts off."""
    axes = len(x) - 1
    pairs: list[tuple[int, int]] = [*zip(per_axis(pad.before, axes), per_axis(pad.after, axes), strict=True)]
    sizes: Size = tuple(n for pair in reversed(pairs) for n in pair)
    return Call(f"nn.ZeroPad{axes}d", (Argument("padding", sizes),))


def _one(callee: str, field: str, default: Any = REQUIRED, spatial: bool = False) -> Callable[[Any, Shape], Call]:
    """Give the maker of a module with one argument."""

    def one(layer: Any, x: Shape) -> Call:
        return Call(f"{callee}{len(x) - 1}d" if spatial else callee, (Argument(field, getattr(layer, field), default),))

    return one


def _globally(kind: str) -> Callable[[Any, Shape], Call]:
    return lambda layer, x: Call(f"nn.Adaptive{kind}Pool{len(x) - 1}d", (Argument("output_size", 1),))


_CALLS: dict[str, Callable[[Any, Shape], Call]] = {
    "AdaptiveAvgPool": _one("nn.AdaptiveAvgPool", "output_size", spatial=True),
    "AvgPool": _pool("AvgPool"),
    "BatchNorm": _batch_norm,
    "Conv": _conv,
    "Dropout": _one("nn.Dropout", "p", 0.5),
    "ELU": _one("nn.ELU", "alpha", 1.0),
    "Embedding": lambda layer, x: Call(
        "WordEmbedding",
        _required(("num_embeddings", layer.num_embeddings), ("embedding_dim", layer.embedding_dim)),
    ),
    "GlobalAvgPool": _globally("Avg"),
    "GlobalMaxPool": _globally("Max"),
    "LIF": lambda layer, x: Call("LIF", _required(("decay", layer.decay), ("threshold", layer.threshold))),
    "LeakyReLU": _one("nn.LeakyReLU", "negative_slope", 0.01),
    "Linear": _linear,
    "LocalResponseNorm": _local_norm,
    "MaxPool": _pool("MaxPool"),
    "PadChannels": lambda layer, x: Call("PadChannels", _required(("out_channels", layer.out_channels))),
    "Softmax": lambda layer, x: Call("nn.Softmax", (Argument("dim", 1, None),)),
    "ZeroPad": _zero_pad,
}

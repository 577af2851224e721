"""What torch's modules, functions and methods are called in the language: two tables, by torch's own names.

An entry gives the layers that stand for a call (nearly always one), or None where the language has no word
for it with these arguments. Nothing here imports torch: modules are read by their attributes.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from explorer import joins, layers
from explorer.joins import Operation
from explorer.shapes import Shape, Size, per_axis

Words = tuple[Operation, ...] | None


def _size(value: Any) -> Size:
    """Write (3, 3) as 3."""
    sizes = tuple(value) if isinstance(value, Sequence) else (value,)
    return int(sizes[0]) if len(set(sizes)) == 1 else tuple(int(n) for n in sizes)


def _convolution(
    out_channels: int, kernel: Sequence[int], stride: Any, padding: Any, dilation: Any, groups: int, bias: bool
) -> Words:
    """Give a convolution; padding may be one of torch's words."""
    if padding == "same":
        spread = [d * (k - 1) for k, d in zip(kernel, per_axis(_size(dilation), len(kernel)), strict=True)]
        if any(n % 2 for n in spread):
            return None
        padding = [n // 2 for n in spread]
    padding = 0 if padding == "valid" else padding
    return (layers.Conv(out_channels, _size(kernel), _size(stride), _size(padding), _size(dilation), groups, bias),)


def _conv_module(m: Any, x: Shape) -> Words:
    if m.padding_mode != "zeros":
        return None
    return _convolution(m.out_channels, m.kernel_size, m.stride, m.padding, m.dilation, m.groups, m.bias is not None)


def _max_pool(
    kernel_size: Any, stride: Any = None, padding: Any = 0, dilation: Any = 1, ceil_mode: bool = False,
    return_indices: bool = False,
) -> Words:  # fmt: skip
    if return_indices or _size(dilation) != 1:
        return None
    return (layers.MaxPool(_size(kernel_size), _stride(stride), _size(padding), ceil_mode),)


def _avg_pool(
    kernel_size: Any, stride: Any = None, padding: Any = 0, ceil_mode: bool = False, count_include_pad: bool = True,
    divisor_override: int | None = None,
) -> Words:  # fmt: skip
    if divisor_override is not None:
        return None
    return (layers.AvgPool(_size(kernel_size), _stride(stride), _size(padding), ceil_mode, count_include_pad),)


def _stride(stride: Any) -> Size | None:
    return None if stride is None or stride == [] else _size(stride)


def _adaptive_avg_pool(output_size: Any) -> Words:
    if isinstance(output_size, Sequence) and None in output_size:
        return None
    size = _size(output_size)
    return (layers.GlobalAvgPool() if size == 1 else layers.AdaptiveAvgPool(size),)


def _adaptive_max_pool(output_size: Any, return_indices: bool = False) -> Words:
    """Give the largest value of a whole map; over parts of it there is no word."""
    return (layers.GlobalMaxPool(),) if _size(output_size) == 1 and not return_indices else None


def _pad(shape: Shape, pad: Sequence[int], mode: str = "constant", value: float | None = None) -> Words:
    """Read padding with zeros; torch counts pairs from the last axis on. The channels may only grow at their end."""
    pairs = [*zip(pad[::2], pad[1::2], strict=True)][::-1]
    pairs = [(0, 0)] * (len(shape) - len(pairs)) + pairs
    if mode != "constant" or value or len(pairs) > len(shape) or pairs[0][0]:
        return None
    (_, more), *spatial = pairs
    words: list[Operation] = []
    if any(n for pair in spatial for n in pair):
        words.append(layers.ZeroPad(_size([b for b, _ in spatial]), _size([a for _, a in spatial])))
    if more:
        words.append(layers.PadChannels(shape[0] + more))
    return tuple(words) or (layers.Identity(),)


def _batch_norm(m: Any, x: Shape) -> Words:
    if not (m.affine and m.track_running_stats):
        return None
    return (layers.BatchNorm(m.eps, 0.1 if m.momentum is None else m.momentum),)


def _on_channels(layer: Operation, dim: int | None, shape: Shape) -> Words:
    """Give the layer if the axis, counted with the batch, is that of the channels."""
    return (layer,) if dim is not None and dim % (len(shape) + 1) == 1 else None


MODULES: dict[str, Callable[[Any, Shape], Words]] = {
    **{f"Conv{n}d": _conv_module for n in (1, 2, 3)},
    **{f"BatchNorm{n}d": _batch_norm for n in (1, 2, 3)},
    **{
        f"MaxPool{n}d": lambda m, x: _max_pool(
            m.kernel_size, m.stride, m.padding, m.dilation, m.ceil_mode, m.return_indices
        )
        for n in (1, 2, 3)
    },
    "AvgPool1d": lambda m, x: _avg_pool(m.kernel_size, m.stride, m.padding, m.ceil_mode, m.count_include_pad),
    **{
        f"AvgPool{n}d": lambda m, x: _avg_pool(
            m.kernel_size, m.stride, m.padding, m.ceil_mode, m.count_include_pad, m.divisor_override
        )
        for n in (2, 3)
    },
    **{f"AdaptiveAvgPool{n}d": lambda m, x: _adaptive_avg_pool(m.output_size) for n in (1, 2, 3)},
    **{name: lambda m, x: (layers.Dropout(m.p),) for name in ("Dropout", "Dropout1d", "Dropout2d", "Dropout3d")},
    "Linear": lambda m, x: (layers.Linear(m.out_features, m.bias is not None),),
    "LocalResponseNorm": lambda m, x: (layers.LocalResponseNorm(m.size, m.alpha, m.beta, m.k),),
    "Flatten": lambda m, x: (layers.Flatten(),),
    "Identity": lambda m, x: (layers.Identity(),),
    "ReLU": lambda m, x: (layers.ReLU(),),
    "ReLU6": lambda m, x: (layers.ReLU6(),),
    "Sigmoid": lambda m, x: (layers.Sigmoid(),),
    "SiLU": lambda m, x: (layers.SiLU(),),
    "Tanh": lambda m, x: (layers.Tanh(),),
    "Softmax": lambda m, x: _on_channels(layers.Softmax(), m.dim, x),
    "Softmax2d": lambda m, x: (layers.Softmax(),),
    "GELU": lambda m, x: _gelu(m.approximate),
    "Hardswish": lambda m, x: (layers.Hardswish(),),
    "Hardsigmoid": lambda m, x: (layers.Hardsigmoid(),),
    "LeakyReLU": lambda m, x: (layers.LeakyReLU(m.negative_slope),),
    "ELU": lambda m, x: (layers.ELU(m.alpha),),
    **{f"AdaptiveMaxPool{n}d": lambda m, x: _adaptive_max_pool(m.output_size, m.return_indices) for n in (1, 2, 3)},
    **{
        f"{kind}Pad{n}d": lambda m, x: _pad(x, m.padding, value=m.value)
        for kind in ("Zero", "Constant")
        for n in (1, 2, 3)
    },
}
"""Modules of ``torch.nn``, by class name; each entry reads the module's attributes."""


def _mean(shape: Shape, dim: Any = None, keepdim: bool = False, **_: Any) -> Words:
    """Read a mean over all spatial axes as global average pooling, and a Flatten where the axes are dropped."""
    if not _over_all_places(shape, dim):
        return None
    return (layers.GlobalAvgPool(),) if keepdim else (layers.GlobalAvgPool(), layers.Flatten())


def _amax(shape: Shape, dim: Any = (), keepdim: bool = False) -> Words:
    """Read the largest value over all spatial axes, and a Flatten where the axes are dropped."""
    if not _over_all_places(shape, dim):
        return None
    return (layers.GlobalMaxPool(),) if keepdim else (layers.GlobalMaxPool(), layers.Flatten())


def _over_all_places(shape: Shape, dim: Any) -> bool:
    """Say whether these axes, counted with the batch, are the spatial ones."""
    axes = len(shape) + 1
    return axes > 2 and {d % axes for d in ([dim] if isinstance(dim, int) else dim or ())} == set(range(2, axes))


def _gelu(approximate: str = "none") -> Words:
    return (layers.GELU(),) if approximate == "none" else None


def _times(one: Any, other: Any) -> Words:
    """Read a product of tensors, or of a tensor and a number, on either side."""
    factor = next((float(each) for each in (one, other) if _is_number(each)), None)
    return (joins.Multiply(),) if factor is None else (layers.Scale(factor),)


def _minus(one: Any, other: Any) -> Words:
    """Read ``1 - x``; there is no word for other differences."""
    return (layers.Complement(),) if _is_number(one) and one == 1 else None


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _conv(
    weight: Shape, bias: Any = None, stride: Any = 1, padding: Any = 0, dilation: Any = 1, groups: int = 1
) -> Words:
    return _convolution(weight[0], weight[2:], stride, padding, dilation, groups, bias is not None)


def _norm(
    mean: Any, variance: Any, weight: Any = None, bias: Any = None, training: bool = False, momentum: float = 0.1,
    eps: float = 1e-5,
) -> Words:  # fmt: skip
    if weight is None or bias is None or mean is None:
        return None
    return (layers.BatchNorm(eps, momentum),)


def _plain(layer: Operation) -> Callable[..., Words]:
    return lambda shape, inplace=False: (layer,)


def _reshaped(shape: Shape, *_: Any, **__: Any) -> Words:
    return (layers.Flatten(),)


FUNCTIONS: dict[str, Callable[..., Words]] = {
    "relu": _plain(layers.ReLU()),
    "relu6": _plain(layers.ReLU6()),
    "sigmoid": _plain(layers.Sigmoid()),
    "silu": _plain(layers.SiLU()),
    "tanh": _plain(layers.Tanh()),
    "hardswish": _plain(layers.Hardswish()),
    "hardsigmoid": _plain(layers.Hardsigmoid()),
    "gelu": lambda shape, *given, **named: _gelu(*given, **named),
    "leaky_relu": lambda shape, negative_slope=0.01, inplace=False: (layers.LeakyReLU(negative_slope),),
    "elu": lambda shape, alpha=1.0, inplace=False: (layers.ELU(alpha),),
    "softmax": lambda shape, dim=None, *_, **__: _on_channels(layers.Softmax(), dim, shape),
    "dropout": lambda shape, p=0.5, *_, **__: (layers.Dropout(p),),
    "stochastic_depth": lambda shape, *_, **__: (layers.Identity(),),
    **{f"max_pool{n}d": lambda shape, *given, **named: _max_pool(*given, **named) for n in (1, 2, 3)},
    **{f"avg_pool{n}d": lambda shape, *given, **named: _avg_pool(*given, **named) for n in (1, 2, 3)},
    **{f"adaptive_avg_pool{n}d": lambda shape, output_size: _adaptive_avg_pool(output_size) for n in (1, 2, 3)},
    **{f"adaptive_max_pool{n}d": lambda shape, *given, **named: _adaptive_max_pool(*given, **named) for n in (1, 2, 3)},
    "amax": _amax,
    "pad": _pad,
    "local_response_norm": lambda shape, *given, **named: (layers.LocalResponseNorm(*given, **named),),
    "flatten": _reshaped,
    "view": _reshaped,
    "reshape": _reshaped,
    "squeeze": _reshaped,
    "mean": _mean,
    "add": lambda shape, other: (joins.Add(),),
    "mul": _times,
    "neg": lambda shape: (layers.Scale(-1.0),),
    "sub": _minus,
    "rsub": lambda shape, other: _minus(other, shape),
    "cat": lambda shapes, dim=0: _on_channels(joins.Concat(), dim, shapes[0]),
    **{f"conv{n}d": lambda shape, *given, **named: _conv(*given, **named) for n in (1, 2, 3)},
    "linear": lambda shape, weight, bias=None: (layers.Linear(weight[0], bias is not None),),
    "batch_norm": lambda shape, *given, **named: _norm(*given, **named),
}
"""Functions and methods, by name; each entry takes the call's arguments, with shapes in the place of tensors."""

ALIASES = {
    "iadd": "add",
    "imul": "mul",
    "multiply": "mul",
    "concat": "cat",
    "concatenate": "cat",
    "subtract": "sub",
    "negative": "neg",
}
NOT_SEEN = frozenset({"contiguous", "clone", "detach", "float", "to", "type_as"})
"""Calls that change nothing that is told here: they make no node."""


def canonical(name: str) -> str:
    """Give the one name of a function in all its spellings.

    >>> canonical("relu_"), canonical("iadd"), canonical("_max_pool2d")
    ('relu', 'add', 'max_pool2d')
    """
    name = name.strip("_")
    return ALIASES.get(name, name)

"""What ONNX's operators are in the language: a table from the operator to the layers that do the same.

The names and defaults of attributes are those of https://onnx.ai/onnx/operators.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from math import isclose
from typing import Any

from explorer.errors import ExplorerError
from explorer.joins import Add, Concat, Multiply
from explorer.layers import (
    ELU,
    GELU,
    AvgPool,
    BatchNorm,
    Conv,
    Dropout,
    Flatten,
    GlobalAvgPool,
    GlobalMaxPool,
    Hardsigmoid,
    Hardswish,
    Layer,
    LeakyReLU,
    Linear,
    LocalResponseNorm,
    MaxPool,
    ReLU,
    ReLU6,
    Sigmoid,
    Softmax,
    Tanh,
    ZeroPad,
)
from explorer.shapes import Shape

Join = Add | Concat | Multiply


@dataclass(frozen=True)
class Operator:
    """One node of the file: its attributes, and of its constant inputs the dimensions and, if they are few, the values.

    ``dims`` and ``values`` have one entry for each input; None stands for an input that is computed.
    """

    name: str
    type: str
    attributes: Mapping[str, Any]
    dims: tuple[Shape | None, ...]
    values: tuple[tuple[float, ...] | None, ...]

    def get(self, name: str, default: Any) -> Any:
        """Give an attribute."""
        return self.attributes.get(name, default)

    def value(self, position: int, name: str, default: Any) -> Any:
        """Give what older operators have as an attribute and newer ones as a constant input."""
        if name in self.attributes:
            return self.attributes[name]
        return self.values[position] if position < len(self.values) and self.values[position] else default

    def number(self, position: int, name: str, default: float) -> float:
        """Give one number, as ``value``."""
        found = self.value(position, name, default)
        return float(found[0] if isinstance(found, tuple | list) else found)

    def refuse(self, given: str, allowed: str) -> ExplorerError:
        """Say what the language cannot do."""
        return ExplorerError(f"{self.name}: {self.type} has {given}; allowed: {allowed}")


def size(values: Sequence[int]) -> Any:
    """Give a size of all axes as one number where they agree."""
    found = tuple(map(int, values))
    return found[0] if len(set(found)) == 1 else found


def _borders(op: Operator, axes: int) -> tuple[tuple[int, ...], tuple[int, ...]]:
    """Give the padding before and after each axis."""
    if (auto := op.get("auto_pad", "NOTSET")) not in ("NOTSET", "VALID"):
        raise op.refuse(f"auto_pad {auto}", "pads written out")
    pads = tuple(map(int, op.get("pads", (0,) * 2 * axes)))
    return pads[:axes], pads[axes:]


def _conv(op: Operator) -> list[Layer]:
    filters, _channels, *kernel = _dims(op, 1)
    before, after = _borders(op, len(kernel))
    even = before == after
    conv = Conv(
        filters,
        size(kernel),
        stride=size(op.get("strides", (1,) * len(kernel))),
        padding=size(before) if even else 0,
        dilation=size(op.get("dilations", (1,) * len(kernel))),
        groups=int(op.get("group", 1)),
        bias=len(op.dims) > 2,
    )
    return [conv] if even else [ZeroPad(size(before), size(after)), conv]


def _pool(op: Operator) -> list[Layer]:
    kernel = op.get("kernel_shape", ())
    before, after = _borders(op, len(kernel))
    if before != after or any(step != 1 for step in op.get("dilations", ())):
        raise op.refuse("another padding before than after, or dilation", "one padding for both ends, no dilation")
    shared = {
        "stride": size(op.get("strides", (1,) * len(kernel))),
        "padding": size(before),
        "ceil_mode": bool(op.get("ceil_mode", 0)),
    }
    if op.type == "MaxPool":
        return [MaxPool(size(kernel), **shared)]
    return [AvgPool(size(kernel), **shared, count_include_pad=bool(op.get("count_include_pad", 0)))]


def _gemm(op: Operator) -> list[Layer]:
    if op.get("transA", 0) or not isclose(op.get("alpha", 1.0), 1) or not isclose(op.get("beta", 1.0), 1):
        raise op.refuse("transA, alpha or beta", "a linear layer: x·Wᵀ + b")
    return [Linear(_dims(op, 1)[0 if op.get("transB", 0) else 1], bias=len(op.dims) > 2)]


def _flatten(op: Operator) -> list[Layer]:
    if op.get("axis", 1) != 1:
        raise op.refuse(f"axis {op.get('axis', 1)}", "axis 1")
    return [Flatten()]


def _reshape(op: Operator) -> list[Layer]:
    shape = op.values[1]
    if shape is None or len(shape) != 2:
        raise op.refuse(f"the shape {'that is computed' if shape is None else shape}", "two axes: a flattening")
    return [Flatten()]


def _mean(op: Operator) -> list[Layer]:
    axes = sorted(int(axis) for axis in op.value(1, "axes", ()))
    if axes not in ([2], [2, 3], [2, 3, 4], [-1], [-2, -1], [-3, -2, -1]):
        raise op.refuse(f"axes {axes}", "all spatial axes: a global average pooling")
    return [GlobalAvgPool()] if op.get("keepdims", 1) else [GlobalAvgPool(), Flatten()]


def _pad(op: Operator) -> list[Layer]:
    pads = [int(each) for each in op.value(1, "pads", ())]
    half = len(pads) // 2
    mode = op.get("mode", "constant")
    if mode != "constant" or op.number(2, "value", 0.0) or not pads or any((*pads[:2], *pads[half : half + 2])):
        raise op.refuse("a padding of channels, or not with zeros", "zeros around the map")
    return [ZeroPad(size(pads[2:half]), size(pads[half + 2 :]))]


def _clip(op: Operator) -> list[Layer]:
    low, high = op.number(1, "min", float("-inf")), op.number(2, "max", float("inf"))
    if low == 0 and high in (6, float("inf")):
        return [ReLU6() if high == 6 else ReLU()]
    raise op.refuse(f"the bounds {low:g} and {high:g}", "0 and 6 (ReLU6), or 0 alone (ReLU)")


def _hard_sigmoid(op: Operator) -> list[Layer]:
    if isclose(op.get("alpha", 0.2), 1 / 6, rel_tol=1e-4) and isclose(op.get("beta", 0.5), 0.5):
        return [Hardsigmoid()]
    raise op.refuse("another slope", "1/6 (Hardsigmoid)")


def _local_response_norm(op: Operator) -> list[Layer]:
    beta, bias = op.get("beta", 0.75), op.get("bias", 1.0)
    return [LocalResponseNorm(int(op.get("size", 5)), _short(op.get("alpha", 1e-4)), _short(beta), _short(bias))]


def _batch_norm(op: Operator) -> list[Layer]:
    return [BatchNorm(_short(op.get("epsilon", 1e-5)), round(1 - op.get("momentum", 0.9), 6))]


def _concat(op: Operator) -> Join:
    if op.get("axis", 1) != 1:
        raise op.refuse(f"axis {op.get('axis', 1)}", "axis 1, the channels")
    return Concat()


def _dims(op: Operator, position: int) -> Shape:
    dims = op.dims[position] if position < len(op.dims) else None
    if dims is None:
        raise op.refuse("weights that are computed", "weights that stand in the file")
    return dims


def _short(value: float) -> float:
    """Take off the digits that a number of 32 bits has too many."""
    return float(f"{value:.6g}")


OPERATORS: dict[str, Callable[[Operator], list[Layer] | Join]] = {
    "Add": lambda op: Add(),
    "AveragePool": _pool,
    "BatchNormalization": _batch_norm,
    "Clip": _clip,
    "Concat": _concat,
    "Conv": _conv,
    "Dropout": lambda op: [Dropout(_short(op.number(1, "ratio", 0.5)))],
    "Elu": lambda op: [ELU(_short(op.get("alpha", 1.0)))],
    "Flatten": _flatten,
    "Gelu": lambda op: [GELU()],
    "Gemm": _gemm,
    "GlobalAveragePool": lambda op: [GlobalAvgPool()],
    "GlobalMaxPool": lambda op: [GlobalMaxPool()],
    "HardSigmoid": _hard_sigmoid,
    "HardSwish": lambda op: [Hardswish()],
    "LRN": _local_response_norm,
    "LeakyRelu": lambda op: [LeakyReLU(_short(op.get("alpha", 0.01)))],
    "MatMul": lambda op: [Linear(_dims(op, 1)[-1], bias=False)],
    "MaxPool": _pool,
    "Mul": lambda op: Multiply(),
    "Pad": _pad,
    "ReduceMean": _mean,
    "Relu": lambda op: [ReLU()],
    "Reshape": _reshape,
    "Sigmoid": lambda op: [Sigmoid()],
    "Softmax": lambda op: [Softmax()],
    "Sum": lambda op: Add(),
    "Tanh": lambda op: [Tanh()],
}
"""By the operator's name."""

"""The declared fields of a layer: bounds and help, checked when a layer is written and shown by a form."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import MISSING, dataclass, field, fields
from functools import cache
from typing import Any

from explorer.errors import SpecError

MOST_CHANNELS = 1_000_000
MOST_SIZE = 10_000


@dataclass(frozen=True, slots=True)
class Bound:
    """What a field may hold: whole numbers, sizes (one or one per axis), or any numbers, from low to high."""

    low: float
    high: float
    help: str
    kind: str = "integer"  # "integer", "size" or "number"

    def allows(self, value: object) -> bool:
        """Say whether the field may hold this value."""
        if self.kind == "size" and isinstance(value, tuple):
            return 1 <= len(value) <= 3 and all(_is_integer(v) and self.low <= v <= self.high for v in value)
        if self.kind == "number":
            return isinstance(value, (int, float)) and not isinstance(value, bool) and self.low <= value <= self.high
        return _is_integer(value) and self.low <= value <= self.high  # type: ignore[operator]

    def __str__(self) -> str:
        noun = {"integer": "a whole number", "size": "a whole number (or one per axis)", "number": "a number"}[
            self.kind
        ]
        return f"{noun} from {self.low:,} to {self.high:,}"


def _is_integer(value: object) -> bool:
    return isinstance(value, int) and not isinstance(value, bool)


def bounded(default: Any = MISSING, *, bound: Bound, optional: bool = False) -> Any:
    """Declare a dataclass field that holds what ``bound`` allows (and None where it is optional)."""
    return field(default=default, metadata={"bound": bound, "optional": optional})


def integer(help: str, default: Any = MISSING, *, low: int = 1, high: int = MOST_CHANNELS) -> Any:
    """Declare a whole number."""
    return bounded(default, bound=Bound(low, high, help))


def size(help: str, default: Any = MISSING, *, low: int = 1, optional: bool = False) -> Any:
    """Declare a size: one number for all spatial axes, or a tuple with one per axis."""
    return bounded(default, bound=Bound(low, MOST_SIZE, help, "size"), optional=optional)


def number(help: str, default: Any = MISSING, *, low: float = 0.0, high: float = 1e9) -> Any:
    """Declare a real number."""
    return bounded(default, bound=Bound(low, high, help, "number"))


def flag(help: str, default: bool) -> Any:
    """Declare a yes or no."""
    return field(default=default, metadata={"help": help})


def problems(layer: Any) -> Iterator[str]:
    """Yield one sentence for each field of a dataclass that holds what it may not."""
    for each in fields(layer):
        value, bound = getattr(layer, each.name), each.metadata.get("bound")
        if bound is None:
            if isinstance(each.default, bool) and not isinstance(value, bool):
                yield f"{each.name} is {value!r}; allowed: true or false"
        elif not (bound.allows(value) or (value is None and each.metadata["optional"])):
            yield f"{each.name} is {value!r}; allowed: {bound}"


def refuse_problems(layer: Any) -> None:
    """Raise SpecError if any field of the layer holds what it may not; look closely where a glance does not do."""
    given = vars(layer)
    for name, kind, low, high in _usual(layer.__class__):
        value = given[name]
        if type(value) is not kind or not low <= value <= high:
            break
    else:
        return
    if found := "; ".join(problems(layer)):
        raise SpecError(f"{type(layer).__name__}: {found}")


@cache
def _usual(kind: Any) -> tuple[tuple[str, Any, float, float], ...]:
    """Give, for each field, the type and the bounds that nearly every value has: what one glance can check."""
    bounds = [(each, each.metadata.get("bound")) for each in fields(kind)]
    return tuple(
        (each.name, float if bound.kind == "number" else int, bound.low, bound.high)
        if bound
        else (each.name, bool, False, True)
        for each, bound in bounds
    )

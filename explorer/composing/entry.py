"""An entry of the palette: what it asks for, with bounds and help, and the spec that it makes of the answers."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from explorer.errors import ExplorerError
from explorer.fields import Bound
from explorer.shapes import Shape
from explorer.spec import Spec


@dataclass(frozen=True)
class Field:
    """One thing to be set: its default, and what it may be (``bound`` or ``choices``; neither for a yes or no).

    ``share`` makes the default follow the channels that come in: 1 for as many, 0.25 for a quarter.
    """

    name: str
    help: str
    default: Any
    bound: Bound | None = None
    optional: bool = False
    choices: tuple[str, ...] = ()
    share: float = 0.0

    @property
    def allowed(self) -> str:
        """Say in words what the field may be."""
        return ", ".join(self.choices) if self.choices else str(self.bound or "true or false")

    def allows(self, value: object) -> bool:
        """Say whether the field may have this value."""
        if value is None:
            return self.optional
        if self.choices:
            return value in self.choices
        return self.bound.allows(value) if self.bound else isinstance(value, bool)


@dataclass(frozen=True)
class Entry:
    """Something to build with; ``paper`` says where it comes from."""

    id: str
    name: str
    group: str
    help: str
    fields: tuple[Field, ...]
    build: Callable[..., Spec]
    paper: str = ""

    def defaults(self, x: Shape | None = None) -> dict[str, Any]:
        """Give a value for every field, fitted to the channels of an input of shape ``x``.

        >>> from explorer.composing.palette import entry
        >>> entry("bottleneck").defaults((256, 56, 56))["width"]
        64
        """
        return {
            each.name: max(1, int(x[0] * each.share)) if x and each.share else each.default for each in self.fields
        }  # fmt: skip

    def make(self, **fields: object) -> Spec:
        """Make a spec; what is not given stands at its default.

        Raises:
            ExplorerError: there is no such field, or it may not have this value.

        >>> from explorer.composing.palette import entry
        >>> entry("ReLU").make()
        ReLU()
        """
        known = {each.name: each for each in self.fields}
        for name, value in fields.items():
            if name not in known:
                raise ExplorerError(f"{self.id} has no {name!r}; allowed: {', '.join(known) or 'nothing'}")
            if not known[name].allows(value):
                raise ExplorerError(f"{self.id}: {name} is {value!r}; allowed: {known[name].allowed}")
        return self.build(**(self.defaults() | fields))

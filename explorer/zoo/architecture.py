"""What the zoo says of a network: who wrote it, where, when, and which knobs it has."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import cached_property

from explorer.errors import ExplorerError
from explorer.knobs import Knob, Value
from explorer.shapes import Shape
from explorer.spec import Spec

__all__ = ["Architecture", "Knob", "Value", "classes_knob"]


@dataclass(frozen=True)
class Architecture:
    """One network of the zoo, at one setting of its knobs.

    Where the input depends on the setting, ``input_of`` gives its shape from the knobs.
    """

    id: str
    name: str
    family: str
    year: int
    authors: str
    paper: str
    url: str
    input_shape: Shape
    build: Callable[..., Spec]
    knobs: tuple[Knob, ...] = ()
    notes: str = ""
    values: tuple[tuple[str, Value], ...] = ()
    input_of: Callable[..., Shape] | None = None

    @property
    def setting(self) -> dict[str, Value]:
        """Give every knob's value."""
        return {knob.name: knob.default for knob in self.knobs} | dict(self.values)

    @cached_property
    def spec(self) -> Spec:
        """Write the network in the language, at this setting."""
        return self.build(**self.setting)

    def set(self, **knobs: Value) -> Architecture:
        """Turn knobs; give the network at the new setting.

        Raises:
            ExplorerError: there is no such knob, or it may not have this value.
        """
        known = {knob.name: knob for knob in self.knobs}
        for name in knobs:
            if name not in known:
                raise ExplorerError(f"{self.id} has no knob {name!r}; allowed: {', '.join(known) or 'none'}")
        setting = self.setting | {name: known[name].read(value) for name, value in knobs.items()}
        changed = tuple((name, value) for name, value in setting.items() if value != known[name].default)
        input_shape = self.input_of(**setting) if self.input_of else self.input_shape
        return replace(self, values=changed, input_shape=input_shape)


def classes_knob(default: int = 1000) -> Knob:
    """Give the knob that nearly every network has: the number of classes it tells apart."""
    return Knob("num_classes", default, "classes that the last layer tells apart")

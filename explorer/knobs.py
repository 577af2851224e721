"""A choice that stays open: the knobs of a network of the zoo, the settings of a transformation."""

from __future__ import annotations

from dataclasses import dataclass

from explorer.errors import ExplorerError

Value = int | float | bool | str


@dataclass(frozen=True, slots=True)
class Knob:
    """A choice that is left open: its default and what it may be (choices, or low to high in steps)."""

    name: str
    default: Value
    help: str
    choices: tuple[Value, ...] = ()
    low: float = 1
    high: float = 100_000
    step: int | None = None

    @property
    def allowed(self) -> str:
        """Say in words what the knob may be."""
        if self.choices:
            return ", ".join(map(_plain, self.choices))
        steps = f" in steps of {self.step}" if self.step else ""
        kind = "a whole number" if isinstance(self.default, int) else "a number"
        return f"{kind} from {self.low:,} to {self.high:,}{steps}"

    def read(self, value: Value) -> Value:
        """Give the value in the knob's own type, also from text such as 'true'; raise ExplorerError if not allowed."""
        for choice in self.choices:
            if (type(value) is type(choice) and value == choice) or str(value).lower() == _plain(choice).lower():
                return choice
        if not self.choices:
            try:
                number = type(self.default)(value)
                whole_steps = not self.step or (float(number) - self.low) % self.step == 0
                if number == float(value) and self.low <= float(number) <= self.high and whole_steps:
                    return number
            except (TypeError, ValueError, OverflowError):
                pass
        raise ExplorerError(f"knob {self.name} is {value!r}; allowed: {self.allowed}")


def _plain(value: Value) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)

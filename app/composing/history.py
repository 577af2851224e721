"""What was composed, step by step: the way back and forth."""

from __future__ import annotations

from dataclasses import dataclass, replace

from explorer.composing.places import Path
from explorer.reading import Document

MOST_STEPS = 200


@dataclass(frozen=True)
class Moment:
    """The composition after a step: its word in the address, what was done, the places picked then and before.

    The word is None before it is written, and empty where it is too long.
    """

    document: Document
    reference: str | None = None
    done: str = ""
    at: Path = ()
    before: Path = ()


@dataclass(frozen=True)
class History:
    """The moments, oldest first, and which of them is now; a step forgets what was taken back.

    >>> from explorer.spec import Series
    >>> one, two = (Moment(Document(name, (3, 8, 8), Series()), name) for name in ("one", "two"))
    >>> History((one,)).then(two).back().now.document.name
    'one'
    >>> History((one,)).then(two).back().forth().now.document.name
    'two'
    """

    moments: tuple[Moment, ...]
    place: int = 0

    @property
    def now(self) -> Moment:
        """Give the moment that stands."""
        return self.moments[self.place]

    @property
    def last(self) -> Moment | None:
        """Give the moment whose step can be taken back: the one that stands, if there is one before it."""
        return self.now if self.place else None

    @property
    def next(self) -> Moment | None:
        """Give the moment that was taken back last."""
        return self.moments[self.place + 1] if self.place + 1 < len(self.moments) else None

    def then(self, moment: Moment) -> History:
        """Take a step; of very many, the oldest are forgotten."""
        moments = (*self.moments[: self.place + 1], moment)[-MOST_STEPS:]
        return History(moments, len(moments) - 1)

    def back(self) -> History:
        """Take the last step back."""
        return replace(self, place=max(0, self.place - 1))

    def forth(self) -> History:
        """Take the step again that was taken back."""
        return replace(self, place=min(len(self.moments) - 1, self.place + 1))

    def signed(self, reference: str) -> History:
        """Write the word of the moment that stands."""
        signed = replace(self.now, reference=reference)
        return replace(self, moments=(*self.moments[: self.place], signed, *self.moments[self.place + 1 :]))

    def to(self, reference: str) -> History | None:
        """Go to the moment nearest to now that an address names; None if there is none."""
        found = [place for place, moment in enumerate(self.moments) if moment.reference == reference]
        return replace(self, place=min(found, key=lambda place: abs(place - self.place))) if found else None

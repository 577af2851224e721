"""A progress line on a terminal."""

from __future__ import annotations

from typing import TextIO


class Meter:
    """Shows how far a download is, on one line that is written over; where nobody watches, it writes nothing."""

    def __init__(self, stream: TextIO) -> None:
        self.used = False
        self._stream = stream
        self._watched = stream.isatty()

    def __call__(self, done: int, total: int) -> None:
        """Show that so many bytes of so many are there."""
        self.used = True
        if self._watched:
            share = f"{min(done, total) / max(total, 1):.0%}".replace("%", " %")
            self._stream.write(f"\r{done / 1e6:.1f} of {total / 1e6:.1f} MB ({share})")
            self._stream.flush()

    def end(self) -> None:
        """Leave the line, if there is one."""
        if self.used and self._watched:
            self._stream.write("\n")

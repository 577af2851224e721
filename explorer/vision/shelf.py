"""A shelf for what takes a while to make: the last used things, at most so many bytes of them."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Hashable
from threading import Lock
from typing import Generic, TypeVar

T = TypeVar("T")


class Shelf(Generic[T]):
    """Keeps things by their keys; what was used longest ago makes room. Threads may share it.

    Nothing is made twice at the same time, and what is there is given while something else is made. The newest thing
    stays, however large it is.

    >>> shelf = Shelf(most=3, size=len)
    >>> [shelf.get(word, lambda: word) for word in ("ab", "c", "ab", "d")], shelf.nbytes
    (['ab', 'c', 'ab', 'd'], 3)
    """

    def __init__(
        self, most: int, size: Callable[[T], int], on_release: Callable[[T], object] = lambda gone: None
    ) -> None:
        self._most, self._size, self._on_release = most, size, on_release
        self._things: OrderedDict[Hashable, tuple[T, int]] = OrderedDict()
        self._lock, self._making = Lock(), Lock()

    def get(self, key: Hashable, make: Callable[[], T]) -> T:
        """Give what is kept under a key; make it if it is not there."""
        if (found := self._find(key)) is not None:
            return found[0]
        with self._making:
            if (found := self._find(key)) is not None:
                return found[0]
            made = make()
            for gone in self._put(key, made):
                self._on_release(gone)
            return made

    def clear(self) -> None:
        """Let everything go."""
        with self._lock:
            gone = [thing for thing, _size in self._things.values()]
            self._things.clear()
        for each in gone:
            self._on_release(each)

    @property
    def nbytes(self) -> int:
        """Count the bytes that are kept."""
        with self._lock:
            return self._bytes()

    def _bytes(self) -> int:
        return sum(size for _thing, size in self._things.values())

    def _find(self, key: Hashable) -> tuple[T, int] | None:
        with self._lock:
            if key in self._things:
                self._things.move_to_end(key)
            return self._things.get(key)

    def _put(self, key: Hashable, made: T) -> list[T]:
        """Keep a thing; give those that made room for it."""
        gone = []
        with self._lock:
            self._things[key] = made, self._size(made)
            while len(self._things) > 1 and self._bytes() > self._most:
                gone.append(self._things.popitem(last=False)[1][0])
        return gone

"""The seam between pages and networks: work is submitted, watched, and can be cancelled.

At first it is one thread of this process. Pages know only ``InferenceBackend`` and ``Job``, so that the
work can move to another process or machine.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from concurrent.futures import CancelledError, Future, ThreadPoolExecutor
from threading import BoundedSemaphore, Event
from traceback import clear_frames
from typing import Generic, Protocol, TypeVar

from explorer.errors import ExplorerError
from explorer.vision.occlusion import Tick
from explorer.vision.scarcity import empty_caches, ran_out

T = TypeVar("T")

ENOUGH_TO_TELL = 0.02
"""Share of the work from which on its pace is known."""


class Job(Generic[T]):
    """Work that was submitted. Its ``tick`` is how the work reports, and where it stops."""

    def __init__(self, deadline_s: float) -> None:
        self.progress = 0.0
        self.latest: T | None = None
        """What stands so far, for work that gives one result after another (``follow``)."""
        self._began: float | None = None
        self._future: Future[T] = Future()
        self._deadline_s = deadline_s
        self._ends = time.monotonic() + deadline_s
        self._cancelled = Event()

    def tick(self, done: float) -> None:
        """Note the share that is done; raise if the job was cancelled or has run out of time."""
        if self._cancelled.is_set():
            raise CancelledError
        if time.monotonic() > self._ends:
            raise ExplorerError(f"the work took longer than {self._deadline_s:g} s and was stopped; try a smaller one")
        self.progress = done

    def cancel(self) -> None:
        """Ask the work to stop: at once if it waits, at its next tick if it runs."""
        self._cancelled.set()

    def run(self, work: Callable[[Tick], T]) -> None:
        """Do the work here and keep what it gives or raises; called once, by the backend."""
        self._began = time.monotonic()
        try:
            self.tick(0.0)
            result = work(self.tick)
            self.progress = 1.0
            self._future.set_result(result)
        except BaseException as error:
            self._future.set_exception(_in_words(error))

    def last(self, steps: Iterator[T]) -> T:
        """Give the last of some results, each better than the one before; meanwhile ``latest`` is the newest."""
        for self.latest in steps:
            self.tick(self.progress)
        if self.latest is None:
            raise ExplorerError("the work gave no result")
        return self.latest

    @property
    def seconds_left(self) -> float | None:
        """Guess how long the work will still take, from what is done; None while too little is."""
        if self._began is None or self.progress < ENOUGH_TO_TELL:
            return None
        return (time.monotonic() - self._began) * (1 - self.progress) / self.progress

    @property
    def done(self) -> bool:
        """Say whether the work has ended, well or not."""
        return self._future.done()

    def result(self, timeout_s: float | None = None) -> T:
        """Wait for the result, or raise what the work raised (``CancelledError`` if it was cancelled)."""
        return self._future.result(timeout_s)


def _in_words(error: BaseException) -> BaseException:
    """Say in a sentence that the memory did not suffice; let go of what the work held."""
    if not ran_out(error):
        return error
    clear_frames(error.__traceback__)
    empty_caches()
    return ExplorerError("the device has no memory left for this; choose a smaller network or photo, or another device")


class InferenceBackend(Protocol):
    """Where the pages send work that needs a network."""

    def submit(self, work: Callable[[Tick], T], deadline_s: float = 60.0) -> Job[T]:
        """Queue the work; it calls what it is given with the share that is done. Refuse when too much waits."""
        ...

    def follow(self, steps: Callable[[Tick], Iterator[T]], deadline_s: float = 60.0) -> Job[T]:
        """Queue work that gives one result after another, each better; the job holds the ``latest``, then the last."""
        ...


class ThreadBackend:
    """One thread of this process, and a queue that ends: when it is full, work is refused with a sentence."""

    def __init__(self, most: int = 32) -> None:
        self._most = most
        self._room = BoundedSemaphore(most)
        self._pool = ThreadPoolExecutor(max_workers=1, thread_name_prefix="inference")

    def submit(self, work: Callable[[Tick], T], deadline_s: float = 60.0) -> Job[T]:
        """Queue the work; see ``InferenceBackend``.

        Raises:
            ExplorerError: as many jobs as the queue holds are waiting.
        """
        return self._queue(Job(deadline_s), work)

    def follow(self, steps: Callable[[Tick], Iterator[T]], deadline_s: float = 60.0) -> Job[T]:
        """Queue work that gives one result after another; see ``InferenceBackend``."""
        job: Job[T] = Job(deadline_s)
        return self._queue(job, lambda tick: job.last(steps(tick)))

    def close(self) -> None:
        """Finish what is queued and let the thread go."""
        self._pool.shutdown()

    def _queue(self, job: Job[T], work: Callable[[Tick], T]) -> Job[T]:
        if not self._room.acquire(blocking=False):
            raise ExplorerError(f"{self._most} jobs are waiting for the network; try again in a moment")
        self._pool.submit(self._run, job, work)
        return job

    def _run(self, job: Job[T], work: Callable[[Tick], T]) -> None:
        try:
            job.run(work)
        finally:
            self._room.release()

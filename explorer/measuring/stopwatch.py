"""Timing a call: first some that do not count, then enough of them for quartiles."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from statistics import median

import torch

Tick = Callable[[float], None]
Clock = Callable[[Callable[[], object]], float]
"""Calls a function and gives the seconds that it took."""

WARM_UP, LEAST, MOST = 2, 5, 30
ENOUGH_S = 1.0


@dataclass(frozen=True, slots=True)
class Timing:
    """The seconds of some calls, the shortest first."""

    seconds: tuple[float, ...]

    @property
    def median(self) -> float:
        """Give the seconds that half of the calls do not reach."""
        return median(self.seconds)

    @property
    def quartiles(self) -> tuple[float, float]:
        """Give the medians of the quicker and of the slower half, both with the middle call where there is one.

        >>> Timing((1.0, 2.0, 3.0, 4.0, 5.0)).quartiles
        (2.0, 4.0)
        """
        half = (len(self.seconds) + 1) // 2
        return median(self.seconds[:half]), median(self.seconds[-half:])


def wall(call: Callable[[], object]) -> float:
    """Time a call by the clock on the wall."""
    began = time.perf_counter()
    call()
    return time.perf_counter() - began


def on_cuda(call: Callable[[], object]) -> float:
    """Time a call by events in the GPU's own queue, from an idle start to an idle end."""
    begin, end = (torch.cuda.Event(enable_timing=True) for _ in range(2))  # type: ignore[no-untyped-call]
    torch.cuda.synchronize()
    begin.record()
    call()
    end.record()
    torch.cuda.synchronize()
    return float(begin.elapsed_time(end)) / 1000


def on_mps(call: Callable[[], object]) -> float:
    """Time a call on Apple's GPU, from an idle start to an idle end."""
    torch.mps.synchronize()

    def finished() -> None:
        call()
        torch.mps.synchronize()

    return wall(finished)


def clock_of(device: torch.device) -> Clock:
    """Give the clock for what runs on a device."""
    return {"cuda": on_cuda, "mps": on_mps}.get(device.type, wall)


def timed(call: Callable[[], object], clock: Clock = wall, tick: Tick = lambda share: None) -> Timing:
    """Time a call some times: until they took a second together, at least 5 and at most 30 times.

    Args:
        call: what is timed.
        clock: gives the seconds of a call.
        tick: called between the calls with the share that is done; it may raise to stop.

    >>> calls = []
    >>> timing = timed(lambda: calls.append(1), clock=lambda call: call() or 0.3)
    >>> len(calls), timing.median
    (7, 0.3)
    """
    for _ in range(WARM_UP):
        tick(0.0)
        clock(call)
    seconds: list[float] = []
    while (done := _share(seconds)) < 1:
        tick(done)
        seconds.append(clock(call))
    return Timing(tuple(sorted(seconds)))


def _share(seconds: list[float]) -> float:
    """Say how much of the timing is done: enough calls and enough seconds, or the most calls."""
    return max(min(len(seconds) / LEAST, sum(seconds) / ENOUGH_S), len(seconds) / MOST)

"""The most memory that a call holds at once, as torch's own allocator saw it."""

from __future__ import annotations

from collections.abc import Callable
from itertools import accumulate

import torch
from torch.profiler import ProfilerActivity, profile


def peak(call: Callable[[], object], device: torch.device) -> int | None:
    """Give the most bytes that a call held beyond what was held before; None where torch does not tell.

    On the processor it is the sum of what this thread took and gave back, by the profiler's record of every
    allocation: other threads do not count, working space that goes round the allocator neither. On CUDA it is
    ``max_memory_allocated``.

    >>> peak(lambda: torch.zeros(1000).add(1), torch.device("cpu")) >= 8000
    True
    """
    match device.type:
        case "cpu":
            return _on_cpu(call)
        case "cuda":
            return _on_cuda(call, device)
        case _:
            return None


def _on_cpu(call: Callable[[], object]) -> int:
    with profile(activities=[ProfilerActivity.CPU], profile_memory=True) as record:
        call()
    results = record.profiler.kineto_results if record.profiler else None
    events = [event for event in results.events() if event.name() == "[memory]"] if results else []
    return max(accumulate(event.nbytes() for event in sorted(events, key=lambda e: e.start_ns())), default=0)


def _on_cuda(call: Callable[[], object], device: torch.device) -> int:
    torch.cuda.synchronize(device)
    before = torch.cuda.memory_allocated(device)
    torch.cuda.reset_peak_memory_stats(device)
    call()
    torch.cuda.synchronize(device)
    return torch.cuda.max_memory_allocated(device) - before

"""When a device runs out of memory: what failed lets go of what it held, and less is tried."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

import torch

T = TypeVar("T")

_SIGNS = ("out of memory", "ALLOC_FAILED", "can't allocate memory", "not enough memory")
"""How libraries below torch say it: CUDA, cuBLAS and cuDNN, the allocator of the processor."""


def tried(work: Callable[[], T]) -> T | None:
    """Do some work; give None if the device's memory did not suffice for it.

    By then nothing that the work held is held any more, and the device's free blocks are joined: an error that is
    being handled keeps the frames that it passed through, with all their tensors, so that emptying the cache
    inside the handler would free nothing.
    """
    try:
        return work()
    except RuntimeError as error:
        if not ran_out(error):
            raise
    empty_caches()
    return None


def ran_out(error: BaseException) -> bool:
    """Say whether an error means that a device has no memory left.

    >>> ran_out(torch.OutOfMemoryError("")), ran_out(RuntimeError("CUBLAS_STATUS_ALLOC_FAILED")), ran_out(KeyError())
    (True, True, False)
    """
    if isinstance(error, torch.OutOfMemoryError | MemoryError):
        return True
    return isinstance(error, RuntimeError) and any(sign in str(error) for sign in _SIGNS)


def empty_caches() -> None:
    """Give back to the devices what torch keeps for later."""
    torch.cuda.empty_cache()  # nothing happens where CUDA was not used
    if torch.backends.mps.is_available():
        torch.mps.empty_cache()

"""The machine: what it is called, how fast it multiplies, how fast it moves bytes."""

from __future__ import annotations

import platform
from dataclasses import dataclass
from pathlib import Path

import torch

from explorer.comparing.roofline import Roof
from explorer.measuring.stopwatch import Tick, clock_of, timed
from explorer.vision.device import describe

SIDE = {"cpu": 768, "mps": 4096, "cuda": 8192}
"""Of the matrices that are multiplied."""
COPIED = {"cpu": 1 << 26, "mps": 1 << 28, "cuda": 1 << 30}
"""Bytes that are copied: more than the caches hold."""


@dataclass(frozen=True, slots=True)
class Machine:
    """What numbers are measured on: they mean nothing without it."""

    device: str
    processor: str
    torch_version: str
    precision: str

    def __str__(self) -> str:
        return f"{self.device}, {self.processor}, torch {self.torch_version}, {self.precision}"


def machine(device: torch.device, precision: str) -> Machine:
    """Say what numbers are measured on.

    >>> machine(torch.device("cpu"), "float32").precision
    'float32'
    """
    return Machine(describe(device), _processor(), torch.__version__, precision)


def _processor() -> str:
    """Give the processor's name, as Linux has it, else as Python does."""
    try:
        lines = Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
    except OSError:
        lines = []
    named = (line.partition(":")[2].strip() for line in lines if line.startswith("model name"))
    return next(named, platform.processor() or platform.machine())


def roof(device: torch.device, dtype: torch.dtype, tick: Tick = lambda share: None) -> Roof:
    """Measure the roofline: the quickest of some products of matrices, and of some copies.

    A copy reads and writes every byte. Other work on the machine lowers both.
    """
    clock, n = clock_of(device), SIDE[device.type]
    left, right = torch.randn(n, n, device=device, dtype=dtype), torch.randn(n, n, device=device, dtype=dtype)
    product = torch.empty_like(left)
    multiplying = timed(lambda: torch.mm(left, right, out=product), clock, lambda share: tick(share / 2))
    source = torch.zeros(COPIED[device.type] // dtype.itemsize, device=device, dtype=dtype)
    target = torch.empty_like(source)
    copying = timed(lambda: target.copy_(source), clock, lambda share: tick((1 + share) / 2))
    moved = 2 * source.numel() * dtype.itemsize
    return Roof(n**3 / multiplying.seconds[0], moved / copying.seconds[0])

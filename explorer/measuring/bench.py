"""Networks on the bench: latency, throughput and peak memory at some batch sizes, and the time of every layer."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass, replace
from typing import Any

import torch
from torch import Tensor

from explorer import cost, memory
from explorer.comparing.roofline import Roof
from explorer.errors import ExplorerError
from explorer.graph import INPUT, Graph
from explorer.measuring.machine import Machine, machine, roof
from explorer.measuring.peak import peak
from explorer.measuring.stopwatch import Clock, Tick, Timing, clock_of, timed
from explorer.network import Network
from explorer.vision.device import choose

DTYPES = {"float32": torch.float32, "bfloat16": torch.bfloat16, "float16": torch.float16}
MOST_NETWORKS = 6
MOST_BYTES = {"cpu": 2 << 30, "mps": 4 << 30, "cuda": 16 << 30}
"""A network and its activations may take so much memory: other readers need some too."""
MOST_MULT_ADDS = {"cpu": 3e11, "mps": 3e12, "cuda": 3e13}
"""A pass may take so many mult-adds: about a minute."""
LAYER_RUNS = 5
ENTRY = 1e9
"""What every piece of the work weighs at least, in mult-adds."""


@dataclass(frozen=True)
class Wish:
    """What is to be measured: networks by name, batch sizes, the device, the precision."""

    networks: tuple[tuple[str, Graph], ...]
    batches: tuple[int, ...] = (1,)
    device: str = "auto"
    precision: str = "float32"


@dataclass(frozen=True, slots=True)
class Speed:
    """A network at a batch size: the time of a pass, and the most that its activations held; None where unknown."""

    network: str
    batch: int
    timing: Timing
    peak_activations: int | None

    @property
    def images_per_s(self) -> float:
        """Give the throughput at the median."""
        return self.batch / self.timing.median


@dataclass(frozen=True)
class Bench:
    """What has been measured so far; ``layers`` are the median seconds of every layer, at the largest batch."""

    machine: Machine
    roof: Roof
    speeds: tuple[Speed, ...] = ()
    layers: tuple[tuple[str, dict[str, float]], ...] = ()

    def largest(self, network: str) -> Speed | None:
        """Give a network's speed at the largest batch measured."""
        found = [each for each in self.speeds if each.network == network]
        return max(found, key=lambda each: each.batch) if found else None


def check(wish: Wish) -> torch.device:
    """Give the device; raise ExplorerError where what is wished is more than one reader may take, or cannot be had."""
    device = choose(wish.device)
    if not 1 <= len(wish.networks) <= MOST_NETWORKS:
        raise ExplorerError(f"{len(wish.networks)} networks are to be measured; allowed: from 1 to {MOST_NETWORKS}")
    if wish.precision not in DTYPES:
        raise ExplorerError(f"precision is {wish.precision!r}; allowed: {', '.join(DTYPES)}")
    for name, graph in wish.networks:
        for batch in wish.batches:
            _check(name, graph, batch, wish.precision, device.type)
    return device


def _check(name: str, graph: Graph, batch: int, precision: str, kind: str) -> None:
    if batch < 1:
        raise ExplorerError(f"{name}: the batch is {batch}; allowed: 1 image or more")
    needed, most = predicted_bytes(graph, batch, precision), MOST_BYTES[kind]
    if needed > most:
        gib = f"{needed / 2**30:.2f} GiB of memory; allowed: {most / 2**30:g} GiB"
        raise ExplorerError(f"{name}: a batch of {batch:,} needs {gib}: choose fewer images or a smaller network")
    mult_adds, limit = batch * cost.total(graph, cost.mult_adds), MOST_MULT_ADDS[kind]
    if mult_adds > limit:
        counted = f"{mult_adds / 1e9:,.0f} billion mult-adds; allowed: {limit / 1e9:,.0f} billion"
        raise ExplorerError(f"{name}: a batch of {batch:,} takes {counted}: choose fewer images or a smaller network")


def predicted_bytes(graph: Graph, batch: int, precision: str) -> int:
    """Predict the memory of a batch: the parameters, and the activations at their peak."""
    counted = memory.memory(graph, precision)
    return counted.parameters + batch * counted.peak_activations


def bench(wish: Wish, tick: Tick = lambda share: None) -> Iterator[Bench]:
    """Measure one thing after the other; give what has been measured so far, each time something is added.

    The machine's limits are measured before and after, and the higher ones hold.

    Args:
        wish: what is to be measured; weights and images are random.
        tick: called between passes with the share that is done; it may raise to stop.

    Raises:
        ExplorerError: more is wished than may be, or there is no such device.
    """
    device, dtype, clock = check(wish), DTYPES[wish.precision], clock_of(choose(wish.device))
    plan = _Plan(wish, tick)
    with _settings(device), torch.inference_mode():
        found = Bench(machine(device, wish.precision), roof(device, dtype, plan.next()))
        yield found
        for name, graph in wish.networks:
            network = Network(graph).eval().to(device, dtype)
            images = torch.randn(max(wish.batches), *graph.input_shape, device=device, dtype=dtype)
            for batch in sorted(wish.batches):
                speed = measure(name, network, images[:batch], plan.next())
                found = replace(found, speeds=(*found.speeds, speed))
                yield found
            times = layer_times(network, images, clock, plan.next())
            found = replace(found, layers=(*found.layers, (name, times)))
            yield found
        yield replace(found, roof=found.roof.best(roof(device, dtype, plan.next())))


def measure(name: str, network: Network, images: Tensor, tick: Tick = lambda share: None) -> Speed:
    """Time a network on a batch, and find the peak of its activations."""
    timing = timed(lambda: network(images), clock_of(images.device), tick)
    return Speed(name, len(images), timing, peak(lambda: network(images), images.device))


def layer_times(network: Network, images: Tensor, clock: Clock, tick: Tick) -> dict[str, float]:
    """Time every layer by itself, as a pass goes through them; give the median seconds of each by its name."""
    seconds: dict[str, list[float]] = {node.name: [] for node in network.graph}

    def watched(name: str) -> Callable[..., Tensor]:
        module = network.module_of(name)

        def run(*inputs: Tensor) -> Tensor:
            out: list[Tensor] = []
            seconds[name].append(clock(lambda: out.append(module(*inputs))))
            return out[0]

        return run

    instead = {name: watched(name) for name in seconds}
    for number in range(LAYER_RUNS):
        tick(number / LAYER_RUNS)
        network.run({INPUT: images}, (network.graph.output,), instead)
    return {name: Timing(tuple(sorted(times))).median for name, times in seconds.items() if times}


def _settings(device: torch.device) -> AbstractContextManager[Any]:
    """On CUDA, let float32 mean float32, in convolutions as in products of matrices; nothing is tuned."""
    if device.type != "cuda":
        return nullcontext()
    return torch.backends.cudnn.flags(enabled=True, benchmark=False, deterministic=False, allow_tf32=False)


class _Plan:
    """What there is to do, piece by piece, each weighed by its mult-adds: so is known what share is done."""

    def __init__(self, wish: Wish, tick: Tick) -> None:
        self._tick, self._done, self._now = tick, 0.0, 0.0
        sizes = [
            (graph, batch) for _name, graph in wish.networks for batch in (*sorted(wish.batches), max(wish.batches))
        ]
        weights = [ENTRY, *(ENTRY + batch * cost.total(graph, cost.mult_adds) for graph, batch in sizes), ENTRY]
        self._left, self._all = iter(weights), sum(weights)

    def next(self) -> Tick:
        """Go on to the next piece; give what is called with the share of it that is done."""
        self._done += self._now
        self._now = next(self._left)
        return lambda share: self._tick(min(1.0, (self._done + share * self._now) / self._all))

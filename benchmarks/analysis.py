"""How long an analysis takes: this project beside torchinfo, fvcore and torch's FlopCounterMode, as ratios.

Every counter gets the same network of the zoo in its own form. Ours is given a spec that is written, and gives each
layer's shape, parameters, mult-adds and receptive field, with nothing kept from the round before. The others are given
a finished module on the meta device (fvcore one with zeros on the processor, as its trace needs tensors that are
there, so that it computes). In each round all are timed in turn, in processor time on one thread; a cell is the median
over the rounds of a peer's time divided by ours. "From the name" is our time with the writing of the spec.

    python benchmarks/analysis.py --repeats 5
"""

from __future__ import annotations

import argparse
import sys
import warnings
from collections.abc import Callable, Sequence
from statistics import median, quantiles
from time import process_time

import torch
import torchinfo
from fvcore.nn import FlopCountAnalysis
from torch.utils.flop_counter import FlopCounterMode

import explorer
from explorer import cost, receptive_field
from explorer.network import Network

PEERS = ("torchinfo", "fvcore", "FlopCounterMode")


KEPT = (sys.modules["explorer.lower"].output_shape, cost.counts_of, receptive_field.window_of)
"""What an analysis keeps for the next one."""


def ours(architecture: explorer.Architecture) -> int:
    report = explorer.analyze(architecture)
    assert len(report.lines) == len(report.graph)
    return report.mult_adds


def from_the_name(id: str) -> int:
    return ours(explorer.get(id).set())  # a new record, whose spec is not written yet


def peers(id: str) -> dict[str, Callable[[], int]]:
    """Give each peer ready to count the network."""
    architecture = explorer.get(id)
    with torch.device("meta"):
        network = Network(explorer.lower(architecture)).eval()
        images = torch.empty(1, *architecture.input_shape)
    real, real_images = _with_zeros(architecture), torch.zeros(1, *architecture.input_shape)

    def by_torchinfo() -> int:
        return torchinfo.summary(network, input_data=images, device="meta", verbose=0).total_mult_adds

    def by_fvcore() -> int:
        analysis = FlopCountAnalysis(real, real_images)
        return int(analysis.unsupported_ops_warnings(False).uncalled_modules_warnings(False).total())

    def by_torch() -> int:
        with FlopCounterMode(display=False) as counter:
            network(images)
        return counter.get_total_flops() // 2

    return dict(zip(PEERS, (by_torchinfo, by_fvcore, by_torch), strict=True))


def _with_zeros(architecture: explorer.Architecture) -> Network:
    """Give the network with zeros for weights, spread without memory."""
    with torch.device("meta"):
        network = Network(explorer.lower(architecture)).eval()
    zeros = {name: torch.zeros((), dtype=t.dtype).expand(t.shape) for name, t in network.state_dict().items()}
    network.load_state_dict(zeros, assign=True)
    return network


def seconds(call: Callable[[], int]) -> float:
    for each in KEPT:
        each.cache_clear()
    start = process_time()
    call()
    return process_time() - start


def compare(id: str, repeats: int) -> tuple[float, float, dict[str, float]]:
    """Give our median seconds, those from the name, and for each peer the median ratio to ours."""
    architecture, calls = explorer.get(id), peers(id)
    counted = {name: call() for name, call in calls.items()}
    assert counted["FlopCounterMode"] == ours(architecture), f"{id}: two networks are compared"
    times, named, ratios = [], [], {name: [] for name in calls}
    for _ in range(repeats):
        named.append(seconds(lambda: from_the_name(id)))
        times.append(seconds(lambda: ours(architecture)))
        for name, call in calls.items():
            ratios[name].append(seconds(call) / times[-1])
    return median(times), median(named), {name: median(found) for name, found in ratios.items()}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--repeats", type=int, default=5, help="how often each counter is timed (default: 5)")
    parser.add_argument("ids", nargs="*", help="networks of the zoo (default: all)")
    options = parser.parse_args()
    torch.set_num_threads(1)
    print(f"| network | layers | ours, ms | from the name, ms | {' | '.join(f'{name} ÷ ours' for name in PEERS)} |")
    print("|---|--:|--:|--:|" + "--:|" * len(PEERS))
    rows = []
    with torch.no_grad(), warnings.catch_warnings():
        warnings.simplefilter("ignore")
        for id in options.ids or [architecture.id for architecture in explorer.architectures()]:
            own, named, ratios = compare(id, options.repeats)
            rows.append((1000 * own, 1000 * named, *(ratios[name] for name in PEERS)))
            layers = len(explorer.lower(explorer.get(id)))
            print(f"| {id} | {layers:,} | {_cells(rows[-1])} |", flush=True)
    for label, of in (("*least*", min), ("*lower quartile*", _quartile), ("*median*", median), ("*most*", max)):
        print(f"| {label} | | {_cells([of(column) for column in zip(*rows, strict=True)])} |")


def _quartile(figures: Sequence[float]) -> float:
    return quantiles(figures, n=4)[0] if len(figures) > 1 else figures[0]


def _cells(figures: Sequence[float]) -> str:
    own, named, *ratios = figures
    return " | ".join((f"{own:.2f}", f"{named:.2f}", *(f"{ratio:.0f}×" for ratio in ratios)))


if __name__ == "__main__":
    main()

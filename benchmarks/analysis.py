"""How long an analysis takes: this project beside torchinfo, fvcore and torch's FlopCounterMode, as ratios.

Every counter gets the same network of the zoo. Ours starts from the name: it writes the spec, lowers it, and gives
shapes, parameters, mult-adds and receptive fields. The others are given a finished module on the meta device (fvcore
one with zeros on the processor, as its trace needs tensors that are there, so that it computes). In each round all are
timed in turn, in processor time on one thread; a cell is the median over the rounds of a peer's time divided by ours.

    python benchmarks/analysis.py --repeats 5
"""

from __future__ import annotations

import argparse
import warnings
from collections.abc import Callable
from statistics import geometric_mean, median
from time import process_time

import torch
import torchinfo
from fvcore.nn import FlopCountAnalysis
from torch.utils.flop_counter import FlopCounterMode

import explorer
from explorer.network import Network

PEERS = ("torchinfo", "fvcore", "FlopCounterMode")


def ours(id: str) -> int:
    report = explorer.analyze(explorer.get(id).set())  # a new record, whose spec is not written yet
    assert report.params
    assert report.receptive_fields
    return report.mult_adds


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
    start = process_time()
    call()
    return process_time() - start


def compare(id: str, repeats: int) -> tuple[float, dict[str, float]]:
    """Give our median seconds, and for each peer the median ratio to ours."""
    calls = peers(id)
    for call in (lambda: ours(id), *calls.values()):
        call()
    times, ratios = [], {name: [] for name in calls}
    for _ in range(repeats):
        times.append(seconds(lambda: ours(id)))
        for name, call in calls.items():
            ratios[name].append(seconds(call) / times[-1])
    return median(times), {name: median(found) for name, found in ratios.items()}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--repeats", type=int, default=5, help="how often each counter is timed (default: 5)")
    parser.add_argument("ids", nargs="*", help="networks of the zoo (default: all)")
    options = parser.parse_args()
    torch.set_num_threads(1)
    print(f"| network | ours, ms | {' | '.join(f'{name} ÷ ours' for name in PEERS)} |")
    print("|---|--:|" + "--:|" * len(PEERS))
    rows = []
    with torch.no_grad(), warnings.catch_warnings():
        warnings.simplefilter("ignore")
        for id in options.ids or [architecture.id for architecture in explorer.architectures()]:
            own, ratios = compare(id, options.repeats)
            rows.append(ratios)
            cells = " | ".join(f"{ratios[name]:.0f}×" for name in PEERS)
            print(f"| {id} | {own * 1000:.1f} | {cells} |", flush=True)
    means = (geometric_mean(row[name] for row in rows) for name in PEERS)
    print("| *geometric mean* | | " + " | ".join(f"{mean:.0f}×" for mean in means) + " |")


if __name__ == "__main__":
    main()

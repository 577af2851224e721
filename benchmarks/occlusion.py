"""How long occlusion takes: this project beside Captum and the bare forward pass, as ratios.

Same weights, same picture, one run, the peers in turn in every round, in processor time on one thread; medians over
the rounds. Captum and the bare pass get the batch that is best for them. Each of Captum's positions is a whole forward
pass, so some of them tell for all: it is stopped after those, and their scores are compared with ours. Ours hides all,
with nothing kept from the round before; "again" is another picture of that size, for which the plans are kept.

    python benchmarks/occlusion.py --repeats 3
    python benchmarks/occlusion.py vgg16,224,32,16 small_resnet,64,16,8
"""

from __future__ import annotations

import argparse
import os
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from itertools import islice
from statistics import median
from time import process_time

import torch
from torch import Tensor

import explorer
from explorer.network import Network
from explorer.vision import incremental
from explorer.vision.hidden import Hider, blocks
from explorer.vision.maps import scores_node
from explorer.vision.occlusion import refined, starts

CASES = ("resnet20,32,4,1", "resnet50,224,16,8", "resnet50,224,32,16", "vgg16,224,16,8", "vgg16,224,32,16")
BATCHES = (1, 8, 32)


class EnoughError(Exception):
    """The slow peer has hidden as many patches as were asked for."""


@dataclass
class Case:
    """A network and a picture, and what is hidden."""

    id: str
    side: int
    patch: int
    stride: int
    batches: tuple[int, ...] = BATCHES
    best: dict[str, int] = field(default_factory=dict)

    def __post_init__(self) -> None:
        torch.manual_seed(0)
        graph = explorer.lower(explorer.get(self.id), (3, self.side, self.side))
        self.network = Network(graph).eval().requires_grad_(False)
        self.image = torch.randn(1, 3, self.side, self.side)
        self.positions = len(starts(self.side, self.patch, self.stride)) ** 2

    def forward(self, batch: int) -> float:
        """Give the seconds of a bare pass, per picture."""
        pictures = self.image.repeat(batch, 1, 1, 1)
        return seconds(lambda: self.network(pictures)) / batch

    def captum(self, batch: int) -> float:
        """Give Captum's seconds per patch, for the first of them; their scores are held against ours."""
        found = self._captum(batch, max(8, batch))
        return found[0]

    def difference(self) -> float:
        """Give the largest difference between Captum's scores and ours, in their standard deviations."""
        after = self._captum(8, 8)[1]
        hide = Hider(self.network, self.image, self.patch, torch.zeros(3, 1, 1), scores_node(self.network.graph))
        first = starts(self.side, self.patch, self.stride)[: len(after)]  # Captum goes down the columns
        ours = hide([(top, 0) for top in first], lambda done: None)
        return float((after[: len(ours)] - ours).abs().max() / ours.std())

    def _captum(self, batch: int, most: int) -> tuple[float, Tensor]:
        from captum.attr import Occlusion

        scores: list[Tensor] = []

        def network(pictures: Tensor) -> Tensor:
            scores.append(self.network(pictures))
            if sum(map(len, scores)) > most:
                raise EnoughError
            return scores[-1]

        def attribute() -> None:
            window, step = (3, self.patch, self.patch), (3, self.stride, self.stride)
            with suppress(EnoughError):
                Occlusion(network).attribute(self.image, window, step, 0, 0, perturbations_per_eval=batch)

        taken = seconds(attribute)
        return taken / sum(map(len, scores)), torch.cat(scores)[1:]  # the first is the picture as it is

    def ours(self, image: Tensor, maps: int | None = None) -> float:
        """Give the seconds until so many maps stand, from coarse to fine; by default all."""
        found = refined(self.network, image, 0, patch=self.patch, stride=self.stride)
        return seconds(lambda: list(islice(found, maps)))

    def some_blocks(self, count: int) -> float:
        """Give our seconds per patch over so many blocks, evenly spread; what is done once is counted in full."""
        axis = starts(self.side, self.patch, self.stride)
        hide = Hider(self.network, self.image, self.patch, torch.zeros(3, 1, 1), scores_node(self.network.graph))
        every = blocks([(top, left) for top in axis for left in axis], hide.at_once)
        chosen = [place for block in every[:: max(1, len(every) // count)][:count] for place in block]
        return seconds(lambda: hide(chosen, lambda done: None)) / len(chosen)

    def at_its_best(self, peer: Callable[[int], float]) -> float:
        """Run a peer at its best batch, which the first round finds."""
        name = peer.__name__
        if name in self.best:
            return peer(self.best[name])
        times = {batch: peer(batch) for batch in self.batches}
        self.best[name] = min(times, key=times.__getitem__)
        return times[self.best[name]]


def seconds(call: Callable[[], object]) -> float:
    start = process_time()
    call()
    return process_time() - start


def has_captum() -> bool:
    try:
        import captum.attr  # noqa: F401
    except ImportError:
        return False
    return True


def row(case: Case, repeats: int, with_captum: bool, part: int) -> str:
    rounds = []
    for _ in range(repeats):
        bare = case.at_its_best(case.forward)
        theirs = case.at_its_best(case.captum) if with_captum else float("nan")
        incremental.PLANS.clear()
        first = case.ours(case.image, 1)
        incremental.PLANS.clear()
        ours, again = (
            case.some_blocks(part) if part else case.ours(image) / case.positions
            for image in (case.image, case.image.flip(3))
        )
        rounds.append((1000 * ours, bare / ours, theirs / ours, theirs / again, first))
    ours, bare, theirs, again, first = map(median, zip(*rounds, strict=True))
    difference = case.difference() if with_captum else float("nan")
    share = incremental.plan(case.network.graph, _middle(case), case.patch, scores_node(case.network.graph), CPU).share
    return (
        f"| {case.id}, {case.side} | {case.patch}, {case.stride} | {case.positions} | {share:.2f} | {ours:.1f} "
        f"| {bare:.1f}× | {theirs:.1f}× | {again:.1f}× | {first:.1f} | {difference:.0e} |"
    )


CPU = torch.device("cpu")


def _middle(case: Case) -> tuple[tuple[int, int]]:
    tops = starts(case.side, case.patch, case.stride)
    return ((tops[len(tops) // 2],) * 2,)


def _numbers(text: str) -> tuple[int, ...]:
    return tuple(map(int, text.split(",")))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--repeats", type=int, default=3, help="how many rounds (default: 3)")
    parser.add_argument("--blocks", type=int, default=0, help="time so many of our blocks of patches (default: all)")
    parser.add_argument("--batches", type=_numbers, default=BATCHES, help="of the peers (default: 1,8,32)")
    parser.add_argument("cases", nargs="*", help="network,side,patch,stride (default: those of the README)")
    options = parser.parse_args()
    torch.set_num_threads(1)
    with_captum = has_captum()
    if not with_captum:
        print("Captum is not installed (pip install captum): it is left out.")
    print(f"load: {os.getloadavg()[0]:.1f} on {os.cpu_count()} cores")
    print("| network, side | patch, stride | patches | share in the middle | ours, ms a patch | forward ÷ ours", end="")
    print(" | Captum ÷ ours | again | first map, s | largest difference |")
    print("|---|---|" + "--:|" * 8)
    with torch.no_grad():
        for each in options.cases or CASES:
            id, *sizes = each.split(",")
            case = Case(id, *map(int, sizes), batches=options.batches)
            print(row(case, options.repeats, with_captum, options.blocks), flush=True)


if __name__ == "__main__":
    main()

"""The scores of a picture with a patch hidden at many places, in bounded memory."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from itertools import groupby
from math import isqrt

import torch
from torch import Tensor

from explorer.errors import ExplorerError
from explorer.graph import Graph
from explorer.network import Network
from explorer.vision import incremental
from explorer.vision.folded import Folded
from explorer.vision.incremental import Place, Tick
from explorer.vision.maps import leading_to
from explorer.vision.scarcity import tried

MEMORY = {"cpu": 32 << 20, "mps": 256 << 20, "cuda": 1 << 30}
"""Bytes that the largest step of a chunk may take, by the kind of device: caches are small on a processor."""

TAIL = 256 << 20
"""Bytes of vectors that may wait for the fully connected layers, which read all their weights for each batch."""


@dataclass
class Hider:
    """Hides a patch of one picture at one place after another; what does not change is computed once.

    Places go through the network in square blocks of neighbours, as the boxes of a block have one size. When the
    device runs out of memory, blocks are made half as large, for good.
    """

    network: Network
    image: Tensor
    patch: int
    colour: Tensor
    scores: str
    half: bool = False
    base: dict[str, Tensor] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.cut = tail(self.network.graph, self.scores)
        self.folded = Folded(self.network, self.cut)

    def __call__(self, places: Sequence[Place], tick: Tick) -> Tensor:
        """Give the scores for each place, ``(N, classes)``; without gradients."""
        found: dict[Place, Tensor] = {}
        waiting: list[tuple[tuple[Place, ...], Tensor]] = []
        with torch.no_grad(), torch.autocast(self.image.device.type, torch.float16, enabled=self.half):
            for chunk, vectors in self._chunks(list(places), tick):
                waiting.append((chunk, vectors))
                if sum(v.nbytes for _, v in waiting) > TAIL:
                    found |= self._through_tail(waiting)
                    waiting.clear()
            found |= self._through_tail(waiting)
        return torch.stack([found[place] for place in places]).float()

    @cached_property
    def at_once(self) -> int:
        """Give the number of places that fit into the memory allowed; at most 64 on a processor."""
        height, width = self.image.shape[-2:]
        plan = self._plan((((height - self.patch) // 2, (width - self.patch) // 2),))
        most = 64 if self.image.device.type == "cpu" else 4096
        return max(1, min(most, MEMORY[self.image.device.type] // plan.bytes))

    def _plan(self, places: tuple[Place, ...]) -> incremental.Plan:
        return incremental.plan(self.network.graph, places, self.patch, self.cut, self.image.device)

    def _chunks(self, places: list[Place], tick: Tick) -> Iterator[tuple[tuple[Place, ...], Tensor]]:
        """Give the vectors before the tail, chunk by chunk."""
        waiting, done = blocks(places, self.at_once), 0
        while waiting:
            chunk = waiting.pop(0)
            vectors = tried(lambda: self._run(chunk, lambda share: tick((done + share * len(chunk)) / len(places))))  # noqa: B023
            if vectors is None:
                waiting = blocks([place for each in (chunk, *waiting) for place in each], self._smaller(len(chunk)))
                continue
            done += len(chunk)
            yield chunk, vectors

    def _run(self, chunk: tuple[Place, ...], tick: Tick) -> Tensor:
        plan = self._plan(chunk)
        wanted = plan.wanted if self.base else plan.wanted | self._plan(((0, 0),)).wanted  # boxes in a corner: smallest
        self.base |= incremental.base_rows(self.network, self.image, wanted - self.base.keys())
        return incremental.run(self.folded, plan, self.base, self.colour, tick)

    def _smaller(self, count: int) -> int:
        self.at_once = self._half(count)
        return self.at_once

    def _half(self, count: int) -> int:
        if count == 1:
            raise ExplorerError(f"{self.network.graph.name}: {self.image.device} has no memory left for one picture")
        return count // 2

    def _through_tail(self, waiting: list[tuple[tuple[Place, ...], Tensor]]) -> dict[Place, Tensor]:
        if not waiting:
            return {}
        scores = self._scores(torch.cat([vectors for _, vectors in waiting]))
        return dict(zip((place for chunk, _ in waiting for place in chunk), scores, strict=True))

    def _scores(self, vectors: Tensor) -> Tensor:
        """Give the scores of vectors; of half of them at a time, where the memory does not suffice for all."""
        scores = tried(lambda: self.network.run({self.cut: vectors}, (self.scores,))[self.scores])
        if scores is not None:
            return scores
        half = self._half(len(vectors))
        return torch.cat((self._scores(vectors[:half]), self._scores(vectors[half:])))


def tail(graph: Graph, scores: str) -> str:
    """Name the first vector through which everything passes: what follows it is cheap in one large batch.

    >>> import explorer
    >>> tail(explorer.lower(explorer.get("vgg16")), "classifier.6")
    'flatten'
    """
    nodes = leading_to(graph, scores)
    for i, node in enumerate(nodes):
        known = {node.name, *(each.name for each in nodes[i + 1 :])}
        if len(node.shape) == 1 and all(known.issuperset(each.inputs) for each in nodes[i + 1 :]):
            return node.name
    return scores


def blocks(places: Sequence[Place], most: int) -> list[tuple[Place, ...]]:
    """Sort places into square blocks of neighbours, each of at most so many places.

    >>> blocks([(0, 0), (0, 9), (0, 18), (9, 0), (9, 9), (9, 18)], 4)
    [((0, 0), (0, 9), (9, 0), (9, 9)), ((0, 18), (9, 18))]
    """
    side = isqrt(most)
    down, across = ({n: i // side for i, n in enumerate(sorted(set(axis)))} for axis in zip(*places, strict=True))

    def block(place: Place) -> Place:
        return down[place[0]], across[place[1]]

    return [tuple(found) for _, found in groupby(sorted(places, key=lambda place: (block(place), place)), key=block)]

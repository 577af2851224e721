"""The field at a glance: accuracy as published, beside the parameters and mult-adds that we count.

Every point is one published measurement of one network at one setting, tested at the input that its source names. The
idea is that of Canziani, Paszke & Culurciello 2016, "An Analysis of Deep Neural Network Models for Practical
Applications", figures 1 and 2.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from typing import Literal

from explorer import cost
from explorer.comparing import pareto
from explorer.comparing.accuracy import DATASETS, Measurement, Origin, Protocol, Top, measurements
from explorer.errors import ExplorerError
from explorer.lower import lower
from explorer.shapes import Shape
from explorer.zoo import Architecture, architectures

Which = Literal["first", "best", "all"]
Expense = Literal["mult_adds", "params"]
_PREFERENCE: tuple[Origin, ...] = (
    *("papers", "model pages", "torchvision V1", "TF-Slim", "timm", "lectures", "torchvision V2"),
)
"""Which source tells best what a network reached when it was new."""
LATE = 1
"""So many years after a network a paper still tells what it reached when it was new."""


@dataclass(frozen=True)
class Point:
    """A measurement, and what the network costs at the input it was measured with: counted by us, not quoted."""

    measurement: Measurement
    params: int
    mult_adds: int

    @property
    def network(self) -> Architecture:
        """Give the network at its setting."""
        return self.measurement.architecture

    @property
    def label(self) -> str:
        """Name the network, with the knobs that are turned and an input that is not its own.

        >>> [point.label for point in points("ImageNet") if point.network.id == "mobilenet_v1"][2]
        'MobileNet (v1), rho=0.857'
        """
        shape = self.measurement.input_shape
        other = [f"{shape[-1]} px"] if shape != self.network.input_shape else []
        return ", ".join((self.network.name, *(f"{name}={value}" for name, value in self.network.values), *other))


@cache
def points(dataset: str = "ImageNet") -> tuple[Point, ...]:
    """Give a point for every accuracy that is published on a data set, in the order of the zoo's history.

    Raises:
        ExplorerError: there is no such data set.

    >>> [f"{p.measurement.top1} %, {p.params:,}" for p in points("CIFAR-10") if p.network.id == "resnet1202"]
    ['92.07 %, 19,421,274']
    """
    if dataset not in DATASETS:
        raise ExplorerError(f"data set is {dataset!r}; allowed: {', '.join(DATASETS)}")
    found = [each for each in measurements() if each.dataset == dataset]
    order = {network.id: i for i, network in enumerate(architectures())}
    found.sort(key=lambda each: order[each.architecture.id])
    return tuple(Point(each, *_costs(each.architecture, each.input_shape)) for each in found)


@cache
def _costs(network: Architecture, input_shape: Shape) -> tuple[int, int]:
    graph = lower(network, input_shape)
    return cost.total(graph, cost.params), cost.total(graph, cost.mult_adds)


@dataclass(frozen=True)
class Choice:
    """What is looked at: which guess counts, measured how and told by whom, of which networks.

    ``which`` is the figure that stands for a network where there are several: the first (its paper's, before those of
    later papers and a library's newer training), the best, or all. Without families, all of them.
    """

    top: Top = 1
    protocols: tuple[Protocol, ...] = ("one crop", "not said")
    origins: tuple[Origin, ...] = ()
    which: Which = "first"
    families: tuple[str, ...] = ()
    since: int = 0
    until: int = 9999


def select(found: Sequence[Point], choice: Choice) -> tuple[Point, ...]:
    """Keep the points that are looked at, in their order; no protocols or no origins keep all.

    >>> kept = select(points("ImageNet"), Choice(families=("VGG",)))
    >>> [(point.network.id, point.measurement.top1) for point in kept][:2]
    [('vgg11', 69.02), ('vgg13', 69.928)]
    """
    kept = [point for point in found if _is_looked_at(point, choice)]
    if choice.which == "all":
        return tuple(kept)
    best: dict[Architecture, Point] = {}
    for point in kept:
        rival = best.setdefault(point.network, point)
        if _rank(point, choice) > _rank(rival, choice):
            best[point.network] = point
    return tuple(best.values())


def _is_looked_at(point: Point, choice: Choice) -> bool:
    measurement, network = point.measurement, point.network
    return (
        measurement.accuracy(choice.top) is not None
        and measurement.protocol in (choice.protocols or (measurement.protocol,))
        and measurement.origin in (choice.origins or (measurement.origin,))
        and network.family in (choice.families or (network.family,))
        and choice.since <= network.year <= choice.until
    )


def _rank(point: Point, choice: Choice) -> tuple[float, ...]:
    accuracy = point.measurement.accuracy(choice.top) or 0.0
    if choice.which == "best":
        return (accuracy,)
    return -_is_late(point), -_PREFERENCE.index(point.measurement.origin), accuracy


def _is_late(point: Point) -> bool:
    """Say whether a source is from years after the network, as its own text dates it."""
    years = [int(year) for year in re.findall(r"\b(?:19|20)\d\d\b", point.measurement.source)]
    return bool(years) and min(years) > point.network.year + LATE


def front(found: Sequence[Point], expense: Expense, top: Top = 1) -> tuple[Point, ...]:
    """Keep the points that no other is as cheap and more accurate than, or cheaper and as accurate; cheapest first.

    >>> [point.network.id for point in front(select(points("CIFAR-10"), Choice(protocols=())), "params")][-1]
    'densenet_cifar'
    """
    places = [(getattr(point, expense), -(point.measurement.accuracy(top) or 0.0)) for point in found]
    return tuple(sorted((found[i] for i in pareto.front(places)), key=lambda point: getattr(point, expense)))


def efficiency(point: Point, expense: Expense, top: Top = 1) -> float:
    """Give the accuracy, in points of per cent, per million parameters or per billion mult-adds.

    >>> (first,) = select(points("ImageNet"), Choice(families=("SqueezeNet",), until=2016, which="best"))[:1]
    >>> first.label, round(efficiency(first, "params"), 1)
    ('SqueezeNet 1.0', 46.5)
    """
    accuracy = point.measurement.accuracy(top) or 0.0
    return accuracy / (point.params / 1e6 if expense == "params" else point.mult_adds / 1e9)


def unmeasured() -> tuple[Architecture, ...]:
    """List the networks of the zoo of which no accuracy is published on any data set, as far as we know.

    >>> [network.id for network in unmeasured()][:2]
    ['mlp', 'one_conv']
    """
    measured = {each.architecture.id for each in measurements()}
    return tuple(network for network in architectures() if network.id not in measured)

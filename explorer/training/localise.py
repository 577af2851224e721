"""How well the maps of a network find the object, beside a box in the middle that looks at no photo."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from typing import Any

import numpy as np
from torch import Tensor

from explorer.errors import ExplorerError
from explorer.network import Network
from explorer.training.augment import normalise
from explorer.training.data import Photos
from explorer.vision.attribution import Map
from explorer.vision.boxes import box_of, centred, holds, hottest, iou
from explorer.vision.methods import METHODS, attribute
from explorer.vision.preprocess import Box

LARGEST = 1 / 3
"""Only photos are judged whose object covers less: a guess in the middle does well on the others."""
MOST = 200
"""So many photos are judged, if there are more: evenly spread, as they stand in the order of their classes."""
BASELINE = "centre"

THRESHOLDS = (0.05, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8)
"""Shares of the largest value at which a map is cut to make a box."""

Score = tuple[bool, list[float]]
"""Whether the hottest place lies in the object's box, and how far the box from each cut agrees with it."""


def localisation(network: Network, photos: Photos, boxes: Tensor) -> dict[str, Any]:
    """Score every method that takes the network, on the photos with a small object, for the class that is there.

    ``pointing`` is the share of maps whose hottest place lies in the object's box (the pointing game of
    Zhang et al. 2016), ``iou`` the mean overlap of the box drawn from the map with it, ``half`` the share of
    photos where that is at least one half. Every method is cut at the one threshold that does best on these photos,
    as methods differ in how peaked their maps are (Choe et al. 2020); so the baseline, the middle of the photo, has
    the centred square that does best on them.
    """
    frame = Box(0, 0, photos.images.shape[-1], photos.images.shape[-2])
    objects = [Box(left, top, right + 1, bottom + 1) for left, top, right, bottom in boxes.tolist()]
    small = [i for i, each in enumerate(objects) if each.width * each.height < LARGEST * frame.width * frame.height]
    small = [small[i * len(small) // MOST] for i in range(MOST)] if len(small) > MOST else small
    scores: dict[str, list[Score]] = defaultdict(list)
    for i in small:
        for method, heat in maps(network, photos.images[i], int(photos.labels[i])):
            scores[method].append(judge(heat, objects[i], frame))
    scores = {BASELINE: [middle(objects[i], frame) for i in small], **scores}
    return {"photos": len(small), "methods": {method: _means(each) for method, each in scores.items()}}


def maps(network: Network, image: Tensor, target: int) -> Iterator[tuple[str, Map]]:
    """Give the evidence for a class, method by method; one that refuses the network is left out."""
    fed = normalise(image[None].float() / 255)
    for method in METHODS:
        try:
            yield method, attribute(method, network, fed, target).heat
        except ExplorerError:
            continue


def judge(heat: Map, thing: Box, frame: Box) -> Score:
    """Hold one map against the box of the object.

    >>> judge(np.ones((2, 2), np.float32), Box(0, 0, 4, 4), Box(0, 0, 8, 4))
    (True, [0.5, 0.5, 0.5, 0.5, 0.5, 0.5, 0.5, 0.5, 0.5])
    """
    found = [box_of(heat, frame, threshold) for threshold in THRESHOLDS]
    place = hottest(heat, frame)
    return bool(place and holds(thing, *place)), [iou(box, thing) if box else 0.0 for box in found]


def middle(thing: Box, frame: Box) -> Score:
    """Hold the middle of the photo, and centred squares of many sizes, against the box of the object."""
    return holds(thing, *frame.outside(0.5, 0.5)), [iou(centred(frame, i / 20), thing) for i in range(1, 21)]


def _means(scores: list[Score]) -> dict[str, float]:
    hits, cuts = (np.array(each, dtype=float) for each in zip(*scores, strict=True))
    overlaps = cuts[:, cuts.mean(0).argmax()]
    means = {"pointing": hits.mean(), "iou": overlaps.mean(), "half": (overlaps >= 0.5).mean()}
    return {name: round(float(value), 3) for name, value in means.items()}

"""From a map to a box, and how well two boxes agree. Needs no torch."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from explorer.errors import ExplorerError
from explorer.vision.overlay import Map, upsample
from explorer.vision.preprocess import Box

Mask = NDArray[np.bool_]
Labels = NDArray[np.int64]

THRESHOLD = 0.2
"""Share of the largest value that still belongs to the object (Zhou et al. 2016, section 3.2)."""

FINEST = 224
"""Cells to which the longer side of a map is enlarged before it is cut, so that boxes are finer than its cells."""


def box_of(heat: Map, frame: Box, threshold: float = THRESHOLD) -> Box | None:
    """Put a box round the largest connected part of a map where the heat reaches a share of its largest value.

    Section 3.2 of "Learning Deep Features for Discriminative Localization", arXiv:1512.04150.

    Args:
        heat: what is not negative speaks for the class, ``(h, w)``.
        frame: the part of the photo over which the cells of the map are spread evenly.
        threshold: above 0, up to 1.

    Returns:
        A box in the photo's pixels; None for a map without heat.

    >>> box_of(np.eye(2, dtype=np.float32)[:1], Box(0, 0, 224, 112), threshold=1.0)
    Box(left=0.0, top=0.0, right=56.0, bottom=112.0)
    """
    if not 0 < threshold <= 1:
        raise ExplorerError(f"box: threshold is {threshold}; allowed: above 0, up to 1")
    if not heat.max() > 0:
        return None
    scale = FINEST / max(heat.shape)
    height, width = (max(n, round(n * scale)) for n in heat.shape)
    fine = upsample(heat, width, height)
    part = largest_part(fine >= threshold * fine.max())
    rows, columns = (np.flatnonzero(part.any(axis)) for axis in (1, 0))
    left, top = frame.outside(columns[0] / width, rows[0] / height)
    right, bottom = frame.outside((columns[-1] + 1) / width, (rows[-1] + 1) / height)
    return Box(float(left), float(top), float(right), float(bottom))


def hottest(heat: Map, frame: Box) -> tuple[float, float] | None:
    """Give the place on the photo, across and down, where a map is largest; None for a map without heat.

    >>> hottest(np.array([[0, 0], [0, 1.0]], np.float32), Box(10, 0, 14, 4))
    (13.5, 3.5)
    """
    if not heat.max() > 0:
        return None
    fine = upsample(heat, max(1, round(frame.width)), max(1, round(frame.height)))
    row, column = np.unravel_index(fine.argmax(), fine.shape)
    across, down = frame.outside((column + 0.5) / fine.shape[1], (row + 0.5) / fine.shape[0])
    return float(across), float(down)


def holds(box: Box, across: float, down: float) -> bool:
    """Say whether a place lies in a box: the pointing game of Zhang et al. 2016, arXiv:1608.00507."""
    return box.left <= across <= box.right and box.top <= down <= box.bottom


def largest_part(mask: Mask) -> Mask:
    """Keep, of the parts whose cells touch by their sides, the one with most cells (of equal ones the first to end).

    Each cell is numbered; each run of a row, then of a column, takes its largest number, until nothing changes.

    >>> largest_part(np.array([[True, False, True], [False, False, True]])).astype(int)
    array([[0, 0, 1],
           [0, 0, 1]])
    """
    if not mask.any():
        return mask
    before, labels = np.zeros(mask.shape), np.where(mask, np.arange(1, mask.size + 1).reshape(mask.shape), 0)
    while (before != labels).any():
        before, labels = labels, _along_columns(_along_rows(labels))
    sizes = np.bincount(labels.ravel())
    sizes[0] = 0
    kept: Mask = labels == sizes.argmax()
    return kept


def _along_rows(labels: Labels) -> Labels:
    """Give every cell of a run of numbers the largest one of the run; 0 is between the runs."""
    on = labels > 0
    starts = on & ~np.pad(on, ((0, 0), (1, 0)))[:, :-1]
    largest = np.maximum.reduceat(labels.ravel(), np.flatnonzero(starts))
    spread: Labels = np.where(on, largest[np.cumsum(starts).reshape(on.shape) - 1], 0)
    return spread


def _along_columns(labels: Labels) -> Labels:
    return np.ascontiguousarray(_along_rows(np.ascontiguousarray(labels.T)).T)


def iou(a: Box, b: Box) -> float:
    """Divide the area that two boxes share by the area that they cover together: 0 for apart, 1 for the same.

    >>> iou(Box(0, 0, 2, 2), Box(1, 0, 3, 2))
    0.3333333333333333
    """
    across = min(a.right, b.right) - max(a.left, b.left)
    down = min(a.bottom, b.bottom) - max(a.top, b.top)
    shared = max(0.0, across) * max(0.0, down)
    together = a.width * a.height + b.width * b.height - shared
    return shared / together if together else 0.0


def centred(frame: Box, share: float = 0.5) -> Box:
    """Give the baseline that looks at no picture: a box in the middle of the frame that covers a share of it.

    >>> centred(Box(0, 0, 80, 40), share=0.25)
    Box(left=20.0, top=10.0, right=60.0, bottom=30.0)
    """
    if not 0 < share <= 1:
        raise ExplorerError(f"box: share is {share}; allowed: above 0, up to 1")
    margin = (1 - float(np.sqrt(share))) / 2
    return Box(*frame.outside(margin, margin), *frame.outside(1 - margin, 1 - margin))

"""One class rather than another, and several maps on one scale. Needs no torch of its own."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from explorer.errors import ExplorerError
from explorer.vision.attribution import Attribution, Map

LINEAR = ("grad-cam", "cam", "occlusion", "integrated-gradients", "gradient-x-input")
"""Methods whose map (before the ReLU of Grad-CAM) of a difference of scores is the difference of the maps."""


def contrast(one: Attribution, other: Attribution) -> Attribution:
    """Give the map of one class rather than another: that of the difference of what the network says of them.

    Gradients and weighted sums are linear in the score, so the map of ``y_a − y_b`` is ``L_a − L_b`` before any
    ReLU, without another pass (the score may be "any differentiable" one: section 3 of Grad-CAM,
    arXiv:1610.02391); for occlusion, ``y`` is the probability.

    Args:
        one: the map of the class that is asked for.
        other: the map of the other class, by the same method at the same layer, of the same picture.

    Returns:
        A signed map: positive where more speaks for the one class than for the other.

    Raises:
        ExplorerError: the maps are not of one method at one layer, or the method is not linear.
    """
    if (one.method, one.layer) != (other.method, other.layer):
        raise ExplorerError(
            f"contrast of {one.method} at {one.layer} with {other.method} at {other.layer}; "
            "allowed: two maps by one method at one layer"
        )
    if one.method not in LINEAR:
        raise ExplorerError(f"{one.method} cannot contrast two classes; allowed: {', '.join(LINEAR)}")
    map = _signed(one) - _signed(other)
    noise = one.noise + other.noise
    return replace(one, score=one.score - other.score, map=map, raw=map, noise=noise)


def on_one_scale(found: Sequence[Attribution]) -> tuple[Map, ...]:
    """Give the evidence of several maps of one unit as shares of the largest value of all; empty maps stay empty."""
    most = max((float(each.map.max()) for each in found if not each.empty), default=1.0)
    return tuple(np.zeros_like(each.map) if each.empty else np.clip(each.map, 0, None) / most for each in found)


def _signed(found: Attribution) -> Map:
    return found.raw if found.method == "grad-cam" else found.map

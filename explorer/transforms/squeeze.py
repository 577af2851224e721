"""Squeeze-and-excitation everywhere (Hu et al. 2018)."""

from __future__ import annotations

from typing import TYPE_CHECKING, get_args

from explorer.errors import ExplorerError
from explorer.lower import lower
from explorer.shapes import Shape
from explorer.spec import Spec
from explorer.transforms.gates import Placement, gated

if TYPE_CHECKING:
    from explorer.zoo.architecture import Architecture


def squeeze_excitation(
    network: Spec | Architecture,
    input_shape: Shape | None = None,
    *,
    ratio: int = 16,
    placement: Placement | None = None,
) -> Spec:
    """Give the same network with squeeze-and-excitation gates (Hu et al. 2018).

    A gate on C channels adds 2·C·S + S + C parameters and 2·C·S mult-adds, with S = C/ratio rounded down (at least 1).
    No shape changes, every layer keeps its name, and a place that has a gate already gets no second one.

    Args:
        network: a network of the zoo, or a spec.
        input_shape: channels and spatial axes; an Architecture's own if left out.
        ratio: how many times fewer channels the gate's hidden layer has; 16 in the paper.
        placement: where the gates go; if left out, the first of residual, module, convolution that has a place.

    Raises:
        ExplorerError: the network has no such place, there is no such placement, or the ratio is below 1.

    >>> import explorer
    >>> plain = explorer.get("resnet50", stride_on="1x1")
    >>> explorer.analyze(squeeze_excitation(plain), plain.input_shape).params  # that is SE-ResNet-50
    28088024
    """
    kinds = get_args(Placement)
    if ratio < 1:
        raise ExplorerError(f"squeeze_excitation: ratio is {ratio}; allowed: a whole number from 1")
    if placement not in (None, *kinds):
        raise ExplorerError(f"squeeze_excitation: placement is {placement!r}; allowed: {', '.join(kinds)}")
    x = lower(network, input_shape).input_shape
    spec = network if isinstance(network, Spec) else network.spec
    for kind in (placement,) if placement else kinds[:3]:
        if (changed := gated(spec, x, ratio, kind)) is not None:
            return changed
    others = [kind for kind in kinds if gated(spec, x, ratio, kind) is not None]
    allowed = f"placement {' or '.join(others)}" if others else "a network with a convolution that gives a map"
    where = f" by {placement!r}" if placement else ""
    raise ExplorerError(f"squeeze_excitation: the network has no place for a gate{where}; allowed: {allowed}")

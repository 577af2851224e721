"""The width multiplier: every layer α times as wide, and all sums and groups still fit."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from math import floor, lcm
from typing import TYPE_CHECKING

from explorer.errors import ExplorerError
from explorer.fields import MOST_CHANNELS
from explorer.graph import Node
from explorer.layers import Conv, Layer, Linear, PadChannels
from explorer.shapes import Shape
from explorer.spec import Spec
from explorer.transforms.channels import Channels
from explorer.transforms.places import no_place, opened
from explorer.transforms.rewrite import instead, rewrite

if TYPE_CHECKING:
    from explorer.zoo import Architecture


def width(
    network: Spec | Architecture, input_shape: Shape | None = None, *, alpha: float = 0.5, multiple: int = 1
) -> Spec:
    """Give the same network with α times as many maps and neurons in every layer but the output.

    Parameters and mult-adds scale by about α² (Howard et al. 2017, section 3.3). A width becomes α·C rounded down to a
    multiple, and is at least that multiple. What is added up stays equally wide, a depthwise convolution has a filter
    for each map, the groups of a grouped one stay as many: its widths are multiples of them. What is put side by side
    is as wide as its parts together. The input, its embedding and what gives the output stay.

    Args:
        network: a network of the zoo, or a spec.
        input_shape: channels and spatial axes; an Architecture's own if left out.
        alpha: the width multiplier α, above 0.
        multiple: widths are multiples of this; 8 suits many devices.

    Raises:
        ExplorerError: there is nothing to widen, α is not above 0, or rounded widths do not fit together.

    >>> import explorer
    >>> half = explorer.get("mobilenet_v1", alpha=0.5)
    >>> explorer.analyze(half).params, explorer.analyze(width(explorer.get("mobilenet_v1")), half.input_shape).params
    (1331592, 1331592)
    """
    if not (0 < alpha <= MOST_CHANNELS and multiple >= 1):
        raise ExplorerError(f"width: alpha is {alpha}, multiple {multiple}; allowed: alpha above 0, multiple from 1")
    spec, graph = opened(network, input_shape)
    channels = Channels(graph)
    if all(channels.of(node.name) in channels.kept for node in graph if isinstance(node.layer, Conv | Linear)):
        raise no_place("width", "no layer but those that give the output", "a network with hidden layers")

    def scaled(width: int, step: int) -> int:
        step = lcm(step, multiple)
        return max(step, floor(round(alpha * width, 6)) // step * step)

    try:
        widths = channels.solve(scaled)
    except ExplorerError as error:
        raise ExplorerError(f"width: alpha {alpha}, multiple {multiple}: {error}; allowed: others") from None
    changes = {node.name: instead(_widened(node, widths)) for node in graph if isinstance(node.layer, Layer)}
    return rewrite(spec, changes)


def _widened(node: Node, widths: Mapping[str, int]) -> Layer:
    given, gives = widths[node.inputs[0]], widths[node.name]
    match node.layer:
        case Conv(groups=groups):
            apart = 1 < groups == node.input_shapes[0][0] == node.shape[0]
            if not apart and given % groups:
                raise ExplorerError(f"width: {node.name}: {groups} groups do not divide {given} channels that come in")
            return replace(node.layer, out_channels=gives, groups=given if apart else groups)
        case Linear():
            return replace(node.layer, out_features=gives)
        case PadChannels():
            return replace(node.layer, out_channels=gives)
        case Layer():
            return node.layer
        case _:
            raise AssertionError(node.type)

"""Other pooling: averages in the place of maxima, or convolutions with a stride in the place of all pooling."""

from __future__ import annotations

from dataclasses import fields
from math import prod
from typing import TYPE_CHECKING

from explorer.graph import Node
from explorer.layers import AvgPool, BatchNorm, Conv, GlobalAvgPool, GlobalMaxPool, Layer, MaxPool, ReLU, ZeroPad
from explorer.shapes import Shape
from explorer.spec import Series, Spec
from explorer.transforms.factorised import size
from explorer.transforms.places import no_place, opened
from explorer.transforms.rewrite import instead, map_layers, rewrite

if TYPE_CHECKING:
    from explorer.zoo import Architecture


def average_pooling(network: Spec | Architecture, input_shape: Shape | None = None) -> Spec:
    """Take the mean of each window in the place of its maximum, as LeNet's sub-sampling did (LeCun et al. 1998).

    Nothing that is counted changes. Zeros of the padding do not count in the mean.

    Args:
        network: a network of the zoo, or a spec.
        input_shape: channels and spatial axes; an Architecture's own if left out.

    Raises:
        ExplorerError: there is no max pooling.

    >>> from explorer.layers import Conv
    >>> average_pooling(Series(Conv(6, 5), MaxPool(2)), (1, 32, 32)).children[1]
    ('1', AvgPool(kernel_size=2, stride=None, padding=0, ceil_mode=False, count_include_pad=False))
    """

    def averaged(layer: Layer) -> Layer:
        match layer:
            case MaxPool():
                same = {each.name: getattr(layer, each.name) for each in fields(layer)}
                return AvgPool(**same, count_include_pad=False)
            case GlobalMaxPool():
                return GlobalAvgPool()
            case _:
                return layer

    spec, _ = opened(network, input_shape)
    changed = map_layers(spec, averaged)
    if changed == spec:
        raise no_place("average_pooling", "no max pooling", "a network with max pooling")
    return changed


def all_convolutional(network: Spec | Architecture, input_shape: Shape | None = None) -> Spec:
    """Put a convolution of the same window and stride, and a ReLU, in the place of each pooling that halves its maps.

    "Striving for Simplicity: The All Convolutional Net" (Springenberg et al. 2014, section 2, All-CNN): C·C·k² weights
    for C maps and a window of k×k. In a network with batch norm the convolution has one, and no bias. Pooling of
    stride 1 and pooling to a single position stay.

    Args:
        network: a network of the zoo, or a spec.
        input_shape: channels and spatial axes; an Architecture's own if left out.

    Raises:
        ExplorerError: there is no such pooling.

    >>> import explorer
    >>> changed = all_convolutional(explorer.get("lenet5"))  # 6·6·2² + 6 and 16·16·2² + 16 parameters more
    >>> explorer.analyze(changed, (1, 32, 32)).params - explorer.analyze("lenet5").params
    1190
    """
    spec, graph = opened(network, input_shape)
    norm = any(isinstance(node.layer, BatchNorm) for node in graph)
    changes = {node.name: instead(_convolved(node, norm)) for node in graph if _halves(node)}
    if not changes:
        raise no_place("all_convolutional", "no pooling that halves its maps", "a network with strided pooling")
    return rewrite(spec, changes)


def _halves(node: Node) -> bool:
    if not isinstance(node.layer, (MaxPool, AvgPool)):
        return False
    window = node.layer.window(node.input_shapes[0])
    return max(window.stride) > 1 < max(window.kernel) and prod(node.shape[1:]) > 1


def _convolved(node: Node, norm: bool) -> Series:
    assert isinstance(node.layer, (MaxPool, AvgPool))
    spatial = node.input_shapes[0][1:]
    window = node.layer.window(node.input_shapes[0])
    conv = Conv(node.shape[0], size(window.kernel), size(window.stride), size(window.padding), bias=not norm)
    # Windows of ceil_mode may hang over the end; those of a convolution may not.
    needed = [
        (m - 1) * s + k - 2 * p
        for m, s, k, p in zip(node.shape[1:], window.stride, window.kernel, window.padding, strict=True)
    ]
    missing = tuple(max(0, n - there) for n, there in zip(needed, spatial, strict=True))
    before: dict[str, Layer] = {"pad": ZeroPad(after=size(missing))} if any(missing) else {}
    return Series(**before, conv=conv, **({"bn": BatchNorm()} if norm else {}), relu=ReLU())

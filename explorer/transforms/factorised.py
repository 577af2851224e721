"""One convolution becomes several: stacked 3×3, one for each axis, depthwise and pointwise."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import TYPE_CHECKING, Literal

from explorer.graph import Graph, Node
from explorer.layers import BatchNorm, Conv, Layer, ReLU
from explorer.shapes import Shape, Size, Window
from explorer.spec import Series, Spec
from explorer.transforms.places import ACTIVATIONS, first_layers, follows, no_place, opened
from explorer.transforms.rewrite import Parts, instead, rewrite

if TYPE_CHECKING:
    from explorer.zoo import Architecture

Middle = Literal["out", "in"]
"""How many maps stand between the parts: as many as come out, or as come in."""
Between = Literal["activation", "nothing"]
StrideOn = Literal["last", "first"]


def stacked_3x3(
    network: Spec | Architecture,
    input_shape: Shape | None = None,
    *,
    middle: Middle = "out",
    stride_on: StrideOn = "last",
) -> Spec:
    """Put stacked 3×3 convolutions in the place of each k×k: two for 5×5, three for 7×7.

    They look at as many pixels and have ``9·(k − 1)/2`` weights for ``k²``, if all maps are as many (Simonyan &
    Zisserman 2014, section 2.3: 27·C² for 49·C²; Szegedy et al. 2015, section 3.1: 18 for 25). Between them stand the
    normalisation and the activation that follow the k×k, or a ReLU where none does. k is odd, and 5 or more.

    Args:
        network: a network of the zoo, or a spec.
        input_shape: channels and spatial axes; an Architecture's own if left out.
        middle: the maps between: as many as come out, or as come in.
        stride_on: ``last``: exactly the pixels of the k×k are seen. ``first``: cheaper, as the others read smaller
            maps, and more pixels are seen; where the padding is too small for it, the last takes it all the same.

    Raises:
        ExplorerError: there is no such convolution.

    >>> import explorer
    >>> from explorer.layers import Conv
    >>> spec, x = Conv(64, 7), (64, 28, 28)
    >>> [explorer.analyze(each, x).weights for each in (spec, stacked_3x3(spec, x))]
    [200704, 110592]
    """

    def parts(node: Node, conv: Conv, window: Window) -> tuple[Conv, ...]:
        k, *others = set(window.kernel) - {1} or {0}
        wide = sum(n > 1 for n in window.kernel)
        if others or k < 5 or k % 2 == 0 or wide < min(2, len(window.kernel)):
            return ()
        return tuple(_stack(conv, window, (k - 1) // 2, _width(node, conv, middle), stride_on))

    allowed = "a square convolution of odd size, from 5×5"
    return _split("stacked_3x3", network, input_shape, parts, "no k×k convolution to stack 3×3 for", allowed)


def _stack(conv: Conv, window: Window, count: int, width: int, stride_on: StrideOn) -> Iterator[Conv]:
    """Give so many 3×3; their paddings add up to that of the k×k."""
    kernel = tuple(min(3, k) for k in window.kernel)
    once = tuple(d if k > 1 else 0 for k, d in zip(kernel, window.dilation, strict=True))
    rest = tuple((count - 1) * each for each in once)
    early = stride_on == "first" and all(p >= r for p, r in zip(window.padding, rest, strict=True))
    if early:
        paddings = [tuple(p - r for p, r in zip(window.padding, rest, strict=True)), *[once] * (count - 1)]
    else:
        paddings = [_shares(p, o, count) for p, o in zip(window.padding, once, strict=True)]
        paddings = list(zip(*paddings, strict=True))
    strided = 0 if early else count - 1
    for i, padding in enumerate(paddings):
        stride = conv.stride if i == strided else 1
        channels = conv.out_channels if i == count - 1 else width
        yield replace(conv, out_channels=channels, kernel_size=size(kernel), stride=stride, padding=size(padding))


def _shares(padding: int, once: int, count: int) -> tuple[int, ...]:
    """Share a padding out: so much each, as far as it goes; what is left over is the first one's."""
    shares = [min(once, max(0, padding - i * once)) for i in range(count)]
    return (shares[0] + padding - sum(shares), *shares[1:])


def one_axis_each(
    network: Spec | Architecture, input_shape: Shape | None = None, *, middle: Middle = "out", smallest: int = 3
) -> Spec:
    """Put 1×n and then n×1 in the place of each n×n convolution.

    They look at the same pixels, with ``2/n`` of the weights if all maps are as many: a third less for 3×3 (Szegedy et
    al. 2015, section 3.2 and figure 3, who found it good on maps of 12 to 20 positions a side, and not on early ones).
    In three dimensions there are three parts. Between them stands what follows the n×n, or a ReLU.

    Args:
        network: a network of the zoo, or a spec.
        input_shape: channels and spatial axes; an Architecture's own if left out.
        middle: the maps between: as many as come out, or as come in.
        smallest: the smallest n that is split.

    Raises:
        ExplorerError: there is no such convolution.

    >>> import explorer
    >>> from explorer.layers import Conv
    >>> spec, x = Conv(64, 7), (64, 17, 17)
    >>> [explorer.analyze(each, x).weights for each in (spec, one_axis_each(spec, x))]
    [200704, 57344]
    """

    def parts(node: Node, conv: Conv, window: Window) -> tuple[Conv, ...]:
        wide = [axis for axis, k in enumerate(window.kernel) if k > 1]
        if len(wide) < 2 or len({window.kernel[axis] for axis in wide}) > 1 or window.kernel[wide[0]] < smallest:
            return ()
        return tuple(_axis_by_axis(conv, window, wide[::-1], _width(node, conv, middle)))

    finds = f"no n×n convolution with n from {smallest}"
    return _split("one_axis_each", network, input_shape, parts, finds, "a network with square convolutions")


def _axis_by_axis(conv: Conv, window: Window, wide: list[int], width: int) -> Iterator[Conv]:
    """Give one convolution for each axis, the first of which also does what there is along other axes."""
    for axis in wide:
        along = [a == axis or (a not in wide and axis == wide[0]) for a in range(len(window.kernel))]
        yield replace(
            conv,
            out_channels=conv.out_channels if axis == wide[-1] else width,
            kernel_size=_only(along, window.kernel, 1),
            stride=_only(along, window.stride, 1),
            padding=_only(along, window.padding, 0),
        )


def _only(along: list[bool], sizes: tuple[int, ...], otherwise: int) -> Size:
    return size(tuple(n if here else otherwise for n, here in zip(sizes, along, strict=True)))


def depthwise_separable(
    network: Spec | Architecture,
    input_shape: Shape | None = None,
    *,
    between: Between = "activation",
    keep_first: bool = True,
) -> Spec:
    """Put a depthwise convolution and a 1×1 in the place of each ordinary one (Howard et al. 2017, section 3.1).

    Each map is looked at by itself, then the maps are mixed: ``1/N + 1/D²`` of the mult-adds for N filters of size D×D.
    Convolutions with groups, and 1×1, stay as they are.

    Args:
        network: a network of the zoo, or a spec.
        input_shape: channels and spatial axes; an Architecture's own if left out.
        between: what follows the convolution stands after both parts (MobileNet; a ReLU where none follows), or
            nothing stands between them (Chollet 2016, Xception, figure 10: better so).
        keep_first: the convolution that reads the image stays, as in MobileNet.

    Raises:
        ExplorerError: there is no such convolution.

    >>> import explorer
    >>> full = explorer.get("mobilenet_v1", convolution="full")  # table 4 of the paper: 4,866 and 569
    >>> [explorer.analyze(spec, full.input_shape).mult_adds // 10**6 for spec in (full, depthwise_separable(full))]
    [4867, 568]
    """
    kept = first_layers(opened(network, input_shape)[1]) if keep_first else frozenset()

    def parts(node: Node, conv: Conv, window: Window) -> tuple[Conv, ...]:
        channels = node.input_shapes[0][0]
        if conv.groups > 1 or channels == 1 or max(window.kernel) == 1 or node.name in kept:
            return ()
        return replace(conv, out_channels=channels, groups=channels), Conv(conv.out_channels, bias=conv.bias)

    finds, allowed = (
        "no ordinary convolution to separate",
        "a network with convolutions larger than 1×1, without groups",
    )
    return _split("depthwise_separable", network, input_shape, parts, finds, allowed, between)


def _split(
    transformation: str,
    network: Spec | Architecture,
    input_shape: Shape | None,
    parts: Callable[[Node, Conv, Window], tuple[Conv, ...]],
    finds: str,
    allowed: str,
    between: Between = "activation",
) -> Spec:
    """Put convolutions in the place of one, wherever ``parts`` gives any."""
    spec, graph = opened(network, input_shape)
    changes: dict[str, Parts] = {}
    for node in graph:
        if isinstance(node.layer, Conv):
            convs = parts(node, node.layer, node.layer.window(node.input_shapes[0]))
            if convs:
                changes[node.name] = instead(_chain(convs, () if between == "nothing" else _separators(graph, node)))
    if not changes:
        raise no_place(transformation, finds, allowed)
    return rewrite(spec, changes)


def _separators(graph: Graph, node: Node) -> tuple[Layer, ...]:
    """Give what stands between the parts: the batch norm and the activation that follow, or a ReLU."""
    found = tuple(each for each in follows(graph, node) if isinstance(each, (BatchNorm, *ACTIVATIONS)))
    return found if found and isinstance(found[-1], ACTIVATIONS) else (*found, ReLU())


def _chain(convs: tuple[Conv, ...], between: tuple[Layer, ...]) -> Series:
    children: dict[str, Layer] = {}
    for i, conv in enumerate(convs, 1):
        children[f"conv{i}"] = conv
        if i < len(convs):
            children |= {f"{_SHORT.get(type(each), type(each).__name__.lower())}{i}": each for each in between}
    return Series(**children)


_SHORT: dict[type[Layer], str] = {BatchNorm: "bn"}


def _width(node: Node, conv: Conv, middle: Middle) -> int:
    return conv.out_channels if middle == "out" else node.input_shapes[0][0]


def size(sizes: tuple[int, ...]) -> Size:
    """Write one number where all are equal.

    >>> size((3, 3)), size((1, 3))
    (3, (1, 3))
    """
    return sizes[0] if len(set(sizes)) == 1 else sizes

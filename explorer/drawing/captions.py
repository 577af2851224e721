"""What stands in a box of a diagram: its kind, its title, and a line of detail, in the words of the papers."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from itertools import groupby

from explorer.drawing.chains import chain, is_depthwise, is_separable, links
from explorer.drawing.fold import Box
from explorer.graph import Node
from explorer.joins import Add, Concat, Multiply, Unknown
from explorer.layers import (
    LIF,
    AdaptiveAvgPool,
    AvgPool,
    BatchNorm,
    Complement,
    Conv,
    Dropout,
    Embedding,
    Flatten,
    GlobalAvgPool,
    GlobalMaxPool,
    Identity,
    Linear,
    LocalResponseNorm,
    MaxPool,
    PadChannels,
    Scale,
    ZeroPad,
)
from explorer.shapes import Size, per_axis, times

MOST_CONVS_LISTED, MOST_LISTED, MOST_LETTERS = 4, 100, 22
_SHORT = {"BatchNorm": "BN", "Dropout": "dropout"}


def kind(box: Box) -> str:
    """Name the kind of a box, as the palette has it."""
    if box.toggle and not _is_row_of_layers(box):
        return "group"
    return kind_of(box.nodes[0])


def kind_of(node: Node) -> str:
    """Name the kind of a layer, as the palette has it."""
    match node.layer:
        case Conv():
            return "conv"
        case Linear() | Embedding():
            return "linear"
        case MaxPool() | AvgPool() | AdaptiveAvgPool() | GlobalAvgPool() | GlobalMaxPool():
            return "pool"
        case BatchNorm() | LocalResponseNorm():
            return "norm"
        case Add() | Concat() | Multiply():
            return "join"
        case Flatten() | Dropout() | Identity() | Scale() | Complement() | ZeroPad() | PadChannels():
            return "other"
        case Unknown():
            return "unknown"
        case _:
            return "activation"


def title(box: Box, within: str = "") -> str:
    """Say what a box is: a layer with its sizes, or the name of a group below the path ``within``."""
    if kind(box) == "group":
        return name(box, within)
    return _head(box.nodes[:2]) if _is_separable(box) else layer(box.nodes[0])


def _is_separable(box: Box) -> bool:
    return len(box.nodes) > 1 and is_separable(*box.nodes[:2])


def _head(link: Sequence[Node]) -> str:
    """Write a convolution, or a depthwise one with its 1×1."""
    first = layer(link[0])
    return first if len(link) == 1 else f"separable {first.split()[1]} {link[1].shape[0]}"


def layer(node: Node) -> str:
    """Write a layer as papers do.

    >>> import explorer
    >>> layer(explorer.lower(explorer.get("resnet50"))["conv1"])
    'conv 7×7, 64'
    """
    sized = partial(_size, axes=len(node.shape) - 1)
    match node.layer:
        case Conv() if is_depthwise(node):
            return f"depthwise {sized(node.layer.kernel_size)}, {node.shape[0]}"
        case Conv():
            return f"conv {sized(node.layer.kernel_size)}, {node.shape[0]}"
        case Linear():
            return f"linear {node.shape[0]}"
        case Embedding():
            return f"embedding {node.shape[0]}"
        case MaxPool():
            return f"max pool {sized(node.layer.kernel_size)}"
        case AvgPool():
            return f"average pool {sized(node.layer.kernel_size)}"
        case AdaptiveAvgPool():
            return f"average pool to {sized(node.layer.output_size)}"
        case Dropout(p=p):
            return f"dropout {p:g}"
        case Scale(factor=factor):
            return f"times {factor:g}"
        case PadChannels():
            return f"pad to {node.shape[0]} channels"
        case Unknown(kind=kind):
            return f"{kind} ?"
        case _:
            return _PLAIN.get(node.type, node.type)


_PLAIN = {
    "GlobalAvgPool": "global average pool",
    "GlobalMaxPool": "global max pool",
    "BatchNorm": "batch norm",
    "LocalResponseNorm": "local response norm",
    "Add": "+",
    "Multiply": "×",
    "Concat": "concat",
    "Complement": "1 − x",
    "Flatten": "flatten",
    "LIF": "LIF neurons",
    "LeakyReLU": "leaky ReLU",
    "Hardsigmoid": "hard sigmoid",
    "Hardswish": "hard swish",
    "Softmax": "softmax",
    "Sigmoid": "sigmoid",
    "Tanh": "tanh",
    "Identity": "identity",
    "ZeroPad": "zero pad",
}


def detail(box: Box) -> str:
    """Write what is left to say: stride, dilation, groups and followers of a layer; what a group is made of."""
    if kind(box) == "group":
        return _summary(box)
    words = _modifiers(box.nodes[0])
    if box.count == 1:
        words += [_SHORT.get(node.type) or layer(node) for node in box.nodes[2 if _is_separable(box) else 1 :]]
    return " · ".join(words)


def _modifiers(node: Node) -> list[str]:
    """Name the settings that are not torch's default, but for those that the shapes show."""
    match node.layer:
        case Conv() | MaxPool() | AvgPool():
            return _steps(node)
        case ZeroPad(before, after):
            return [f"before {_size(before, single=True)}", f"after {_size(after, single=True)}"]
        case Embedding(words):
            return [f"{words:,} words"]
        case LIF(decay, threshold):
            return [f"decay {decay:g}", f"threshold {threshold:g}"]
        case _:
            return []


def _steps(node: Node) -> list[str]:
    """Name stride, dilation and groups of a window that slides."""
    assert isinstance(node.layer, Conv | MaxPool | AvgPool)
    window = node.layer.window(node.input_shapes[0])
    words = []
    if max(window.stride) > 1 or not isinstance(node.layer, Conv):
        words.append(f"stride {_size(window.stride, single=True)}")
    if isinstance(node.layer, Conv):
        if max(window.dilation) > 1:
            words.append(f"dilation {_size(window.dilation, single=True)}")
        words += _groups(node)
    return words


def _summary(box: Box) -> str:
    """List the few convolutions of a block, else count its branches, blocks and layers."""
    blocks = _blocks(box)
    convolutions = chain(box.member) if blocks < 2 and len(box.member) <= MOST_LISTED else ()
    words = _written(convolutions or ())
    if len(convolutions or ()) > 1 and len(words) <= MOST_CONVS_LISTED:
        return " · ".join(words)
    if not words and (squeezed := _squeezed(box)):
        return squeezed
    last, count = box.member[-1], len(box.member)
    counted = [f"{len(last.inputs)} branches"] if convolutions is None and isinstance(last.layer, Concat) else []
    counted += [f"{blocks} blocks"] if blocks > 1 else []
    counted += ["1 layer" if count == 1 else f"{count} layers"]
    return ", ".join(counted) + (" each" if box.count > 1 else "")


def _squeezed(box: Box) -> str:
    """Describe a gate on the channels: squeeze and excitation."""
    first, last = box.member[0], box.member[-1]
    if not isinstance(first.layer, GlobalAvgPool) or not isinstance(last.layer, Multiply):
        return ""
    channels = [first.shape[0], *(node.shape[0] for node in box.member if isinstance(node.layer, Conv | Linear))]
    return f"squeeze {' → '.join(map(str, channels))}"


def _blocks(box: Box) -> int:
    """Count the blocks directly inside: groups with a join or two convolutions; 0 where there is anything else."""
    inside: dict[str, list[Node]] = {}
    for node in box.member:
        first, _, rest = node.name.removeprefix(f"{box.toggle}.").partition(".")
        inside.setdefault(first if rest else "", []).append(node)
    return len(inside) if "" not in inside and all(map(_is_block, inside.values())) else 0


def _is_block(nodes: Sequence[Node]) -> bool:
    joined = any(isinstance(node.layer, Add | Concat | Multiply) for node in nodes)
    return joined or sum(isinstance(node.layer, Conv) for node in nodes) > 1


def _written(convolutions: Sequence[Node]) -> list[str]:
    """Write convolutions one after the other; several equal ones once, with their number."""
    words = (", ".join([_head(link).removeprefix("conv "), *_groups(link[0])]) for link in links(convolutions))
    counted = ((word, sum(1 for _ in same)) for word, same in groupby(words))
    return [f"{word} ×{count}" if count > 1 else word for word, count in counted]


def _groups(node: Node) -> list[str]:
    """Say how many groups a convolution has, unless it has one, or is depthwise."""
    groups = node.layer.groups if isinstance(node.layer, Conv) else 1
    return [f"groups {groups}"] if 1 < groups < node.input_shapes[0][0] else []


def name(box: Box, within: str) -> str:
    """Give the path of a box as it reads inside the frame ``within``; a box that fills a group has the group's name."""
    first = within.partition("…")[0]
    return relative(box.fills if len(box.fills) > len(first) else box.path, within)


def aside(box: Box, within: str) -> str:
    """Give the name beside the title of a layer, its end if it is long; the title of a group is its name already."""
    whole = "" if kind(box) == "group" else name(box, within)
    return whole if len(whole) <= MOST_LETTERS else f"…{whole[1 - MOST_LETTERS :]}"


def relative(path: str, within: str) -> str:
    """Take the path of the frame away, unless only numbers would be left.

    In the frame of a row of blocks, that is the path of the first block, or of what holds them all.

    >>> relative("layer1.0.conv1", "layer1.0"), relative("layer1.0", "layer1")
    ('conv1', 'layer1.0')
    >>> relative("features.2.0", "features.2"), relative("features.2.1…2", "features.2")
    ('features.2.0', 'features.2.1…2')
    >>> relative("inception_3a.3x3", "inception_3a"), relative("layer1.1…5", "layer1")
    ('3x3', 'layer1.1…5')
    >>> relative("net.layer1.1.conv1", "net.layer1.1…2"), relative("net.layer1.2", "net.layer1.1…2")
    ('conv1', 'layer1.2')
    """
    first = within.partition("…")[0]
    within = first if path.startswith(f"{first}.") else first.rpartition(".")[0] if "…" in within else within
    if not within or not path.startswith(f"{within}."):
        return path
    rest = path[len(within) + 1 :]
    before = within.split(".")
    while before and rest.partition(".")[0].partition("…")[0].isdigit():
        rest = f"{before.pop()}.{rest}"
    return rest


def _is_row_of_layers(box: Box) -> bool:
    return box.count > 1 and not box.unroll and not box.inside


def _size(size: Size, axes: int = 1, single: bool = False) -> str:
    """Write a size along so many axes: ``3×3``, ``1×7``; with ``single`` one number where all axes are alike."""
    sizes = per_axis(size, axes)
    return times(sizes[:1] if single and len(set(sizes)) == 1 else sizes)

"""What stands in a box of a diagram: its kind, its title, and a line of detail, in the words of the papers."""

from __future__ import annotations

from functools import partial

from explorer.fold import Box
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

MOST_CONVS_LISTED = 4
TITLE_SIZE, DETAIL_SIZE = 15.0, 12.0
BAND, SIDE, CHEVRON, COST, JOIN = 6.0, 12.0, 20.0, 46.0, 30.0
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
    return layer(box.nodes[0])


def layer(node: Node) -> str:
    """Write a layer as papers do.

    >>> import explorer
    >>> layer(explorer.lower(explorer.get("resnet50"))["conv1"])
    'conv 7×7, 64'
    """
    sized = partial(_size, axes=len(node.input_shapes[0]) - 1)
    match node.layer:
        case Conv(groups=groups) if groups > 1 and groups == node.input_shapes[0][0]:
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
        words += [_SHORT.get(node.type) or layer(node) for node in box.nodes[1:]]
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
        if 1 < node.layer.groups < node.input_shapes[0][0]:
            words.append(f"groups {node.layer.groups}")
    return words


def _summary(box: Box) -> str:
    """List the few convolutions that stand directly in a block, else count layers."""
    convs = [n for n in box.member if isinstance(n.layer, Conv) and n.name.rpartition(".")[0] == box.toggle]
    if 2 <= len(convs) <= MOST_CONVS_LISTED:
        return " · ".join(layer(n).removeprefix("conv ") for n in convs)
    return f"{len(box.member)} layers" + (" each" if box.count > 1 else "")


def name(box: Box, within: str) -> str:
    """Give the path of a box as it reads inside the frame ``within``.

    A layer and its followers that fill a group of their own have the name of that group.
    """
    names = [node.name for node in box.nodes]
    own = names[0].rpartition(".")[0]
    if not box.toggle and len(names) > 1 and len(own) > len(within) and all(n.startswith(f"{own}.") for n in names):
        return relative(own, within)
    return relative(box.path, within)


def relative(path: str, within: str) -> str:
    """Take the path of the frame away, unless only a number would be left.

    In the frame of a row of blocks, that is the path of the first block, or of what holds them all.

    >>> relative("layer1.0.conv1", "layer1.0"), relative("layer1.0", "layer1")
    ('conv1', 'layer1.0')
    >>> relative("net.layer1.1.conv1", "net.layer1.1…2"), relative("net.layer1.2", "net.layer1.1…2")
    ('conv1', 'layer1.2')
    """
    first = within.partition("…")[0]
    within = first if path.startswith(f"{first}.") else first.rpartition(".")[0] if "…" in within else within
    if not within or not path.startswith(f"{within}."):
        return path
    rest = path[len(within) + 1 :]
    return f"{within.rpartition('.')[2]}.{rest}" if rest[:1].isdigit() else rest


def _is_row_of_layers(box: Box) -> bool:
    return box.count > 1 and not box.unroll and not box.inside


def _size(size: Size, axes: int = 1, single: bool = False) -> str:
    """Write a size along so many axes: ``3×3``, ``1×7``; with ``single`` one number where all axes are alike."""
    sizes = per_axis(size, axes)
    return times(sizes[:1] if single and len(set(sizes)) == 1 else sizes)


def text_width(text: str, size: float = TITLE_SIZE, bold: bool = False) -> float:
    """Estimate the width of a text in a wide sans-serif font, so that it fits in narrower ones too.

    >>> text_width("ill") < text_width("WWW")
    True
    """
    return size * (1.11 if bold else 1.0) * sum(_WIDTHS.get(letter, 0.63) for letter in text)


_WIDTHS = {
    letter: width for letters, width in (("ijl.,·:;|' ", 0.33), ("frtI/-", 0.42), ("mwMW×", 0.95)) for letter in letters
}


def badge_width(count: int) -> float:
    """Give the width of the sign that says how many equal blocks a box stands for; one has no sign.

    >>> badge_width(1), badge_width(35)
    (0.0, 43.0)
    """
    return 16.0 + 9.0 * len(f"×{count}") if count > 1 else 0.0


def width(box: Box, within: str) -> float:
    """Give the width that the texts of a box need."""
    if box.is_join and len(box.nodes) == 1 and len(title(box)) == 1:
        return JOIN
    first = text_width(title(box, within), bold=True)
    if box.is_join:
        return round(text_width(f"{title(box)} · {detail(box)}" if detail(box) else title(box), 14) + 2 * SIDE)
    first += SIDE + max(COST, 0 if kind(box) == "group" else text_width(name(box, within), DETAIL_SIZE))
    first += (CHEVRON if box.toggle else 0) + badge_width(box.count)
    return round(max(first, text_width(detail(box), DETAIL_SIZE)) + BAND + 2 * SIDE)


def header_width(box: Box, within: str) -> float:
    """Give the width that the title of an open group needs."""
    return text_width(title(box, within), bold=True) + CHEVRON + badge_width(box.count) + 3 * SIDE


def height(box: Box) -> float:
    """Give the height that the texts of a box need."""
    if box.is_join:
        return JOIN
    return 50.0 if detail(box) else 34.0

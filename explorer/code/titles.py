"""What a class is called: after the layers of a short chain, a block that has a name in the papers, or its path."""

from __future__ import annotations

from collections.abc import Iterator

from explorer.code.blocks import Block
from explorer.code.kinds import Kinds
from explorer.code.names import shared_start
from explorer.graph import Node
from explorer.joins import Add, Concat, Multiply
from explorer.layers import Complement, Conv, GlobalAvgPool
from explorer.shapes import per_axis

_SHORT = {
    "BatchNorm": "BN",
    "Conv": "Conv",
    "LocalResponseNorm": "LRN",
    "GlobalAvgPool": "GAP",
    "AdaptiveAvgPool": "AvgPool",
}
MOST_LAYERS = 4
GENERIC = frozenset(("block", "branch", "classifier", "downsample", "features", "layer", "layers", "stage"))
"""Names that say nothing of what is inside."""


def title(kinds: Kinds, kind: int) -> str:
    """Call a kind; the name is not unique."""
    block = kinds.model(kind)
    nodes = list(_nodes(block))
    if kinds.chain(kind) and len(nodes) <= MOST_LAYERS:
        return _separable(nodes) or _shared(kinds.members[kind]) or "".join(_short(node) for node in nodes)
    return (
        _gate(block, nodes)
        or _residual(block, nodes)
        or _dense(block)
        or _doubled(kinds, kind)
        or _path(kinds.members[kind])
    )


def _nodes(block: Block) -> Iterator[Node]:
    for item in block.items:
        match item.part:
            case Block() as inner:
                yield from _nodes(inner)
            case Node() as node:
                yield node


def _short(node: Node) -> str:
    return _SHORT.get(node.type, node.type)


def _separable(nodes: list[Node]) -> str:
    """Recognise a convolution of each map by itself, then one of all maps at each place."""
    convs = [node for node in nodes if isinstance(node.layer, Conv)]
    if len(convs) != 2 or not _is_depthwise(convs[0]) or _kernel(convs[1]) != 1:
        return ""
    return "SeparableConv" + "".join(_short(node) for node in nodes[nodes.index(convs[1]) + 1 :])


def _is_depthwise(node: Node) -> bool:
    return isinstance(node.layer, Conv) and 1 < node.layer.groups == node.input_shapes[0][0]


def _kernel(node: Node) -> int:
    layer = node.layer
    return max(per_axis(layer.kernel_size, len(node.shape) - 1)) if isinstance(layer, Conv) else 0


def _joins(block: Block, kind: type) -> bool:
    """Say whether the block itself joins values in a way."""
    return any(isinstance(item.part, Node) and isinstance(item.part.layer, kind) for item in block.items)


def _gate(block: Block, nodes: list[Node]) -> str:
    if any(isinstance(node.layer, Complement) for node in nodes):
        return "Highway"
    squeezed = any(isinstance(node.layer, GlobalAvgPool) for node in nodes)
    return "SqueezeExcitation" if squeezed and _joins(block, Multiply) and not _joins(block, Add) else ""


def _residual(block: Block, nodes: list[Node]) -> str:
    """Recognise the residual blocks by the kernels of their body."""
    sums = [item for item in block.items if isinstance(item.part, Node) and isinstance(item.part.layer, Add)]
    if len(sums) != 1 or len(block.reads) != 1:
        return ""
    body = [node for node in nodes if isinstance(node.layer, Conv) and not _in_shortcut(block, node)]
    gated = "SE" if any(isinstance(node.layer, Multiply) for node in nodes) else ""
    kernels = [_kernel(node) for node in body if node.input_shapes[0][1:] != (1,) * (len(node.shape) - 1)]
    first = "PreAct" if nodes[0].type == "BatchNorm" else ""
    if sum(map(_is_depthwise, body)) == 1 and kernels[-1] == 1:
        return "MBConv" if gated else "InvertedResidual"
    match kernels:
        case [1, n, 1] if n > 1:
            return f"{gated}{first}Bottleneck"
        case [m, n] if m > 1 and n > 1:
            return f"{gated}{first}BasicBlock"
        case _:
            return "ResidualBlock"


def _in_shortcut(block: Block, node: Node) -> bool:
    """Say whether a node is, or lies in, an item that some blocks of the kind do without."""
    inside = node.name.removeprefix(f"{block.path}.").split(".")[0]
    return inside in ("downsample", "skip", "skipbn", "shortcut")


def _dense(block: Block) -> str:
    """Recognise a layer that puts its maps behind those that came in."""
    for item in block.items:
        if isinstance(item.part, Node) and isinstance(item.part.layer, Concat) and item.reads[0] < len(block.reads):
            return "DenseLayer"
    return ""


def _doubled(kinds: Kinds, kind: int) -> str:
    """Recognise a chain that has a short chain twice."""
    inner = [kinds.of(item.part) for item in kinds.model(kind).items if isinstance(item.part, Block)]
    return f"Double{title(kinds, inner[0])}" if kinds.chain(kind) and len(inner) == 2 and inner[0] == inner[1] else ""


def _shared(blocks: list[Block]) -> str:
    """Give the name that all blocks have but for a number, such as that of transition1 and transition2."""
    names = {_named(block.path).rstrip("0123456789_-") for block in blocks}
    (name, *others) = names
    return "" if others or len(name) < 5 or name in GENERIC else _path(blocks)


def _path(blocks: list[Block]) -> str:
    """Give what the names of the blocks have in common; of blocks that are only numbered, the name around them."""
    names = [_named(block.path) for block in blocks]
    common = shared_start(names).rstrip("_-")
    if len(common) < 3:
        common = names[0]
    return "".join(word[0].upper() + word[1:] for word in common.replace("-", "_").split("_") if word)


def _named(path: str) -> str:
    words = [word for word in path.split(".") if not word.isdigit()]
    return words[-1] if words else "block"

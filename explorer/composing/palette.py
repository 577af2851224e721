"""What networks are built from: every layer of the language, the blocks of the papers, and whole heads.

A new layer is found by itself; a new block is one record in ``blocks``.
"""

from __future__ import annotations

import dataclasses
import inspect
from functools import cache
from typing import Any

from explorer.composing.blocks import BLOCKS
from explorer.composing.entry import Entry, Field
from explorer.errors import ExplorerError
from explorer.layers import Layer
from explorer.spec import layer_types

GROUPS = {
    "weights": "Convolution and linear",
    "pooling": "Pooling",
    "normalisation": "Normalisation",
    "activation": "Activation",
    "shape": "Shape",
    "block": "Blocks of the papers",
    "head": "Heads",
    "structure": "Structure",
}
"""The groups of the palette, id → caption, in order."""

_MODULES = {
    "weighted": "weights",
    "pooling": "pooling",
    "normalisation": "normalisation",
    "reshaping": "shape",
}
_PLAUSIBLE: dict[str, dict[str, Any]] = {
    "Conv": {"out_channels": 64, "kernel_size": 3, "padding": 1},
    "Linear": {"out_features": 10},
    "Embedding": {"num_embeddings": 20_000, "embedding_dim": 300},
    "MaxPool": {"kernel_size": 2},
    "AvgPool": {"kernel_size": 2},
    "ZeroPad": {"before": 1, "after": 1},
    "PadChannels": {"out_channels": 64},
}
_SHARES = {("PadChannels", "out_channels"): 2.0}


@cache
def palette() -> tuple[Entry, ...]:
    """Give every entry: the layers, in the order of their files, then what is made of them."""
    order = list(GROUPS)
    layers = [_of_layer(kind) for kind in reversed(layer_types().values())]
    return tuple(sorted((*layers, *BLOCKS), key=lambda each: order.index(each.group)))


def entry(id: str) -> Entry:
    """Find an entry.

    Raises:
        ExplorerError: there is none of this id.
    """
    for each in palette():
        if each.id == id:
            return each
    raise ExplorerError(f"the palette has no {id!r}; allowed: {', '.join(each.id for each in palette())}")


def layer_fields(kind: type[Layer]) -> tuple[Field, ...]:
    """Give the declared fields of a layer, with defaults that give something plausible.

    >>> from explorer.layers import Conv
    >>> [(field.name, field.default) for field in layer_fields(Conv)][:3]
    [('out_channels', 64), ('kernel_size', 3), ('stride', 1)]
    """
    plausible = _PLAUSIBLE.get(kind.__name__, {})
    found = []
    for each in dataclasses.fields(kind):
        bound = each.metadata.get("bound")
        help = bound.help if bound else each.metadata.get("help", "")
        default, optional = plausible.get(each.name, each.default), each.metadata.get("optional", False)
        share = _SHARES.get((kind.__name__, each.name), 0.0)
        found.append(Field(each.name, help, default, bound, optional, share=share))
    return tuple(found)


def _of_layer(kind: type[Layer]) -> Entry:
    help = (inspect.getdoc(kind) or "").split("\n")[0].rstrip(".")
    group = _MODULES.get(kind.__module__.rpartition(".")[2], "activation")
    return Entry(kind.__name__, kind.__name__, group, help, layer_fields(kind), kind)

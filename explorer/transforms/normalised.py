"""Batch normalisation after each convolution (Ioffe & Szegedy 2015)."""

from __future__ import annotations

from dataclasses import replace
from math import prod
from typing import TYPE_CHECKING

from explorer import layers
from explorer.graph import Graph, Node
from explorer.joins import Join
from explorer.layers import BatchNorm, Conv
from explorer.shapes import Shape
from explorer.spec import Spec
from explorer.transforms.places import last_layers, no_place, opened
from explorer.transforms.rewrite import Parts, instead, rewrite

if TYPE_CHECKING:
    from explorer.zoo import Architecture

_LINEAR = (
    layers.Identity, layers.Dropout, layers.Scale, layers.ZeroPad, layers.PadChannels, layers.AvgPool,
    layers.AdaptiveAvgPool, layers.GlobalAvgPool, layers.MaxPool,
)  # fmt: skip
"""What a value may pass on its way to its batch norm: nothing that bends it."""


def batch_norm(network: Spec | Architecture, input_shape: Shape | None = None, *, keep_biases: bool = False) -> Spec:
    """Put batch normalisation after each convolution, and take away the biases that it makes useless.

    A batch norm on C maps adds 2·C parameters; the bias of the convolution before it, C parameters, goes, as its shift
    takes its place (section 3.2). Mult-adds stay. A convolution is left alone if its values come to a batch norm before
    anything bends them (pre-activation networks, DenseNet), if it gives the output, or maps of a single position
    (gates).

    Args:
        network: a network of the zoo, or a spec.
        input_shape: channels and spatial axes; an Architecture's own if left out.
        keep_biases: leave the useless biases where they are, as torchvision's ``vgg16_bn`` does.

    Raises:
        ExplorerError: every convolution has its batch norm already, and no bias before it.

    >>> import explorer
    >>> explorer.analyze(batch_norm(explorer.get("vgg16")), (3, 224, 224)).params  # 138,357,544, and 2·4,224 − 4,224
    138361768
    """
    spec, graph = opened(network, input_shape)
    normed, last = _normed(graph), last_layers(graph)
    changes: dict[str, Parts] = {}
    for node in graph:
        if not isinstance(node.layer, Conv):
            continue
        plain = replace(node.layer, bias=node.layer.bias and keep_biases)
        if _norm_follows(graph, node):
            if plain != node.layer:
                changes[node.name] = instead(plain)
        elif node.name not in normed | last and prod(node.shape[1:]) > 1:
            changes[node.name] = (("", plain), ("bn", BatchNorm()))
    if not changes:
        allowed = "a network with a convolution that nothing normalises, or with a bias before a batch norm"
        raise no_place("batch_norm", "no place for a batch norm", allowed)
    return rewrite(spec, changes)


def _norm_follows(graph: Graph, node: Node) -> bool:
    readers = graph.readers[node.name]
    return bool(readers) and all(isinstance(graph[name].layer, BatchNorm) for name in readers)


def _normed(graph: Graph) -> frozenset[str]:
    """Name the values that come to a batch norm on all their ways, before an activation or a layer with weights."""
    found = {name: bool(readers) for name, readers in graph.readers.items()}
    for name in (graph.output, *graph.sides):
        found[name] = False
    for node in reversed(graph.nodes):
        through = isinstance(node.layer, (*_LINEAR, Join)) and found[node.name]
        if not (through or isinstance(node.layer, BatchNorm)):
            found.update(dict.fromkeys(node.inputs, False))
    return frozenset(name for name, normed in found.items() if normed)

"""Transformations of a whole network: pure functions from a spec to a spec that keep the names of what they leave."""

from explorer.transforms.activated import activation
from explorer.transforms.catalogue import TRANSFORMATIONS, Transformation, find, read
from explorer.transforms.factorised import depthwise_separable, one_axis_each, stacked_3x3
from explorer.transforms.head import with_gap_head
from explorer.transforms.normalised import batch_norm
from explorer.transforms.pooled import all_convolutional, average_pooling
from explorer.transforms.preactivated import pre_activation
from explorer.transforms.rewrite import map_layers, rewrite
from explorer.transforms.squeeze import squeeze_excitation
from explorer.transforms.widened import width

__all__ = [
    "TRANSFORMATIONS",
    "Transformation",
    "activation",
    "all_convolutional",
    "average_pooling",
    "batch_norm",
    "depthwise_separable",
    "find",
    "map_layers",
    "one_axis_each",
    "pre_activation",
    "read",
    "rewrite",
    "squeeze_excitation",
    "stacked_3x3",
    "width",
    "with_gap_head",
]

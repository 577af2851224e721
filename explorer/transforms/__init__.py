"""Transformations of a whole network: pure functions from a spec to a spec that keep the names of what they leave."""

from explorer.transforms.rewrite import map_layers
from explorer.transforms.squeeze import squeeze_excitation

__all__ = ["map_layers", "squeeze_excitation"]

"""Another activation in the place of every rectifier."""

from __future__ import annotations

from typing import TYPE_CHECKING

from explorer import layers
from explorer.errors import ExplorerError
from explorer.layers import Layer
from explorer.shapes import Shape
from explorer.spec import Spec
from explorer.transforms.places import RECTIFIERS, no_place, opened
from explorer.transforms.rewrite import map_layers

if TYPE_CHECKING:
    from explorer.zoo import Architecture

ACTIVATIONS: dict[str, type[Layer]] = {kind.__name__: kind for kind in (*RECTIFIERS, layers.Tanh, layers.Sigmoid)}


def activation(network: Spec | Architecture, input_shape: Shape | None = None, *, to: str = "SiLU") -> Spec:
    """Put another activation in the place of every ReLU and of its kin; nothing that is counted changes.

    The kin are ReLU6, LeakyReLU, ELU (Clevert et al. 2015), GELU (Hendrycks & Gimpel 2016), SiLU (Ramachandran et al.
    2017, "Searching for Activation Functions") and Hardswish. Sigmoids, which gates are made of, stay.

    Args:
        network: a network of the zoo, or a spec.
        input_shape: channels and spatial axes; an Architecture's own if left out.
        to: one of these, or Tanh or Sigmoid.

    Raises:
        ExplorerError: there is no other activation in the network, or none of this name.

    >>> from explorer.layers import Linear, ReLU
    >>> from explorer.spec import Series
    >>> activation(Series(Linear(8), ReLU()), (4,), to="GELU").children[1]
    ('1', GELU())
    """
    if to not in ACTIVATIONS:
        raise ExplorerError(f"activation: to is {to!r}; allowed: {', '.join(ACTIVATIONS)}")
    spec, _ = opened(network, input_shape)
    changed = map_layers(spec, lambda layer: ACTIVATIONS[to]() if isinstance(layer, RECTIFIERS) else layer)
    if changed == spec:
        raise no_place("activation", f"no ReLU or kin that is not {to} already", "a network with one")
    return changed

"""The zoo: the networks of the course, written in the language.

One file per family, each with its ``ARCHITECTURES``; the order is that of history.
"""

from __future__ import annotations

from difflib import get_close_matches

from explorer.errors import ExplorerError
from explorer.zoo import (
    alexnet,
    bn_inception,
    c3d,
    densenet,
    efficientnet,
    googlenet,
    highway,
    inception_resnet,
    inception_v3,
    inception_v4,
    lenet,
    mlp,
    mobilenet,
    nasnet,
    nin,
    preact_resnet,
    resnet,
    resnet_cifar,
    resnet_d,
    resnext,
    senet,
    small,
    snn,
    squeezenet,
    text_cnn,
    vgg,
    wide_resnet,
    xception,
    zfnet,
)
from explorer.zoo.architecture import Architecture, Knob, Value

__all__ = ["Architecture", "Knob", "Value", "architectures", "get"]

_FAMILIES = (
    mlp,
    lenet,
    alexnet,
    zfnet,
    nin,
    vgg,
    text_cnn,
    googlenet,
    bn_inception,
    inception_v3,
    inception_v4,
    inception_resnet,
    c3d,
    highway,
    resnet,
    resnet_cifar,
    resnet_d,
    preact_resnet,
    wide_resnet,
    resnext,
    densenet,
    squeezenet,
    xception,
    mobilenet,
    senet,
    nasnet,
    efficientnet,
    snn,
    small,
)


def _collect() -> dict[str, Architecture]:
    found: dict[str, Architecture] = {}
    for family in _FAMILIES:
        for architecture in family.ARCHITECTURES:
            if architecture.id in found:
                raise ExplorerError(f"two architectures are called {architecture.id!r}; allowed: different ids")
            found[architecture.id] = architecture
    return found


_ZOO = _collect()


def architectures() -> tuple[Architecture, ...]:
    """List every network of the zoo, family by family."""
    return tuple(_ZOO.values())


def get(id: str, **knobs: Value) -> Architecture:
    """Take a network from the zoo, with knobs turned where you want them.

    Raises:
        ExplorerError: no such network, no such knob, or a value that the knob may not have.

    >>> get("vgg16").name
    'VGG16 (configuration D)'
    >>> get("vgg16", num_classes=10).setting
    {'num_classes': 10}
    """
    if id not in _ZOO:
        near = get_close_matches(id, _ZOO, n=3, cutoff=0.4)
        hint = f"did you mean {' or '.join(near)}?" if near else "see `convnet-explorer list`"
        raise ExplorerError(f"no architecture is called {id!r}; {hint}")
    return _ZOO[id].set(**knobs) if knobs else _ZOO[id]

"""Global average pooling and one linear layer in the place of a head."""

from __future__ import annotations

from typing import TYPE_CHECKING

from explorer.errors import ExplorerError
from explorer.graph import Graph
from explorer.layers import Flatten, GlobalAvgPool, Linear
from explorer.shapes import Shape
from explorer.spec import Branches, Cell, Series, Spec
from explorer.transforms.places import no_place, opened
from explorer.vision.maps import gap_head, last_map, scores_node

if TYPE_CHECKING:
    from explorer.zoo import Architecture


def with_gap_head(network: Spec | Architecture, input_shape: Shape | None = None) -> Spec:
    """Give the same network with everything after its last maps replaced, as CAM needs it.

    Lin et al. 2013 (section 3.2) in the place of fully connected layers: (C + 1)·K parameters for C maps and K classes;
    section 2 of "Learning Deep Features for Discriminative Localization", arXiv:1512.04150 (there, VGG16
    gets one more convolution before the pooling; here nothing is added). What is kept keeps its names, so
    that its weights can be loaded; the head (``head.pool``, ``head.flatten``, ``head.fc``) must be trained.

    Args:
        network: a network of the zoo, or a spec.
        input_shape: channels, height and width; an Architecture's own if left out.

    Raises:
        ExplorerError: the network has such a head already, no maps, or does not give one score a class.

    >>> import explorer
    >>> explorer.analyze(with_gap_head(explorer.get("vgg16")), (3, 224, 224)).params  # instead of 138,357,544
    15227688
    """
    spec, graph = opened(network, input_shape)
    classes = graph.shape_of(scores_node(graph))[0]
    if _has_gap_head(graph):
        raise no_place("with_gap_head", "such a head already", "a network that ends otherwise")
    body = _up_to(spec, tuple(last_map(graph).split("."))) or spec
    return Series(("", body), head=Series(pool=GlobalAvgPool(), flatten=Flatten(), fc=Linear(classes)))


def _has_gap_head(graph: Graph) -> bool:
    try:
        gap_head(graph)
    except ExplorerError:
        return False
    return True


def _up_to(spec: Spec, path: tuple[str, ...]) -> Spec | None:
    """Cut what follows the node at a path; a block that is no series stays whole. None if the path leads elsewhere."""
    if not path:
        return spec
    match spec:
        case Series():
            for i, (name, child) in enumerate(spec.children):
                rest = path[1:] if name else path
                if name in ("", path[0]) and (cut := _up_to(child, rest)) is not None:
                    return Series(*spec.children[:i], (name, cut))
            return None
        case Branches():
            return spec if path[0] in (spec.join, *(name for name, _ in spec.children)) else None
        case Cell():
            return spec if path[0] in (step.name for step in spec.steps) else None
        case _:
            return None

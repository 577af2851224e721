"""Where in a graph the maps, the class scores and the global pooling stand. Needs no torch."""

from __future__ import annotations

from explorer.cost import params
from explorer.errors import ExplorerError
from explorer.graph import INPUT, Graph, Node
from explorer.layers import (
    AdaptiveAvgPool,
    AvgPool,
    BatchNorm,
    Dropout,
    Flatten,
    GlobalAvgPool,
    Identity,
    Linear,
    LocalResponseNorm,
    MaxPool,
    ReLU,
    ReLU6,
    Sigmoid,
    SiLU,
    Softmax,
    Tanh,
)

_POOLS = (MaxPool, AvgPool, AdaptiveAvgPool, GlobalAvgPool)
_ELEMENT_WISE = (BatchNorm, LocalResponseNorm, ReLU, ReLU6, Sigmoid, SiLU, Tanh, Dropout, Identity)


def scores_node(graph: Graph) -> str:
    """Name the node with the class scores: the output, or what its softmax reads.

    >>> import explorer
    >>> scores_node(explorer.lower(explorer.get("vgg16")))
    'classifier.6'
    """
    node = graph[graph.output]
    name = node.inputs[0] if isinstance(node.layer, Softmax) else node.name
    if len(graph.shape_of(name)) != 1:
        raise ExplorerError(f"{graph.name} gives {graph.shape_of(name)}; allowed: networks that give one score a class")
    return name


def leading(graph: Graph) -> tuple[Node, ...]:
    """Give the nodes that lead to the class scores: all, but for the auxiliary heads."""
    return leading_to(graph, scores_node(graph))


def leading_to(graph: Graph, name: str) -> tuple[Node, ...]:
    """Give a node and all that it needs, in execution order."""
    needed = {name}
    for node in reversed(graph.nodes):
        if node.name in needed:
            needed.update(node.inputs)
    return tuple(node for node in graph if node.name in needed)


def layers_with_maps(graph: Graph) -> tuple[str, ...]:
    """List the layers whose output is a map of more than one cell and leads to the class scores."""
    return tuple(n.name for n in leading(graph) if len(n.shape) == 3 and n.shape[1] * n.shape[2] > 1)


def last_map(graph: Graph) -> str:
    """Name the layer whose maps are nearest to the class scores, before any pooling of them.

    >>> import explorer
    >>> last_map(explorer.lower(explorer.get("vgg16"))), last_map(explorer.lower(explorer.get("resnet18")))
    ('features.29', 'layer4.1.relu')
    """
    names = layers_with_maps(graph)
    if not names:
        raise ExplorerError(f"{graph.name} has no layer with maps; allowed: convolutional networks")
    name = names[-1]
    while isinstance(graph[name].layer, (*_POOLS, Dropout, Identity)) and graph[name].inputs[0] in names:
        name = graph[name].inputs[0]
    return name


def stations(graph: Graph) -> tuple[str, ...]:
    """List the maps worth stopping at, from stem to head: those through which everything passes.

    Of a run such as convolution, normalisation, ReLU only the end counts; inside a block with
    branches nothing does, as a part of the evidence goes round it.

    >>> import explorer
    >>> stations(explorer.lower(explorer.get("resnet18")))[:4]
    ('relu', 'maxpool', 'layer1.0.relu', 'layer1.1.relu')
    """
    nodes, maps = leading(graph), set(layers_with_maps(graph))
    place = {node.name: i for i, node in enumerate(nodes)}
    last_read = {name: i for i, node in enumerate(nodes) for name in node.inputs}
    found, open_until = [], last_read[INPUT]
    for i, node in enumerate(nodes[:-1]):
        after = nodes[last_read[node.name]]
        run_goes_on = last_read[node.name] == i + 1 and isinstance(after.layer, _ELEMENT_WISE)
        if node.name in maps and open_until <= place[node.name] and not run_goes_on:
            found.append(node.name)
        open_until = max(open_until, last_read[node.name])
    return tuple(found)


def gap_head(graph: Graph) -> tuple[str, str | None]:
    """Find the map that global average pooling reads, and the linear layer that follows it.

    There is no linear layer where the maps are those of the classes (Lin et al. 2013, Network in Network).

    Raises:
        ExplorerError: the network does not end in global average pooling and at most one linear layer;
            the sentence says what stands there instead.

    >>> import explorer
    >>> gap_head(explorer.lower(explorer.get("resnet18")))
    ('layer4.1.relu', 'fc')
    >>> gap_head(explorer.lower(explorer.get("nin_cifar10")))
    ('mlpconv3.relu2', None)
    """
    scores = graph[scores_node(graph)]
    linear = scores.name if isinstance(scores.layer, Linear) else None
    node = _read_by(graph, scores) if linear else scores
    while node and isinstance(node.layer, (Flatten, Dropout, Identity)):
        node = _read_by(graph, node)
    if node is None or not _averages_all(node):
        raise _no_gap(graph, node)
    return node.inputs[0], linear


def _read_by(graph: Graph, node: Node) -> Node | None:
    return None if node.inputs[0] == INPUT else graph[node.inputs[0]]


def _averages_all(node: Node) -> bool:
    """Say whether each output is the mean of one whole map."""
    if len(node.input_shapes[0]) != 3 or node.shape[1:] != (1, 1):
        return False
    if isinstance(node.layer, AvgPool):
        window = node.layer.window(node.input_shapes[0])
        return window.kernel == node.input_shapes[0][1:] and not any(window.padding)
    return isinstance(node.layer, (GlobalAvgPool, AdaptiveAvgPool))


def _no_gap(graph: Graph, found: Node | None) -> ExplorerError:
    where = f"{found.name} ({found.type})" if found else "the input"
    return ExplorerError(
        f"{graph.name}: CAM needs global average pooling and then at most one linear layer at the end, "
        f"but finds {where} there; allowed for this network: grad-cam, occlusion{_surgery(graph)}"
    )


def _surgery(graph: Graph) -> str:
    """Offer the other head, for a network that has maps."""
    if not layers_with_maps(graph):
        return ""
    before, after = params_with_gap_head(graph)
    return (
        "; or the same network with global average pooling in the place of its head (transforms.with_gap_head), "
        f"trained anew: {after:,} parameters instead of {before:,}"
    )


def params_with_gap_head(graph: Graph) -> tuple[int, int]:
    """Count the parameters that lead to the class scores: as they are, and with a head of GAP and one linear layer.

    >>> import explorer
    >>> params_with_gap_head(explorer.lower(explorer.get("vgg16")))
    (138357544, 15227688)
    """
    last = last_map(graph)
    classes = graph.shape_of(scores_node(graph))[0]
    head = (graph.shape_of(last)[0] + 1) * classes
    return sum(map(params, leading(graph))), sum(map(params, leading_to(graph, last))) + head

"""A network with its tensors: those of a file, or random ones."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from threading import Lock

import torch
from torch import Tensor

import explorer
from explorer.errors import ExplorerError
from explorer.graph import Graph
from explorer.memory import memory
from explorer.network import Network
from explorer.reading import Document
from explorer.shapes import Shape
from explorer.vision.checkpoint import fit, renamed
from explorer.vision.maps import scores_node
from explorer.zoo import Architecture

MOST_BYTES = 2 << 30
"""Bytes of the parameters, and of the activations of one photo, in single precision."""

_SEEDING = Lock()
_WRAPPED = ("module.", "_orig_mod.", "model.", "net.", "network.")
"""What data-parallel training, compilation and training frameworks put before every name."""


def graph_of(network: Architecture | Document, input_shape: Shape) -> Graph:
    """Lower a network for photos of a size; refuse one that asks for more memory than a page has to give.

    Raises:
        ExplorerError: it cannot take that size, gives no score a class, or is too large.
    """
    spec, name = (network.spec, network.name) if isinstance(network, Document) else (network.spec, network.id)
    graph = explorer.lower(spec, input_shape, name=name)
    scores_node(graph)
    needed = memory(graph)
    if max(needed.parameters, needed.peak_activations) > MOST_BYTES:
        raise ExplorerError(
            f"{name}: {needed.parameters:,} bytes of parameters and {needed.peak_activations:,} of activations; "
            f"allowed: {MOST_BYTES:,} each"
        )
    return graph


def untrained(graph: Graph, seed: int) -> Network:
    """Give a network with the weights that torch begins a training with; the same for the same seed."""
    with _SEEDING, torch.random.fork_rng(devices=[]):
        torch.manual_seed(seed)
        return Network(graph)


def trained(
    network: Architecture | Document,
    state: dict[str, Tensor],
    where: str,
    input_shape: Shape,
    keys: Iterable[tuple[tuple[str, str], ...]] = (),
) -> Network:
    """Give a network with the tensors of a file; the number of classes is the file's.

    Args:
        network: what the tensors are for.
        state: the tensors by name.
        where: what a message calls file and network.
        input_shape: what it is fed, without the batch.
        keys: sets of rules by which names may have to be changed (``checkpoint.renamed``), if they do not fit as they
            are; a prefix that all names share is tried too.

    Raises:
        ExplorerError: the tensors do not fit; the message says which are missing, too many, or of another shape.
    """
    graph, first = graph_of(network, input_shape), None
    for each in _readings(state, keys):
        fitted = _with_classes(network, graph, each)
        with torch.device("meta"):
            built = Network(fitted)
        try:
            built.load_state_dict(fit(each, built.state_dict(), where), assign=True)
        except ExplorerError as error:
            first = first or error
        else:
            return built
    assert first is not None
    raise first


def _readings(state: dict[str, Tensor], keys: Iterable[tuple[tuple[str, str], ...]]) -> Iterator[dict[str, Tensor]]:
    """Give the tensors under the names that they may have, the likeliest first."""
    for prefix in _WRAPPED:
        if state and all(name.startswith(prefix) for name in state):
            state = {name.removeprefix(prefix): value for name, value in state.items()}
    yield state
    for rules in keys:
        yield renamed(state, rules)


def _with_classes(network: Architecture | Document, graph: Graph, state: dict[str, Tensor]) -> Graph:
    """Give the graph with as many classes as the last layer in the file has."""
    last = state.get(f"{scores_node(graph)}.weight")
    if last is None or not last.ndim or isinstance(network, Document) or "num_classes" not in network.setting:
        return graph
    if len(last) == graph.shape_of(scores_node(graph))[0]:
        return graph
    return graph_of(network.set(num_classes=len(last)), graph.input_shape)

"""One network of each kind: those whose nodes have the same names and windows are drawn alike, however many."""

import re

import explorer

LARGEST = ("resnet1202",)


def _words(graph):
    """Give the names of the nodes without numbers, their types and windows."""
    return frozenset((re.sub(r"\d+", "#", n.name), n.type, str(getattr(n.layer, "kernel_size", ""))) for n in graph)


def _one_of_each_kind():
    kinds = {}
    for architecture in explorer.architectures():
        kinds.setdefault(_words(explorer.lower(architecture)), architecture.id)
    return list(dict.fromkeys((*kinds.values(), *LARGEST)))


KINDS = _one_of_each_kind()
EVERY = [architecture.id for architecture in explorer.architectures()]

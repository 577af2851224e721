"""A network as PyTorch source: classes that a student would hand in, with our names, so that the weights load."""

from __future__ import annotations

import re
from textwrap import wrap

from explorer.code.blocks import nest
from explorer.code.classes import Writer
from explorer.code.helpers import HELPERS
from explorer.code.kinds import Kinds
from explorer.code.names import class_name, is_plain, quoted
from explorer.cost import mult_adds, params, total
from explorer.errors import ExplorerError
from explorer.graph import Graph
from explorer.lower import below, lower
from explorer.reading import Document
from explorer.shapes import Shape, axes, times
from explorer.spec import Branches, Cell, Series, Side, Spec
from explorer.zoo import Architecture

__all__ = ["source"]

WIDTH = 110


def source(network: Architecture | Document | Spec, input_shape: Shape | None = None, name: str | None = None) -> str:
    """Write a network as a runnable PyTorch module.

    Children have the names of the graph's nodes, so that the keys of the state dict are the same. Blocks of one
    structure are one class, whose arguments are the numbers in which they differ. Auxiliary heads follow the main
    output in a tuple. The text needs torch and nothing else, also not this library.

    Args:
        network: of the zoo, read from a text, or a spec.
        input_shape: without the batch; the network's own if left out.
        name: what the class is called after; the network's own by default.

    Raises:
        ExplorerError: the network cannot be lowered for this input, or a child has the one name that torch forbids.

    >>> from explorer.layers import Conv, Flatten, Linear, ReLU
    >>> text = source(Series(conv=Conv(8, 3), relu=ReLU(), flatten=Flatten(), fc=Linear(10)), (1, 8, 8), "tiny")
    >>> [line.strip() for line in text.splitlines() if "self.flatten(" in line]
    ['x = self.flatten(self.relu(self.conv(x)))']
    """
    spec = network if isinstance(network, Spec) else network.spec
    shape = input_shape or (None if isinstance(network, Spec) else network.input_shape)
    called = name or ("Network" if isinstance(network, Spec) else network.name)
    graph = lower(spec, shape, name="network")
    for node in graph:
        if "training" in node.name.split("."):
            raise ExplorerError(f"{node.name}: PyTorch keeps the name 'training' for itself; allowed: any other name")
    kinds = Kinds(nest(graph))
    title = class_name(called, {*HELPERS})
    output = "" if graph.sides else graph.output
    classes = Writer(kinds, title, dict(_cells(spec, "")), output).classes(_about(network, graph, called))
    return _joined(["\n".join(lines) + "\n" for lines in classes], graph, title)


def _joined(classes: list[str], graph: Graph, title: str) -> str:
    body = "\n\n".join(classes)
    helpers = [text for name, text in HELPERS.items() if re.search(rf"\b{name}\(", body)]
    imports = "import torch\nfrom torch import Tensor, nn\n"
    if "OrderedDict(" in body:
        imports = f"from collections import OrderedDict\n\n{imports}"
    shape = ", ".join(map(str, (1, *graph.input_shape)))
    main = (
        'if __name__ == "__main__":\n'
        f"    model = {title}().eval()\n"
        f"    print(tuple(model(torch.zeros({shape})){'[0]' if graph.sides else ''}.shape))\n"
        '    print(f"{sum(p.numel() for p in model.parameters()):,} parameters")\n'
    )
    return "\n\n".join([imports, *helpers, body, main])


def _about(network: Architecture | Document | Spec, graph: Graph, called: str) -> list[str]:
    """Write the docstring of the network: where it is from, what it takes and gives, what it costs."""
    sentences = [f"{quoted(called)}."]
    if isinstance(network, Architecture):
        setting = ", ".join(f"{name}={value}" for name, value in network.values)
        written = f"{network.authors} ({network.year}). {network.paper}. {network.url}"
        sentences += ["", *wrap(quoted(written, 400), WIDTH)]
        sentences += [f"Setting: {quoted(setting)}."] if setting else []
    shapes = f"Input {times(graph.input_shape)} ({axes(graph.input_shape)}), output {times(graph.output_shape)}"
    sides = f", then {len(graph.sides)} side outputs" if graph.sides else ""
    count, cost = total(graph, params), total(graph, mult_adds)
    return [
        *sentences,
        *([""] if len(sentences) == 1 else []),
        f"{shapes}{sides}; {count:,} parameters, {cost:,} mult-adds.",
    ]


def _cells(spec: object, path: str) -> list[tuple[str, tuple[str, ...]]]:
    """List the places of cells, with what their inputs are called in the order in which they are first read."""
    found: list[tuple[str, tuple[str, ...]]] = []
    match spec:
        case Series() | Branches():
            for name, child in spec.children:
                found += _cells(child, below(path, name))
        case Side():
            found += _cells(spec.head, path)
        case Cell():
            read = dict.fromkeys(value for step in spec.steps for value in step.inputs if value in spec.inputs)
            if all(is_plain(value) and value.islower() for value in read):
                found.append((path, tuple(read)))
            for step in spec.steps:
                found += _cells(step.spec, below(path, step.name))
    return found

"""One report per network: every number recorded once, read by tables, pages and notebooks."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING, Any

from explorer import formula, memory, receptive_field, references
from explorer.errors import ExplorerError
from explorer.graph import INPUT, Graph
from explorer.line import Line, line
from explorer.lower import lower
from explorer.reading import Document
from explorer.receptive_field import ReceptiveField
from explorer.shapes import Shape
from explorer.spec import Spec
from explorer.table import Table, table
from explorer.text import read_file
from explorer.tree import Group, tree
from explorer.zoo import Architecture

if TYPE_CHECKING:
    import pandas
    from torch import nn


@dataclass(frozen=True)
class Report:
    """What a network costs, layer by layer and in total.

    ``params`` are the trainable parameters, partitioned into ``weights`` (kernels and normalisation
    scales) and ``biases`` (biases and normalisation shifts). ``mult_adds`` are multiply–accumulates of
    convolutions and linear layers for one image; ``activations`` the elements of all layers' outputs.
    With ``ignore_gates`` receptive fields leave gates computed from the whole image out of account.
    """

    graph: Graph
    architecture: Architecture | None = None
    ignore_gates: bool = False

    @property
    def id(self) -> str:
        """Give the id in the zoo, or the name of a foreign network."""
        return self.graph.name

    @property
    def name(self) -> str:
        """Give the name that people use."""
        return self.architecture.name if self.architecture else self.graph.name

    @cached_property
    def digest(self) -> str:
        """Tell this network's graph from any other's: the SHA-256 of its text."""
        return sha256(str(self.graph).encode()).hexdigest()

    @cached_property
    def tree(self) -> Group:
        """Give the nesting of the network: stages, blocks, layers."""
        return tree(self.graph)

    @cached_property
    def receptive_fields(self) -> dict[str, ReceptiveField]:
        """Give the receptive field of the input and of every node, by name."""
        return receptive_field.receptive_fields(self.graph, self.ignore_gates)

    @cached_property
    def without_gates(self) -> Report:
        """Give the same report, its receptive fields as if there were no gates; itself where there are none.

        >>> report = analyze("efficientnet_b0")
        >>> [str(each.receptive_fields["features.8.2"]) for each in (report, report.without_gates)]
        ['whole image', '851×851']
        """
        if self.ignore_gates or not receptive_field.gated(self.graph):
            return self
        return replace(self, ignore_gates=True)

    @cached_property
    def lines(self) -> tuple[Line, ...]:
        """Give one record per node, in execution order."""
        return tuple(line(node, self.receptive_fields[node.name]) for node in self.graph)

    @cached_property
    def params(self) -> int:
        """Count the trainable parameters."""
        return sum(each.params for each in self.lines)

    @cached_property
    def weights(self) -> int:
        """Count kernels and normalisation scales."""
        return sum(each.weights for each in self.lines)

    @property
    def biases(self) -> int:
        """Count biases and normalisation shifts."""
        return self.params - self.weights

    @cached_property
    def mult_adds(self) -> int:
        """Count multiply–accumulates for one image."""
        return sum(each.mult_adds for each in self.lines)

    @cached_property
    def activations(self) -> int:
        """Count the elements of all layers' outputs; the input is not among them."""
        return sum(each.activations for each in self.lines)

    def memory(self, precision: str = "float32") -> memory.Memory:
        """Give the bytes of parameters and activations at a precision."""
        return memory.memory(self.graph, precision)

    def table(self, depth: int | None = None) -> Table:
        """Lay the report out as a table, folded below a depth (1: stages, 2: blocks, None: every layer)."""
        return table(self, depth)

    def to_dict(self) -> dict[str, Any]:
        """Give everything as plain values, ready for JSON."""
        return {
            "id": self.id,
            "name": self.name,
            "input_shape": list(self.graph.input_shape),
            "output_shape": list(self.graph.output_shape),
            "params": self.params,
            "weights": self.weights,
            "biases": self.biases,
            "mult_adds": self.mult_adds,
            "activations": self.activations,
            "layers": [_to_dict(each) for each in self.lines],
        }

    def to_pandas(self) -> pandas.DataFrame:
        """Give one row per layer as a data frame."""
        return table(self).to_pandas()

    def _repr_html_(self) -> str:
        return self.table().to_html()

    def _repr_latex_(self) -> str:
        return self.table().to_latex()


def _to_dict(line: Line) -> dict[str, Any]:
    field = line.receptive_field
    known = field.status != "unknown"
    return {
        "name": line.node.name,
        "type": line.node.type,
        "inputs": list(line.node.inputs),
        "output_shape": list(line.node.shape),
        "params": line.params,
        "weights": line.weights,
        "biases": line.biases,
        "mult_adds": line.mult_adds,
        "activations": line.activations,
        "formula": formula.parameters(line.node),
        "mult_adds_formula": formula.mult_adds(line.node),
        "receptive_field": {
            "status": field.status,
            "size": list(field.size) if known else None,
            "stride": list(field.stride) if field.status == "exact" else None,
            "start": list(field.start) if known else None,
        },
    }


def analyze(
    network: str | Path | Architecture | Document | Spec | Graph | nn.Module, input_shape: Shape | None = None
) -> Report:
    """Report on a network: a reference, an Architecture, a spec, a document, a YAML file, a Graph, or any torch module.

    A reference is an id of the zoo, with knobs if you like (``resnet50:num_classes=10``), a shared network's token, or
    the name of a YAML file (see ``explorer.references``).

    Args:
        network: what to report on.
        input_shape: channels and spatial axes, without the batch; may be left out where the network has its own.

    Raises:
        ExplorerError: there is no such network, or it cannot take this input.

    >>> import explorer
    >>> report = explorer.analyze("vgg16")
    >>> f"{report.params:,} parameters, {report.mult_adds:,} mult-adds"
    '138,357,544 parameters, 15,470,264,320 mult-adds'
    """
    match network:
        case Graph():
            return Report(network)
        case Architecture():
            return Report(lower(network, input_shape), network)
        case Document():
            return Report(lower(network.spec, input_shape or network.input_shape, name=network.name))
        case str():
            return analyze(references.read(network, files=True), input_shape)
        case Path():
            return analyze(read_file(network), input_shape)
        case _ if isinstance(network, Spec):
            return Report(lower(network, input_shape))
    return _foreign(network, input_shape)


def _foreign(network: Any, input_shape: Shape | None) -> Report:
    if not any(base.__module__.startswith("torch.nn") for base in type(network).__mro__):
        raise ExplorerError(
            f"analyze: {network!r} is no network; allowed: an id, a spec, a YAML file or a torch module"
        )
    if input_shape is None:
        raise ExplorerError(f"analyze: {type(network).__name__} needs an {INPUT} shape, such as (3, 224, 224)")
    from explorer.from_torch import graph_of

    return Report(graph_of(network, input_shape))

"""A diagram as DOT source, for those who draw with Graphviz. No binary is needed: it is text."""

from __future__ import annotations

from collections.abc import Sequence

from graphviz import Digraph
from graphviz.quoting import escape

from explorer.drawing import captions
from explorer.drawing.fold import Box, default_open, fold
from explorer.drawing.palette import LIGHT
from explorer.drawing.wiring import leaf_wires
from explorer.graph import INPUT, Graph
from explorer.shapes import times


def dot(graph: Graph, open_paths: frozenset[str] | None = None) -> str:
    """Write the DOT source of a graph with some groups open; those of ``default_open`` if left out.

    Open groups are clusters; every edge carries the shape of its value.

    >>> import explorer
    >>> print(dot(explorer.lower(explorer.get("lenet5"))).splitlines()[0])
    digraph lenet5 {
    """
    boxes = fold(graph, default_open(graph) if open_paths is None else open_paths)
    source = Digraph(escape(graph.name), graph_attr=_FONT, node_attr=_NODE, edge_attr=_FONT | {"fontsize": "10"})
    source.node(_id(INPUT), escape(f"{INPUT} {times(graph.input_shape)}"), fillcolor=LIGHT.paper)
    _add(source, boxes, "")
    for start, end, value in leaf_wires(graph, boxes):
        source.edge(_id(start), _id(end), label=times(graph.shape_of(value)))
    return str(source.source)


_FONT = {"fontname": "Helvetica"}
_NODE = _FONT | {"shape": "box", "style": "rounded,filled"}


def _id(path: str) -> str:
    """Give a name that DOT takes as it stands: a colon would name a port."""
    return str(escape(path.replace(":", "_")))


def _add(source: Digraph, boxes: Sequence[Box], within: str) -> None:
    """Add boxes; an open group becomes a cluster."""
    for box in boxes:
        count = f" ×{box.count}" if box.count > 1 else ""
        text = captions.title(box, within) + count
        if box.inside:
            with source.subgraph(name=f"cluster_{_id(box.path)}") as cluster:
                cluster.attr(label=escape(text), style="rounded", color=LIGHT.line)
                _add(cluster, box.inside, box.path)
            continue
        lines = (text, captions.detail(box), captions.name(box, within) if not box.toggle else "")
        label = r"\n".join(escape(line) for line in lines if line)
        tint = LIGHT.kinds[captions.kind(box)]
        source.node(_id(box.path), label, fillcolor=tint.fill, color=tint.edge)

"""The nesting of a graph: stages hold blocks, blocks hold layers. Derived from the paths of the nodes."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

from explorer.graph import Graph, Node


@dataclass(frozen=True)
class Group:
    """Nodes that share a path, in order of their first node; the whole graph has the empty path."""

    path: str
    items: tuple[Group | Node, ...]

    @property
    def name(self) -> str:
        """Give the last segment of the path."""
        return self.path.rpartition(".")[2]

    @cached_property
    def nodes(self) -> tuple[Node, ...]:
        """Give all nodes inside, at any depth."""
        return tuple(node for item in self.items for node in (item.nodes if isinstance(item, Group) else (item,)))

    @property
    def last(self) -> Node:
        """Give the node that ends the group."""
        return self.nodes[-1]

    def walk(self, depth: int = 0) -> Iterator[tuple[int, Group | Node]]:
        """Yield every group and node inside with its depth, a group before what it holds."""
        for item in self.items:
            yield depth, item
            if isinstance(item, Group):
                yield from item.walk(depth + 1)


def tree(graph: Graph) -> Group:
    """Nest the nodes of a graph by their paths.

    >>> import explorer
    >>> [item.path for item in tree(explorer.lower(explorer.get("vgg16"))).items if isinstance(item, Group)]
    ['features', 'classifier']
    """
    return _group("", [(node.name.split("."), node) for node in graph], 0)


def _group(path: str, nodes: list[tuple[list[str], Node]], depth: int) -> Group:
    inside: dict[str, list[tuple[list[str], Node]]] = {}
    for segments, node in nodes:
        inside.setdefault(segments[depth], []).append((segments, node))
    items: list[Group | Node] = []
    for segment, members in inside.items():
        leaves = [node for segments, node in members if len(segments) == depth + 1]
        deeper = [(segments, node) for segments, node in members if len(segments) > depth + 1]
        items += leaves
        if deeper:
            items.append(_group(f"{path}.{segment}" if path else segment, deeper, depth + 1))
    return Group(path, tuple(items))

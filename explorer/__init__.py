"""ConvNet Explorer: what a convolutional network costs, and what it looks at."""

from explorer.errors import ExplorerError
from explorer.graph import Graph, Node
from explorer.lower import lower
from explorer.report import Report, analyze
from explorer.search_space import random_cell
from explorer.transforms import squeeze_excitation
from explorer.zoo import Architecture, architectures, get

__all__ = [
    "Architecture",
    "ExplorerError",
    "Graph",
    "Node",
    "Report",
    "analyze",
    "architectures",
    "get",
    "lower",
    "random_cell",
    "squeeze_excitation",
]

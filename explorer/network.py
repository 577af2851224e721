"""The module that runs a Graph: what is drawn is what runs."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from types import MappingProxyType

from torch import Tensor, nn

from explorer.errors import ExplorerError
from explorer.graph import INPUT, Graph
from explorer.modules import module

AS_IT_IS: Mapping[str, Callable[..., Tensor]] = MappingProxyType({})


class Network(nn.Module):
    """Runs a graph on any device and dtype, and gives back any activations asked for.

    State-dict keys are the node names (``layer1.0.conv1.weight``). Nothing is hooked and no module keeps
    state between calls, so threads may share one network in ``eval()``. Freshly initialised by torch;
    under ``with torch.device("meta")`` it has shapes only.

    >>> import explorer, torch
    >>> network = Network(explorer.lower(explorer.get("lenet5"))).eval()
    >>> network(torch.zeros(2, 1, 32, 32)).shape
    torch.Size([2, 10])
    >>> network.run({"input": torch.zeros(2, 1, 32, 32)}, ["s2", "s4"])["s4"].shape
    torch.Size([2, 16, 5, 5])
    """

    def __init__(self, graph: Graph) -> None:
        super().__init__()
        self.graph = graph
        self._by_name: dict[str, nn.Module] = {}
        for node in graph:
            *path, leaf = node.name.split(".")
            run = self._by_name[node.shares] if node.shares else module(node)
            self._by_name[node.name] = run
            _put(_holder(self, path), leaf, run)

    def forward(self, x: Tensor) -> Tensor:
        """Give the main output for a batch of shape ``(N, *graph.input_shape)``."""
        return self.run({INPUT: x}, (self.graph.output,))[self.graph.output]

    def run(
        self,
        given: Mapping[str, Tensor],
        wanted: Iterable[str],
        instead: Mapping[str, Callable[..., Tensor]] = AS_IT_IS,
    ) -> dict[str, Tensor]:
        """Compute the wanted values from the given ones; only what lies between them is computed.

        Args:
            given: batches by node name, or by ``"input"``. A node that is given is not computed.
            wanted: names of nodes.
            instead: functions by node name; such a node is computed by its function, for this run only.

        Returns:
            The wanted values by name.

        Raises:
            ExplorerError: a name is not in the graph, or what is given does not suffice.
        """
        wanted = tuple(wanted)
        plan = self._plan(given, wanted)
        left = Counter(name for reader in plan for name in set(self.graph[reader].inputs))
        values = dict(given)
        for name in plan:
            inputs = self.graph[name].inputs
            compute = instead.get(name, self._by_name[name])
            values[name] = compute(*(values[i] for i in inputs))
            for each in set(inputs):
                left[each] -= 1
                if not left[each] and each not in wanted:
                    del values[each]
        return {name: values[name] for name in wanted}

    def module_of(self, name: str) -> nn.Module:
        """Give the module of a node."""
        self.graph[name]
        return self._by_name[name]

    def _plan(self, given: Mapping[str, Tensor], wanted: tuple[str, ...]) -> list[str]:
        """List, in execution order, the nodes that must run."""
        needed = set(wanted) - set(given)
        for node in reversed(self.graph.nodes):
            if node.name in needed:
                needed.update(name for name in node.inputs if name not in given)
        if INPUT in needed:
            raise ExplorerError(
                f"{self.graph.name}: {', '.join(wanted)} cannot be computed from {', '.join(given)} alone"
            )
        for name in needed.union(given) - {INPUT}:
            self.graph[name]
        return [node.name for node in self.graph if node.name in needed]


def _put(holder: nn.Module, name: str, module: nn.Module) -> None:
    """Put a module in its place; what stands below that place already, ``a.b`` before ``a``, stays there."""
    if (before := holder._modules.get(name)) is not None and before is not module:
        module._modules.update(before._modules)
    holder._modules[name] = module


def _holder(root: nn.Module, path: list[str]) -> nn.Module:
    """Find or make the module at a path; in ``_modules`` itself, as a layer may be called ``train`` or ``type``."""
    for name in path:
        child = root._modules.setdefault(name, nn.Module())
        assert child is not None
        root = child
    return root

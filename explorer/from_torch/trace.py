"""From a module to its trace: a copy without weights, and torch.fx as far as it goes."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from copy import deepcopy
from typing import Any

from torch import Tensor, fx, nn
from torch.nn.parameter import UninitializedParameter

from explorer.errors import ExplorerError
from explorer.from_torch.names import MODULES


def without_weights(module: nn.Module, name: str) -> nn.Module:
    """Copy a module in evaluation mode with its tensors on the meta device; shared tensors stay shared."""
    if any(isinstance(p, UninitializedParameter) for p in module.parameters()):
        raise ExplorerError(f"{name}: a lazy layer does not know its size yet; run the network once before")
    memo: dict[int, Any] = {id(b): b.to("meta") for b in module.buffers()}
    memo |= {id(p): nn.Parameter(p.detach().to("meta"), p.requires_grad) for p in module.parameters()}
    try:
        copy = deepcopy(module, memo).eval()
    except (RuntimeError, TypeError) as error:
        raise ExplorerError(f"{name}: the module cannot be copied: {error}") from error
    for each in copy.modules():
        each.__dict__.update({k: v.to("meta") for k, v in vars(each).items() if isinstance(v, Tensor)})
    return nn.Sequential(copy) if type(copy).__name__ in MODULES else copy


def trace(module: nn.Module, name: str) -> fx.GraphModule:
    """Trace a module with one input; further inputs keep their defaults."""
    tracer = _Tracer()
    try:
        first, *others = inspect.signature(module.forward).parameters.values()
    except ValueError as error:
        raise ExplorerError(f"{name}: forward cannot be read; allowed: Python code that takes one input") from error
    others = [each for each in others if each.kind not in (each.VAR_POSITIONAL, each.VAR_KEYWORD)]
    if needed := [each.name for each in others if each.default is each.empty]:
        raise ExplorerError(f"{name}: forward takes {first.name}, {', '.join(needed)}; allowed: one input")
    try:
        graph = tracer.trace(module, {each.name: each.default for each in others} or None)
        return fx.GraphModule(tracer.root, graph)
    except Exception as error:
        raise ExplorerError(f"{name}: forward cannot be traced: {first_line(error)}") from error


def first_line(error: Exception) -> str:
    """Give the first line of an error's message."""
    return str(error).strip().partition("\n")[0]


class _Tracer(fx.Tracer):
    """Traces what can be traced; a child that cannot becomes one call."""

    def call_module(
        self, m: nn.Module, forward: Callable[..., Any], args: tuple[Any, ...], kwargs: dict[str, Any]
    ) -> Any:
        before, stack = len(self.graph.nodes), self.module_stack.copy()
        try:
            return super().call_module(m, forward, args, kwargs)
        except Exception:
            for node in list(self.graph.nodes)[: before - 1 : -1]:
                self.graph.erase_node(node)
            self.module_stack = stack
            return self.create_proxy("call_module", self.path_of_module(m), args, kwargs)

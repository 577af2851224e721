"""Any ``nn.Module`` becomes a Graph: traced by torch.fx, its shapes found on the meta device."""

from __future__ import annotations

import torch
from torch import nn

from explorer.errors import ExplorerError
from explorer.from_torch.reader import BATCH, Reader
from explorer.from_torch.trace import trace, without_weights
from explorer.graph import Graph
from explorer.lower import check_input_shape
from explorer.shapes import Shape

__all__ = ["graph_of"]


def graph_of(module: nn.Module, input_shape: Shape, name: str | None = None) -> Graph:
    """Read a module, in evaluation mode, as a Graph; nodes are called by their module paths.

    What the language has no word for is an ``Unknown`` node, with its shape, its parameters, and the
    mult-adds that torch counts in it. A child whose control flow cannot be traced is one such node. A
    module that runs more than once owns its parameters at its first node; later ones share them, so that
    they count mult-adds only. Parameters that the forward pass leaves alone (auxiliary heads, say) stand
    in nodes called "unused", so that none is lost; what does not depend on the image costs no mult-adds.
    Tracing replaces methods of ``nn.Module`` for a moment: no other thread should run a network meanwhile.

    Args:
        module: what to read; it is left as it is.
        input_shape: channels and spatial axes, without the batch.
        name: what the graph is called; the module's class by default.

    Raises:
        ExplorerError: forward cannot be traced, takes several inputs, or cannot take this shape.

    >>> net = nn.Sequential(nn.Conv2d(3, 8, 3), nn.ReLU(), nn.Flatten(), nn.Linear(7200, 10))
    >>> print(graph_of(net, (3, 32, 32), "net"))
    net(input: 3×32×32) → 3: 10
      0: 8×30×30 = Conv(out_channels=8, kernel_size=3) of input
      1: 8×30×30 = ReLU() of 0
      2: 7200 = Flatten() of 1
      3: 10 = Linear(out_features=10) of 2
    """
    name = name or type(module).__name__
    check_input_shape(input_shape)
    copy = without_weights(module, name)
    dtype = next((p.dtype for p in copy.parameters()), torch.float32)
    with torch.no_grad(), torch.device("meta"):
        reader = Reader(trace(copy, name), name, tuple(input_shape))
        reader.run(torch.empty(BATCH, *input_shape, dtype=dtype))
    if not reader.ends:
        raise ExplorerError(f"{name}: forward gives nothing that depends on its input; allowed: tensors that do")
    return reader.finished(copy)

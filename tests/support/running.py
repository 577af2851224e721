"""Running source that was written, and holding what it makes against the module that runs the Graph."""

from __future__ import annotations

import torch
from torch import Tensor, nn

from explorer.graph import INPUT, Graph
from explorer.network import Network


def built(text: str) -> nn.Module:
    """Run source in a namespace of its own and build its network, the last class that it has."""
    namespace: dict[str, object] = {"__name__": "written"}
    exec(compile(text, "written", "exec"), namespace)
    classes = [v for v in namespace.values() if isinstance(v, type) and v.__module__ == "written"]
    module: nn.Module = classes[-1]().eval()
    return module


def shapes(module: nn.Module) -> dict[str, tuple[int, ...]]:
    """Give the shape of every tensor of the state dict by its key."""
    return {name: tuple(value.shape) for name, value in module.state_dict().items()}


def outputs(module: nn.Module, images: Tensor) -> list[Tensor]:
    """Give the main output and those of the side heads."""
    with torch.inference_mode():
        found = module(images)
    return list(found) if isinstance(found, tuple) else [found]


def agrees_in_shape(text: str, graph: Graph) -> None:
    """Hold keys and shapes of the parameters, and the shapes of the outputs, against the graph's, without weights."""
    with torch.device("meta"):
        module, network = built(text), Network(graph)
        found = outputs(module, torch.empty(2, *graph.input_shape))
    assert shapes(module) == shapes(network)
    assert [tuple(value.shape) for value in found] == [(2, *graph.shape_of(n)) for n in (graph.output, *graph.sides)]


def agrees_in_value(text: str, graph: Graph) -> None:
    """Hold the outputs for the same weights and the same images against the graph's."""
    torch.manual_seed(0)
    images = torch.rand(2, *graph.input_shape)
    network = lively(Network(graph), images)
    module = built(text)
    module.load_state_dict(network.state_dict())
    with torch.inference_mode():
        computed = network.run({INPUT: images}, (graph.output, *graph.sides))
    for found, name in zip(outputs(module, images), (graph.output, *graph.sides), strict=True):
        scale = computed[name].abs().max().clamp(min=1e-6)
        torch.testing.assert_close(found / scale, computed[name] / scale, rtol=1e-5, atol=1e-5)


def lively(network: Network, images: Tensor) -> Network:
    """Give norms the statistics of the images, so that values neither vanish nor overflow on their way."""
    norms = [module for module in network.modules() if isinstance(module, nn.modules.batchnorm._BatchNorm)]
    for norm in norms:
        norm.momentum = 1.0
        nn.init.normal_(norm.weight, 1.0, 0.3)
        nn.init.normal_(norm.bias, 0.0, 0.3)
    with torch.inference_mode():
        network.train()(images)
    return network.eval()

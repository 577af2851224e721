"""How long Grad-CAM takes: this project beside pytorch-grad-cam, torchcam and Captum, as ratios to the floor.

The floor is what no Grad-CAM can do without: the bare forward pass to the layer, and the pass and the gradient from
there to the score, written out on the same modules. Same weights, same picture, one run, all in turn in every round,
in processor time on one thread; medians over the rounds. "Another class" is ours while the activations of the picture
are kept, as they are while a reader looks at it; the maps are compared with the floor's.

    python benchmarks/gradcam.py --repeats 5
    python benchmarks/gradcam.py small_resnet,64
"""

from __future__ import annotations

import argparse
import os
import warnings
from collections.abc import Callable
from functools import partial
from statistics import median
from time import process_time

import torch
from torch import Tensor

import explorer
from explorer.network import Network
from explorer.vision.grad_cam import grad_cam
from explorer.vision.kept import Kept
from explorer.vision.maps import last_map, scores_node, stations

CASES = ("small_resnet,64", "resnet50,224", "vgg16,224")
PEERS = ("pytorch_grad_cam", "torchcam", "captum")


def floor(network: Network, image: Tensor, layer: str, target: int) -> Tensor:
    scores = scores_node(network.graph)
    with torch.no_grad():
        maps = network.run({"input": image}, (layer,))[layer]
    with torch.enable_grad():
        maps.requires_grad_()
        score = network.run({"input": image, layer: maps}, (scores,))[scores][0, target]
        (gradient,) = torch.autograd.grad(score, maps)
    return (gradient.mean((2, 3), keepdim=True) * maps).sum(1).relu().detach()[0]


def by_pytorch_grad_cam(network: Network, image: Tensor, layer: str, target: int) -> Tensor:
    from pytorch_grad_cam import GradCAM
    from pytorch_grad_cam.utils.model_targets import ClassifierOutputTarget

    with GradCAM(model=network, target_layers=[network.get_submodule(layer)]) as peer:
        return torch.from_numpy(peer(input_tensor=image, targets=[ClassifierOutputTarget(target)])[0])


def by_torchcam(network: Network, image: Tensor, layer: str, target: int) -> Tensor:
    from torchcam.methods import GradCAM

    with GradCAM(network, layer) as peer:
        return peer(target, network(image), normalized=False)[0][0].relu().detach()


def by_captum(network: Network, image: Tensor, layer: str, target: int) -> Tensor:
    from captum.attr import LayerGradCam

    peer = LayerGradCam(network, network.get_submodule(layer))
    return peer.attribute(image, target=target, relu_attributions=True)[0, 0].detach()


def peers(network: Network, image: Tensor) -> dict[str, Callable[[str, int], Tensor]]:
    """Give the peers that are installed and can be imported; say which are not."""
    found = {}
    for name in PEERS:
        try:
            __import__(name)
        except (ImportError, RuntimeError) as error:
            print(f"{name} is left out, as it cannot be imported: {error}.")
        else:
            run = globals()[f"by_{name}"]
            found[name] = lambda layer, target, run=run: run(network, image, layer, target)
    return found


def seconds(call: Callable[[], object]) -> float:
    start = process_time()
    call()
    return process_time() - start


def row(id: str, side: int, repeats: int) -> str:
    torch.manual_seed(0)
    network = Network(explorer.lower(explorer.get(id), (3, side, side))).eval()
    image, layer = torch.randn(1, 3, side, side), last_map(network.graph)
    target, early = int(network(image)[0].argmax()), stations(network.graph)[-3]
    others = peers(network, image)
    expected = floor(network, image, layer, target)
    assert abs(grad_cam(network, image, target, layer).map - expected.numpy()).max() <= 1e-5 * expected.max()
    for name in ("torchcam", "captum"):
        if name in others:
            torch.testing.assert_close(others[name](layer, target), expected, rtol=1e-4, atol=1e-6)
    rounds = [once(network, image, layer, target, early, others) for _ in range(repeats)]
    bare, *ratios = map(median, zip(*rounds, strict=True))
    return f"| {id}, {side} | {bare:.1f} | {' | '.join(f'{ratio:.2f}' for ratio in ratios)} |"


def once(
    network: Network, image: Tensor, layer: str, target: int, early: str, others: dict[str, Callable]
) -> list[float]:
    """Give the floor's milliseconds, and the times of all others as ratios to it."""
    looked_at = Kept().look("the picture", network, image)
    bare = seconds(lambda: floor(network, image, layer, target))
    ours = [
        seconds(lambda: grad_cam(network, image, target, layer)),
        seconds(lambda: grad_cam(looked_at, image, target, layer)),
        seconds(lambda: grad_cam(looked_at, image, target - 1 if target else 1, layer)),
        seconds(lambda: grad_cam(looked_at, image, target, early)),
    ]
    theirs = [seconds(partial(others[name], layer, target)) if name in others else float("nan") for name in PEERS]
    return [1000 * bare, *(each / bare for each in (*ours, *theirs))]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--repeats", type=int, default=5, help="how many rounds (default: 5)")
    parser.add_argument("cases", nargs="*", help="network,side (default: those of the README)")
    options = parser.parse_args()
    torch.set_num_threads(1)
    print(f"load: {os.getloadavg()[0]:.1f} on {os.cpu_count()} cores")
    print("All ÷ floor:")
    print(f"| network, side | floor, ms | ours | kept: first | another class | another layer | {' | '.join(PEERS)} |")
    print("|---|" + "--:|" * 8)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        for each in options.cases or CASES:
            id, side = each.split(",")
            print(row(id, int(side), options.repeats), flush=True)


if __name__ == "__main__":
    main()

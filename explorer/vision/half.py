"""Mixed precision: matrix products in 16 bits, for accelerators that are made for it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping

import torch
from torch import Tensor, nn

from explorer.errors import ExplorerError
from explorer.network import AS_IT_IS, Network


def in_half(network: Network, device: torch.device) -> Network:
    """Give the network as it computes in mixed precision on a device; it shares all modules with the one given.

    What it gives is in single precision again, and so are the gradients with respect to what it is given. On CUDA
    the 16 bits are those of bfloat16 where the GPU has it, whose range is that of single precision: small gradients
    do not vanish.

    Raises:
        ExplorerError: the device is none of CUDA's.
    """
    if device.type != "cuda":
        raise ExplorerError(f"mixed precision on {device}; allowed: on CUDA")
    return _Half(network, "cuda", torch.bfloat16 if torch.cuda.is_bf16_supported() else torch.float16)


class _Half(Network):
    """A network whose runs are under autocast."""

    def __init__(self, network: Network, device: str, kind: torch.dtype) -> None:
        nn.Module.__init__(self)
        self.__dict__.update(network.__dict__)
        self._device, self._kind = device, kind

    def run(
        self,
        given: Mapping[str, Tensor],
        wanted: Iterable[str],
        instead: Mapping[str, Callable[..., Tensor]] = AS_IT_IS,
    ) -> dict[str, Tensor]:
        """Compute the wanted values from the given ones, under autocast."""
        with torch.autocast(self._device, self._kind):
            found = super().run(given, wanted, instead)
        return {name: value.float() for name, value in found.items()}

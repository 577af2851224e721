"""The activations of a photo, kept while it is looked at: another class or layer costs only what follows it."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Hashable, Iterable, Mapping
from threading import Lock

import torch
from torch import Tensor, nn

from explorer.graph import INPUT
from explorer.network import AS_IT_IS, Network
from explorer.vision.maps import stations

Activations = dict[str, Tensor]


class Kept:
    """Activations of the photos that were looked at last, at most so many bytes of them; threads may share it."""

    def __init__(self, most: int = 256 << 20) -> None:
        self._most = most
        self._lock = Lock()
        self._photos: OrderedDict[Hashable, Activations] = OrderedDict()

    def look(self, key: Hashable, network: Network, image: Tensor) -> Network:
        """Give the network as it looks at a photo: the same weights, and what was computed is not computed again.

        Args:
            key: names the weights and the photo.
            network: any, in ``eval()``.
            image: what is fed; for another input the network computes as always.
        """
        return _Looking(network, image, lambda: self._get(key), lambda found: self._put(key, found))

    @property
    def nbytes(self) -> int:
        """Count the bytes that are kept."""
        with self._lock:
            return self._bytes()

    def _bytes(self) -> int:
        return sum(value.nbytes for found in self._photos.values() for value in found.values())

    def _get(self, key: Hashable) -> Activations:
        with self._lock:
            if key in self._photos:
                self._photos.move_to_end(key)
            return dict(self._photos.get(key, {}))

    def _put(self, key: Hashable, found: Activations) -> None:
        with self._lock:
            self._photos[key] = self._photos.pop(key, {}) | found
            while self._photos and self._bytes() > self._most:
                self._photos.popitem(last=False)


class _Looking(Network):
    """A network before one photo; it shares all modules with the network that it was made of."""

    def __init__(
        self,
        network: Network,
        image: Tensor,
        get: Callable[[], Activations],
        put: Callable[[Activations], None],
    ) -> None:
        nn.Module.__init__(self)
        self.__dict__.update(network.__dict__)
        self.__dict__["_network"] = network  # not as a module: its tensors are here already
        self._image, self._get, self._put = image, get, put

    def run(
        self,
        given: Mapping[str, Tensor],
        wanted: Iterable[str],
        instead: Mapping[str, Callable[..., Tensor]] = AS_IT_IS,
    ) -> dict[str, Tensor]:
        """Compute what is not kept; the first time, keep the maps through which everything passes."""
        wanted = tuple(wanted)
        if given.keys() != {INPUT} or given[INPUT] is not self._image or instead or torch.is_grad_enabled():
            return self._computed(given, wanted, instead)
        kept = self._get()
        more = () if kept else stations(self.graph)
        found = self._computed({**given, **kept}, tuple(dict.fromkeys((*wanted, *more))))
        self._put({name: found[name] for name in found if name not in kept})
        return {name: found[name] for name in wanted}

    def _computed(
        self,
        given: Mapping[str, Tensor],
        wanted: Iterable[str],
        instead: Mapping[str, Callable[..., Tensor]] = AS_IT_IS,
    ) -> dict[str, Tensor]:
        network: Network = self.__dict__["_network"]
        return network.run(given, wanted, instead)

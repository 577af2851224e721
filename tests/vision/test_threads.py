"""32 threads on one network, all methods at once: each gets what it would get alone."""

from concurrent.futures import ThreadPoolExecutor

import numpy as np
import torch

from explorer.vision.methods import METHODS, attribute
from tests.support.models import random_network

THREADS = 32


def test_all_methods_at_once_on_one_network():
    """A rule that one method puts in the place of a ReLU must not reach the gradient of another."""
    network = random_network("small_resnet", (3, 32, 32))
    photos = [torch.randn(1, 3, 32, 32, generator=torch.Generator().manual_seed(seed)) for seed in range(2)]
    asked = [(method, seed) for seed in range(2) for method in METHODS]

    def look(question):
        method, seed = question
        return attribute(method, network, photos[seed], 1 + 6 * seed)

    alone = [look(question) for question in asked]
    with ThreadPoolExecutor(THREADS) as pool:
        together = list(pool.map(look, asked * 2))
    for question, one, other in zip(asked * 2, alone * 2, together, strict=True):
        assert np.array_equal(one.map, other.map), question
        assert np.array_equal(one.raw, other.raw), question
        assert one.score == other.score
    assert len({one.raw.tobytes() for one in alone}) == len(alone), "no two questions have one answer"

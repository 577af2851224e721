"""What the tests of composing share."""

import tracemalloc
from contextlib import contextmanager

import pytest


@pytest.fixture
def few_bytes():
    """Give a context in which no more memory may be taken than a number of bytes."""

    @contextmanager
    def within(limit):
        tracemalloc.start()
        try:
            yield
            assert tracemalloc.get_traced_memory()[1] < limit
        finally:
            tracemalloc.stop()

    return within

"""The examples in the docstrings of ``app/``; its pages are scripts, so pytest does not collect the folder."""

import doctest

import pytest

from app import i18n, state, translate


@pytest.mark.parametrize("module", [i18n, state, translate])
def test_the_examples_run(module):
    result = doctest.testmod(module)
    assert result.attempted > 0
    assert result.failed == 0

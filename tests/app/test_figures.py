import pytest

from app import figures, state


@pytest.fixture(params=["en", "fr"])
def language(request, monkeypatch):
    monkeypatch.setattr(state, "language", lambda: request.param)
    return request.param


@pytest.mark.parametrize(
    ("write", "english", "french"),
    [
        (lambda: figures.exact(138357544), "138,357,544", "138\u202f357\u202f544"),
        (lambda: figures.short(138357544), "138.4\u00a0M", "138,4\u00a0M"),
        (lambda: figures.short(15470264320), "15.47\u00a0G", "15,47\u00a0G"),
        (lambda: figures.short(999.6), "999.6", "999,6"),
        (lambda: figures.binary(553430176), "527.8\u00a0MiB", "527,8\u00a0Mio"),
        (lambda: figures.binary(100), "100\u00a0B", "100\u00a0o"),
        (lambda: figures.percent(0.894), "89.4\u00a0%", "89,4\u00a0%"),
        (lambda: figures.localised("(3·3·64)·128 = 73,728"), "(3·3·64)·128 = 73,728", "(3·3·64)·128 = 73\u202f728"),
        (lambda: figures.localised("-4, -4"), "-4, -4", "-4, -4"),
        (lambda: figures.localised("1,2345"), "1,2345", "1,2345"),
    ],
)
def test_numbers_are_written_as_the_language_does(language, write, english, french):
    assert write() == {"en": english, "fr": french}[language]

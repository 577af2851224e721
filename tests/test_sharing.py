"""Tokens: every network comes back, none is long, and what is damaged or a bomb is refused before memory is taken."""

import re
import tracemalloc
import zlib
from base64 import urlsafe_b64encode
from hashlib import sha256

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import explorer
from explorer.composing.edit import repeat
from explorer.errors import ExplorerError
from explorer.layers import Conv, ReLU
from explorer.reading import Document
from explorer.sharing import MOST_CHARACTERS, MOST_TEXT, WORDS, fits, read, write
from explorer.spec import Series
from tests.support.specs import SPECS

SMALL = Document("small", (3, 32, 32), Series(Conv(8, 3), ReLU()))


def packed(raw):
    """Press anything into a token, as ``write`` does with text."""
    press = zlib.compressobj(9, zdict=WORDS)
    return "~" + urlsafe_b64encode(press.compress(raw) + press.flush()).decode().rstrip("=")


@settings(max_examples=50, deadline=None)
@given(SPECS, st.text(max_size=9).filter(str.isprintable))
def test_every_composition_comes_back(spec, name):
    document = Document(name, (3, 32, 32), spec)
    assert read(write(document)) == document


@pytest.mark.parametrize("architecture", explorer.architectures(), ids=lambda a: a.id)
def test_every_network_of_the_zoo_comes_back_and_fits_an_address(architecture):
    document = Document(architecture.id, architecture.input_shape, architecture.spec)
    token = write(document)
    assert read(token) == document
    assert fits(token)
    assert re.fullmatch(r"~[A-Za-z0-9_-]+", token)


def test_how_long_tokens_are():
    """What the docstring says; blocks that repeat cost little."""
    zoo = [explorer.get(id) for id in ("vgg16", "resnet50", "resnet1202", "nasnet_a_large")]
    lengths = [len(write(Document(a.id, a.input_shape, a.spec))) for a in zoo]
    assert all(found <= longest for found, longest in zip(lengths, (110, 700, 2000, MOST_CHARACTERS / 2), strict=True))


def test_tokens_that_were_shared_are_read_for_ever():
    """One written by the first version; and what tokens refer to, which must never change."""
    assert read("~ePmEmMFng9hcnJuYk4NsLyipGhuh2IrVHowUBApssMEABK0cRQ") == SMALL
    assert sha256(WORDS).hexdigest()[:16] == "438cc85740fd5ee8"


def test_a_bomb_is_refused_in_bounded_memory():
    """Ten kilobytes that would be three gigabytes."""
    press = zlib.compressobj(9, zdict=WORDS)
    raw = b"".join([press.compress(bytes(1_000_000)) for _ in range(10)]) + press.flush()
    token = "~" + urlsafe_b64encode(raw).decode().rstrip("=")
    assert len(token) < 14_000
    tracemalloc.start()
    with pytest.raises(ExplorerError, match="would grow to more than 400,000 bytes; allowed: no more"):
        read(token)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 3 * MOST_TEXT


def test_the_bound_is_exact():
    head = b"name: small\ninput: [3, 32, 32]\nnetwork: [ReLU]\n#"
    assert read(packed(head + b"x" * (MOST_TEXT - len(head)))).name == "small"
    with pytest.raises(ExplorerError, match="would grow"):
        read(packed(head + b"x" * (MOST_TEXT + 1 - len(head))))


def test_a_composition_that_is_too_large_is_not_written():
    layer = Conv(99_999, (3, 1), stride=(2, 1), padding=(1, 0), dilation=(3, 1), groups=99_999, bias=False)
    document = Document("huge", (3, 8, 8), repeat(layer, (), 4_000))
    with pytest.raises(ExplorerError, match=r"huge: its text has .* bytes, too many .*; share it as a YAML file"):
        write(document)
    assert not fits("~" + "x" * MOST_CHARACTERS)


@pytest.mark.parametrize(
    ("token", "words"),
    [
        ("", "'' is no token; allowed: ~ and what follows it"),
        ("vgg16", "is no token"),
        ("~", "the shared network '~' is damaged; allowed: the whole address"),
        ("~!!!", "damaged"),
        ("~abc", "damaged"),
        ("~été", "damaged"),
        (write(SMALL)[:-3], "damaged"),
        (write(SMALL) + "AAAA", "damaged"),
        (packed(b"\xff\xfe"), "damaged"),
        (packed(b"input: [3, 8, 8]\nnetwork: [Convv]"), "shared network: line 2: there is no layer or compos"),
        (packed(b"input: &a [3, 8]\nnetwork: *a"), "line 1: anchors and aliases"),
        (packed(b"input: [3, 8, 8]\nnetwork: " + b"[" * 9000), "nested deeper than 60 levels"),
        (packed(b"input: [3, 8, 8]\nnetwork:\n- Conv: {out_channels: 1000000000}"), "number from 1 to 1,000,000"),
        ("~" + "A" * MOST_TEXT, "has 400,001 characters; allowed: 400,000"),
    ],
)  # fmt: skip
def test_what_is_no_token_gets_one_sentence(token, words):
    with pytest.raises(ExplorerError) as error:
        read(token)
    assert words in str(error.value)
    assert "\n" not in str(error.value)


@settings(max_examples=200, deadline=None)
@given(st.data())
def test_a_garbled_token_is_never_another_network(data):
    token = write(SMALL)
    at = data.draw(st.integers(1, len(token) - 1))
    other = data.draw(st.sampled_from("ABCXYZabcxyz0189-_ %.~é"))
    garbled = token[:at] + other + token[at + 1 :]
    told = "\n"
    try:
        found = read(garbled)
    except ExplorerError as error:
        found = None
        told = str(error)
    assert found == SMALL or "\n" not in told

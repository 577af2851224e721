"""Published weights from the command line: fetched when they are wanted, and one line when that cannot be."""

import json
import os

import pytest

from explorer.cli import main
from explorer.doctor import examine
from explorer.meter import Meter
from explorer.vision.cards import FOLDER_VARIABLE
from explorer.vision.catalogue import CACHE_VARIABLE, TABLES_VARIABLE, published
from explorer.vision.examples import examples
from tests.support import oracles
from tests.support.file_server import serving
from tests.support.published import write_table


@pytest.fixture(scope="module")
def state():
    return oracles.twin("resnet18").state_dict()


@pytest.fixture
def server(tmp_path, monkeypatch):
    monkeypatch.setenv(CACHE_VARIABLE, str(tmp_path / "cache"))
    monkeypatch.setenv(TABLES_VARIABLE, str(tmp_path / "tables"))
    monkeypatch.setenv(FOLDER_VARIABLE, str(tmp_path / "models"))
    with serving() as files:
        yield files


def see(capsys, *arguments):
    command = ("see", str(examples()["cat"].file), "--model", "resnet18", "--device", "cpu", "--format", "json")
    code = main((*command, *arguments))
    out, err = capsys.readouterr()
    return code, out, err


def test_see_fetches_what_it_needs_once(capsys, server, state, tmp_path):
    digest = write_table(tmp_path / "tables", server, state, "cut")
    assert examine()["fetched weights"] == "none"
    assert examine()["weights to fetch"] == "1 of 1 published for 1 networks"
    code, out, err = see(capsys)
    seen = json.loads(out)
    assert (code, seen["model"], seen["layer"]) == (0, "resnet18.MADE_UP", "layer4.1.relu")
    assert {guess["class"] for guess in seen["top"]} < set(published()[0].classes)
    kept = tmp_path / "cache" / "resnet18.MADE_UP.pth"
    assert err == f"resnet18.MADE_UP is kept at {kept}, SHA-256 {digest}\n"
    assert json.loads(see(capsys, "--weights", "MADE_UP")[1]) == seen
    assert len(server.asked) == 2
    assert examine()["fetched weights"] == "resnet18.MADE_UP"
    assert examine()["cache"] == str(tmp_path / "cache")
    assert examine()["weights to fetch"] == "0 of 1 published for 1 networks"


def test_weights_without_a_published_hash_are_kept_with_the_one_they_had(capsys, server, state, tmp_path):
    digest = write_table(tmp_path / "tables", server, state, digest_digits=0)
    code, _, err = see(capsys)
    assert code == 0
    assert f"SHA-256 {digest}" in err
    assert published()[0].sha256 == digest


@pytest.mark.parametrize(
    ("tricks", "words"),
    [
        (["cut"] * 9, "the server stopped after"),
        (["huge"], "the server announces 10,000,000,000 bytes"),
        (["to ftp://127.0.0.1/"], "redirects to ftp://127.0.0.1/; allowed: https"),
    ],
)
def test_what_cannot_be_fetched_gets_one_line(capsys, server, tmp_path, state, tricks, words):
    write_table(tmp_path / "tables", server, state, *tricks)
    code, out, err = see(capsys)
    assert (code, out, err.count("\n")) == (2, "", 1)
    assert words in err
    assert not published()[0].here


def test_whoever_interrupts_gets_no_traceback(capsys, server, state, tmp_path, monkeypatch):
    def interrupted(self, done, total):
        raise KeyboardInterrupt

    monkeypatch.setattr(Meter, "__call__", interrupted)
    write_table(tmp_path / "tables", server, state)
    assert see(capsys) == (130, "", "")


def test_a_malicious_checkpoint_from_the_network_is_refused_as_any_other(capsys, server, tmp_path, monkeypatch):
    monkeypatch.setenv("PROOF", str(tmp_path / "was run"))
    write_table(tmp_path / "tables", server, {"fc.weight": Malicious()})
    code, _, err = see(capsys)
    assert code == 2
    assert "asks to run posix.mkdir; it was refused and nothing was run" in err
    assert not (tmp_path / "was run").exists()


class Malicious:
    def __reduce__(self):
        return os.mkdir, (os.environ["PROOF"],)

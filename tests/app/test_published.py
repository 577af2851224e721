"""The See page with published weights: offered, fetched when the reader says so, used; one sentence when that fails."""

import socket

import pytest
import torch

from app.figures import percent
from explorer.vision.cards import FOLDER_VARIABLE
from explorer.vision.catalogue import CACHE_VARIABLE, TABLES_VARIABLE, published
from tests.app.support import opened, said
from tests.support import oracles
from tests.support.file_server import serving
from tests.support.models import random_network, write_small
from tests.support.published import write_table

CHOSEN = "resnet18.MADE_UP"


@pytest.fixture(scope="module")
def state():
    torch.manual_seed(0)
    return oracles.twin("resnet18").state_dict()


@pytest.fixture
def server(tmp_path, monkeypatch):
    write_small(tmp_path, random_network("small_resnet"))
    monkeypatch.setenv(FOLDER_VARIABLE, str(tmp_path))
    monkeypatch.setenv(CACHE_VARIABLE, str(tmp_path / "cache"))
    monkeypatch.setenv(TABLES_VARIABLE, str(tmp_path / "tables"))
    with serving() as files:
        yield files


def button(page, label):
    return next(button for button in page.button if button.label == label)


def test_what_ships_comes_first_and_nothing_is_fetched_on_its_own(server, state, tmp_path):
    write_table(tmp_path / "tables", server, state)
    page = opened("see")
    assert page.selectbox("widget//model").options == ["Small ResNet · made up", "ResNet-18 · MADE UP"]
    assert page.selectbox("widget//model").value == "made_up"
    assert page.metric
    opened("see", model=CHOSEN)
    assert not server.asked


def test_a_network_whose_weights_are_not_here_is_offered_and_then_used(server, state, tmp_path):
    digest = write_table(tmp_path / "tables", server, state, "cut")
    page = opened("see", model=CHOSEN)
    text = said(page)
    for words in (
        "44.7\u00a0MiB** from 127.0.0.1",
        f"must begin with `{digest[:8]}`",
        "BSD 3-clause",
        percent(0.69758),
    ):
        assert words in text
    assert not page.metric
    button(page, "Download").click().run()
    assert not page.exception
    assert not page.error
    assert published()[0].here
    assert page.metric[0].value in published()[0].classes
    assert [shown.label for shown in page.get("download_button")] == ["Picture (PNG)", "Map (NPY, 2×2)"]
    text = said(page)
    assert digest in text
    assert "tench, goldfish" in text
    assert "(1,000)" in text
    assert "Less than" not in text  # nobody has said below which probability it is unsure
    assert page.query_params["model"] == CHOSEN
    assert len(server.ranges("resnet18-made-up.pth")) == 2


@pytest.mark.parametrize(
    ("tricks", "words"),
    [(["huge"], "announces 10,000,000,000 bytes"), (["to ftp://127.0.0.1/"], "allowed: https")],
)
def test_a_download_that_fails_gets_one_sentence_and_may_be_tried_again(server, state, tmp_path, tricks, words):
    write_table(tmp_path / "tables", server, state, *tricks)
    page = opened("see", model=CHOSEN)
    button(page, "Download").click().run()
    assert not page.exception
    assert [words in error.value for error in page.error] == [True]
    button(page, "Download").click().run()
    assert not page.error
    assert page.metric


def test_offline_the_page_says_so_and_the_models_that_ship_go_on(server, state, tmp_path, monkeypatch):
    write_table(tmp_path / "tables", server, state)

    def nowhere(*arguments, **options):
        raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")

    page = opened("see", model=CHOSEN)
    with monkeypatch.context() as offline:
        offline.setattr(socket, "getaddrinfo", nowhere)
        button(page, "Download").click().run()
    assert not page.exception
    assert "is this machine offline?" in page.error[0].value
    page.selectbox("widget//model").select("made_up").run()
    assert not page.error
    assert page.metric


def test_what_was_kept_of_an_earlier_try_is_told(server, state, tmp_path):
    write_table(tmp_path / "tables", server, state, *["cut"] * 5)
    page = opened("see", model=CHOSEN)
    button(page, "Download").click().run()
    assert "the server stopped after" in page.error[0].value
    page.run()
    assert "MiB are here already; the download goes on from there." in said(page)
    assert not page.error


def test_without_a_published_hash_the_page_says_so(server, state, tmp_path):
    digest = write_table(tmp_path / "tables", server, state, digest_digits=0)
    page = opened("see", model=CHOSEN)
    assert "No SHA-256 is published for this file: that of the first download is kept and shown." in said(page)
    button(page, "Download").click().run()
    assert digest in said(page)

"""Which network looks: a reference in the address, random weights, and weights of one's own."""

import os
import tomllib
from pathlib import Path

import pytest
import torch
from safetensors.torch import save

import app
from app.components.model_picker import MOST_MB
from explorer import references
from explorer.layers import Conv, Flatten, GlobalAvgPool, Linear, ReLU
from explorer.reading import Document
from explorer.spec import Series
from explorer.vision.cards import FOLDER_VARIABLE
from tests.app.support import opened, said
from tests.support.models import random_network, write_small

COMPOSED = Document(
    "my own", (3, 32, 32), Series(conv=Conv(4, 3), relu=ReLU(), pool=GlobalAvgPool(), flatten=Flatten(), fc=Linear(3))
)
WEIGHTS, NETWORK = "widget//weights", "widget/network/model"


@pytest.fixture(autouse=True)
def folder(tmp_path, monkeypatch):
    write_small(tmp_path, random_network("small_resnet"))
    monkeypatch.setenv(FOLDER_VARIABLE, str(tmp_path))
    return tmp_path


def test_a_composition_in_the_address_runs_untrained():
    token = references.write(COMPOSED)
    page = opened("see", model=token)
    assert not page.error
    assert page.query_params == {"model": token, "weights": "random"}
    assert "Untrained" in page.warning[0].value
    assert page.metric[0].value in ("class 0", "class 1", "class 2")
    assert page.get("download_button")[1].label == "Map (NPY, 30×30)"
    page.selectbox(NETWORK).select("small_resnet").run()
    assert page.query_params == {"weights": "random"}
    page.segmented_control(WEIGHTS).set_value("trained").run()
    assert page.query_params == {}
    assert not page.warning


def test_a_network_of_the_zoo_with_its_knobs_and_another_seed():
    page = opened("see", weights="random", model="lenet5", num_classes="3", example="three")
    assert len(page.dataframe[0].value) == 3
    before = list(page.dataframe[0].value["Probability"])
    page.number_input("widget//random_seed").set_value(4).run()
    assert list(page.dataframe[0].value["Probability"]) != before
    assert page.query_params["random_seed"] == "4"


def give(page, name, content, names=None):
    page.file_uploader("widget/upload/weights").set_value((name, content, "application/octet-stream"))
    if names:
        page.file_uploader("widget/upload/names").set_value(("names.txt", names, "text/plain"))
    return page.run()


def test_weights_of_ones_own_with_names_of_classes():
    network = random_network("lenet5", num_classes=3)
    page = opened("see", weights="own", model="lenet5", example="three")
    assert "Choose a file of weights on the left." in said(page)
    assert "not your files" in said(page)
    give(page, "mine.safetensors", save(network.state_dict()), b"one\ntwo\nthree\n")
    assert not page.error
    assert page.metric[0].value in ("one", "two", "three")
    assert page.query_params == {"weights": "own", "model": "lenet5", "example": "three"}


def test_what_does_not_fit_is_one_sentence():
    page = opened("see", weights="own", model="lenet5", example="three")
    give(page, "mine.safetensors", save({"c1.weight": torch.zeros(6, 1, 5, 5)}))
    assert [error.value for error in page.error] == [
        "mine.safetensors for lenet5: the weights do not fit: missing: c1.bias, c3.weight and 7 more"
    ]


class Malicious:
    def __reduce__(self):
        return os.system, (f"touch {os.environ['PROOF']}",)


def test_a_malicious_file_is_refused_and_never_run(tmp_path, monkeypatch):
    monkeypatch.setenv("PROOF", str(tmp_path / "proof"))
    torch.save({"weight": Malicious()}, tmp_path / "evil.pth")
    page = opened("see", weights="own", model="lenet5", example="three")
    give(page, "evil.pth", (tmp_path / "evil.pth").read_bytes())
    assert "it was refused and nothing was run" in page.error[0].value
    assert not (tmp_path / "proof").exists()


def test_how_photos_are_prepared_is_in_the_address():
    page = opened("see", weights="random", side="32", scaled="own", means_R="0.25")
    assert page.number_input("widget//means_R").value == 0.25
    assert page.query_params == {"weights": "random", "side": "32", "scaled": "own", "means_R": "0.25"}
    assert page.get("download_button")[1].label == "Map (NPY, 4×4)"


def test_a_device_that_is_not_here_is_named():
    page = opened("see", device="cuda:7")
    assert "device=cuda:7; allowed: auto, cpu" in page.warning[0].value
    assert "device" not in page.query_params


@pytest.mark.parametrize("look", ["compare", "box", "hide", "field", "maps", "doubt"])
def test_a_composition_has_every_view(look):
    page = opened("see", model=references.write(COMPOSED), look=look)
    assert not page.error
    assert "Untrained" in page.warning[0].value


def test_the_same_network_untrained_stands_beside_it():
    page = opened(
        "see", look="compare", networks="made_up,small_resnet.untrained-0", methods="cam", target="cat", than="dog"
    )
    assert not page.error
    assert not page.info
    titles = [image.proto.imgs[0].caption for image in page.get("image")][:2]
    assert ["untrained" in title for title in titles] == [False, True]
    assert all("rather than dog" in title for title in titles)


def test_the_server_takes_as_large_a_file_as_the_field_says():
    """The bound of a field does not lift that of the server: a larger file would be refused with a bare 413."""
    settings = tomllib.loads((Path(app.__file__).parent / ".streamlit" / "config.toml").read_text(encoding="utf-8"))
    assert settings["server"]["maxUploadSize"] >= MOST_MB

"""The See page, on a made-up model: random weights, real maps."""

import json
import subprocess
import sys
from hashlib import sha256

import pytest
import torch

from app.figures import percent
from explorer.vision.cards import FOLDER_VARIABLE
from explorer.vision.catalogue import TABLES_VARIABLE
from explorer.vision.examples import examples
from explorer.vision.grad_cam import grad_cam
from explorer.vision.images import decode
from explorer.vision.weights import load
from tests.app.support import opened, said
from tests.support import bad_images
from tests.support.models import CLASSES, random_network, write_small

METHOD, TARGET, LAYER = "widget//method", "widget/made_up/target", "widget/made_up/layer"


@pytest.fixture(scope="module")
def network():
    return random_network("small_resnet")


@pytest.fixture(autouse=True)
def folder(tmp_path, monkeypatch, network):
    write_small(tmp_path, network)
    monkeypatch.setenv(FOLDER_VARIABLE, str(tmp_path))
    return tmp_path


def test_a_bundled_picture_is_seen_at_once():
    page = opened("see")
    assert not page.error
    assert page.metric[0].value in CLASSES
    shown = page.dataframe[0].value
    assert shown["Class"][0] == page.metric[0].value
    assert list(shown["Probability"]) == sorted(shown["Probability"], reverse=True)
    assert "evidence" in said(page)
    assert "Stefan van der Walt, CC0" in said(page)
    assert [button.label for button in page.get("download_button")] == ["Picture (PNG)", "Map (NPY, 8×8)"]
    assert len(page.get("image")) == 4  # the photo with the map, the legend, what was fed, the cells


def test_the_map_on_the_page_is_the_librarys():
    from app import looking

    page = opened("see", example="cat", target="dog", layer="layer2.1.relu")
    assert page.selectbox(TARGET).value == "dog"
    model = load("small_resnet")
    data = examples()["cat"].file.read_bytes()
    expected = grad_cam(model.network, model.prepare(decode(data)), 7, "layer2.1.relu")
    key = (sha256(data).hexdigest(), f"{model.card.key} cpu")
    shown = looking.kept_map(*key, "grad-cam", 7, "layer2.1.relu", None).value
    torch.testing.assert_close(torch.tensor(shown.map), torch.tensor(expected.map))


def test_a_part_of_the_photo_is_looked_at_as_if_it_were_the_photo():
    from app import looking

    page = opened("see", part="100,50,300,250", target="dog")
    model, data = load("small_resnet"), examples()["cat"].file.read_bytes()
    expected = grad_cam(model.network, model.prepare(decode(data).crop((100, 50, 300, 250))), 7)
    key = (f"{sha256(data).hexdigest()} (100, 50, 300, 250)", f"{model.card.key} cpu")
    shown = looking.kept_map(*key, "grad-cam", 7, "layer4.1.relu", None).value
    torch.testing.assert_close(torch.tensor(shown.map), torch.tensor(expected.map))
    assert not page.number_input, "the photo is drawn on only where the reader has asked for it"
    page.session_state["widget/cut"] = True
    page.run()
    edge = next(field for field in page.number_input if field.label == "Right edge")
    edge.set_value(310).run()
    assert page.query_params["part"] == "100,50,310,250"
    page.selectbox("widget//example").select("coffee").run()
    assert "part" not in page.query_params
    page.selectbox("widget//example").select("cat").run()
    next(button for button in page.button if button.label == "Cut out: 210×200 pixels").click().run()
    assert "part" not in page.query_params
    assert not page.error


@pytest.mark.parametrize("part", ["0,0,7,20", "0,0,452,20", "cat"])
def test_a_part_beside_the_photo_gets_a_notice(part):
    page = opened("see", part=part)
    allowed = "allowed: 0 ≤ left < right ≤ 451, 0 ≤ top < bottom ≤ 300, at least 8 pixels each way"
    assert allowed in page.warning[0].value
    assert page.metric[0].value in CLASSES


def test_an_address_opens_the_very_view_and_choices_go_into_it():
    page = opened("see", example="coffee", method="cam", target="pizza", opacity="80", colours="cividis")
    assert page.selectbox(METHOD).value == "cam"
    assert page.slider("widget//opacity").value == 80
    assert "no evidence for pizza" in said(page)
    page.selectbox(TARGET).select("bus").run()
    assert page.query_params["target"] == "bus"
    assert page.query_params["method"] == "cam"
    assert "no evidence for bus" in said(page)


@pytest.mark.parametrize(("method", "shape"), [("grad-cam", "8×8"), ("cam", "8×8"), ("occlusion", "64×64")])
def test_every_method_draws_its_map(method, shape):
    page = opened("see", method=method)
    assert not page.error
    assert page.get("download_button")[1].label == f"Map (NPY, {shape})"
    assert bool(page.get("select_slider")) == (method == "grad-cam")


def test_the_layer_moves_the_map():
    page = opened("see")
    page.select_slider(LAYER).set_value("relu").run()
    assert page.get("download_button")[1].label == "Map (NPY, 32×32)"
    assert page.query_params["layer"] == "relu"


def test_an_uploaded_photo_is_seen():
    page = opened("see", photo="upload")
    assert "Choose a photo on the left." in said(page)
    page.file_uploader[0].set_value(("dog.jpg", bad_images.accepted()["turned.jpg"], "image/jpeg")).run()
    assert not page.exception
    assert not page.error
    assert "dog.jpg" in said(page)
    assert page.metric[0].value in CLASSES


def test_an_uploaded_photo_stays_while_another_is_looked_at_and_until_it_is_taken_away():
    page = opened("see", photo="upload")
    page.file_uploader[0].set_value(("dog.jpg", bad_images.accepted()["turned.jpg"], "image/jpeg")).run()
    answer = page.metric[0].value
    page.segmented_control("widget//photo").set_value("example").run()
    page.switch_page("page/explore.py").run()
    page.switch_page("page/see.py").run()
    page.segmented_control("widget//photo").set_value("upload").run()
    assert page.metric[0].value == answer
    page.file_uploader[0].set_value(("cat.jpg", bad_images.accepted()["turned.jpg"], "image/jpeg")).run()
    assert "cat.jpg" in said(page)
    assert not [each for each in page.button if each.label.startswith("Still here")]
    page.switch_page("page/explore.py").run()
    page.switch_page("page/see.py").run()
    (forget,) = [each for each in page.button if each.label == "Still here: cat.jpg"]
    forget.click().run()
    assert "Choose a photo on the left." in said(page)


def test_a_photo_that_is_taken_away_is_gone():
    page = opened("see", photo="upload")
    page.file_uploader[0].set_value(("dog.jpg", bad_images.accepted()["turned.jpg"], "image/jpeg")).run()
    page.file_uploader[0].set_value(None).run()
    assert "Choose a photo on the left." in said(page)


@pytest.mark.parametrize(("name", "words"), [("cut.jpg", "cut short"), ("large.png", "too many pixels")])
def test_a_bad_image_gets_one_sentence(name, words):
    page = opened("see", photo="upload")
    page.file_uploader[0].set_value((name, bad_images.refused()[name], "image/png")).run()
    assert not page.exception
    assert [words in error.value for error in page.error] == [True]
    assert not page.metric


def test_an_empty_map_is_said_to_be_empty(folder, network):
    against = random_network("small_resnet")
    against.get_submodule("fc").weight.copy_(-torch.ones(12, 256))
    write_small(folder, against)
    page = opened("see")
    assert "nothing in this photo speaks for" in said(page)


def test_missing_weights_and_a_missing_folder_get_one_sentence(folder, monkeypatch):
    card = folder / "made_up.json"
    record = json.loads(card.read_text(encoding="utf-8"))
    record["weights"] |= {"file": "gone.safetensors", "sha256": "0" * 64}
    card.write_text(json.dumps(record), encoding="utf-8")
    assert "its weights, gone.safetensors, are not in" in opened("see").error[0].value
    monkeypatch.setenv(FOLDER_VARIABLE, str(folder / "nowhere"))
    monkeypatch.setenv(TABLES_VARIABLE, str(folder / "nowhere"))
    assert "No model is installed here" in opened("see").error[0].value


def test_the_card_and_the_words_about_maps_are_there():
    text = said(opened("see"))
    assert f"less than {percent(0.4)} for its first class: on {percent(0.25)}" in text
    assert f"on {percent(0.75)} of 1,234 photos of other things" in text
    for words in ("For tests only.", "It knows nothing.", "It does not mean", f"{percent(0.5)} of unseen photos right"):
        assert words in text


LOADED = """
import sys
import explorer.vision.cards, explorer.vision.examples, explorer.vision.images, explorer.vision.maps
import explorer.vision.overlay, explorer.vision.preprocess
from tests.app.support import opened
opened({page!r})
print("torch" in sys.modules)
"""


@pytest.mark.parametrize(("page", "loads_torch"), [("", "False"), ("see", "True")])
def test_only_this_page_brings_torch(page, loads_torch):
    ran = subprocess.run([sys.executable, "-c", LOADED.format(page=page)], capture_output=True, text=True, check=True)
    assert ran.stdout.strip() == loads_torch

import json

import numpy as np
import pytest
import torch
from PIL import Image
from safetensors.torch import save_file

import explorer
from explorer.errors import ExplorerError
from explorer.layers import Conv, Flatten, GlobalAvgPool, Linear, ReLU
from explorer.network import Network
from explorer.spec import Series
from explorer.text import dump
from explorer.vision.cards import FOLDER_VARIABLE
from explorer.vision.see import see
from tests.support.models import CLASSES, random_network, write_small


@pytest.fixture(autouse=True)
def folder(tmp_path, monkeypatch):
    write_small(tmp_path, random_network("small_resnet"))
    monkeypatch.setenv(FOLDER_VARIABLE, str(tmp_path))
    return tmp_path


@pytest.fixture
def photo(tmp_path):
    path = tmp_path / "photo.jpg"
    values = np.random.default_rng(0).integers(0, 255, (90, 120, 3), dtype=np.uint8)
    Image.fromarray(values).save(path)
    return path


def look(image_path, **asked):
    return see(image_path, **{"model": "small_resnet", "device": "cpu"} | asked)


@pytest.mark.parametrize(
    ("method", "layer", "shape"),
    [
        ("grad-cam", "layer4.1.relu", [8, 8]),
        ("cam", "layer4.1.relu", [8, 8]),
        ("occlusion", "input", [64, 64]),
        ("grad-cam-pp", "layer4.1.relu", [8, 8]),
        ("integrated-gradients", "input", [64, 64]),
        ("guided-backprop", "input", [64, 64]),
    ],
)
def test_what_was_seen_as_plain_values(photo, method, layer, shape):
    seen = look(photo, method=method)
    record = json.loads(json.dumps(seen.to_dict()))
    assert (record["method"], record["layer"], record["map_shape"]) == (method, layer, shape)
    assert record["device"].startswith("processor")
    assert record["target"] == record["top"][0]["class"]
    assert len(record["top"]) == 5
    chances = [guess["probability"] for guess in record["top"]]
    assert chances == sorted(chances, reverse=True)
    assert 0 < sum(chances) <= 1


def test_the_probabilities_are_the_networks_softmax(photo):
    seen = look(photo)
    scores = seen.model.network(seen.model.prepare(seen.photo))[0]
    for guess in seen.top:
        assert guess.name == CLASSES[guess.index]
        assert guess.probability == pytest.approx(float(scores.softmax(0)[guess.index]), abs=1e-6)


def test_a_target_and_a_layer_of_ones_own(photo):
    seen = look(photo, target="pizza", layer="layer2.1.relu")
    assert (seen.target, seen.attribution.layer, seen.attribution.map.shape) == ("pizza", "layer2.1.relu", (16, 16))
    assert "Grad-CAM of pizza at layer2.1.relu: 16×16 cells" in str(seen)
    assert str(seen).endswith("Seen by made_up on " + seen.to_dict()["device"])


def test_maps_are_written(photo, tmp_path):
    seen = look(photo)
    with Image.open(seen.save(tmp_path / "map.png")) as image:
        assert image.size == (120, 90)
    assert np.array_equal(np.load(seen.save(tmp_path / "map.npy")), seen.attribution.map)


def test_an_empty_map_is_said_to_be_empty(photo, folder):
    network = random_network("small_resnet")
    network.get_submodule("fc").weight.copy_(-torch.ones(12, 256))
    write_small(folder, network)
    seen = look(photo)
    assert seen.to_dict()["empty"]
    assert f"The map is empty: nothing there speaks for {seen.target}." in str(seen)
    assert np.asarray(seen.overlay(1))[45, 60].tolist() == [68, 1, 84]  # the darkest colour all over


def test_what_cannot_be_written(photo, tmp_path):
    seen = look(photo)
    with pytest.raises(ExplorerError, match=r"map\.gif: maps are written as \.png or \.npy"):
        seen.save(tmp_path / "map.gif")
    with pytest.raises(ExplorerError, match="the map cannot be written"):
        seen.save(tmp_path / "nowhere" / "map.png")


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"image_path": "no.jpg"}, "no.jpg: the file cannot be read"),
        ({"model": "vgg16_conv1"}, "vgg16_conv1: there are no weights for it;"),
        ({"model": "nothing"}, "no architecture is called 'nothing'"),
        ({"method": "lime"}, "method is 'lime'; allowed: grad-cam, cam, occlusion"),
        ({"target": "wolf"}, "has no class 'wolf'"),
        ({"device": "tpu"}, "device is 'tpu'"),
        ({"layer": "fc"}, "a layer with maps"),
    ],
)
def test_what_is_not_there_is_named(photo, change, words):
    with pytest.raises(ExplorerError, match=words):
        look(**({"image_path": photo} | change))


def test_random_weights_are_said_to_be_random(photo, tmp_path):
    seen = look(photo, model="lenet5:num_classes=3", seed=2)
    assert seen.to_dict()["untrained"]
    assert "Untrained: the weights are random (seed 2); all of this is chance." in str(seen)
    assert not look(photo).to_dict()["untrained"]


def test_weights_and_names_of_ones_own_for_a_composition_in_a_file(photo, tmp_path):
    spec = Series(conv=Conv(4, 3), relu=ReLU(), pool=GlobalAvgPool(), flatten=Flatten(), fc=Linear(2))
    (tmp_path / "mine.yaml").write_text(dump(spec, (3, 16, 16), "mine"), encoding="utf-8")
    network = Network(explorer.lower(spec, (3, 16, 16)))
    save_file(network.state_dict(), tmp_path / "w.safetensors")
    (tmp_path / "names.txt").write_text("day\nnight\n", encoding="utf-8")
    seen = look(
        photo,
        model=str(tmp_path / "mine.yaml"),
        weights=tmp_path / "w.safetensors",
        target="night",
        classes=tmp_path / "names.txt",
    )
    assert (seen.target, seen.model.id, len(seen.top)) == ("night", "w", 2)
    scores = network.eval()(seen.model.prepare(seen.photo))[0]
    assert seen.attribution.score == pytest.approx(scores[1].item(), abs=1e-5)


def test_one_class_rather_than_another(photo):
    one, other = (look(photo, method="cam", target=name).attribution.map for name in ("cat", "dog"))
    seen = look(photo, method="cam", target="cat", rather_than="dog")
    np.testing.assert_allclose(seen.attribution.map, one - other, atol=1e-6)
    assert seen.to_dict()["rather_than"] == "dog"
    assert "CAM of cat rather than dog at layer4.1.relu" in str(seen)


def test_the_box_round_the_evidence(photo):
    seen = look(photo, method="deconvnet")
    left, top, right, bottom = seen.to_dict()["box"]
    assert 15 <= left < right <= 105, "the crop of a photo of 120×90"
    assert 0 <= top < bottom <= 90


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"half": True}, "mixed precision on cpu; allowed: on CUDA"),
        ({"classes": "no.txt", "seed": 0}, "no.txt: the file cannot be read"),
        ({"rather_than": "dog", "method": "deconvnet"}, "deconvnet cannot contrast two classes"),
        ({"rather_than": "wolf"}, "has no class 'wolf'"),
        ({"seed": -1}, "seed is -1; allowed: 0 to 4,294,967,295"),
        ({"seed": 0, "weights": "made_up"}, "weights 'made_up' and random ones of seed 0; allowed: one of both"),
    ],
)
def test_what_else_cannot_be_is_named(photo, change, words):
    with pytest.raises(ExplorerError, match=words):
        look(**({"image_path": photo} | change))


def test_a_part_is_looked_at_as_if_it_were_the_photo(photo, tmp_path):
    with Image.open(photo) as whole:
        whole.crop((30, 10, 110, 70)).save(tmp_path / "part.png")
    seen, wanted = look(photo, part=(30, 10, 110, 70)), look(tmp_path / "part.png")
    assert seen.photo.size == (80, 60)
    assert seen.top == wanted.top
    assert np.array_equal(seen.attribution.map, wanted.attribution.map)
    assert seen.attribution.map.tolist() != look(photo).attribution.map.tolist()


@pytest.mark.parametrize("part", [(30, 10, 121, 70), (-1, 0, 20, 20), (50, 0, 40, 20), (0, 0, 7, 20), (0, 83, 90, 90)])
def test_a_part_lies_on_the_photo(photo, part):
    words = "0 ≤ left < right ≤ 120, 0 ≤ top < bottom ≤ 90, at least 8 pixels each way"
    with pytest.raises(ExplorerError, match=f"^part: the edges are {','.join(map(str, part))}; allowed .*{words}$"):
        look(photo, part=part)

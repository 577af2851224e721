"""The views of the See page: two classes, several maps, a patch by hand, a cell and its fields; stopped work."""

import re
from hashlib import sha256

import numpy as np
import pytest

from app import looking
from app.components.compare import MOST
from app.components.waiting import left
from explorer.errors import ExplorerError
from explorer.vision import methods
from explorer.vision.boxes import box_of, centred, iou
from explorer.vision.cards import FOLDER_VARIABLE
from explorer.vision.contrast import LINEAR, contrast
from explorer.vision.examples import examples
from explorer.vision.features import feature_maps
from explorer.vision.images import decode
from explorer.vision.methods import METHODS
from explorer.vision.occlusion import occlusion
from explorer.vision.patch import hide
from explorer.vision.predict import predict
from explorer.vision.preprocess import Box
from explorer.vision.weights import load
from tests.app.support import opened, said
from tests.support.models import random_network, write_small

CAT = examples()["cat"].file.read_bytes()


@pytest.fixture(scope="module")
def network():
    return random_network("small_resnet")


@pytest.fixture(autouse=True)
def folder(tmp_path, monkeypatch, network):
    write_small(tmp_path, network)
    monkeypatch.setenv(FOLDER_VARIABLE, str(tmp_path))
    return tmp_path


def another(folder, **changes):
    """Put a second model into the folder, with the same weights under another name."""
    for ending in ("json", "safetensors"):
        (folder / f"made_up.{ending}").rename(folder / f"first.{ending}")
    card = folder / "first.json"
    card.write_text(card.read_text(encoding="utf-8").replace('"made_up.safe', '"first.safe'), encoding="utf-8")
    write_small(folder, random_network("small_resnet"), id="second", **changes)


def labels(page):
    return [button.label for button in page.get("download_button")]


def captions(page):
    return [image.proto.imgs[0].caption for image in page.get("image")]


def kept(method, target, layer=None, cover=None):
    card = load("small_resnet").card
    return looking.kept_map(sha256(CAT).hexdigest(), f"{card.key} cpu", method, target, layer, cover).value


def test_two_classes_are_held_against_each_other_on_one_scale():
    page = opened("see", target="dog", than="bus", layer="layer2.1.relu")
    assert not page.error
    assert captions(page)[:2] == ["dog rather than bus", "bus rather than dog"]
    assert labels(page) == ["Pictures (PNG)", "Maps (NPZ, 2)"]
    both = contrast(kept("grad-cam", 7, "layer2.1.relu"), kept("grad-cam", 3, "layer2.1.relu"))
    assert both.map.min() < 0 < both.map.max()


@pytest.mark.parametrize("method", METHODS)
def test_only_methods_that_can_offer_a_second_class(method):
    page = opened("see", method=method)
    assert not page.error
    assert ("widget/made_up/than" in [box.key for box in page.selectbox]) == (method in LINEAR)


def test_the_patches_of_occlusion_are_the_readers(network):
    page = opened("see", method="occlusion", patch="50", step="1", target="dog")
    assert not page.error
    found = kept("occlusion", 7, None, (32, 32))
    expected = occlusion(
        load("small_resnet").network, load("small_resnet").prepare(decode(CAT)), 7, patch=32, stride=32
    )
    np.testing.assert_allclose(found.raw, expected.raw, atol=1e-6)
    assert found.raw.shape == (2, 2)


def test_methods_stand_side_by_side(folder):
    page = opened("see", look="compare", methods="cam,grad-cam,occlusion", share="0")
    assert not page.error
    first, second, third = captions(page)[:3]
    assert re.fullmatch(r"CAM · Small ResNet · made up · \w+ [\d.]+\u00a0% · layer4.1.relu · 8×8", first)
    assert re.fullmatch(r"Grad-CAM · Small ResNet · made up · \w+ [\d.]+\u00a0% · relu · 32×32", second)
    assert re.fullmatch(r"Occlusion sensitivity · Small ResNet · made up · \w+ [\d.]+\u00a0% · 64×64", third)
    assert labels(page) == ["Pictures (PNG)", "Maps (NPZ, 3)"]
    page.slider("widget//share").set_value(100).run()
    assert "layer4.1.relu · 8×8" in captions(page)[1]
    assert page.query_params == {"look": "compare", "methods": "cam,grad-cam,occlusion"}


def test_networks_stand_side_by_side_and_each_may_refuse(folder):
    another(folder, classes=[f"thing {i}" for i in range(12)])
    page = opened(
        "see", look="compare", methods="grad-cam,cam", networks="made_up,second", model="made_up", together="true"
    )
    assert not page.exception
    assert [caption.split(" · ")[:3:2] for caption in captions(page)[:4]] == [
        ["Grad-CAM", "made up"],
        ["Grad-CAM", "second"],
        ["CAM", "made up"],
        ["CAM", "second"],
    ]
    assert "thing" in captions(page)[1]  # it does not know the class: what it finds likeliest


def test_two_classes_are_held_against_each_other_side_by_side():
    page = opened("see", look="compare", methods="grad-cam,deconvnet", target="cat", than="dog", together="true")
    title, *_rest = captions(page)
    assert re.match(
        r"Grad-CAM · Small ResNet · made up · cat [\d.]+ % rather than dog · layer4.1.relu · 8×8",
        title.replace("\xa0", " "),
    )
    assert ["deconvnet cannot contrast two classes" in info.value for info in page.info] == [True]
    one, other = (kept("grad-cam", target, "layer4.1.relu") for target in (6, 7))
    assert not np.array_equal(contrast(one, other).heat, one.heat)
    assert page.query_params["than"] == "dog"


def test_a_network_that_does_not_know_a_class_holds_nothing_against_it(folder):
    another(folder, classes=[f"thing {i}" for i in range(12)])
    page = opened("see", look="compare", model="made_up", networks="made_up,second", methods="cam", than="dog")
    assert ["does not know both" in info.value for info in page.info] == [True]
    assert len([caption for caption in captions(page) if "rather than dog" in caption]) == 1


def test_a_box_of_the_reader_is_held_against_that_of_the_map(network):
    page = opened("see", look="box", method="deconvnet", target="cat", cut="50", drawn="100,50,300,250")
    model = load("small_resnet")
    photo = decode(CAT)
    found = kept("deconvnet", 6)
    fed = model.preprocessing.box(*photo.size)
    seen, drawn, known = box_of(found.heat, fed, 0.5), Box(100, 50, 300, 250), examples()["cat"].box
    expected = [iou(box, truth) for truth in (drawn, known) for box in (seen, centred(fed))]
    np.testing.assert_allclose(page.dataframe[0].value["IoU"], [100 * share for share in expected])
    assert [field.value for field in page.number_input] == [100, 50, 300, 250]
    page.number_input[2].set_value(310).run()
    assert page.query_params["drawn"] == "100,50,310,250"
    assert page.dataframe[0].value["IoU"][0] == pytest.approx(100 * iou(seen, Box(100, 50, 310, 250)))


@pytest.mark.parametrize("drawn", ["1,2,3", "5,5,5,9", "0,0,9999,9", "a,b,c,d"])
def test_a_box_beside_the_photo_gets_a_notice(drawn):
    page = opened("see", look="box", drawn=drawn)
    assert "allowed: 0 ≤ left < right ≤ 451, 0 ≤ top < bottom ≤ 300" in page.warning[0].value
    assert len(page.dataframe[0].value) == 2, "the box of the bundled picture is still there"


def test_a_method_that_refuses_says_so_in_its_place(monkeypatch):
    def refuse(*arguments):
        raise ExplorerError("no CAM for this one")

    described = METHODS["cam"]
    monkeypatch.setitem(methods.METHODS, "cam", type(described)(*described_parts(described, refuse)))
    page = opened("see", look="compare", methods="cam,grad-cam", target="pizza")
    assert "no CAM for this one" in said(page)
    assert captions(page)[0].startswith("Grad-CAM · Small ResNet · made up · pizza")


def described_parts(described, run):
    return described.name, described.summary, described.paper, described.url, described.takes_layer, run


def test_more_maps_than_there_is_room_for_are_left_out():
    page = opened("see", look="compare", methods=",".join(METHODS))
    assert f"At most {MOST} maps at a time" in said(page)
    assert len(captions(page)) == MOST + 1  # and the legend


def test_nothing_chosen_gets_a_sentence_and_an_unknown_method_a_notice():
    page = opened("see", look="compare", methods="cam,magic")
    assert "The link says methods=magic; allowed:" in page.warning[0].value
    page.multiselect("widget//methods").set_value([]).run()
    assert "Choose at least one network and one method." in said(page)


def test_a_patch_by_hand_is_what_the_library_says(network):
    page = opened("see", look="hide", patch="25", patch_at="10,20", fill="black", target="dog")
    assert not page.error
    model = load("small_resnet")
    image = model.prepare(decode(CAT))
    before, after = (
        {guess.name: guess.probability for guess in predict(model.network, each, model.classes, 12)}
        for each in (image, hide(image, 10, 20, 16, "black", model.preprocessing))
    )
    shown = page.dataframe[0].value
    for column, now in (("Whole photo", before), ("Partly hidden", after)):
        assert list(shown[column]) == pytest.approx([100 * now[name] for name in shown["Class"]])
    assert before["dog"] != after["dog"]


def test_a_patch_that_grows_stays_on_the_photo():
    page = opened("see", look="hide", patch="25", patch_at="48,48")
    assert page.query_params["patch_at"] == "48,48"
    page.slider("widget//patch").set_value(50).run()
    assert not page.exception
    assert page.query_params["patch_at"] == "32,32"


@pytest.mark.parametrize("at", ["49,0", "1", "-1,3", "a,b", "1,2,3"])
def test_a_place_beside_the_photo_gets_a_notice(at):
    page = opened("see", look="hide", patch="25", patch_at=at)
    assert f"The link says patch_at={at}; allowed:" in page.warning[0].value
    assert "patch_at" not in page.query_params


def test_a_cell_and_its_two_fields():
    page = opened("see", look="field", layer="relu", cell="0,31")
    assert not page.error
    text = said(page)
    assert "by the theory the cell can see 3×3 pixels; 2×3 of them lie on the photo" in text
    assert "hold 90 % of the pull" in text
    page.select_slider("widget/made_up/layer").set_value("layer4.1.relu").run()
    assert "by the theory the cell can see" in said(page)
    assert "64×64 of them lie on the photo" in said(page)
    assert "cell" not in page.query_params  # each layer has a cell of its own; this one's is in the middle


def test_work_that_fails_leaves_its_sentence_and_nothing_is_kept(monkeypatch):
    def fail(*arguments, **settings):
        raise ExplorerError("the network is tired")

    monkeypatch.setattr(looking, "refined", fail)
    page = opened("see", method="occlusion", target="train")
    assert [error.value for error in page.error] == ["the network is tired"]
    monkeypatch.undo()
    assert kept("occlusion", 11, None, (16, 8)) is None


def test_a_box_is_drawn_round_the_evidence():
    plain, boxed = opened("see"), opened("see", box="true")
    assert not boxed.error
    one, other = (page.get("image")[0].proto.imgs[0].url for page in (plain, boxed))
    assert one != other  # addresses of pictures are made of what they show
    assert boxed.query_params == {"box": "true"}


def test_what_was_stopped_stays_so_until_the_reader_goes_on():
    page = opened("see", method="occlusion", target="boat")
    wanted = f"{sha256(CAT).hexdigest()} {load('small_resnet').card.key} cpu occlusion 2 None (16, 8)"
    page.session_state["_stopped"] = wanted
    page.selectbox("widget/made_up/target").select("bottle").run()
    assert "Stopped: Occlusion sensitivity" in said(page)
    assert not page.get("download_button")
    next(button for button in page.button if button.label == "Go on").click().run()
    assert "Stopped" not in said(page)
    assert labels(page) == ["Picture (PNG)", "Map (NPY, 64×64)"]


def test_time_left():
    assert left(None) == "waiting for the network…"
    assert left(15.2) == "about 15 s left"
    assert left(0.05) == "about 1 s left"


def test_feature_maps_the_strongest_first_and_what_excites_one_unit():
    page = opened("see", look="maps", layer="layer2.1.relu")
    assert not page.error
    model = load("small_resnet")
    maps = feature_maps(model.network, model.prepare(decode(CAT)), "layer2.1.relu")
    strongest = int(maps.max((1, 2)).argmax())
    words = [caption for caption in captions(page) if caption.startswith("unit ")]
    assert words[0] == f"unit {strongest}"
    assert len(words) == 12
    assert page.number_input("widget/made_up/layer2.1.relu/unit").value == strongest
    patches = [float(caption) for caption in captions(page)[13:] if caption]
    assert patches == sorted(patches, reverse=True)
    assert len(patches) == min(9, len(examples()))
    page.number_input("widget/made_up/layer2.1.relu/unit").set_value(0 if strongest else 1).run()
    assert not page.exception
    assert page.query_params["unit"] == ("0" if strongest else "1")


def test_a_map_is_put_to_the_test():
    page = opened("see", look="doubt", method="cam")
    assert not page.error
    text = said(page)
    assert re.search(r"Areas under the curves: \*\*0\.\d\d\*\* .*at random 0\.\d\d\), \*\*0\.\d\d\*\*", text)
    marks = [caption for caption in captions(page) if caption.startswith("from ")]
    assert [mark.partition(" on: ")[0] for mark in marks][::4] == ["from fc", "from conv1"]
    assert len(marks) == 5


def test_the_first_filters_are_shown(network):
    page = opened("see", look="maps")
    assert "The 32 filters of conv1, as pictures" in said(page)
    assert labels(page) == ["Filters (NPY, 32×3×3×3)"]

"""Models that ship, files of one's own, and files that must not be trusted."""

import json
import os
import pickle
import zipfile

import pytest
import torch
from safetensors.torch import save_file

from explorer.errors import ExplorerError
from explorer.vision.cards import FOLDER_VARIABLE, read_card, shipped
from explorer.vision.checkpoint import read_state
from explorer.vision.weights import load
from tests.support.models import CLASSES, edit, random_network, write_small


@pytest.fixture(scope="module")
def network():
    return random_network("small_resnet")


@pytest.fixture
def folder(tmp_path, network):
    write_small(tmp_path, network)
    return tmp_path


@pytest.fixture(scope="module")
def lenet():
    return random_network("lenet5", num_classes=7)


def test_a_model_that_ships(folder, network):
    model = load("small_resnet", folder=folder)
    assert (model.id, model.classes) == ("made_up", CLASSES)
    assert model.card.accuracy == 0.5
    assert not model.network.training
    assert not any(parameter.requires_grad for parameter in model.network.parameters())
    image = torch.randn(1, 3, 64, 64)
    torch.testing.assert_close(model.network(image), network(image), rtol=0.02, atol=0.02)  # half precision


def test_the_folder_of_the_environment_is_used(folder, monkeypatch):
    monkeypatch.setenv(FOLDER_VARIABLE, str(folder))
    assert [card.id for card in shipped()] == ["made_up"]
    assert load("small_resnet", "made_up").id == "made_up"


def test_models_for_colour_photos_come_first_and_of_these_the_best(folder):
    def copy(id, accuracy, channels):
        card = json.loads((folder / "made_up.json").read_text(encoding="utf-8"))
        preparation = card["preprocessing"] | {name: card["preprocessing"][name][:channels] for name in ("mean", "std")}
        edit_of = folder / f"{id}.json"
        edit_of.write_text(json.dumps(card), encoding="utf-8")
        edit(edit_of, id=id, preprocessing=preparation, validation={"accuracy": accuracy})

    copy("good", 0.8, 3), copy("digits", 0.99, 1), copy("also_good", 0.8, 3)
    assert [card.id for card in shipped(folder)] == ["also_good", "good", "made_up", "digits"]


def test_nothing_is_faked(folder):
    with pytest.raises(
        ExplorerError, match=r"vgg16_conv1: there are no weights .* made_up \(for small_resnet\); or give a"
    ):
        load("vgg16_conv1", folder=folder)
    with pytest.raises(ExplorerError, match="no weights 'imagenet' for it;"):
        load("small_resnet", "imagenet", folder=folder)
    with pytest.raises(ExplorerError, match="there are: none"):
        load("small_resnet", folder=folder / "empty")


def test_other_bytes_than_the_card_promises_are_refused(folder):
    path = folder / "made_up.safetensors"
    data = bytearray(path.read_bytes())
    data[-1] ^= 1
    path.write_bytes(data)
    with pytest.raises(ExplorerError, match="has another SHA-256 than its card says; it was not loaded"):
        load("small_resnet", folder=folder)


def test_weights_that_are_not_there(folder):
    (folder / "made_up.safetensors").unlink()
    with pytest.raises(ExplorerError, match=r"its weights, made_up\.safetensors, are not in"):
        load("small_resnet", folder=folder)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("{", "not the card of a model"),
        ("[]", "not the card of a model"),
        ('{"id": "x"}', "the card has no 'weights'"),
        ('{"weights": 3}', "not the card of a model|the card has no"),
    ],
)
def test_a_card_that_is_none(tmp_path, text, words):
    (tmp_path / "bad.json").write_text(text, encoding="utf-8")
    with pytest.raises(ExplorerError, match=f"bad.json: .*({words})"):
        read_card(tmp_path / "bad.json")


def test_a_card_cannot_point_out_of_its_folder(folder):
    card = folder / "made_up.json"
    weights = json.loads(card.read_text(encoding="utf-8"))["weights"]
    edit(card, weights=weights | {"file": "../../elsewhere.safetensors"})
    assert read_card(card).file == folder / "elsewhere.safetensors"


def test_a_card_with_too_few_classes(folder):
    edit(folder / "made_up.json", classes=["cat", "dog"])
    with pytest.raises(ExplorerError, match="the card names 2 classes, the network has 12"):
        load("small_resnet", folder=folder)


@pytest.mark.parametrize("suffix", [".safetensors", ".pth", ".pt"])
def test_a_file_of_ones_own_brings_its_number_of_classes(tmp_path, lenet, suffix):
    path = tmp_path / f"mine{suffix}"
    save = save_file if suffix == ".safetensors" else torch.save
    save(lenet.state_dict(), path)
    model = load("lenet5", path)
    assert (model.id, len(model.classes), model.classes[3]) == ("mine", 7, "class 3")
    image = torch.randn(1, 1, 32, 32)
    torch.testing.assert_close(model.network(image), lenet(image))


@pytest.mark.parametrize("wrapper", ["state_dict", "model"])
def test_a_checkpoint_that_wraps_its_state(tmp_path, lenet, wrapper):
    torch.save({wrapper: lenet.state_dict(), "epoch": 3}, tmp_path / "mine.pth")
    assert len(load("lenet5", tmp_path / "mine.pth").classes) == 7


def test_a_file_of_torchs_older_kind(tmp_path, lenet):
    torch.save(lenet.state_dict(), tmp_path / "mine.pth", _use_new_zipfile_serialization=False)
    assert len(load("lenet5", tmp_path / "mine.pth").classes) == 7


def test_the_card_beside_a_file_is_read(folder):
    model = load("small_resnet", folder / "made_up.safetensors")
    assert model.classes == CLASSES
    with pytest.raises(ExplorerError, match="its card says small_resnet, not lenet5"):
        load("lenet5", folder / "made_up.safetensors")


class Malicious:
    def __reduce__(self):
        return os.system, (f"touch {os.environ['PROOF']}",)


@pytest.mark.parametrize("form", ["zip", "old", "pickle"])
def test_a_malicious_pickle_is_refused_and_never_run(tmp_path, monkeypatch, form):
    proof, path = tmp_path / "was run", tmp_path / "evil.pth"
    monkeypatch.setenv("PROOF", f"'{proof}'")
    if form == "pickle":
        path.write_bytes(pickle.dumps(Malicious()))
    else:
        torch.save({"c1.weight": Malicious()}, path, _use_new_zipfile_serialization=form == "zip")
    words = r"evil\.pth: the file asks to run posix\.system; it was refused and nothing was run"
    with pytest.raises(ExplorerError, match=words if form != "pickle" else r"evil\.pth: "):
        load("lenet5", path)
    assert not proof.exists()
    torch.load(path, weights_only=False) if form != "pickle" else pickle.loads(path.read_bytes())
    assert proof.exists()  # the file would have done it


def test_a_checkpoint_that_grows_is_refused_before_it_is_read(tmp_path, monkeypatch):
    torch.save({"x": torch.zeros(1_000_000)}, tmp_path / "plain.pth")
    plain, bomb = (
        zipfile.ZipFile(tmp_path / "plain.pth"),
        zipfile.ZipFile(tmp_path / "bomb.pth", "w", zipfile.ZIP_DEFLATED),
    )
    with plain as source, bomb as target:
        for part in source.infolist():
            target.writestr(part.filename, source.read(part))
    assert (tmp_path / "bomb.pth").stat().st_size < 20_000
    monkeypatch.setattr(torch, "load", lambda *arguments, **options: pytest.fail("it was read"))
    with pytest.raises(ExplorerError, match=r"bomb\.pth: unpacks from [\d,]+ to 4,\d{3},\d{3} bytes"):
        read_state(tmp_path / "bomb.pth")


@pytest.mark.parametrize(
    ("name", "content", "words"),
    [
        ("cut.safetensors", b"\x10\0\0\0\0\0\0\0{", "not a whole safetensors file"),
        ("empty.pth", b"", "not a whole checkpoint"),
        ("text.pth", b"hello there", "not a whole checkpoint"),
        ("zip.pth", b"PK\x05\x06" + bytes(18), "is no list of tensors"),
        ("model.onnx", b"x", "weights end in '.onnx'; allowed: .safetensors, .pth, .pt"),
    ],
)
def test_files_that_hold_no_weights(tmp_path, name, content, words):
    (tmp_path / name).write_bytes(content)
    with pytest.raises(ExplorerError, match=f"{name}: .*({words})"):
        read_state(tmp_path / name)


def test_a_file_that_is_not_there(tmp_path):
    with pytest.raises(ExplorerError, match="there is no such file of weights"):
        load("lenet5", tmp_path / "no.pth")


@pytest.mark.parametrize("holding", [[1, 2], {"epoch": 3}, {"a": [torch.zeros(1)]}])
def test_checkpoints_without_named_tensors(tmp_path, holding):
    torch.save(holding, tmp_path / "odd.pth")
    with pytest.raises(ExplorerError, match=r"odd\.pth: holds more than named tensors"):
        read_state(tmp_path / "odd.pth")


def test_weights_that_do_not_fit_are_named(tmp_path, lenet):
    state = dict(lenet.state_dict())
    state["extra"] = state.pop("c1.bias")
    state["c3.weight"] = torch.zeros(1, 2)
    state["f6.weight"] = state["f6.weight"].to_sparse()
    torch.save(state, tmp_path / "other.pth")
    with pytest.raises(ExplorerError) as caught:
        load("lenet5", tmp_path / "other.pth")
    assert str(caught.value) == (
        "other.pth for lenet5: the weights do not fit: missing: c1.bias; not of this network: extra; "
        "of another shape: c3.weight is 1×2, not 16×6×5×5, f6.weight is no plain tensor, not 84×120"
    )


def test_targets_by_name_and_by_number(folder):
    model = load("small_resnet", folder=folder)
    assert model.target("dog") == model.target("7") == model.target(7) == 7
    for wrong in ("wolf", "12", 12, -1):
        with pytest.raises(ExplorerError, match=f"made_up has no class {wrong!r}; allowed: bird, boat"):
            model.target(wrong)

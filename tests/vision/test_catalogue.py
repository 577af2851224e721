"""The tables of published weights, held against the libraries that publish them."""

import json
import re
from pathlib import Path
from urllib.parse import urlsplit

import numpy as np
import pytest
import torch
from PIL import Image

import explorer
from assets.weights import make
from explorer.assets import WEIGHTS
from explorer.errors import ExplorerError
from explorer.network import Network
from explorer.vision import catalogue
from explorer.vision.catalogue import CACHE_VARIABLE, TABLES_VARIABLE, cache_folder, obtain, published
from explorer.vision.checkpoint import fit, renamed
from explorer.vision.weights import load
from tests.support import oracles, reference
from tests.support.file_server import serving
from tests.support.published import write_table

CARDS = published()
every_card = pytest.mark.parametrize("card", CARDS, ids=lambda card: card.id)
TORCHVISION = [card for card in CARDS if "download.pytorch.org" in card.origin.url]


def test_the_tables_are_what_the_tool_writes(tmp_path, monkeypatch):
    (tmp_path / "classes").mkdir()
    monkeypatch.setattr(make, "FOLDER", tmp_path)
    make.main()
    for path in sorted(WEIGHTS.rglob("*.json")):
        assert (tmp_path / path.relative_to(WEIGHTS)).read_text("utf-8") == path.read_text("utf-8"), path.name


def test_every_twin_with_published_weights_is_in_the_table():
    models = oracles.torchvision().models
    twins = {
        (known["architecture"], known["name"])
        for known in reference.twins()
        if known["library"] == "torchvision" and not known["knobs"]
    }
    missing = [
        f"{ours} {weights}"
        for ours, theirs in sorted(twins)
        for weights in models.get_model_weights(theirs)
        if weights.meta["categories"] and not any(c.architecture == ours and c.name == weights.name for c in CARDS)
    ]
    assert not missing
    assert len(twins) > 25


def test_every_network_that_timm_has_too_is_in_the_table():
    plain = [
        known for known in reference.twins() if known["library"] == "timm" and not known["knobs"] | known["options"]
    ]
    twins = {known["architecture"] for known in plain if oracles.timm().is_model_pretrained(known["name"])}
    assert twins <= {card.architecture for card in CARDS}
    assert len(twins) > 8


@pytest.mark.parametrize("card", TORCHVISION, ids=lambda card: card.id)
def test_torchvision_says_the_same(card):
    weights = oracles.torchvision().models.get_weight(_enum(card))
    accuracy = weights.meta["_metrics"]["ImageNet-1K"]
    assert card.origin.url == weights.url
    assert card.origin.digest == re.search(r"-([0-9a-f]{8})\.pth", weights.url)[1]
    assert card.origin.size == pytest.approx(weights.meta["_file_size"] * 2**20, abs=1)
    assert list(card.classes) == weights.meta["categories"]
    assert (card.accuracy, card.validation["top5"]) == (accuracy["acc@1"] / 100, accuracy["acc@5"] / 100)


def _enum(card):
    name = make.TORCHVISION[card.architecture]
    return f"{oracles.torchvision().models.get_model_weights(name).__name__}.{card.name}"


@every_card
def test_a_card_is_complete(card):
    url = urlsplit(card.origin.url)
    assert url.scheme == "https"
    assert url.path.endswith((".pth", ".safetensors"))
    assert card.origin.digest or url.hostname == "huggingface.co"
    assert re.fullmatch(r"([0-9a-f]{8,64})?", card.origin.digest)
    assert len(set(card.classes)) == 1000
    assert 0.5 < card.accuracy < card.validation["top5"] < 1
    assert "https://" in card.terms
    assert card.training["recipe"].startswith("https://")
    assert not card.here
    assert explorer.get(card.architecture, **card.knobs)


def test_ids_are_unique_and_name_the_files():
    assert len({card.id for card in CARDS}) == len({card.file for card in CARDS}) == len(CARDS) > 40


def _checkpoint(card):
    """Give, without values, the tensors that the published file holds."""
    if card.origin.url.startswith("https://download.pytorch.org"):
        name = make.TORCHVISION[card.architecture]
        heads = {"aux_logits": True} if name in ("googlenet", "inception_v3") else {}
        state = oracles.on_meta(name, **heads).state_dict()
    else:
        state = oracles.on_meta(make.TIMM[card.architecture][0].partition(".")[0], "timm").state_dict()
    if card.architecture.startswith("densenet"):  # the file is older than the network's names
        state = {re.sub(r"(denselayer\d+\.(?:norm|conv))([12])\.", r"\1.\2.", name): v for name, v in state.items()}
        assert "features.denseblock1.denselayer1.norm.1.weight" in state
    return state


@every_card
def test_the_tensors_of_the_file_are_those_of_our_network(card):
    graph = explorer.lower(explorer.get(card.architecture, **card.knobs), (3, *card.preprocessing.size))
    with torch.device("meta"):
        ours = {name: value.shape for name, value in Network(graph).state_dict().items()}
    held = _checkpoint(card)
    assert ours == {name: value.shape for name, value in renamed(held, card.keys).items()}
    size = sum(value.nbytes for value in held.values())
    halved = card.architecture.startswith("wide_resnet") and card.name == "IMAGENET1K_V1"
    assert (size / 2 if halved else size) == pytest.approx(card.origin.size, rel=0.06)


def test_a_wrong_key_map_is_found_out():
    densenet, inception = (next(c for c in CARDS if c.architecture == id) for id in ("densenet121", "inception_v3"))
    for card, words in ((densenet, "missing: features"), (inception, "not of this network: AuxLogits")):
        with torch.device("meta"):
            expected = Network(explorer.lower(explorer.get(card.architecture))).state_dict()
        with pytest.raises(ExplorerError, match=words):
            fit(_checkpoint(card), expected, "here")


def _photo():
    y, x = np.mgrid[0:420, 0:630]
    waves = [127 + 100 * np.sin(x / a + y / b) for a, b in ((31, 47), (53, 29), (41, 37))]
    return Image.fromarray(np.stack(waves, -1).astype(np.uint8))


PREPARED = {card.preprocessing: card for card in reversed(TORCHVISION)}


@pytest.mark.parametrize("card", PREPARED.values(), ids=lambda card: card.id)
def test_photos_are_prepared_as_torchvision_does(card):
    """Also GoogLeNet and Inception v3, whose published weights make the network change what the transforms give."""
    weights, models = oracles.torchvision().models.get_weight(_enum(card)), oracles.torchvision().models
    theirs = weights.transforms()(_photo())[None]
    name = make.TORCHVISION[card.architecture]
    if name in ("googlenet", "inception_v3"):
        builder = getattr(models, name)
        with torch.device("meta"):
            network = builder(weights=None, init_weights=False, aux_logits=False, transform_input=True)
        assert network.transform_input
        theirs = network._transform_input(theirs)
    ours = torch.from_numpy(card.preprocessing(_photo()))
    assert ours.shape == theirs.shape
    assert float((ours - theirs).abs().mean()) < 0.03  # they cut at whole pixels
    torch.testing.assert_close(ours.mean(), theirs.mean(), atol=0.01, rtol=0)
    torch.testing.assert_close(ours.std(), theirs.std(), atol=0.01, rtol=0)


@pytest.mark.parametrize("name", ["googlenet", "inception_v3"])
def test_torchvision_does_change_what_its_transforms_give_to_these(name, monkeypatch):
    models = oracles.torchvision().models
    weights = models.get_model_weights(name).IMAGENET1K_V1
    with torch.device("meta"):
        state = oracles.on_meta(name, aux_logits=True).state_dict()
    monkeypatch.setattr(type(weights), "get_state_dict", lambda self, **options: state)
    with torch.device("meta"):
        assert getattr(models, name)(weights=weights).transform_input


@pytest.mark.parametrize("card", [c for c in CARDS if c not in TORCHVISION], ids=lambda card: card.id)
def test_photos_are_prepared_as_timm_does(card):
    timm = oracles.timm()
    config = timm.get_pretrained_cfg(make.TIMM[card.architecture][0])
    data = timm.data.resolve_data_config(pretrained_cfg=config.to_dict(), use_test_size=True)
    theirs = timm.data.create_transform(**data)(_photo())[None]
    ours = torch.from_numpy(card.preprocessing(_photo()))
    assert ours.shape == theirs.shape
    assert float((ours - theirs).abs().mean()) < 0.03


@pytest.fixture
def server(tmp_path, monkeypatch):
    monkeypatch.setenv(CACHE_VARIABLE, str(tmp_path / "cache"))
    monkeypatch.setenv(TABLES_VARIABLE, str(tmp_path / "tables"))
    with serving() as files:
        yield files


def test_a_published_checkpoint_is_fetched_loaded_and_gives_what_its_network_gives(server, tmp_path):
    twin = oracles.twin("resnet18")
    digest = write_table(tmp_path / "tables", server, twin.state_dict())
    seen = []
    model = load("resnet18", folder=tmp_path, progress=lambda *done: seen.append(done))
    assert (model.id, model.classes[258], len(model.classes)) == ("resnet18.MADE_UP", "Samoyed", 1000)
    assert model.card.sha256 == digest
    assert seen
    images = torch.randn(1, 3, 64, 64)
    with torch.inference_mode():
        torch.testing.assert_close(model.network(images), twin(images), rtol=1e-4, atol=1e-5)
    load("resnet18", "MADE_UP", folder=tmp_path)
    load("resnet18", "resnet18.MADE_UP", folder=tmp_path)
    assert len(server.asked) == 1


def test_a_checkpoint_that_was_changed_after_it_was_fetched_is_refused(server, tmp_path):
    write_table(tmp_path / "tables", server, oracles.twin("resnet18").state_dict(), digest_digits=0)
    card = obtain(published("resnet18")[0])
    data = bytearray(card.file.read_bytes())
    data[-1] ^= 1
    card.file.write_bytes(data)
    with pytest.raises(ExplorerError, match="has another SHA-256 than its card says"):
        load("resnet18", folder=tmp_path)


def test_weights_that_nobody_published_are_named(server, tmp_path):
    write_table(tmp_path / "tables", server, {})
    with pytest.raises(ExplorerError, match=r"no weights 'V9' for it; there are: MADE_UP \(for resnet18\); or give"):
        load("resnet18", "V9", folder=tmp_path)
    with pytest.raises(ExplorerError, match=r"resnet34: there are no weights for it; there are: none; or give"):
        load("resnet34", folder=tmp_path)
    assert not server.asked


@pytest.mark.parametrize(
    ("text", "words"),
    [("{", "holds a table of weights that is none"), ('{"weights": []}', "is none"), ("[]", "is none")],
)
def test_a_table_that_is_none(server, tmp_path, text, words):
    (tmp_path / "tables").mkdir()
    (tmp_path / "tables" / "bad.json").write_text(text, encoding="utf-8")
    with pytest.raises(ExplorerError, match=words):
        published()


def test_a_table_without_its_classes(server, tmp_path):
    (tmp_path / "tables").mkdir()
    (tmp_path / "tables" / "a.json").write_text(json.dumps({"classes": "cats", "weights": []}), encoding="utf-8")
    with pytest.raises(ExplorerError, match=r"cats\.json: the table of weights cannot be read \(No such file"):
        published()


@pytest.mark.parametrize(
    ("platform", "variables", "folder"),
    [
        ("linux", {}, "/home/ada/.cache/convnet-explorer"),
        ("linux", {"XDG_CACHE_HOME": "/fast"}, "/fast/convnet-explorer"),
        ("darwin", {}, "/home/ada/Library/Caches/convnet-explorer"),
        ("win32", {"LOCALAPPDATA": "/local"}, "/local/convnet-explorer"),
        ("linux", {CACHE_VARIABLE: "/mine"}, "/mine"),
    ],
)
def test_the_cache_lies_where_the_platform_keeps_caches(monkeypatch, platform, variables, folder):
    for name in ("XDG_CACHE_HOME", "LOCALAPPDATA", CACHE_VARIABLE):
        monkeypatch.delenv(name, raising=False)
    for name, value in variables.items():
        monkeypatch.setenv(name, value)
    monkeypatch.setattr(catalogue.sys, "platform", platform)
    monkeypatch.setattr(Path, "home", lambda: Path("/home/ada"))
    assert cache_folder() == Path(folder)

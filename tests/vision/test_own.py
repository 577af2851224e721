"""The reader's own: weights in memory, for networks of the zoo and compositions; random weights; names of classes."""

import json
import os
import pickle
import weakref
from dataclasses import replace
from io import BytesIO

import pytest
import torch
from safetensors.torch import save

import explorer
from explorer import references
from explorer.errors import ExplorerError
from explorer.layers import Conv, Flatten, GlobalAvgPool, Linear, ReLU
from explorer.reading import Document
from explorer.spec import Series
from explorer.vision import building, weights
from explorer.vision.class_names import read_classes
from explorer.vision.own import own_card, untrained_card
from explorer.vision.preprocess import Preprocessing
from explorer.vision.weights import load, load_card
from tests.support.models import random_network

COMPOSED = Document(
    "mine",
    (3, 16, 16),
    Series(conv=Conv(4, 3), relu=ReLU(), pool=GlobalAvgPool(), flatten=Flatten(), fc=Linear(3)),
)


@pytest.fixture(scope="module")
def lenet():
    return random_network("lenet5", num_classes=7)


def saved(state, suffix):
    if suffix == ".safetensors":
        return save(state)
    out = BytesIO()
    torch.save(state, out)
    return out.getvalue()


def test_a_file_of_torchs_older_kind_in_memory(lenet):
    older = BytesIO()
    torch.save(lenet.state_dict(), older, _use_new_zipfile_serialization=False)
    assert len(load_card(own_card(explorer.get("lenet5"), "mine.pth", older.getvalue())).classes) == 7


@pytest.mark.parametrize("suffix", [".safetensors", ".pth"])
def test_weights_in_memory(lenet, suffix):
    card = own_card(explorer.get("lenet5"), f"mine{suffix}", saved(lenet.state_dict(), suffix))
    model = load_card(card)
    assert (model.id, model.card.here, model.classes[6]) == ("mine", True, "class 6")
    image = torch.randn(1, 1, 32, 32)
    torch.testing.assert_close(model.network(image), lenet(image))


@pytest.mark.parametrize("prefix", ["module.", "_orig_mod.", "module._orig_mod."])
def test_names_with_the_prefix_of_a_training_framework(lenet, prefix):
    state = {prefix + name: value for name, value in lenet.state_dict().items()}
    if prefix == "module._orig_mod.":
        assert all(name.startswith("module._orig_mod.") for name in state)
    model = load_card(own_card(explorer.get("lenet5"), "mine.pth", saved(state, ".pth")))
    assert len(model.classes) == 7


def test_names_that_another_library_gives(lenet):
    state = {name.replace(".weight", ".gewicht"): value for name, value in lenet.state_dict().items()}
    network = explorer.get("lenet5")
    with pytest.raises(ExplorerError, match=r"missing: c1\.weight, .* not of this network: c1\.gewicht"):
        building.trained(network, state, "x", (1, 32, 32), [(("^", "theirs."),)])
    built = building.trained(network, state, "x", (1, 32, 32), [(("^", "theirs."),), ((r"\.gewicht$", ".weight"),)])
    assert built.graph.shape_of("output") == (7,)


def test_the_rules_of_published_weights_are_tried_for_a_file_without_a_card(lenet, monkeypatch):
    state = {name.replace(".weight", ".gewicht"): value for name, value in lenet.state_dict().items()}
    theirs = replace(untrained_card(explorer.get("lenet5")), keys=((r"\.gewicht$", ".weight"),))
    monkeypatch.setattr(weights, "published", lambda id: (theirs,) if id == "lenet5" else ())
    assert len(load_card(own_card(explorer.get("lenet5"), "mine.pth", saved(state, ".pth"))).classes) == 7


def test_a_composition_with_weights_and_classes():
    network = building.untrained(explorer.lower(COMPOSED.spec, COMPOSED.input_shape), 3)
    content = saved(network.state_dict(), ".safetensors")
    card = own_card(references.read(references.write(COMPOSED)), "w.safetensors", content, ("a", "b", "c"))
    model = load_card(card)
    assert model.classes == ("a", "b", "c")
    image = torch.randn(1, 3, 16, 16)
    torch.testing.assert_close(model.network(image), network.eval()(image))
    with pytest.raises(ExplorerError, match="the card names 2 classes, the network has 3"):
        load_card(own_card(COMPOSED, "w.safetensors", content, ("a", "b")))


def test_what_does_not_fit_is_one_sentence(lenet):
    state = dict(lenet.state_dict())
    state["extra.weight"] = state.pop("c1.weight")
    state["c3.bias"] = torch.zeros(5)
    with pytest.raises(ExplorerError) as refusal:
        load_card(own_card(explorer.get("lenet5"), "mine.pth", saved(state, ".pth")))
    assert str(refusal.value) == (
        "mine.pth for lenet5: the weights do not fit: missing: c1.weight; not of this network: extra.weight; "
        "of another shape: c3.bias is 5, not 16"
    )


class Malicious:
    def __reduce__(self):
        return os.system, (f"touch {os.environ['PROOF']}",)


def test_a_malicious_pickle_in_memory_is_refused_and_never_run(tmp_path, monkeypatch):
    monkeypatch.setenv("PROOF", str(tmp_path / "proof"))
    older = BytesIO()
    torch.save({"a": Malicious()}, older, _use_new_zipfile_serialization=False)
    for content in (older.getvalue(), saved({"a": Malicious()}, ".pth"), pickle.dumps({"a": Malicious()}, 2)):
        with pytest.raises(ExplorerError, match=r"asks to run (posix|nt)\.system; it was refused and nothing was run"):
            load_card(own_card(explorer.get("lenet5"), "evil.pth", content))
    assert not (tmp_path / "proof").exists()


@pytest.mark.parametrize("content", [b"", b"PK\x03\x04nothing", b"\x00" * 64])
@pytest.mark.parametrize("name", ["x.pth", "x.safetensors"])
def test_broken_files(name, content):
    with pytest.raises(ExplorerError, match=r"x\.(pth|safetensors): "):
        load_card(own_card(explorer.get("lenet5"), name, content))


def test_random_weights_are_the_same_for_the_same_seed_and_leave_the_generator_alone():
    torch.manual_seed(5)
    expected = torch.rand(3)
    torch.manual_seed(5)
    one, same, other = (load("lenet5", seed=seed).network.state_dict()["c1.weight"] for seed in (0, 0, 1))
    torch.testing.assert_close(torch.rand(3), expected)
    torch.testing.assert_close(one, same)
    assert not torch.equal(one, other)
    torch.manual_seed(0)
    torch.testing.assert_close(torch.nn.Conv2d(1, 6, 5).weight.detach(), one)


def test_what_an_untrained_card_says():
    card = untrained_card(COMPOSED)
    assert card.here
    assert "learned nothing" in card.limits[0]
    assert untrained_card(COMPOSED, 1).key != card.key
    assert untrained_card(COMPOSED, preprocessing=Preprocessing((32, 32), 32)).key != card.key
    assert load_card(untrained_card(COMPOSED, preprocessing=Preprocessing((32, 40), 40))).network.graph.input_shape == (
        3,
        32,
        40,
    )


def test_what_cannot_be_run_is_refused_before_memory_is_taken():
    huge = Document("huge", (3, 32, 32), Series(conv=Conv(4, 3), flatten=Flatten(), fc=Linear(10**6)))
    with pytest.raises(ExplorerError, match=r"huge: .* bytes of parameters .* allowed: 2,147,483,648 each"):
        load_card(untrained_card(huge))
    with pytest.raises(ExplorerError, match="takes no photos: its input is 3×16×112×112"):
        load("c3d", seed=0)
    with pytest.raises(ExplorerError, match="takes 1 channels, the photos have 3"):
        load_card(untrained_card(explorer.get("lenet5"), preprocessing=Preprocessing((32, 32), 32)))


def test_random_networks_are_let_go():
    network = load("lenet5", seed=0).network
    gone = weakref.ref(network)
    del network
    assert gone() is None


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("cat\ndog\n", ("cat", "dog")),
        ("\ufeffcat\r\ndog\r\n\r\n", ("cat", "dog")),
        ('["cat", "dog"]', ("cat", "dog")),
        ('{"1": "dog", "0": "cat"}', ("cat", "dog")),
        ('{"0": ["n02123045", "cat"], "1": ["n02084071", "dog"]}', ("cat", "dog")),
        (json.dumps({"dog": 1, "cat": 0}), ("cat", "dog")),
        ('{"7": "cat", "3": "dog"}', None),
        ('{"a": 1, "b": 1}', None),
        ("[1, 2]", None),
        ("{", None),
        ("[" * 100_000, None),
        ("cat\n\ndog", None),
        ("", None),
        ("x" * 201, None),
    ],
)
def test_names_of_classes(text, names):
    if names:
        assert read_classes(text.encode(), "names") == names
    else:
        with pytest.raises(ExplorerError, match=r"^names: .*allowed"):
            read_classes(text.encode(), "names")


def test_names_that_are_no_text_or_too_many():
    with pytest.raises(ExplorerError, match="not UTF-8 text"):
        read_classes(b"\xff\xfe\x00", "names")
    with pytest.raises(ExplorerError, match="4,000,001 bytes; allowed: 4,000,000"):
        read_classes(b"a" * 4_000_001, "names")


def test_a_class_called_by_a_number_is_taken_by_its_name():
    card = untrained_card(COMPOSED)
    model = load_card(replace(card, classes=("10", "0", "x")))
    assert [model.target(each) for each in ("10", "0", "2", 1)] == [0, 1, 2, 1]

"""A network as one word: what is written is read, knobs and inputs included, and an address opens no file."""

import random

import pytest

import explorer
from explorer import references, sharing
from explorer.errors import ExplorerError
from explorer.layers import Conv, ReLU
from explorer.reading import Document
from explorer.spec import Series
from explorer.text import dump
from explorer.zoo import Architecture

DOCUMENT = Document("small", (3, 32, 32), Series(Conv(8, 3), ReLU()))


def settings(architecture):
    """Give some setting of each knob by itself: the ends, or a choice."""
    for knob in architecture.knobs:
        for value in knob.choices or (knob.low, knob.high):
            try:
                yield explorer.get(architecture.id, **{knob.name: value})
            except ExplorerError:
                continue  # the knob goes in steps


@pytest.mark.parametrize("architecture", explorer.architectures(), ids=lambda a: a.id)
def test_every_setting_of_the_zoo_comes_back(architecture):
    assert references.write(architecture) == architecture.id
    for turned in settings(architecture):
        word = references.write(turned)
        assert references.read(word) == turned
        assert not set(word) & set(", &#?/%+"), "nothing that an address would have to escape"
        words = (word, f"{word}@3x64x64", f"{word}@3,64,64")
        assert references.several(",".join(words)) == words


def test_another_input():
    for word in ("vgg16@3x96x96", "vgg16@3,96,96", " vgg16@3,96,96\n"):
        network = references.read(word)
        assert network.input_shape == (3, 96, 96)
        assert references.write(network) == "vgg16@3x96x96"
    turned = references.read("mobilenet_v1:rho=0.714:num_classes=7@3x100x100")
    assert (turned.setting["rho"], turned.setting["num_classes"], turned.input_shape) == (0.714, 7, (3, 100, 100))
    assert references.write(references.read("mobilenet_v1:rho=0.714")) == "mobilenet_v1:rho=0.714"


def test_a_composition():
    token = references.write(DOCUMENT)
    assert token == sharing.write(DOCUMENT)
    assert references.read(token) == DOCUMENT
    assert references.read(f"{token}@3x16x16").input_shape == (3, 16, 16)
    assert references.several(f"vgg16,{token}") == ("vgg16", token)


def test_a_file_is_read_where_it_may_be(tmp_path):
    path = tmp_path / "small.yaml"
    path.write_text(dump(DOCUMENT.spec, DOCUMENT.input_shape, "small"), encoding="utf-8")
    assert references.read(str(path), files=True) == DOCUMENT
    assert references.read(f"{path}@3x16x16", files=True).input_shape == (3, 16, 16)
    for word in (str(path), f"{path}@3x16x16", "/etc/passwd.yml", f"~{path}"):
        with pytest.raises(ExplorerError, match=r"names a file; allowed: an id of the zoo|is damaged"):
            references.read(word)


def test_an_address_opens_no_file(monkeypatch):
    """Whatever it says; not even to look whether there is one."""

    def refused(*arguments, **named):
        raise AssertionError("a file is opened")

    monkeypatch.setattr("builtins.open", refused)
    monkeypatch.setattr("pathlib.Path.read_text", refused)
    for word in ("a.yaml", "/a.yml", "../a.yaml@3x8x8", "a.yaml:b=c", "file:///a.yaml", "a"):
        with pytest.raises(ExplorerError):
            references.read(word)
    with pytest.raises(AssertionError, match="a file is opened"):
        references.read("a.yaml", files=True)


@pytest.mark.parametrize(
    ("word", "words"),
    [
        ("", "no architecture is called ''"),
        ("vgg61", "no architecture is called 'vgg61'; did you mean"),
        ("vgg16:num_classes", "vgg16:num_classes: 'num_classes' turns no knob; allowed: knob=value"),
        ("vgg16:", "'' turns no knob"),
        ("vgg16:depth=3", "vgg16 has no knob 'depth'; allowed: num_classes"),
        ("vgg16:num_classes=many", "knob num_classes is 'many'; allowed: a whole number"),
        ("vgg16:num_classes=1000000000", "knob num_classes is '1000000000'; allowed: a whole number from 1 to 100,000"),
        ("vgg16:num_classes=2:num_classes=3", "knob num_classes is given twice"),
        ("vgg16@", "input shape '': allowed are channels and spatial axes, such as 3x224x224"),
        ("vgg16@3x-1x2", "input shape '3x-1x2': allowed"),
        ("vgg16@3x0x2", "each from 1 to 100,000"),
        ("vgg16@3x1000000000x2", "input shape '3x1000000000x2'"),
        ("vgg16@" + "9" * 500, "allowed are channels"),
        ("v" * 5000, "'vvvvvvvvvvvvvvvvvvvv'… has 5,000 characters; allowed: 1,000"),
        ("~", "is damaged"),
    ],
)
def test_what_is_no_network_gets_one_sentence(word, words):
    with pytest.raises(ExplorerError) as error:
        references.read(word)
    assert words in str(error.value)
    assert "\n" not in str(error.value)
    assert len(str(error.value)) < 700


def test_analyze_takes_all_of_them(tmp_path):
    assert explorer.analyze(DOCUMENT).id == "small"
    assert explorer.analyze(DOCUMENT, (3, 16, 16)).graph.input_shape == (3, 16, 16)
    token = sharing.write(DOCUMENT)
    assert explorer.analyze(token).to_dict() == explorer.analyze(DOCUMENT).to_dict()
    report = explorer.analyze("resnet18:num_classes=10@3x64x64")
    assert report.graph.output_shape == (10,)
    assert report.graph.input_shape == (3, 64, 64)
    assert isinstance(report.architecture, Architecture)
    path = tmp_path / "small.yaml"
    path.write_text(dump(DOCUMENT.spec, DOCUMENT.input_shape, "small"), encoding="utf-8")
    assert explorer.analyze(path).id == explorer.analyze(str(path)).id == "small"


@pytest.mark.parametrize("seed", range(20))
def test_noise_gets_a_sentence_or_a_network(seed):
    chance = random.Random(seed)
    word = "".join(chance.choices("vgg16:num_classes=@x,~3.yaml/éA\x00 ", k=chance.randrange(40)))
    told = ""
    try:
        network = references.read(word)
        assert references.read(references.write(network)) == network
    except ExplorerError as error:
        told = str(error)
    assert "\n" not in told

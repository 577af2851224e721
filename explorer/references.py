"""A network as one word, in an address or on the command line.

``vgg16``; with knobs ``resnet50:num_classes=10:stride_on=1x1``; at another input ``vgg16@3x96x96`` (or ``@3,96,96``); a
composition ``~TOKEN`` (``sharing``); on the command line also ``FILE.yaml`` or ``FILE.onnx``, and the network of
another library, ``torchvision:resnet50`` or ``timm:resnet18``. An address never opens a file, nor builds a foreign
network.
"""

from __future__ import annotations

import re
from dataclasses import replace

from explorer import sharing
from explorer.errors import ExplorerError
from explorer.lower import check_input_shape
from explorer.reading import Document
from explorer.shapes import Shape
from explorer.text import read_file
from explorer.zoo import Architecture, Value, get

ENDINGS = (".yaml", ".yml", ".onnx")
LIBRARIES = ("torchvision", "timm")
MOST_CHARACTERS = 1_000
"""The longest reference that is no token."""


def read(text: str, files: bool = False) -> Architecture | Document:
    """Give the network that a reference names.

    Args:
        text: the reference.
        files: whether it may name a YAML or ONNX file on this machine, or a network of another library.

    Raises:
        ExplorerError: there is no such network, knob or input, or the token is damaged.

    >>> network = read("resnet50:num_classes=10@3x64x64")
    >>> network.setting["num_classes"], network.input_shape
    (10, (3, 64, 64))
    """
    name, at, size = _apart(text.strip())
    if name.startswith(sharing.MARK):
        network: Architecture | Document = sharing.read(name)
    elif name.endswith(ENDINGS):
        if not files:
            raise ExplorerError(f"{name!r} names a file; allowed: an id of the zoo, or {sharing.MARK} and a token")
        network = _file(name)
    elif files and name.partition(":")[0] in LIBRARIES:
        from explorer import importing

        network = importing.document(name)
    else:
        network = _turned(name)
    return replace(network, input_shape=_shape(size)) if at else network


def several(text: str) -> tuple[str, ...]:
    """Take a list of references apart; commas within ``@3,96,96`` stay.

    >>> several("vgg16@3,96,96,resnet50,~eNo")
    ('vgg16@3,96,96', 'resnet50', '~eNo')
    """
    return tuple(part for part in re.split(r",(?!\d+(?:,|$))", text) if part)


def write(network: Architecture | Document) -> str:
    """Give the reference of a network, as short as can be.

    Raises:
        ExplorerError: it is a composition too large for a token.

    >>> write(get("resnet50", num_classes=10)), write(read("vgg16@3,96,96"))
    ('resnet50:num_classes=10', 'vgg16@3x96x96')
    """
    if isinstance(network, Document):
        return sharing.write(network)
    knobs = "".join(f":{name}={_plain(value)}" for name, value in network.values)
    usual = get(network.id, **dict(network.values)).input_shape
    size = "" if network.input_shape == usual else "@" + "x".join(map(str, network.input_shape))
    return network.id + knobs + size


def _file(name: str) -> Document:
    if not name.endswith(".onnx"):
        return read_file(name)
    from explorer import from_onnx

    return from_onnx.read_file(name)


def _apart(text: str) -> tuple[str, str, str]:
    """Part the name from the input shape; a file's name may hold an @."""
    if len(text) > MOST_CHARACTERS and not text.startswith(sharing.MARK):
        raise ExplorerError(f"{text[:20]!r}… has {len(text):,} characters; allowed: {MOST_CHARACTERS:,}")
    if "@" not in text or text.endswith(ENDINGS):
        return text, "", ""
    return text.rpartition("@")


def _turned(name: str) -> Architecture:
    id, *settings = name.split(":")
    knobs: dict[str, Value] = {}
    for each in settings:
        knob, equals, value = each.partition("=")
        if not equals:
            raise ExplorerError(f"{name}: {each!r} turns no knob; allowed: knob=value, such as num_classes=10")
        if knob in knobs:
            raise ExplorerError(f"{name}: knob {knob} is given twice; allowed: once")
        knobs[knob] = value
    return get(id, **knobs)


def _shape(text: str) -> Shape:
    parts = re.split("[x,]", text)
    if not all(part.isdecimal() and len(part) < 10 for part in parts):
        raise ExplorerError(f"input shape {text!r}: allowed are channels and spatial axes, such as 3x224x224")
    shape = tuple(map(int, parts))
    check_input_shape(shape)
    return shape


def _plain(value: Value) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)

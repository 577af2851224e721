"""Specs as YAML: every spec round-trips, and every problem is reported with its line."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import explorer
from explorer import layers
from explorer.joins import Add, Concat, Multiply
from explorer.layers import AvgPool, BatchNorm, Conv, Dropout, GlobalAvgPool, Linear, MaxPool, ReLU
from explorer.spec import Branches, Cell, Series, Side, Step
from explorer.text import MOST_BYTES, TextError, dump, load, read_file

size = st.one_of(st.integers(1, 9), st.tuples(st.integers(1, 9), st.integers(1, 9)))
LEAVES = (
    st.builds(Conv, st.integers(1, 99), size, size, size, size, st.integers(1, 4), st.booleans()),
    st.builds(MaxPool, size, st.one_of(st.none(), size), size, st.booleans()),
    st.builds(AvgPool, size, ceil_mode=st.booleans(), count_include_pad=st.booleans()),
    st.builds(BatchNorm, st.floats(1e-12, 1)),
    st.builds(Dropout, st.floats(0, 1)),
    st.builds(Linear, st.integers(1, 9999)),
    st.sampled_from([layers.ReLU(), layers.Flatten(), layers.Identity(), layers.LocalResponseNorm(3, k=2.0)]),
)


@st.composite
def leaf(draw):
    """Draw one layer (composite, to keep the strategy's own text short)."""
    return draw(draw(st.sampled_from(LEAVES)))


names = st.one_of(st.just(""), st.sampled_from(["conv1", "0", "7", "no", "null", "1e3", "été", "a-b_c"]))


def children(specs):
    return st.lists(st.tuples(names, specs), max_size=4, unique_by=lambda child: child[0] or id(child))


def compositions(specs):
    gate = st.builds(
        lambda spec: Cell(("x",), (Step("g", ("x",), spec), Step("y", ("x", "g"), Multiply())), "y"),
        specs,
    )
    return st.one_of(
        children(specs).map(lambda found: Series(*found)),
        st.lists(specs, max_size=4).map(lambda found: Series(*found)),
        st.builds(
            lambda found, join: Branches(*found, join=join),
            children(specs).filter(bool),
            st.sampled_from(["add", "concat", "multiply"]),
        ),
        st.builds(Side, specs),
        gate,
    )


@settings(max_examples=150, deadline=None)
@given(st.recursive(leaf(), compositions, max_leaves=12))
def test_every_spec_round_trips(spec):
    document = load(dump(spec, (3, 32, 32), "some"))
    assert (document.spec, document.input_shape, document.name) == (spec, (3, 32, 32), "some")


@pytest.mark.parametrize("architecture", explorer.architectures(), ids=lambda a: a.id)
def test_every_architecture_round_trips(architecture):
    assert load(dump(architecture.spec, architecture.input_shape)).spec == architecture.spec


def test_joins_as_steps_round_trip():
    steps = tuple(Step(type(j).__name__.lower(), ("x", "x"), j) for j in (Add(), Concat(), Multiply()))
    cell = Cell(("x",), steps, "concat")
    assert load(dump(cell, (3, 8, 8))).spec == cell


def test_every_problem_is_reported_with_its_line():
    text = """\
input: [3, -8]
network:
  - Conv: {out_channels: -1, kernel: 3}
  - Convv: {out_channels: 3}
  - x: {Conv: {kernel_size: 3}}
  - Branches: {join: mul, branches: [ReLU]}
colour: red
"""
    with pytest.raises(TextError) as error:
        load(text, "net.yaml")
    assert [str(problem) for problem in error.value.problems] == [
        "line 1: input is (3, -8); allowed: channels and spatial axes up to 100,000, such as [3, 224, 224]",
        "line 3: Conv has no 'kernel'; allowed: out_channels, kernel_size, stride, padding, dilation, groups, bias",
        "line 4: there is no layer or composition 'Convv'; did you mean Conv?",
        "line 5: Conv: out_channels is missing",
        "line 6: Branches: join is 'mul'; allowed: add, concat, multiply",
        "line 7: document has no 'colour'; allowed: input, network, name",
    ]
    assert str(error.value).startswith("net.yaml: line 1: ")
    assert "\n" not in str(error.value)


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("", "line 1: the text is empty"),
        ("just words", "line 1: document: named values are needed here"),
        ("input: [3, 8, 8]\nnetwork: [", "this is not YAML"),
        ("network: [ReLU]", "line 1: document: input is missing"),
        ("input: [3, 8, 8]\ninput: [3, 8, 8]\nnetwork: ReLU", "line 2: document: input is given twice"),
        ("input: [3, 1000000000, 8]\nnetwork: [ReLU]", "line 1: input is (3, 1000000000, 8); allowed: channels"),
        ("input: [3, 8, 8]\nnetwork: &a [ReLU]", "line 2: anchors and aliases"),
        ("a: &a [x, x]\nb: &b [*a, *a]", "line 1: anchors and aliases"),
        ("[" * 5000, "line 1: nested deeper than 60 levels"),
        ("input: [3, 8, 8]\nnetwork: \x07", "this is not YAML"),
        ("x" * (MOST_BYTES + 1), "the text is longer than 1,000,000 bytes"),
        ("input: [3, 8, 8]\nnetwork:\n- a: ReLU\n- a: ReLU", "line 3: Series: two children are called 'a'"),
        ("input: [3, 8, 8]\nnetwork: {Conv: 3}", "line 2: Conv: named values are needed here: out_channels"),
        ("input: [3, 8, 8]\nnetwork: {Conv: {out_channels: 1e99}}", "line 2: Conv: out_channels is '1e99'"),
        ("input: [3, 8, 8]\nnetwork: {Conv: {out_channels: " + "9" * 5000 + "}}", "line 2: Conv: out_channels is"),
        (
            "input: [3, 8, 8]\nnetwork: {Cell: {inputs: x, steps: 3, output: y}}",
            "line 2: Cell: inputs, a list of steps",
        ),
        ("input: [3, 8, 8]\nnetwork: {? [1, 2] : ReLU}", "a list or mapping as a key"),
        ("input: !!python/object/apply:os.system [id]\nnetwork: ReLU", "line 1: input is ('id',)"),
    ],
)
def test_bad_texts_get_one_clear_sentence(text, problem):
    with pytest.raises(TextError) as error:
        load(text)
    assert problem in str(error.value)


def test_a_document_without_a_name_is_called_after_its_file(tmp_path):
    path = tmp_path / "mine.yaml"
    path.write_text("input: [3, 8, 8]\nnetwork: ReLU\n", encoding="utf-8")
    assert read_file(path).name == "mine"
    assert explorer.analyze(path).id == "mine"


def test_a_file_that_cannot_be_read_says_why(tmp_path):
    with pytest.raises(explorer.ExplorerError, match=r"nowhere.yaml: the file cannot be read: No such file"):
        read_file(tmp_path / "nowhere.yaml")
    (tmp_path / "bytes.yaml").write_bytes(b"\xff\xfe\xff")
    with pytest.raises(explorer.ExplorerError, match="it is not UTF-8 text"):
        read_file(tmp_path / "bytes.yaml")


def test_text_is_for_people():
    spec = Series(features=Series(Conv(8, 3), ReLU()), head=Series(GlobalAvgPool()))
    assert dump(spec, (3, 8, 8), "small") == (
        "name: small\n"
        "input: [3, 8, 8]\n"
        "network:\n"
        "- features:\n"
        "  - Conv: {out_channels: 8, kernel_size: 3}\n"
        "  - ReLU\n"
        "- head: [GlobalAvgPool]\n"
    )

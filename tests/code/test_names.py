"""Names that Python or torch keep for themselves, and text that would be code if it could."""

from __future__ import annotations

import ast

import pytest
from hypothesis import Phase, assume, given, settings
from hypothesis import strategies as st
from torch import nn

import explorer
from explorer.code import source
from explorer.code.names import RESERVED, class_name, is_plain, place, quoted, reach, variable
from explorer.errors import ExplorerError
from explorer.joins import Add, Concat, Multiply
from explorer.layers import LIF, BatchNorm, Complement, Conv, Dropout, Linear, MaxPool, PadChannels, ReLU, Scale
from explorer.reading import Document
from explorer.spec import Branches, Cell, Series, Side, Step
from tests.support.running import agrees_in_value, built

HARD = (
    "class", "None", "match", "0", "7", "007", "²", "été", "a-b", "train", "forward", "type", "_modules",
    "__x", "__init__", "self", "torch", "nn", "x", "out", "append", "residual", "num_classes", "Tensor", "T", "ﬁ",
)  # fmt: skip


@pytest.mark.parametrize("name", HARD)
def test_a_child_may_have_any_name_of_the_language(name):
    chain = Series((name, Conv(3, 3, padding=1)), ("end", ReLU()))
    joined = Branches((name, Series((name, Conv(3)), bn=BatchNorm())), ("", Series()), join="add")
    spec = Series(("a", chain), ("b", chain), (name, Conv(3)), ("c", joined), ("d", joined))
    agrees_in_value(source(spec, (3, 5, 5)), explorer.lower(spec, (3, 5, 5)))


def test_the_one_name_that_torch_forbids_is_refused():
    with pytest.raises(ExplorerError, match=r"a\.training: PyTorch keeps the name 'training' for itself; allowed: any"):
        source(Series(a=Series(training=ReLU())), (2,))


def test_every_name_of_torchs_containers_is_reserved():
    for container in (nn.Module(), nn.Sequential()):
        assert {name for name in dir(container) if name[0] != "_"} <= RESERVED
    assert not any(map(is_plain, RESERVED))


names = st.one_of(st.just(""), st.just(""), st.sampled_from(HARD), st.sampled_from(["conv", "a", "b"]))
leaves = st.one_of(
    st.builds(Conv, st.integers(1, 5), st.just(3), padding=st.just(1), bias=st.booleans()),
    st.sampled_from(
        [ReLU(), BatchNorm(), Scale(0.5), Complement(), LIF(), Dropout(), MaxPool(3, 1, 1), PadChannels(30)]
    ),
)
FOUR = Conv(4)


def children(specs):
    return st.lists(st.tuples(names, specs), max_size=4, unique_by=lambda child: child[0] or id(child))


def compositions(specs):
    """Give compositions that keep height and width, so that nearly all of them can be lowered."""
    same = specs.map(lambda spec: Series(("", spec), end=FOUR))
    gate = st.builds(
        lambda one, two, join: Cell(
            ("x",), (Step("g", ("x",), one), Step("class", ("x",), two), Step("y", ("class", "g"), join)), "y"
        ),
        same,
        same,
        st.sampled_from([Add(), Concat(), Multiply()]),
    )
    return st.one_of(
        children(specs).map(lambda found: Series(*found)),
        st.lists(specs, max_size=3).map(lambda found: Series(*found)),
        st.tuples(specs, st.integers(2, 3)).map(lambda pair: Series(*[pair[0]] * pair[1])),
        st.builds(lambda found: Branches(*found, join="concat"), children(specs).filter(bool)),
        st.builds(
            lambda found, join: Branches(*found, join=join),
            children(same).filter(bool),
            st.sampled_from(["add", "multiply"]),
        ),
        same.map(lambda spec: Series(FOUR, ("", Branches(("", spec), ("", Series()), join="add")))),
        st.builds(Side, specs),
        gate,
    )


specs = st.recursive(leaves, compositions, max_leaves=7)


@settings(max_examples=60, deadline=None, phases=(Phase.explicit, Phase.reuse, Phase.generate))
@given(specs)
def test_random_specs_become_what_they_are(spec):
    try:
        graph = explorer.lower(spec, (2, 3, 3))
    except ExplorerError:
        assume(False)
    agrees_in_value(source(spec, (2, 3, 3)), graph)


EVIL = '"""\nimport os; os.system("echo bad")\n\'\'\' \\" {x} \x00\u202e'


@pytest.mark.parametrize(
    "name", [EVIL, '"', "\\", "\\N{BULLET}", "'''", "a\n\nb", "", "   ", "def", "torch", "3d", "x" * 9999]
)
def test_no_text_becomes_code(name):
    text = source(Document(name, (1, 4, 4), Series(conv=Conv(2), relu=ReLU())))
    tree = ast.parse(text)
    allowed = (ast.Import, ast.ImportFrom, ast.ClassDef, ast.If)
    assert all(isinstance(node, allowed) for node in tree.body)
    assert not [n for n in ast.walk(tree) if isinstance(n, ast.Name) and n.id in ("os", "system", "exec")]
    assert {a.name for n in tree.body if isinstance(n, ast.Import) for a in n.names} == {"torch"}
    assert sum(p.numel() for p in built(text).parameters()) == 4
    assert all(len(line) <= 250 for line in text.splitlines())


def test_inputs_of_a_cell_are_not_code_either():
    evil = "x: int = print('bad')"
    cell = Cell((evil, "y"), (Step("sum", (evil, "y"), Add()),), "sum")
    spec = Cell(("x",), (Step("conv", ("x",), Conv(3)), Step("cell", ("conv", "x"), cell)), "cell")
    text = source(spec, (3, 2, 2))
    assert "bad" not in text
    agrees_in_value(text, explorer.lower(spec, (3, 2, 2)))


@given(st.text(max_size=40))
def test_quoted_text_stays_within_its_quotation_marks(text):
    assert ast.literal_eval(f'"""{quoted(text)}."""') == f"{quoted(text)}."
    name = class_name(text, set())
    assert name.isidentifier()
    assert variable(text, set()).isidentifier()


def test_a_name_that_is_taken_is_numbered():
    assert class_name("net", {"Net", "Net2"}) == "Net3"
    assert variable("out", {"out"}) == "out2"
    assert reach("a.0.train") == 'self.a.get_submodule("0")._modules["train"]'
    assert place("a.b") == ("self.a.b = ", "")


def test_the_head_keeps_a_fixed_number_of_classes_where_heads_are_more():
    spec = Series(("0", Linear(3)), ("1", Side(Linear(4))), ("2", Linear(5)))
    assert "num_classes" not in source(spec, (2,))

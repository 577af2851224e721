"""Editing laws, for random specs and over the whole zoo: what undoes what, which names stay, and what is refused."""

import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import explorer
from explorer import blocks
from explorer.composing import edit
from explorer.composing.limits import MOST_PLACES
from explorer.composing.places import children, node_name, walk
from explorer.errors import ExplorerError
from explorer.graph import check
from explorer.joins import Add, Concat
from explorer.layers import BatchNorm, Conv, Dropout, Flatten, GlobalAvgPool, Linear, MaxPool, ReLU
from explorer.spec import Branches, Cell, Series, Side, Step
from explorer.text import dump, load
from tests.support.specs import SPECS
from tests.support.zoo import KINDS

NETWORKS = [explorer.get(id) for id in KINDS if id != "resnet1202"]
NEW = Series(Dropout(0.25))
MANY = 1_000_000_000


def gaps(spec):
    """List every position where something can be put in: before each child of a list, and behind the last."""
    holders = [(path, part) for path, _, part in walk(spec) if isinstance(part, Series | Branches | Cell)]
    return [(*path, i) for path, part in holders for i in range(len(children(part)) + 1)]


def places(spec):
    """List every place that stands in a list."""
    lists = (Series, Branches, Cell)
    return [path for path, _, _ in walk(spec) if path and isinstance(edit.get(spec, path[:-1]), lists)]


def sample(things, seed, count=12):
    return random.Random(seed).sample(things, min(count, len(things)))


def named(graph):
    return {node.name: (node.layer, node.shape) for node in graph}


@given(SPECS, st.data())
def test_deleting_what_was_inserted_is_no_change(spec, data):
    if spots := gaps(spec):
        at = data.draw(st.sampled_from(spots))
        longer = edit.insert(spec, at, NEW, data.draw(st.sampled_from([None, "new"])))
        assert edit.get(longer, at) == NEW
        assert edit.delete(longer, at) == spec


@pytest.mark.parametrize("architecture", NETWORKS, ids=lambda a: a.id)
def test_deleting_what_was_inserted_is_no_change_anywhere_in_the_zoo(architecture):
    spec = architecture.spec
    for at in sample(gaps(spec), architecture.id):
        assert edit.delete(edit.insert(spec, at, NEW), at) == spec


@given(SPECS, st.data())
def test_inserting_what_was_deleted_is_no_change(spec, data):
    spots = [at for at in places(spec) if not isinstance(edit.get(spec, at[:-1]), Cell)]
    if spots:
        at = data.draw(st.sampled_from(spots))
        if len(children(edit.get(spec, at[:-1]))) == 1 and isinstance(edit.get(spec, at[:-1]), Branches):
            with pytest.raises(ExplorerError, match="there is no branch; allowed: one or more"):
                edit.delete(spec, at)
            return
        name, part = children(edit.get(spec, at[:-1]))[at[-1]]
        assert edit.insert(edit.delete(spec, at), at, part, None if name.isdecimal() else name) == spec


@given(SPECS, st.data())
def test_what_is_duplicated_stands_twice_and_is_deleted_again(spec, data):
    if spots := places(spec):
        at = data.draw(st.sampled_from(spots))
        twice = edit.duplicate(spec, at)
        copy = (*at[:-1], at[-1] + 1)
        assert edit.get(twice, at) == edit.get(twice, copy) == edit.get(spec, at)
        assert edit.delete(twice, copy) == spec


@given(SPECS, st.data())
def test_moving_there_and_back_is_no_change(spec, data):
    spots = [at for at in places(spec) if isinstance(edit.get(spec, at[:-1]), Series)]
    if spots:
        at = data.draw(st.sampled_from(spots))
        left = edit.delete(spec, at)
        to = data.draw(st.sampled_from([g for g in gaps(left) if not isinstance(edit.get(left, g[:-1]), Cell)]))
        moved = edit.move(spec, at, to)
        assert edit.get(moved, to) == edit.get(spec, at)
        back = edit.move(moved, to, at)
        assert edit.get(back, at) == edit.get(spec, at)
        if at[:-1] == to[:-1]:
            assert back == spec


@given(SPECS)
def test_undo_is_the_old_value(spec):
    """No edit touches what it is given."""
    text = dump(spec, (3, 8, 8))
    for at in places(spec)[:3]:
        edit.wrap(spec, at) if not isinstance(edit.get(spec, at), Add) else None
        edit.duplicate(spec, at)
        edit.rename(spec, at, "new")
    assert dump(spec, (3, 8, 8)) == text


@given(SPECS)
def test_wrapping_is_undone_by_unwrapping(spec):
    for path, _, part in walk(spec):
        if not isinstance(part, Add):
            wrapped = edit.wrap(spec, path)
            assert edit.get(wrapped, path) == Branches(("", part), ("", Series()), join="add")
            if part != Series():
                assert edit.unwrap(wrapped, path) == spec


@given(SPECS, st.integers(2, 4))
def test_repeating_gives_copies_in_a_series(spec, times):
    for path, _, part in walk(spec):
        if not isinstance(part, Add):
            assert edit.get(edit.repeat(spec, path, times), path) == Series(*[part] * times)
            assert edit.repeat(spec, path, 1) == spec


@settings(max_examples=30, deadline=None)
@given(SPECS)
def test_whatever_was_edited_can_be_written_and_read(spec):
    for at in gaps(spec)[:4]:
        edited = edit.insert(spec, at, NEW)
        assert load(dump(edited, (3, 8, 8))).spec == edited


@pytest.mark.parametrize("architecture", NETWORKS, ids=lambda a: a.id)
def test_renaming_keeps_every_number_of_the_zoo(architecture):
    spec, before = architecture.spec, explorer.analyze(architecture)
    (at,) = sample([at for at in places(spec) if children(edit.get(spec, at[:-1]))[at[-1]][0]], architecture.id, 1)
    old = node_name(spec, at)
    new = edit.rename(spec, at, "renamed")
    after = explorer.analyze(new, architecture.input_shape)
    assert node_name(new, at).endswith("renamed")
    assert [line.counts for line in after.lines] == [line.counts for line in before.lines]
    assert [line.receptive_field for line in after.lines] == [line.receptive_field for line in before.lines]
    untouched = [node.name for node in before.graph if not f"{node.name}.".startswith(f"{old}.")]
    assert set(untouched) <= set(after.graph.index)


def elementwise(spec):
    """List every layer around which a shortcut always fits."""
    return [path for path, _, part in walk(spec) if isinstance(part, ReLU | BatchNorm | Dropout)]


@pytest.mark.parametrize("architecture", [each for each in NETWORKS if elementwise(each.spec)], ids=lambda a: a.id)
def test_a_wrapped_layer_adds_a_join_and_no_name_changes(architecture):
    spec, before = architecture.spec, explorer.lower(architecture)
    at = sample(elementwise(spec), architecture.id, 1)[0]
    after = check(explorer.lower(edit.wrap(spec, at), architecture.input_shape))
    assert len(after) == len(before) + 1
    assert named(before).items() <= named(after).items()
    assert (set(after.index) - set(before.index)) == {f"{node_name(spec, at)}.add"}


@pytest.mark.parametrize("architecture", NETWORKS, ids=lambda a: a.id)
def test_what_an_insertion_does_not_touch_keeps_its_name_and_numbers(architecture):
    spec, before = architecture.spec, explorer.lower(architecture)
    (at,) = sample(gaps(spec), architecture.id, 1)
    if isinstance(edit.get(spec, at[:-1]), Branches):
        at = (*at[:-2], at[-2]) if len(at) > 1 else at
    if isinstance(edit.get(spec, at[:-1]), Branches | Side):
        pytest.skip("a branch more changes the join")
    after = explorer.lower(edit.insert(spec, at, Dropout(), "inserted"), architecture.input_shape)
    assert len(after) == len(before) + 1
    holder = node_name(spec, at[:-1])
    outside = {n.name: n.shape for n in before if not f"{n.name}.".startswith(f"{holder}." if holder else "")}
    assert outside.items() <= {n.name: n.shape for n in after}.items()
    assert [n.shape for n in after if not n.name.endswith("inserted")] == [n.shape for n in before]


def test_positions_are_counted_anew_and_names_stay():
    spec = Series(Conv(8), ReLU(), pool=MaxPool(2))
    spec = edit.insert(spec, (0,), BatchNorm())
    assert [name for name, _ in spec.children] == ["0", "1", "2", "pool"]
    assert [name for name, _ in edit.delete(spec, (1,)).children] == ["0", "1", "pool"]
    moved = edit.move(spec, (3,), (0,))
    assert [(name, type(part).__name__) for name, part in moved.children][:2] == [
        ("pool", "MaxPool"),
        ("1", "BatchNorm"),
    ]


def test_numbers_that_are_no_positions_are_names():
    """As in torchvision's ResNet-D shortcut, whose pooling may be missing."""
    spec = Series(("1", Conv(8)), ("2", BatchNorm()))
    assert [name for name, _ in edit.insert(spec, (0,), ReLU()).children] == ["3", "1", "2"]
    assert edit.delete(edit.insert(spec, (0,), ReLU()), (0,)) == spec


def test_what_is_duplicated_or_moved_gets_a_free_name():
    spec = Series(conv1=Conv(8), conv2=Conv(8), block=Series(conv1=Conv(4)))
    assert [name for name, _ in edit.duplicate(spec, (0,)).children] == ["conv1", "conv3", "conv2", "block"]
    assert [name for name, _ in edit.move(spec, (2, 0), (0,)).children] == ["conv3", "conv1", "conv2", "block"]
    assert [name for name, _ in edit.duplicate(spec, (2,)).children][2:] == ["block", "block2"]


def test_branches_are_added_beside_what_is_there():
    spec = Series(stem=Conv(8))
    two = edit.add_branch(spec, (0,), Conv(4))
    graph = explorer.lower(two, (3, 8, 8))
    assert [node.name for node in graph] == ["stem", "stem.branch", "stem.concat"]
    assert graph.output_shape == (12, 8, 8)
    three = edit.add_branch(two, (0,), MaxPool(3, stride=1, padding=1))
    assert explorer.lower(three, (3, 8, 8)).output_shape == (15, 8, 8)
    inception = edit.add_branch(blocks.inception(8, 8, 8, 8, 8, 8), (), Conv(4))
    assert [name for name, _ in inception.children] == ["branch1", "branch2", "branch3", "branch4", "branch5"]


def test_unwrapping():
    block = Series(conv=Conv(8), act=ReLU())
    spec = Series(conv=Conv(4), block=block, side=Side(Linear(2)))
    assert [name for name, _ in edit.unwrap(spec, (1,)).children] == ["conv", "conv2", "act", "side"]
    assert edit.unwrap(Series(a=Series(b=ReLU())), ()) == Series(b=ReLU())
    assert edit.unwrap(spec, (2,)).children[2] == ("side", Linear(2))
    assert edit.unwrap(Branches(Series(ReLU()), join="add"), (0,)) == Branches(ReLU(), join="add")
    for hopeless in (Branches(Conv(1), Conv(2), join="add"), Conv(1), Series()):
        with pytest.raises(ExplorerError, match="cannot be unwrapped; allowed: a series in a"):
            edit.unwrap(hopeless, ())


CELL = Series(
    Cell(
        ("x",),
        (Step("a", ("x",), Conv(8)), Step("b", ("a",), ReLU()), Step("sum", ("a", "b"), Add())),
        "sum",
    )
)


def wiring(spec, path=(0,)):
    cell = edit.get(spec, path)
    return " ".join(f"{s.name}({','.join(s.inputs)})" for s in cell.steps) + f" → {cell.output}"


def test_steps_come_and_go_and_what_reads_them_is_sound():
    assert wiring(CELL) == "a(x) b(a) sum(a,b) → sum"
    assert wiring(edit.insert(CELL, (0, 0), ReLU(), "first")) == "first(x) a(first) b(a) sum(a,b) → sum"
    assert wiring(edit.insert(CELL, (0, 2), ReLU())) == "a(x) b(a) step(a) sum(step,b) → sum"
    assert wiring(edit.insert(CELL, (0, 3), ReLU(), "last")) == "a(x) b(a) sum(a,b) last(sum) → last"
    assert wiring(edit.delete(CELL, (0, 0))) == "b(x) sum(x,b) → sum"
    assert wiring(edit.delete(CELL, (0, 2))) == "a(x) b(a) → a"
    assert wiring(edit.duplicate(CELL, (0, 0))) == "a(x) a2(a) b(a2) sum(a2,b) → sum"
    assert wiring(edit.rename(CELL, (0, 0), "stem")) == "stem(x) b(stem) sum(stem,b) → sum"
    assert wiring(edit.connect(CELL, (0, 2), ("b", "a", "x"))) == "a(x) b(a) sum(b,a,x) → sum"
    assert wiring(edit.give(CELL, (0,), "b")) == "a(x) b(a) sum(a,b) → b"
    apart = edit.connect(CELL, (0, 1), ("x",))
    assert wiring(edit.move(apart, (0, 1), (0, 0))) == "b(x) a(x) sum(a,b) → sum"
    assert edit.get(edit.replace(CELL, (0, 2), Concat()), (0, 2)) == Concat()
    assert edit.get(edit.change(CELL, (0, 2), join="concat"), (0, 2)) == Concat()


@pytest.mark.parametrize("id", ["nasnet_random", "inception_v3", "highway_cifar10"])
def test_cells_of_the_zoo_stay_sound_under_editing(id):
    """Every edit of steps gives a cell whose references stand; it may be dumped, read and drawn."""
    architecture = explorer.get(id)
    spec = architecture.spec
    steps = [path for path, _, _ in walk(spec) if path and isinstance(edit.get(spec, path[:-1]), Cell)]
    for at in sample(steps, id, 3):
        for edited in (edit.delete(spec, at), edit.duplicate(spec, at), edit.insert(spec, at, ReLU())):
            assert load(dump(edited, architecture.input_shape)).spec == edited
        longer = edit.insert(spec, at, ReLU())
        assert len(explorer.lower(longer, architecture.input_shape)) == len(explorer.lower(architecture)) + 1


GAP = Series(pool=GlobalAvgPool(), flatten=Flatten(), fc=Linear(7))


@pytest.mark.parametrize("architecture", NETWORKS, ids=lambda a: a.id)
def test_another_head_on_every_network(architecture):
    """What is kept is the beginning, under its names, down to the last maps; the new head scores its own classes."""
    vectors = architecture.id in ("mlp", "highway_fc_mnist")
    head = Series(flatten=Flatten(), fc=Linear(7)) if vectors else GAP
    before = explorer.lower(architecture)
    after = explorer.lower(edit.replace_head(architecture.spec, head), architecture.input_shape)
    assert after.output_shape == (7,)
    kept = [node for node in after if not node.name.startswith("head")]
    assert kept == list(before.nodes[: len(kept)])
    assert [node for node in before.nodes[len(kept) :] if node.type == "Linear"] or architecture.id in SCORED_BY_MAPS


SCORED_BY_MAPS = ("nin_cifar10", "nin_imagenet", "squeezenet1_0", "squeezenet1_1", "snn_lenet")


@pytest.mark.parametrize(
    ("id", "first_gone"),
    [
        ("vgg16", "flatten"),
        ("resnet50", "avgpool"),
        ("squeezenet1_0", "classifier.0"),
        ("nin_cifar10", "mlpconv3.mlp2"),
        ("mlp", "flatten"),
        ("highway_fc_mnist", "fc"),
    ],
)
def test_where_the_head_begins(id, first_gone):
    before = explorer.lower(explorer.get(id))
    after = explorer.lower(edit.replace_head(explorer.get(id).spec, Flatten()), before.input_shape)
    assert next(node.name for node in before if node.name not in after.index) == first_gone


def test_a_network_without_a_head_gets_one():
    assert edit.replace_head(Conv(8), GAP) == Series(("", Conv(8)), head=GAP)
    assert edit.replace_head(Series(head=Conv(8)), GAP) == Series(head=Conv(8), head2=GAP)


@pytest.mark.parametrize(
    ("act", "words"),
    [
        (lambda: edit.get(CELL, (0, 3)), "0: Cell has no place 3; allowed: 0 to 2"),
        (lambda: edit.get(CELL, (0, 0, 0)), "0.a: Conv has no place 0; allowed: none, for nothing is inside"),
        (lambda: edit.delete(CELL, ()), "the whole network stands in nothing; allowed: a place inside it"),
        (lambda: edit.insert(Conv(1), (0,), ReLU()), "network: Conv holds no list; allowed: Series, Branches, Cell"),
        (lambda: edit.insert(Series(), (1,), ReLU()), "network: Series has no place 1; allowed: 0 to 0"),
        (lambda: edit.delete(Series(Side(ReLU())), (0, 0)), "0: Side holds no list"),
        (lambda: edit.replace(Series(ReLU()), (0,), Add()), "Series cannot hold Add; allowed: a layer or a com"),
        (lambda: edit.replace(Series(), (), Add()), "the network cannot be Add alone"),
        (lambda: edit.insert(Series(), (0,), Add()), "Series cannot hold Add"),
        (lambda: edit.rename(Series(a=ReLU(), b=ReLU()), (0,), "b"), "two children are called 'b'"),
        (lambda: edit.rename(Series(a=ReLU()), (0,), "a.b"), "a child is called 'a.b'; allowed: letters, digits"),
        (lambda: edit.rename(Series(a=ReLU()), (0,), "Conv"), "a word of the language"),
        (lambda: edit.rename(CELL, (0, 0), "b"), "Cell: 'b' is taken; allowed: another name than x, a, b, sum"),
        (lambda: edit.connect(CELL, (0, 0), ("sum",)), "step 'a' reads 'sum'; allowed: x"),
        (lambda: edit.connect(CELL, (0, 0), ()), "step 'a' reads nothing"),
        (lambda: edit.connect(Series(ReLU()), (0,), ("x",)), "Series has no steps; allowed: Cell"),
        (lambda: edit.give(CELL, (0,), "y"), "the output is 'y'; allowed: a, b, sum, x"),
        (lambda: edit.move(CELL, (0, 0), (0, 1)), "step 'b' reads 'a'; allowed: x"),
        (lambda: edit.wrap(CELL, (0, 2)), "0.sum: Add cannot be wrapped; allowed: a layer or a composition"),
        (
            lambda: edit.repeat(edit.replace(CELL, (0, 2), Conv(1)), (0, 2), 2),
            "0.sum: it reads a and b and cannot be repeated; allowed: what has one input",
        ),
        (lambda: edit.change(Series(Conv(1)), (0,), kernel=3), "Conv has no 'kernel'; allowed: out_channels, ker"),
        (lambda: edit.change(Series(ReLU()), (0,), p=3), "ReLU has no 'p'; allowed: nothing"),
        (lambda: edit.change(Series(), (), join="add"), "Series has no 'join'; allowed: nothing"),
        (lambda: edit.change(Conv(1), (), kernel_size=0), "Conv: kernel_size is 0; allowed: a whole number"),
        (lambda: edit.change(edit.wrap(ReLU(), ()), (), join="mul"), "join is 'mul'; allowed: add, concat, multiply"),
        (lambda: edit.change(CELL, (0, 2), join="mul"), "Add: join is 'mul'; allowed: add, concat, multiply"),
        (lambda: edit.repeat(ReLU(), (), 0), "repeat: times is 0; allowed: a whole number from 1"),
        (lambda: edit.repeat(ReLU(), (), True), "repeat: times is True"),
        (lambda: edit.repeat(ReLU(), (), 2.5), "repeat: times is 2.5"),
    ],
)  # fmt: skip
def test_what_cannot_be_done_gets_one_sentence(act, words):
    with pytest.raises(ExplorerError) as error:
        act()
    assert words in str(error.value)
    assert "\n" not in str(error.value)


def test_a_billion_is_refused_before_memory_is_taken(few_bytes):
    block = Series(blocks.basic_block(8))
    with few_bytes(1_000_000):
        for act in (
            lambda: edit.repeat(block, (0,), MANY),
            lambda: edit.repeat(edit.repeat(block, (0,), 1000), (0,), 1000),
            lambda: edit.change(Series(Conv(8)), (0,), out_channels=MANY),
            lambda: edit.change(Series(Conv(8)), (0,), kernel_size=MANY),
        ):
            with pytest.raises(ExplorerError, match="allowed"):
                act()


def test_what_doubles_on_and_on_is_refused_at_the_limit():
    spec = Series(*[ReLU()] * (MOST_PLACES - 2))
    for act in (
        lambda: edit.insert(spec, (0,), spec),
        lambda: edit.insert(spec, (0,), Series(ReLU())),
        lambda: edit.duplicate(Series(spec), (0,)),
        lambda: edit.add_branch(spec, (), spec),
        lambda: edit.replace(Series(ReLU(), spec), (0,), spec),
    ):
        with pytest.raises(ExplorerError, match="layers and compositions; allowed: 10,000 at most"):
            act()
    assert len(edit.insert(spec, (0,), ReLU()).children) == MOST_PLACES - 1


@pytest.mark.parametrize(
    "deeper",
    [
        lambda spec: edit.wrap(spec, ()),
        lambda spec: edit.insert(Series(block=Side(ReLU())), (0,), spec),
        lambda spec: edit.replace(CELL, (0, 0), spec),
    ],
)
def test_what_is_nested_too_deep_to_be_written_is_refused(deeper):
    with pytest.raises(ExplorerError, match="levels deep as text; allowed: 60 at most"):
        nested_on_and_on(deeper)


def nested_on_and_on(deeper):
    """Up to the limit, everything that is composed can be written and read."""
    spec = Conv(8, (3, 1))
    while True:
        spec = deeper(spec)
        assert load(dump(spec, (3, 8, 8))).spec == spec

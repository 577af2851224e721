"""Random specs for hypothesis: any composition of layers, with names and without."""

from hypothesis import strategies as st

from explorer import layers
from explorer.composing.places import numbered
from explorer.joins import Add
from explorer.layers import BatchNorm, Conv, Linear, MaxPool, ReLU
from explorer.spec import Branches, Cell, Series, Side, Step

LEAVES = st.one_of(
    st.builds(Conv, st.integers(1, 9), st.sampled_from([1, 3, (3, 1)]), padding=st.sampled_from([0, 1])),
    st.sampled_from([ReLU(), BatchNorm(), MaxPool(2), layers.Flatten(), Linear(3), layers.GlobalAvgPool()]),
)
NAMES = st.sampled_from(["conv1", "conv2", "relu", "a-b_c", "été", "x9"])


@st.composite
def children(draw, specs):
    """Draw children: called by position, by name, or both."""
    found = draw(st.lists(specs, max_size=4))
    named = draw(st.lists(NAMES, unique=True, max_size=len(found)))
    names = [named[i] if i < len(named) else str(i) for i in range(len(found))]
    assert numbered(names)
    return list(zip(names, found, strict=True))


def compositions(specs):
    """Compositions of smaller specs."""
    steps = st.tuples(specs, specs).map(
        lambda pair: (Step("a", ("x",), pair[0]), Step("b", ("a",), pair[1]), Step("sum", ("a", "b"), Add()))
    )
    return st.one_of(
        children(specs).map(lambda found: Series(*found)),
        st.builds(
            lambda found, join: Branches(*found, join=join),
            children(specs).filter(bool),
            st.sampled_from(["add", "concat", "multiply"]),
        ),
        st.builds(Side, specs),
        steps.map(lambda steps: Cell(("x",), steps, "sum")),
    )


SPECS = st.recursive(LEAVES, compositions, max_leaves=10)

"""Layout laws, on random levels: nothing overlaps, lines start and end where they must, chains are straight."""

from itertools import combinations, pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from explorer.drawing.layout import Link, layout
from explorer.drawing.mesh import Item


@st.composite
def levels(draw):
    count = draw(st.integers(1, 9))
    sizes = st.floats(2, 120)
    items = [Item(draw(sizes), draw(sizes), draw(sizes)) for _ in range(count)]
    places = st.integers(0, count - 1)
    pairs = draw(st.lists(st.tuples(places, places).filter(lambda pair: pair[0] != pair[1]), max_size=14))
    return items, [Link(a, b, f"v{a}", draw(st.booleans())) for a, b in dict.fromkeys(pairs)]


def rectangle(item, x, y):
    return x - item.left, y, x + item.right, y + item.height


@settings(max_examples=150, deadline=None)
@given(levels())
def test_no_two_items_overlap_and_all_fit_in(level):
    items, links = level
    found = layout(items, links)
    places = [rectangle(*each) for each in zip(items, found.xs, found.ys, strict=True)]
    for i, (left, top, right, bottom) in enumerate(places):
        assert -found.left - 0.2 <= left
        assert right <= found.right + 0.2
        assert top >= 0
        assert bottom <= found.height + 1e-6
        for other in places[:i]:
            apart = right < other[0] or other[2] < left or bottom < other[1] or other[3] < top
            assert apart, (places, i)


@settings(max_examples=150, deadline=None)
@given(levels())
def test_lines_run_from_border_to_border_at_right_angles(level):
    items, links = level
    found = layout(items, links)
    for link, points in zip(links, found.routes, strict=True):
        forwards = link.source < link.target
        (x0, y0), (x1, y1) = points[0], points[-1]
        assert (x0, x1) == pytest.approx((found.xs[link.source], found.xs[link.target]), abs=0.6)
        assert y0 == pytest.approx(found.ys[link.source] + items[link.source].height * forwards)
        assert y1 == pytest.approx(found.ys[link.target] + items[link.target].height * (not forwards))
        for (xa, ya), (xb, yb) in pairwise(points):
            assert abs(xa - xb) < 0.6 or ya == yb


@settings(max_examples=150, deadline=None)
@given(levels())
def test_lines_do_not_run_through_items(level):
    items, links = level
    found = layout(items, links)
    places = [rectangle(*each) for each in zip(items, found.xs, found.ys, strict=True)]
    for points in found.routes:
        for (xa, ya), (xb, yb) in pairwise(points):
            for left, top, right, bottom in places:
                beside = max(xa, xb) <= left + 0.2 or min(xa, xb) >= right - 0.2
                assert beside or max(ya, yb) <= top + 0.2 or min(ya, yb) >= bottom - 0.2


@settings(max_examples=30, deadline=None)
@given(levels())
def test_the_same_level_is_laid_out_the_same_way(level):
    assert layout(*level) == layout(*level)


BOX = Item(50, 50, 40)


def test_a_chain_is_straight():
    assert layout([BOX] * 4, [Link(i, i + 1, "v") for i in range(3)]).xs == (0, 0, 0, 0)


def test_a_shortcut_runs_beside_a_straight_chain():
    links = [Link(0, 1, "a"), Link(1, 2, "b"), Link(2, 3, "c"), Link(0, 3, "a")]
    found = layout([BOX] * 4, links)
    assert found.xs == pytest.approx((0, 0, 0, 0), abs=0.1)
    assert max(x for x, _ in found.routes[3]) > 50


def test_branches_stand_side_by_side_around_what_they_share():
    links = [Link(0, i, "a") for i in (1, 2, 3)] + [Link(i, 4, f"b{i}") for i in (1, 2, 3)]
    found = layout([BOX] * 5, links)
    assert found.ys[1] == found.ys[2] == found.ys[3]
    assert found.xs[1] == pytest.approx(-found.xs[3])
    assert found.xs[2] == found.xs[4] == pytest.approx(0)


def test_what_leads_to_a_side_output_makes_way():
    items = [BOX, BOX, Item(50, 50, 40, light=True)]
    found = layout(items, [Link(0, 1, "a"), Link(0, 2, "a")])
    assert found.xs[1] == pytest.approx(0, abs=0.1)
    assert found.xs[2] > 100


def test_the_readers_of_a_value_share_its_lane():
    links = [Link(0, 1, "a"), Link(1, 2, "b"), Link(2, 3, "c"), Link(0, 2, "a"), Link(0, 3, "a")]
    found = layout([BOX] * 4, links)
    assert {max(x for x, _ in route) for route in found.routes[3:]} == {max(x for x, _ in found.routes[4])}


def test_crossing_branches_are_untangled():
    links = [Link(0, 3, "a"), Link(1, 2, "b"), Link(0, 4, "a"), Link(1, 5, "b")]
    found = layout([BOX] * 6, links)
    left, right = sorted(((found.xs[0], (3, 4)), (found.xs[1], (2, 5))))
    assert max(found.xs[i] for i in left[1]) < min(found.xs[i] for i in right[1])


def test_lines_of_different_values_do_not_lie_on_one_another():
    source = Item(40, 40, 40, outs={"a": -30, "b": -10, "c": 10, "d": 30})
    found = layout([source, BOX, BOX, BOX, BOX], [Link(0, i + 1, value) for i, value in enumerate("abcd")])
    level = [sorted(points[1:3]) for points in found.routes]
    for (start, end), (other_start, other_end) in combinations(level, 2):
        assert start[1] != other_start[1] or end[0] < other_start[0] or other_end[0] < start[0]


def test_a_label_gets_room():
    plain, labelled = (layout([BOX] * 2, [Link(0, 1, "a", label)]).height for label in (False, True))
    assert labelled >= plain + 15


def test_ports_stand_in_the_first_and_the_last_rank():
    items = [Item(0, 0, 0, pin="top"), BOX, BOX, BOX, Item(0, 0, 0, pin="bottom")]
    found = layout(items, [Link(0, 1, "a"), Link(0, 2, "a"), Link(2, 3, "b"), Link(1, 4, "c")])
    assert found.ys[0] == 0
    assert found.ys[4] == found.height == max(found.ys)
    assert min(found.ys[1:4]) > 0

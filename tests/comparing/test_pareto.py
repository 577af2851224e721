from hypothesis import given
from hypothesis import strategies as st

from explorer.comparing.pareto import front

points = st.lists(st.tuples(*[st.integers(0, 9)] * 3), max_size=40)


def better(one, other):
    return one != other and all(a <= b for a, b in zip(one, other, strict=True))


@given(points)
def test_what_is_kept_is_not_beaten_and_what_is_not_kept_is(found):
    kept = front(found)
    for i, point in enumerate(found):
        assert (i in kept) == (not any(better(other, point) for other in found))


@given(points)
def test_every_point_is_beaten_by_one_of_the_front_or_stands_on_it(found):
    kept = [found[i] for i in front(found)]
    assert all(point in kept or any(better(one, point) for one in kept) for point in found)
    assert [kept[i] for i in front(kept)] == kept


@given(points)
def test_the_cheapest_in_one_thing_is_on_the_front(found):
    if found:
        assert found.index(min(found)) in front(found)


def test_equal_points_stand_together():
    assert front([(1, 2), (1, 2), (2, 2)]) == (0, 1)
    assert front([]) == ()

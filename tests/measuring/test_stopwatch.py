"""Timing on clocks of our own: how often a call is timed, and what is made of the seconds."""

from itertools import count

import pytest
from hypothesis import given
from hypothesis import strategies as st

from explorer.measuring.stopwatch import LEAST, MOST, WARM_UP, Timing, timed, wall


def clock(seconds):
    """Give a clock that calls, and says what it is told to say."""
    given = iter(seconds)

    def timing(call):
        call()
        return next(given)

    return timing


def test_the_first_calls_do_not_count():
    timing = timed(lambda: None, clock([100.0] * WARM_UP + [0.5] * LEAST))
    assert timing.seconds == (0.5,) * LEAST


@pytest.mark.parametrize(("each", "calls"), [(0.001, MOST), (0.1, 10), (0.05, 20), (10.0, LEAST)])
def test_a_quick_call_is_timed_more_often(each, calls):
    made = count()
    timing = timed(lambda: next(made), clock([each + 1e-9] * 100))
    assert len(timing.seconds) == calls
    assert next(made) == calls + WARM_UP


def test_the_seconds_stand_in_their_order():
    timing = timed(lambda: None, clock([0, 0, 5.0, 1.0, 4.0, 2.0, 3.0]))
    assert timing.seconds == (1.0, 2.0, 3.0, 4.0, 5.0)
    assert (timing.median, timing.quartiles) == (3.0, (2.0, 4.0))


def test_quartiles_of_an_even_number_of_calls():
    assert Timing((1.0, 2.0, 3.0, 4.0)).quartiles == (1.5, 3.5)
    assert Timing((7.0,)).quartiles == (7.0, 7.0)


@given(st.lists(st.floats(0, 1e6), min_size=1))
def test_the_median_lies_between_the_quartiles(seconds):
    timing = Timing(tuple(sorted(seconds)))
    low, high = timing.quartiles
    assert timing.seconds[0] <= low <= timing.median <= high <= timing.seconds[-1]


def test_it_stops_between_two_calls():
    made = count()

    def tick(share):
        if next(made) == 4:
            raise InterruptedError

    calls = []
    with pytest.raises(InterruptedError):
        timed(lambda: calls.append(1), clock([0.0] * 99), tick)
    assert len(calls) == 4


def test_it_says_how_far_it_is():
    shares = []
    timed(lambda: None, clock([9.0, 9.0] + [0.15] * 10), shares.append)
    assert shares == pytest.approx([0, 0, 0, 0.15, 0.3, 0.45, 0.6, 0.75, 0.9])


def test_the_clock_on_the_wall_calls_once():
    calls = []
    assert wall(lambda: calls.append(1)) >= 0
    assert calls == [1]

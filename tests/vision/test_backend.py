import time
from concurrent.futures import CancelledError
from threading import Event

import pytest

from explorer.errors import ExplorerError
from explorer.vision.backend import ThreadBackend


@pytest.fixture
def backend():
    backend = ThreadBackend(most=3)
    yield backend
    backend.close()


def test_work_gives_its_result_and_its_progress(backend):
    halfway, go_on = Event(), Event()

    def work(tick):
        tick(0.5)
        halfway.set()
        go_on.wait(5)
        return 42

    job = backend.submit(work)
    assert halfway.wait(5)
    assert (job.progress, job.done) == (0.5, False)
    go_on.set()
    assert job.result(5) == 42
    assert (job.progress, job.done) == (1.0, True)


def test_work_gives_its_error(backend):
    def work(tick):
        raise ExplorerError("no")

    with pytest.raises(ExplorerError, match="no"):
        backend.submit(work).result(5)
    assert backend.submit(lambda tick: "still there").result(5) == "still there"


def endless(started):
    def work(tick):
        while True:
            tick(0.1)
            started.set()
            time.sleep(0.001)

    return work


def test_work_stops_at_its_next_tick_when_it_is_cancelled(backend):
    started = Event()
    job = backend.submit(endless(started))
    assert started.wait(5)
    waiting = backend.submit(lambda tick: "never")
    waiting.cancel()
    job.cancel()
    for each in (job, waiting):
        with pytest.raises(CancelledError):
            each.result(5)


def test_work_stops_at_its_deadline(backend):
    with pytest.raises(ExplorerError, match=r"longer than 0.05 s and was stopped"):
        backend.submit(endless(Event()), deadline_s=0.05).result(5)


def test_a_full_queue_refuses_and_empties_again(backend):
    gate = Event()
    jobs = [backend.submit(lambda tick: gate.wait(5)) for _ in range(3)]
    with pytest.raises(ExplorerError, match="3 jobs are waiting for the network; try again"):
        backend.submit(lambda tick: None)
    gate.set()
    assert all(job.result(5) for job in jobs)
    for _ in range(100):  # the place is given back just after the result
        try:
            assert backend.submit(lambda tick: "room").result(5) == "room"
            break
        except ExplorerError:
            time.sleep(0.01)
    else:
        pytest.fail("the queue did not empty")


def test_work_that_refines_shows_its_latest_result_and_the_time_left(backend):
    shown, go_on = Event(), Event()

    def steps(tick):
        tick(0.25)
        yield "coarse"
        shown.set()
        go_on.wait(5)
        yield "fine"

    job = backend.follow(steps)
    assert shown.wait(5)
    assert job.latest == "coarse"
    assert not job.done
    before = job.seconds_left
    time.sleep(0.02)
    assert 0 < before < job.seconds_left, "three times what has passed, so more as time goes by"
    go_on.set()
    assert job.result(5) == "fine"
    assert job.seconds_left == 0


def test_refining_stops_when_it_is_cancelled(backend):
    job = backend.follow(lambda tick: iter(lambda: time.sleep(0.001) or 1, 0))
    while job.latest is None:
        time.sleep(0.001)
    job.cancel()
    with pytest.raises(CancelledError):
        job.result(5)
    assert job.latest == 1


def test_how_long_is_not_known_at_the_beginning(backend):
    gate = Event()
    job = backend.submit(lambda tick: gate.wait(5))
    assert job.seconds_left is None
    gate.set()


def test_work_without_any_result(backend):
    with pytest.raises(ExplorerError, match="no result"):
        backend.follow(lambda tick: iter(())).result(5)

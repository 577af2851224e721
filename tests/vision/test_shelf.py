import gc
import weakref
from concurrent.futures import ThreadPoolExecutor
from threading import Event

import pytest

from explorer.vision.shelf import Shelf


class Thing:
    def __init__(self, size: int) -> None:
        self.size = size


@pytest.fixture
def shelf():
    return Shelf(most=10, size=lambda thing: thing.size)


def test_what_is_there_is_not_made_again(shelf):
    one = shelf.get("a", lambda: Thing(4))
    assert shelf.get("a", lambda: pytest.fail("made again")) is one


def test_what_was_used_longest_ago_makes_room_and_is_let_go(shelf):
    things = {name: weakref.ref(shelf.get(name, lambda: Thing(4))) for name in "ab"}
    shelf.get("a", Thing)
    shelf.get("c", lambda: Thing(4))
    gc.collect()
    assert things["a"]()
    assert things["b"]() is None
    assert shelf.nbytes == 8


def test_the_newest_stays_however_large_it_is(shelf):
    shelf.get("small", lambda: Thing(1))
    large = shelf.get("large", lambda: Thing(99))
    assert shelf.get("large", Thing) is large
    assert shelf.nbytes == 99


def test_what_is_released_is_told():
    released = []
    shelf = Shelf(most=1, size=len, on_release=released.append)
    for word in ("a", "b"):
        shelf.get(word, lambda word=word: word)
    assert released == ["a"]
    shelf.clear()
    assert (released, shelf.nbytes) == (["a", "b"], 0)


def test_what_fails_is_not_kept(shelf):
    with pytest.raises(ZeroDivisionError):
        shelf.get("a", lambda: 1 // 0)
    assert shelf.get("a", lambda: Thing(1)).size == 1


def test_threads_make_a_thing_once_and_need_not_wait_for_another(shelf):
    there, go_on, made = shelf.get("there", lambda: Thing(1)), Event(), []

    def slow() -> Thing:
        go_on.wait(5)
        made.append(Thing(2))
        return made[0]

    with ThreadPoolExecutor(4) as pool:
        slowly = [pool.submit(shelf.get, "slow", slow) for _ in range(3)]
        assert shelf.get("there", Thing) is there
        go_on.set()
        assert {each.result(5) for each in slowly} == {*made}
    assert len(made) == 1

"""The bench: what it measures, in which order, what it refuses; never how long something takes."""

from dataclasses import replace
from threading import Event, Thread

import pytest
import torch

import explorer
from explorer import memory
from explorer.errors import ExplorerError
from explorer.layers import Conv, ReLU
from explorer.measuring import bench as benches
from explorer.measuring import machine
from explorer.measuring.bench import LAYER_RUNS, Wish, bench, layer_times, measure, predicted_bytes
from explorer.measuring.peak import peak
from explorer.network import Network
from explorer.spec import Branches, Series

CPU = torch.device("cpu")
TINY = explorer.lower(Series(Conv(4, 3, padding=1), Branches(ReLU(), Series(), join="add")), (2, 8, 8), name="tiny")
LENET = explorer.lower(explorer.get("lenet5"))


@pytest.fixture(autouse=True)
def small(monkeypatch):
    """Find the limits of the machine with small matrices: here nobody looks at them."""
    monkeypatch.setitem(machine.SIDE, "cpu", 16)
    monkeypatch.setitem(machine.COPIED, "cpu", 1 << 12)


def test_everything_is_measured_one_after_the_other():
    shares = []
    found = list(bench(Wish((("tiny", TINY), ("LeNet", LENET)), (4, 1), "cpu"), shares.append))
    assert [(len(each.speeds), len(each.layers)) for each in found] == [
        (0, 0), (1, 0), (2, 0), (2, 1), (3, 1), (4, 1), (4, 2), (4, 2),
    ]  # fmt: skip
    last = found[-1]
    assert [(each.network, each.batch) for each in last.speeds] == [
        ("tiny", 1),
        ("tiny", 4),
        ("LeNet", 1),
        ("LeNet", 4),
    ]
    assert last.largest("LeNet") == last.speeds[3]
    assert last.largest("nobody") is None
    assert last.roof == found[0].roof.best(last.roof), "the higher of two"
    assert shares == sorted(shares)
    assert 0 == shares[0] < shares[-1] <= 1
    for each in last.speeds:
        assert each.images_per_s == each.batch / each.timing.median > 0
    for (_name, times), graph in zip(last.layers, (TINY, LENET), strict=True):
        assert set(times) == {node.name for node in graph}
    assert last.roof.mult_adds_per_s > 0 < last.roof.bytes_per_s
    assert torch.__version__ in str(last.machine)
    assert "thread" in last.machine.device


def test_it_stops_at_the_next_tick():
    ticks = []

    def tick(share):
        ticks.append(share)
        if len(ticks) == 30:
            raise InterruptedError

    with pytest.raises(InterruptedError):
        list(bench(Wish((("tiny", TINY),), (1, 2, 4), "cpu"), tick))
    assert len(ticks) == 30


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        ({"networks": ()}, "0 networks are to be measured; allowed: from 1 to 6"),
        ({"networks": (("tiny", TINY),) * 7}, "7 networks"),
        ({"precision": "float8"}, "precision is 'float8'; allowed: float32, bfloat16, float16"),
        ({"device": "tpu"}, "device is 'tpu'"),
        ({"batches": (0,)}, "tiny: the batch is 0; allowed: 1 image or more"),
        ({"batches": (1, 10**8)}, r"tiny: a batch of 100,000,000 needs [\d,.]+ GiB of memory; allowed: 2 GiB"),
    ],
)
def test_what_cannot_be_measured_gets_one_sentence_before_anything_runs(changed, words):
    wish = replace(Wish((("tiny", TINY),), (1,), "cpu"), **changed)
    with pytest.raises(ExplorerError, match=words):
        next(bench(wish))


def test_a_pass_that_would_take_minutes_is_refused():
    vgg = explorer.lower(explorer.get("vgg16"))
    with pytest.raises(ExplorerError, match="VGG16: a batch of 20 takes 309 billion mult-adds; allowed: 300 billion"):
        benches.check(Wish((("VGG16", vgg),), (20,), "cpu"))
    benches.check(Wish((("VGG16", vgg),), (16,), "cpu"))


def test_the_memory_predicted_is_that_of_the_report():
    counted = explorer.analyze("vgg16").memory()
    vgg = explorer.lower(explorer.get("vgg16"))
    assert predicted_bytes(vgg, 3, "float32") == counted.parameters + 3 * counted.peak_activations
    assert 2 * predicted_bytes(vgg, 3, "bfloat16") == predicted_bytes(vgg, 3, "float32")


def test_every_layer_is_timed_in_every_run():
    network = Network(LENET).eval()
    calls = []

    def clock(call):
        call()
        calls.append(1)
        return len(calls)

    times = layer_times(network, torch.randn(2, 1, 32, 32), clock, lambda share: None)
    n = len(LENET)
    assert len(calls) == LAYER_RUNS * n
    assert list(times.values()) == [n * (LAYER_RUNS // 2) + place for place in range(1, n + 1)], "the medians"


def test_the_peak_is_what_was_held_at_once():
    def call():
        first = torch.empty(1000)
        second = torch.empty(2000)
        del first
        third = torch.empty(500)
        return second, third

    assert peak(call, CPU) == 4 * 3000


def test_the_peak_of_one_thread_is_not_that_of_another():
    stop, started = Event(), Event()

    def other():
        while not stop.is_set():
            torch.empty(1_000_000)
            started.set()

    thread = Thread(target=other)
    thread.start()
    try:
        assert started.wait(5)
        assert peak(lambda: [torch.empty(100) for _ in range(50)], CPU) == 4 * 100 * 50
    finally:
        stop.set()
        thread.join()


@torch.inference_mode()
def test_the_activations_held_are_those_that_are_predicted():
    """Maps of 4×8×8 numbers: the convolution's, which the sum still reads, the activation's, and the sum."""
    network = Network(TINY).eval()
    expected = 4 * 3 * 4 * 8 * 8
    assert memory.memory(TINY).peak_activations == expected
    speed = measure("tiny", network, torch.randn(5, 2, 8, 8))
    assert speed.peak_activations >= 5 * expected
    assert speed.batch == 5

"""Published accuracies: each with its data set, its protocol and its source, and none that nobody has published."""

from __future__ import annotations

import json

import pytest

import explorer
from explorer.assets import PUBLISHED, WEIGHTS
from explorer.comparing.accuracy import (
    DATASETS,
    Measurement,
    dataset,
    measurements,
    origin,
    protocol,
    shape_of_test,
)
from explorer.lower import lower
from explorer.published import everything
from tests.support import oracles

MEASUREMENTS = measurements()


def of(id: str, start: str) -> list[Measurement]:
    return [m for m in MEASUREMENTS if m.architecture.id == id and m.source.startswith(start)]


def test_every_accuracy_has_a_source_a_data_set_and_a_protocol() -> None:
    for each in MEASUREMENTS:
        assert each.source
        assert each.detail.startswith(DATASETS[each.dataset])
        assert each.top1 or each.top5
        for accuracy in (each.top1, each.top5):
            assert accuracy is None or 0 < accuracy < 100


def test_top_5_is_never_below_top_1() -> None:
    both = [each for each in MEASUREMENTS if each.top1 and each.top5]
    assert len(both) > 100
    assert all(each.top5 >= each.top1 for each in both)  # type: ignore[operator]


def test_nothing_is_invented_and_nothing_is_lost() -> None:
    """Every value stands in a file of figures, and every error of the files is there, but for one that is another's."""
    written = set()
    for path in PUBLISHED.glob("*.json"):
        for id, records in json.loads(path.read_text("utf-8")).items():
            for r in records:
                if r["quantity"] in ("top-1 error", "top-5 error"):
                    written.add((id, r["source"], r["quantity"], round(100 - r["value"], 3)))
    told = set()
    for each in MEASUREMENTS:
        if each.origin != "timm":
            for quantity, accuracy in (("top-1 error", each.top1), ("top-5 error", each.top5)):
                if accuracy is not None:
                    told.add((each.architecture.id, each.source, quantity, accuracy))
    assert told <= written
    assert {(id, quantity) for id, _source, quantity, _value in written - told} == {("zfnet", "top-5 error")}


def test_the_winner_of_2013_is_not_put_down_to_zfnet() -> None:
    (left_out,) = (
        figure
        for listed in everything().values()
        for figure in listed
        if figure.explanation.endswith("not a network of the paper")
    )
    assert left_out.value
    assert 100 - left_out.value not in [each.top5 for each in MEASUREMENTS if each.architecture.id == "zfnet"]


@pytest.mark.parametrize("id", ["vgg16", "resnet50", "densenet121", "efficientnet_b0", "inception_v3"])
def test_torchvision_s_are_those_of_its_own_table(id: str) -> None:
    weights = oracles.torchvision().models.get_model_weights(id)
    assert of(id, "torchvision")
    for each in of(id, "torchvision"):
        metrics = weights[each.source.rpartition(" ")[2]].meta["_metrics"]["ImageNet-1K"]
        assert (each.top1, each.top5) == (metrics["acc@1"], metrics["acc@5"])


def test_timm_s_are_those_of_its_table() -> None:
    table = json.loads((WEIGHTS / "timm.json").read_text("utf-8"))["weights"]
    mine = [each for each in MEASUREMENTS if each.origin == "timm"]
    assert [(each.architecture.id, each.top1, each.top5) for each in mine] == [
        (record["architecture"], record["top1"], record["top5"]) for record in table
    ]


@pytest.mark.parametrize(
    ("detail", "expected"),
    [
        ("ImageNet validation, one crop", "one crop"),
        ("ImageNet validation, single crop 224 from resize 256", "one crop"),
        ("ImageNet validation, centre crop, Caffe replication", "one crop"),
        ("ImageNet validation, one network, 10 crops", "many crops"),
        ("ImageNet validation, one network", "not said"),
        ("ImageNet validation, dense evaluation at one scale, S = Q = 256", "many crops"),
        ("ILSVRC 2014 test set, 7 networks, 144 crops", "several networks"),
        ("ILSVRC 2015 test set, six networks together", "several networks"),
        ("CIFAR-10 test, standard augmentation; 6.61 ± 0.16 over five runs", "with augmentation"),
        ("CIFAR-100 test, flips and translations, median of 5 runs", "with augmentation"),
        ("CIFAR-10 test, no augmentation, with dropout", "without augmentation"),
        ("CIFAR-10 test, batches of 64", "not said"),
    ],
)
def test_the_protocol_is_read_from_what_the_source_says(detail: str, expected: str) -> None:
    assert protocol(detail) == expected


def test_the_kind_of_source() -> None:
    assert origin("Zoph et al. 2017 (NASNet), table 2; TF-Slim") == "papers"
    assert origin("TF-Slim, Inception V3") == "TF-Slim"
    assert origin("fb.resnet.torch (S. Gross, M. Wilber)") == "model pages"
    assert origin("lecture: CNN Architectures (V. Barra, LIMOS)") == "lectures"
    assert origin("He et al. 2016 (Identity mappings), table 2; WRN, model page (S. Zagoruyko)") == "papers"
    assert dataset("CIFAR-100 test, standard augmentation") == "CIFAR-100"


def test_a_test_at_another_size_is_counted_at_that_size_and_the_network_takes_it() -> None:
    assert shape_of_test("ImageNet validation, single crop 288 from resize 288", (3, 260, 260)) == (3, 288, 288)
    assert shape_of_test("ImageNet, 83.4 % top-1 accuracy at 256×256", (3, 224, 224)) == (3, 256, 256)
    assert shape_of_test("ImageNet, 78.1 % top-1 accuracy, training A3, 100 epochs at 160", (3, 9, 9)) == (3, 9, 9)
    others = [each for each in MEASUREMENTS if each.input_shape != each.architecture.input_shape]
    assert {each.architecture.id for each in others} >= {"efficientnet_b2", "resnet_rs_200", "preact_resnet200"}
    for each in others:
        assert lower(each.architecture, each.input_shape).output_shape == (1000,)


def test_every_network_of_imagenet_is_there_but_those_that_nobody_measured() -> None:
    known = {each.architecture.id for each in MEASUREMENTS if each.dataset == "ImageNet"}
    wanted = {network.id for network in explorer.architectures() if network.setting.get("num_classes") == 1000}
    assert wanted - known == {"alexnet_one_stream", "nin_imagenet"}

import pytest
import torch

from explorer.training.calibrate import fit, wanted
from explorer.training.data import NONE
from explorer.training.evaluate import threshold, unsure


def test_calibration_undoes_a_factor_and_a_shift() -> None:
    torch.manual_seed(0)
    scores, shift = torch.randn(4000, 3), torch.tensor([1.0, 0.0, -1.0])
    factor, found = fit(scores, (scores * 2.5 + shift).softmax(1))
    assert factor.item() == pytest.approx(2.5, abs=0.01)
    torch.testing.assert_close(found, shift, atol=0.01, rtol=0)


def test_calibration_aims_at_the_label_or_at_an_even_answer() -> None:
    aims = wanted(torch.tensor([2, NONE]), 4)
    assert aims.tolist() == [[0, 0, 1, 0], [0.25] * 4]


def test_the_threshold_tells_known_from_unknown_where_they_are_apart() -> None:
    assert 0.4 < threshold(torch.linspace(0.5, 1, 20), torch.linspace(0, 0.4, 7)) <= 0.5


def test_the_threshold_is_judged_on_photos_that_did_not_set_it() -> None:
    sure = torch.tensor([0.9, 0.3, 0.9, 0.95])
    right = torch.tensor([True, False, False, True])
    none = torch.tensor([0.2, 0.99, 0.2, 0.1])
    said = unsure(sure, right, none)
    assert 0.2 < said["below"] <= 0.9
    assert said["photos_of_none"] == 2
    assert said["share"] == (0.5 if said["below"] > 0.3 else 0)
    assert said["share_of_none"] == 0.5
    assert said["accuracy_of_the_others"] == (1.0 if said["below"] > 0.3 else 0.5)

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch

import explorer
from explorer.network import Network
from explorer.training.augment import augment_photos, normalise
from explorer.training.data import NONE, Dataset, Photos
from explorer.training.learning import Learner, Training, draw, initialise, loss_of
from explorer.training.recipes import RECIPES, Recipe
from explorer.training.tasks import TASKS
from explorer.training.train import train

TINY = Recipe(
    "small_resnet",
    "everyday12",
    ((1, 16), (1, 24)),
    falling_epochs=1,
    gentle_epochs=1,
    photos_per_epoch=8,
    batch=4,
    share_of_none=0.25,
)


@pytest.mark.parametrize("recipe", RECIPES.values(), ids=lambda recipe: recipe.name)
def test_a_recipe_ends_at_the_size_of_use_and_every_size_fits(recipe: Recipe) -> None:
    assert recipe.task in TASKS
    learner = Learner(recipe.architecture, 3, 2).eval()
    channels, side, _ = learner.network.graph.input_shape
    assert recipe.sizes[-1] == side
    assert len(recipe.sizes) > recipe.falling_epochs >= recipe.gentle_epochs
    for size in set(recipe.sizes):
        classes, kinds = learner(torch.zeros(1, channels, size, size))
        assert (classes.shape, kinds.shape) == ((1, 3), (1, 2))


def test_the_rate_climbs_stays_and_falls_to_nothing() -> None:
    recipe = replace(TINY, stages=((4, 16),), photos_per_epoch=400, learning_rate=1.0)
    rates = [recipe.rate(step) for step in range(400)]
    assert rates[0] == 0.01
    assert rates[99:300] == [1.0] * 201
    assert rates[399] == pytest.approx(0.01)
    assert np.diff(rates[:100]).min() > 0 > np.diff(rates[301:]).max()
    longer = replace(recipe, stages=((9, 16),))
    assert [longer.rate(step) for step in range(300)] == rates[:300]


def test_residual_blocks_start_as_their_shortcuts() -> None:
    network = Network(explorer.lower(explorer.get("small_resnet")))
    initialise(network)
    assert not network.get_parameter("layer2.0.bn2.weight").any()
    assert network.get_parameter("layer2.0.bn1.weight").all()


def test_draw_balances_by_the_root_of_the_count() -> None:
    labels = torch.cat([torch.zeros(400), torch.ones(100), torch.full((50,), NONE)]).long()
    photos = Photos(torch.zeros(550, 3, 1, 1), labels, labels)
    recipe = replace(TINY, photos_per_epoch=20_000, batch=100)
    torch.manual_seed(0)
    drawn = labels[torch.tensor(list(draw(photos, recipe))).flatten()]
    none, zero, one = ((drawn == i).float().mean().item() for i in (NONE, 0, 1))
    assert none == pytest.approx(0.25, abs=0.02)
    assert zero / one == pytest.approx(2, abs=0.15)


def test_photos_of_none_want_an_even_answer() -> None:
    photos = Photos(torch.zeros(2, 3, 1, 1), torch.tensor([NONE, NONE]), torch.tensor([NONE, NONE]))
    kinds = torch.zeros(2, 5)
    even = loss_of((torch.zeros(2, 3), kinds), photos, TINY)
    sure = loss_of((torch.tensor([[9.0, 0, 0]] * 2), kinds), photos, TINY)
    assert even.item() == pytest.approx(np.log(3))
    assert sure > even


def test_a_batch_shared_out_gives_the_gradient_of_its_parts(dataset: Dataset) -> None:
    alone, shared = (Training(TINY, 3, dataset.kinds, threads) for threads in (1, 2))
    batch = dataset.train.where(torch.arange(39) < 4)
    x = normalise(augment_photos(batch.images, 16))
    for part, photos in zip(x.chunk(2), batch.chunk(2), strict=True):
        (loss_of(alone.learner(part), photos, TINY) / 2).backward()
    shared.set_gradients(x, batch)
    for one, other in zip(alone.learner.parameters(), shared.learner.parameters(), strict=True):
        torch.testing.assert_close(one.grad, other.grad)


def test_a_resumed_run_ends_where_an_unbroken_one_does(dataset: Dataset, tmp_path: Path) -> None:
    whole = train(dataset, TINY, tmp_path / "whole.pt")
    first = Training(TINY, 3, dataset.kinds)
    first.run_epoch(dataset.train)
    first.save(tmp_path / "half.pt")
    torch.rand(5)
    resumed = train(dataset, TINY, tmp_path / "half.pt")
    assert resumed.epoch == whole.epoch == 2
    for name, value in whole.network.state_dict().items():
        torch.testing.assert_close(resumed.network.state_dict()[name], value, msg=name)

"""The recipes of the models that ship: one line each."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Recipe:
    """What decides the outcome.

    ``stages`` are pairs of epochs and the side of the photos. The learning rate climbs in the first epoch, stays, and
    falls to 0 over the last, falling epochs; in the gentle ones at the very end photos are changed half as much. So a
    run can be made longer: as long as these have not begun, more epochs before them change nothing in what was done.
    """

    architecture: str
    task: str
    stages: tuple[tuple[int, int], ...]
    falling_epochs: int
    gentle_epochs: int
    photos_per_epoch: int = 16_384
    batch: int = 64
    learning_rate: float = 2e-3
    weight_decay: float = 0.05
    label_smoothing: float = 0.1
    share_of_none: float = 0.12
    kinds_weight: float = 0.5
    averaging: float = 0.998
    seed: int = 0

    @property
    def name(self) -> str:
        """Name the model that comes out."""
        return f"{self.architecture}_{self.task}"

    @property
    def sizes(self) -> tuple[int, ...]:
        """Give the side of the photos in every epoch."""
        return tuple(size for epochs, size in self.stages for _ in range(epochs))

    @property
    def batches(self) -> int:
        """Count the batches of one epoch."""
        return self.photos_per_epoch // self.batch

    def rate(self, step: int) -> float:
        """Give the learning rate of a step."""
        climbed = (step + 1) / self.batches
        left = (len(self.sizes) * self.batches - step) / (self.falling_epochs * self.batches)
        return self.learning_rate * min(climbed, left, 1)


RECIPES = {
    recipe.architecture: recipe
    for recipe in (
        Recipe("small_vgg", "everyday12", ((10, 32), (12, 48), (13, 64)), falling_epochs=9, gentle_epochs=9),
        Recipe("small_googlenet", "everyday12", ((14, 32), (24, 48), (74, 64)), falling_epochs=57, gentle_epochs=4),
        Recipe("small_resnet", "everyday12", ((20, 32), (20, 48), (20, 64)), falling_epochs=24, gentle_epochs=4),
        Recipe(
            "lenet5",
            "digits",
            ((30, 32),),
            falling_epochs=12,
            gentle_epochs=12,
            photos_per_epoch=30_080,
            weight_decay=0.01,
            label_smoothing=0.05,
            share_of_none=0.1,
            kinds_weight=0,
        ),
    )
}
"""By the architecture that is trained."""

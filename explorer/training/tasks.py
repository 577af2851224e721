"""What the models that ship have learned to do: from which data, and what a reader must know about it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from torch import Tensor

from explorer.training.augment import augment_digits, augment_photos
from explorer.training.data import Dataset, load_digits, load_everyday


@dataclass(frozen=True)
class Task:
    """How its data are read and changed at random, how photos are prepared, and its part of a card."""

    load: Callable[[Path], Dataset]
    augment: Callable[[Tensor, int, float], Tensor]
    data: tuple[str, ...]
    terms: str
    limits: tuple[str, ...]
    preprocessing: dict[str, Any] = field(default_factory=dict)


TASKS = {
    "everyday12": Task(
        load_everyday,
        augment_photos,
        data=(
            "35 classes of Tiny ImageNet (Stanford CS231n), 64x64 pixels, 450 photos of each, grouped into the "
            "12 classes; 50 more of each are held out for validation.",
            "801 cats and 801 dogs at home from 'Dogs vs. Cats' (Kaggle; part of Asirra), squashed to 64x64.",
            "20 photos of each of 162 other classes of Tiny ImageNet, as photos of none of the 12 classes.",
        ),
        terms="Trained on a subset of Tiny ImageNet; ImageNet terms: non-commercial research and education. "
        "The photos remain their photographers'; for the cats and dogs no licence is stated. "
        "No photo comes with the weights.",
        limits=(
            "It sees 64x64 pixels: small or distant objects are lost.",
            "Photos framed otherwise than those of Tiny ImageNet are harder: on the few full-size photos (COCO) it is "
            "less often right.",
            "It knows 12 classes and nothing else: no person, horse, flower or cup. Take a low first probability as "
            "'unsure'; even so it is sometimes sure of something that is none of its classes.",
            "Some classes are narrow in what it learned from: butterflies are monarchs and sulphurs, boats are "
            "gondolas and lifeboats, elephants are African, half of the buses are American school buses, many trains "
            "are freight cars.",
            "Its probabilities are those of a network trained with smoothed labels: even a clear answer stays below 1.",
        ),
    ),
    "digits": Task(
        load_digits,
        augment_digits,
        data=(
            "27,000 handwritten digits of MNIST (LeCun, Cortes, Burges), 28x28 pixels, with a margin of 2; 3,000 more, "
            "the last tenth of each digit in the part of MNIST's training set that was used, are held out for "
            "validation.",
            "20 photos of each of 162 classes of Tiny ImageNet, grey and shrunk to 32x32, as photos of no digit.",
        ),
        terms="MNIST: CC BY-SA 3.0. The photos of no digit are a subset of Tiny ImageNet; ImageNet terms: "
        "non-commercial research and education. No digit and no photo comes with the weights.",
        limits=(
            "It expects one digit, upright, in the middle, three fifths of the picture high, on an even ground.",
            "A picture that is mostly light is inverted, since it learned light strokes on a dark ground.",
            "It knows how digits are written in the United States; a European 1 or 7 is harder.",
            "It knows no letters: it will read a letter as a digit.",
            "Grad-CAM says little about it: a map gets one weight for all its places, but its linear layers weigh "
            "every place by itself. Occlusion shows which part of the stroke decides.",
        ),
        preprocessing={"light_on_dark": True},
    ),
}
"""By the names that the recipes use; a model is called after its architecture and its task."""

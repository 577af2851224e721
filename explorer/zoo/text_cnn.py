"""Text CNN (Kim 2014): 1-D convolutions along a sentence, and the largest value of each map."""

from __future__ import annotations

from explorer.layers import Conv, Dropout, Embedding, Flatten, GlobalMaxPool, Linear, ReLU
from explorer.shapes import Shape
from explorer.spec import Branches, Series, Spec
from explorer.zoo.architecture import Architecture, Knob, classes_knob

WIDTHS = (3, 4, 5)
EMBEDDING = 300
"""Numbers that stand for a word: those of word2vec."""

WORDS = 50
"""Words of a sentence; shorter ones are filled up."""


def text_cnn(vocabulary: int, maps: int, num_classes: int) -> Spec:
    """Give the network of Kim's figure 1 and section 3.1, with one channel of word vectors."""
    looks = {f"width{width}": _along_the_sentence(width, maps) for width in WIDTHS}
    read = Branches(**looks, join="concat")
    rest = Series(("", read), flatten=Flatten(), dropout=Dropout(), fc=Linear(num_classes))
    return Series(("embedding", Embedding(vocabulary, EMBEDDING)), ("", rest)) if vocabulary else rest


def _along_the_sentence(width: int, maps: int) -> Series:
    """Look at so many words at a time; of each map only the largest value counts, wherever it stands."""
    return Series(conv=Conv(maps, width), relu=ReLU(), pool=GlobalMaxPool())


def _input(vocabulary: int, **_: object) -> Shape:
    return (1 if vocabulary else EMBEDDING, WORDS)


ARCHITECTURES = (
    Architecture(
        id="text_cnn",
        name="Text CNN",
        family="Text CNN",
        year=2014,
        authors="Kim",
        paper="Convolutional Neural Networks for Sentence Classification",
        url="https://arxiv.org/abs/1408.5882",
        input_shape=(1, WORDS),
        input_of=_input,
        build=text_cnn,
        knobs=(
            Knob("vocabulary", 18_765, "words in the vocabulary; 0: words come as vectors", low=0, high=10_000_000),
            Knob("maps", 100, "filters of each width"),
            classes_knob(2),
        ),
        notes="The input is a sentence: the numbers of its 50 words in the vocabulary, here the 18,765 words of the "
        "paper's movie reviews (MR). The embedding turns each into 300 numbers; with vocabulary 0 it is left out and "
        "the input is 300×50. Windows of 3, 4 and 5 words slide along the sentence, and max over time keeps one value "
        "per filter, however long the sentence. The paper's multichannel variant, with two embeddings, is not here.",
    ),
)

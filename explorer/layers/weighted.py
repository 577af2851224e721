"""Layers that hold weights: convolution, fully connected, and a table of vectors."""

from __future__ import annotations

from dataclasses import dataclass

from explorer import fields
from explorer.errors import ShapeError
from explorer.layers.base import Layer, slide, spatial_axes
from explorer.shapes import Shape, Size, Window, per_axis, times


@dataclass(frozen=True)
class Conv(Layer):
    """Convolution (cross-correlation, as in torch).

    >>> Conv(64, 3, padding=1).output_shape((3, 224, 224))
    (64, 224, 224)
    >>> Conv(64, 3, padding=1).parameters((3, 224, 224))
    {'weight': (64, 3, 3, 3), 'bias': (64,)}
    """

    out_channels: int = fields.integer("number of filters")
    kernel_size: Size = fields.size("height and width of a filter", 1)
    stride: Size = fields.size("step between two positions", 1)
    padding: Size = fields.size("zeros added at each border", 0, low=0)
    dilation: Size = fields.size("step between two taps of a filter", 1)
    groups: int = fields.integer("groups of channels that do not see each other", 1)
    bias: bool = fields.flag("one trainable shift per filter", True)

    def output_shape(self, x: Shape) -> Shape:
        spatial = spatial_axes(self, x, self.kernel_size, self.stride, self.padding, self.dilation)
        for channels, name in ((x[0], "input channels"), (self.out_channels, "out_channels")):
            if channels % self.groups:
                raise ShapeError(f"{self.groups} groups do not divide {channels} {name}")
        return (self.out_channels, *slide(self.window(x), spatial))

    def parameters(self, x: Shape) -> dict[str, Shape]:
        weight = (self.out_channels, x[0] // self.groups, *per_axis(self.kernel_size, len(x) - 1))
        return {"weight": weight, "bias": (self.out_channels,)} if self.bias else {"weight": weight}

    def window(self, x: Shape) -> Window:
        return Window.of(len(x) - 1, self.kernel_size, self.stride, self.padding, self.dilation)


@dataclass(frozen=True)
class Linear(Layer):
    """Fully connected layer on a vector.

    >>> Linear(4096).parameters((25088,))
    {'weight': (4096, 25088), 'bias': (4096,)}
    """

    out_features: int = fields.integer("number of neurons")
    bias: bool = fields.flag("one trainable shift per neuron", True)

    def output_shape(self, x: Shape) -> Shape:
        if len(x) != 1:
            raise ShapeError(f"Linear needs a vector, not a map of {times(x)}: put a Flatten before it")
        return (self.out_features,)

    def parameters(self, x: Shape) -> dict[str, Shape]:
        weight = (self.out_features, x[0])
        return {"weight": weight, "bias": (self.out_features,)} if self.bias else {"weight": weight}

    def window(self, x: Shape) -> None:
        return None


@dataclass(frozen=True)
class Embedding(Layer):
    """A trainable vector for each word of a vocabulary: 1×L numbers of words → D×L.

    >>> Embedding(20000, 300).output_shape((1, 50))
    (300, 50)
    >>> Embedding(20000, 300).parameters((1, 50))
    {'weight': (20000, 300)}
    """

    num_embeddings: int = fields.integer("words in the vocabulary", high=10_000_000)
    embedding_dim: int = fields.integer("numbers that stand for a word")

    def output_shape(self, x: Shape) -> Shape:
        if len(x) != 2 or x[0] != 1:
            raise ShapeError(f"Embedding needs a sequence of words (1×length), not {times(x)}")
        return (self.embedding_dim, x[1])

    def parameters(self, x: Shape) -> dict[str, Shape]:
        return {"weight": (self.num_embeddings, self.embedding_dim)}

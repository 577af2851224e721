"""The transformations as a table: what they are called, where they come from, what is to be set."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from typing import get_args

from explorer.errors import ExplorerError
from explorer.knobs import Knob, Value
from explorer.shapes import Shape
from explorer.spec import Spec
from explorer.transforms.activated import ACTIVATIONS, activation
from explorer.transforms.factorised import depthwise_separable, one_axis_each, stacked_3x3
from explorer.transforms.gates import Placement
from explorer.transforms.head import with_gap_head
from explorer.transforms.normalised import batch_norm
from explorer.transforms.pooled import all_convolutional, average_pooling
from explorer.transforms.preactivated import pre_activation
from explorer.transforms.squeeze import squeeze_excitation
from explorer.transforms.widened import width

EXAMPLE = "squeeze-excitation:ratio=8"
FIRST_PLACE = "first"
"""The placement of gates that takes the first kind of place that there is."""


@dataclass(frozen=True)
class Transformation:
    """One transformation: what it does, the paper it is from, and the fields that can be set."""

    id: str
    name: str
    help: str
    paper: str
    url: str
    change: Callable[..., Spec]
    fields: tuple[Knob, ...] = ()

    def setting(self, **fields: Value) -> dict[str, Value]:
        """Give the value of every field; those not given stand at their defaults.

        Raises:
            ExplorerError: there is no such field, or it may not have this value.
        """
        known = {field.name: field for field in self.fields}
        for name in fields:
            if name not in known:
                raise ExplorerError(f"{self.id} has no field {name!r}; allowed: {', '.join(known) or 'none'}")
        return {name: field.read(fields.get(name, field.default)) for name, field in known.items()}

    def apply(self, spec: Spec, input_shape: Shape, **fields: Value) -> Spec:
        """Give the transformed network.

        Raises:
            ExplorerError: a field may not have its value, or the network has no place for this transformation.

        >>> from explorer.layers import Linear, ReLU
        >>> from explorer.spec import Series
        >>> find("activation").apply(Series(Linear(8), ReLU()), (4,), to="GELU").children[1]
        ('1', GELU())
        """
        return self.change(spec, input_shape, **self.setting(**fields))


def _gates(spec: Spec, input_shape: Shape, *, ratio: int, placement: str) -> Spec:
    kinds: Mapping[str, Placement] = {kind: kind for kind in get_args(Placement)}
    return squeeze_excitation(spec, input_shape, ratio=ratio, placement=kinds.get(placement))


_MIDDLE = Knob("middle", "out", "maps between the parts: as many as come out, or as come in", ("out", "in"))

TRANSFORMATIONS: tuple[Transformation, ...] = (
    Transformation(
        id="squeeze-excitation",
        name="Squeeze-and-excitation everywhere",
        help="A gate computed from the means of all maps scales each map: 2·C·C/ratio weights for C maps.",
        paper="Hu et al. 2018, Squeeze-and-Excitation Networks, figures 2 and 3",
        url="https://arxiv.org/abs/1709.01507",
        change=_gates,
        fields=(
            Knob("ratio", 16, "how many times fewer channels a gate has inside", high=64),
            Knob(
                "placement",
                FIRST_PLACE,
                "where gates go: the first of residual, module, convolution that has a place, or one kind of place",
                (FIRST_PLACE, *get_args(Placement)),
            ),
        ),
    ),
    Transformation(
        id="stacked-3x3",
        name="k×k → stacked 3×3",
        help="Two 3×3 for a 5×5, three for a 7×7: the same pixels are seen, with 18 weights for 25, or 27 for 49.",
        paper="Simonyan & Zisserman 2014, Very Deep Convolutional Networks, section 2.3; Szegedy et al. 2015, "
        "Rethinking the Inception Architecture, section 3.1",
        url="https://arxiv.org/abs/1409.1556",
        change=stacked_3x3,
        fields=(
            _MIDDLE,
            Knob(
                "stride_on",
                "last",
                "the 3×3 that takes the stride: last sees the same pixels, first costs less",
                ("last", "first"),
            ),
        ),
    ),
    Transformation(
        id="one-axis-each",
        name="n×n → 1×n, then n×1",
        help="Each convolution looks along one axis: 2/n of the weights, the same pixels.",
        paper="Szegedy et al. 2015, Rethinking the Inception Architecture, section 3.2",
        url="https://arxiv.org/abs/1512.00567",
        change=one_axis_each,
        fields=(_MIDDLE, Knob("smallest", 3, "the smallest n that is split", low=2, high=15)),
    ),
    Transformation(
        id="depthwise-separable",
        name="Convolution → depthwise separable",
        help="Each map is looked at by itself, then a 1×1 mixes the maps: 1/N + 1/D² of the mult-adds.",
        paper="Howard et al. 2017, MobileNets, section 3.1; Chollet 2016, Xception",
        url="https://arxiv.org/abs/1704.04861",
        change=depthwise_separable,
        fields=(
            Knob(
                "between",
                "activation",
                "what stands between: norm and activation (MobileNet), or nothing (Xception)",
                ("activation", "nothing"),
            ),
            Knob("keep_first", True, "the convolution that reads the image stays as it is", (True, False)),
        ),
    ),
    Transformation(
        id="gap-head",
        name="Head → global average pooling and one linear layer",
        help="Every map becomes its mean: (C + 1)·K parameters for C maps and K classes, and class activation maps.",
        paper="Lin et al. 2013, Network in Network, section 3.2; Zhou et al. 2015, Learning Deep Features for "
        "Discriminative Localization",
        url="https://arxiv.org/abs/1312.4400",
        change=with_gap_head,
    ),
    Transformation(
        id="width",
        name="Width × α",
        help="α times as many maps in every layer but the output: about α² of the parameters and of the mult-adds.",
        paper="Howard et al. 2017, MobileNets, section 3.3; Zagoruyko & Komodakis 2016, Wide Residual Networks",
        url="https://arxiv.org/abs/1704.04861",
        change=width,
        fields=(
            Knob("alpha", 0.5, "width multiplier α", low=0.05, high=8),
            Knob("multiple", 1, "α·C is rounded down to a multiple of this", high=64),
        ),
    ),
    Transformation(
        id="batch-norm",
        name="Batch norm after each convolution",
        help="A scale and a shift for each map; the bias of the convolution has nothing left to do, and goes.",
        paper="Ioffe & Szegedy 2015, Batch Normalization, section 3.2",
        url="https://arxiv.org/abs/1502.03167",
        change=batch_norm,
        fields=(Knob("keep_biases", False, "the useless biases stay, as in torchvision's vgg16_bn", (False, True)),),
    ),
    Transformation(
        id="pre-activation",
        name="Pre-activation order",
        help="In residual blocks batch norm and activation stand before each convolution, and nothing after the sum.",
        paper="He et al. 2016, Identity Mappings in Deep Residual Networks",
        url="https://arxiv.org/abs/1603.05027",
        change=pre_activation,
    ),
    Transformation(
        id="activation",
        name="Another activation",
        help="In the place of every ReLU and its kin (ELU, GELU, SiLU, …); nothing that is counted changes.",
        paper="Ramachandran et al. 2017, Searching for Activation Functions",
        url="https://arxiv.org/abs/1710.05941",
        change=activation,
        fields=(Knob("to", "SiLU", "the activation that is put there", tuple(ACTIVATIONS)),),
    ),
    Transformation(
        id="average-pooling",
        name="Max pooling → average pooling",
        help="The mean of each window, not its maximum, as in the LeNet of 1998; nothing that is counted changes.",
        paper="LeCun et al. 1998, Gradient-Based Learning Applied to Document Recognition",
        url="https://doi.org/10.1109/5.726791",
        change=average_pooling,
    ),
    Transformation(
        id="all-convolutional",
        name="Pooling → convolution with a stride",
        help="A convolution learns how to halve the maps: C·C·k² weights for C maps and windows of k×k.",
        paper="Springenberg et al. 2014, Striving for Simplicity: The All Convolutional Net",
        url="https://arxiv.org/abs/1412.6806",
        change=all_convolutional,
    ),
)


def find(id: str) -> Transformation:
    """Give a transformation by its id.

    Raises:
        ExplorerError: there is none of this id; the message names those that come near.

    >>> find("width").fields[0].name
    'alpha'
    """
    known = {each.id: each for each in TRANSFORMATIONS}
    if id not in known:
        near = get_close_matches(id, known, cutoff=0.5) or list(known)
        raise ExplorerError(f"there is no transformation {id!r}; allowed: {', '.join(near)}")
    return known[id]


def read(text: str) -> tuple[Transformation, dict[str, Value]]:
    """Read a transformation with its fields, as a command line has it.

    Raises:
        ExplorerError: there is no such transformation or field, or the field may not have this value.

    >>> transformation, fields = read("squeeze-excitation:ratio=8")
    >>> transformation.name, fields["ratio"]
    ('Squeeze-and-excitation everywhere', 8)
    """
    id, *settings = text.split(":")
    fields: dict[str, Value] = {}
    for each in settings:
        name, equals, value = each.partition("=")
        if not equals:
            raise ExplorerError(f"{text}: {each!r} sets no field; allowed: field=value, such as {EXAMPLE}")
        fields[name] = value
    found = find(id)
    return found, found.setting(**fields)

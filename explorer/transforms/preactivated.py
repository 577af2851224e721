"""Pre-activation order in residual networks (He et al. 2016)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from explorer.layers import BatchNorm, Conv, Layer
from explorer.shapes import Shape
from explorer.spec import Branches, Child, Series, Side, Spec
from explorer.transforms.parts import flat, free, is_identity
from explorer.transforms.places import ACTIVATIONS, RECTIFIERS, no_place, opened

if TYPE_CHECKING:
    from explorer.zoo import Architecture


def pre_activation(network: Spec | Architecture, input_shape: Shape | None = None) -> Spec:
    """Put batch norm and activation before each convolution of the residual blocks, and nothing after the sum.

    "Identity Mappings in Deep Residual Networks" (He et al. 2016, figures 1b and 4e): what is added up goes on as it
    is. Each block's batch norms and activations move one convolution ahead; where the shape changes, the first of them
    come before the split, and the shortcut's convolution loses its batch norm. A block that reads what is activated
    already, such as the first, needs no first pair; after the last stands a pair more. Mult-adds stay; a batch norm has
    2·C parameters for the C maps that it now reads.

    Args:
        network: a network of the zoo, or a spec.
        input_shape: channels and spatial axes; an Architecture's own if left out.

    Raises:
        ExplorerError: there is no residual block of convolution, batch norm, activation.

    >>> import explorer
    >>> plain, known = explorer.get("resnet200"), explorer.get("preact_resnet200")
    >>> [explorer.analyze(each, (3, 224, 224)).params for each in (plain, pre_activation(plain), known)]
    [64673832, 64666152, 64666152]
    """
    spec, _ = opened(network, input_shape)
    walk = _Order()
    changed = walk.through(spec if isinstance(spec, Series) else Series(("", spec)))
    if walk.last is None:
        allowed = "a network that adds up blocks of convolution, batch norm and activation, and activates the sum"
        raise no_place("pre_activation", "no residual block to turn round", allowed)
    return Series(*changed.children, *walk.closing({name for name, _ in changed.children}))


@dataclass(frozen=True)
class _Block:
    """A residual block in parts: as many convolutions as norms and activations, of which the last follows the sum."""

    body: str
    shortcut: Child
    convs: tuple[Child, ...]
    norms: tuple[Child, ...]
    activations: tuple[Child, ...]
    rest: tuple[Child, ...]
    body_first: bool

    @property
    def pairs(self) -> Iterator[tuple[Child, Child]]:
        """Give each batch norm with its activation, the names all different."""
        taken = {name for name, _ in (*self.convs, *self.norms, *self.rest)}
        for norm, (name, activation) in zip(self.norms, self.activations, strict=True):
            name = free(name, taken)
            taken.add(name)
            yield norm, (name, activation)

    def turned(self, activated: bool) -> tuple[Child, ...]:
        """Give the block in the new order; what it reads may be activated already."""
        first, *others = self.pairs
        stays = is_identity(self.shortcut[1])
        inside = first if stays and not activated else ()
        outside = first if not stays and not activated else ()
        children = [*inside, self.convs[0]]
        for pair, conv in zip(others, self.convs[1:], strict=True):
            children += [*pair, conv]
        branches = [(self.body, Series(*children, *self.rest)), (self.shortcut[0], _without_norm(self.shortcut[1]))]
        return (*outside, ("", Branches(*branches if self.body_first else branches[::-1], join="add")))


class _Order:
    """Goes along a network, and knows whether what it has come to is a sum, or activated."""

    def __init__(self) -> None:
        self.activated = self.summed = False
        self.last: Spec | None = None

    def through(self, spec: Series) -> Series:
        children: list[Child] = []
        following = iter(zip(spec.children, (*spec.children[1:], None), strict=True))
        for (name, child), after in following:
            block = _block(child, after)
            if block:
                turned = block.turned(self.activated)
                children += [*turned[:-1], (name, turned[-1][1])]
                self.activated, self.summed, self.last = False, True, block.activations[-1][1]
                next(following)
            elif isinstance(child, Series):
                children.append((name, self.through(child)))
            else:
                children += [*self.closing({name for name, _ in spec.children}), (name, child)]
                self.activated = self._stays_activated(child)
        return Series(*children)

    def closing(self, taken: set[str]) -> tuple[Child, ...]:
        """Give the batch norm and activation that follow the last sum; nothing elsewhere."""
        if not self.summed or self.last is None:
            return ()
        self.summed, self.activated = False, True
        return (free("bn_last", taken), BatchNorm()), (free("relu_last", taken), self.last)

    def _stays_activated(self, child: Spec) -> bool:
        if isinstance(child, ACTIVATIONS):
            return True
        changes = isinstance(child, (BatchNorm, Conv)) or not isinstance(child, (Layer, Side))
        return self.activated and not changes


def _block(child: Spec, after: Child | None) -> _Block | None:
    """Take a residual block to pieces; None if this is none in the old order."""
    if not isinstance(child, Branches) or child.join != "add" or len(child.children) != 2:
        return None
    if after is None or not isinstance(after[1], RECTIFIERS):
        return None
    for position in (0, 1):
        (name, body), shortcut = child.children[position], child.children[1 - position]
        units = _units(flat(body))
        if units and _is_shortcut(shortcut[1]):
            convs, norms, activations, rest = units
            return _Block(name, shortcut, convs, norms, (*activations, after), rest, position == 0)
    return None


Units = tuple[tuple[Child, ...], tuple[Child, ...], tuple[Child, ...], tuple[Child, ...]]


def _units(body: tuple[Child, ...]) -> Units | None:
    """Sort a body into convolutions, norms, the activations between, and what follows; None in any other order."""
    convs, norms, activations = list[Child](), list[Child](), list[Child]()
    for position, child in enumerate(body):
        due = (convs, norms, activations)[position % 3]
        kinds = (_is_convolution(child[1]), isinstance(child[1], BatchNorm), isinstance(child[1], RECTIFIERS))
        if not kinds[position % 3]:
            break
        due.append(child)
    rest = body[len(convs) + len(norms) + len(activations) :]
    closed = len(convs) == len(norms) == len(activations) + 1
    plain = not any(_is_convolution(c) or isinstance(c, (BatchNorm, *ACTIVATIONS)) for _, c in rest)
    return (tuple(convs), tuple(norms), tuple(activations), rest) if closed and plain else None


def _is_convolution(spec: Spec) -> bool:
    """Say whether this is a convolution, or several in a row that stand for one."""
    if isinstance(spec, Series) and spec.children:
        return _is_convolution(spec.children[0][1]) and _is_convolution(spec.children[-1][1])
    return isinstance(spec, Conv)


def _is_shortcut(spec: Spec) -> bool:
    return all(isinstance(layer, Layer) and not isinstance(layer, ACTIVATIONS) for _, layer in flat(spec))


def _without_norm(spec: Spec) -> Spec:
    if not isinstance(spec, Series):
        return spec
    return Series(*(child for child in spec.children if not isinstance(child[1], BatchNorm)))

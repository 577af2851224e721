"""What a spec is made of, read as people read it."""

from __future__ import annotations

from explorer.layers import Identity
from explorer.spec import Child, Series, Spec


def flat(spec: Spec) -> tuple[Child, ...]:
    """List what stands in a row, with the children of series without a name among them.

    >>> from explorer.layers import Conv, ReLU
    >>> [name for name, _ in flat(Series(("", Series(conv=Conv(8))), relu=ReLU()))]
    ['conv', 'relu']
    """
    if not isinstance(spec, Series):
        return (("", spec),)
    inner = [flat(c) if isinstance(c, Series) and not name else ((name, c),) for name, c in spec.children]
    return tuple(child for children in inner for child in children)


def is_identity(spec: Spec) -> bool:
    """Say whether what comes in goes out.

    >>> is_identity(Series(("", Series()), Identity()))
    True
    """
    if isinstance(spec, Series):
        return all(is_identity(child) for _, child in spec.children)
    return isinstance(spec, Identity)


def free(name: str, taken: set[str]) -> str:
    """Lengthen a name until it is not taken.

    >>> free("bn", {"bn", "relu"})
    'bn_'
    """
    while name in taken:
        name += "_"
    return name

"""Block duels: two or more ways to build a block, at equal input, as frozen records.

``record`` says what a duel is, ``terms`` what its closed formula is made of; the other files hold the duels. ``bouts``
lowers the contenders at a setting, ``curve`` along a dial, ``pictures`` draws.
"""

from __future__ import annotations

from explorer.comparing.duels.bouts import Bout, fight
from explorer.comparing.duels.dense import STAIRCASE
from explorer.comparing.duels.fully_connected import SHARING
from explorer.comparing.duels.gate import GATE
from explorer.comparing.duels.inception import INCEPTION
from explorer.comparing.duels.kernels import FIVE, SEVEN, SPLIT
from explorer.comparing.duels.record import Duel
from explorer.comparing.duels.residual import RESIDUAL
from explorer.comparing.duels.resnext import RESNEXT
from explorer.comparing.duels.separable import SEPARABLE
from explorer.errors import ExplorerError

DUELS: dict[str, Duel] = {
    duel.id: duel
    for duel in (
        INCEPTION, FIVE, SEVEN, SPLIT, SEPARABLE, RESIDUAL, RESNEXT, GATE, SHARING, STAIRCASE,
    )
}  # fmt: skip
"""All duels by their ids, in the order in which they are offered."""


def get(id: str) -> Duel:
    """Give a duel by its id.

    Raises:
        ExplorerError: there is none.

    >>> get("five").title
    '5×5 against two 3×3'
    """
    if id not in DUELS:
        raise ExplorerError(f"duel is {id!r}; allowed: {', '.join(DUELS)}")
    return DUELS[id]


def bout(id: str, preset: str = "", **dials: int) -> Bout:
    """Fight a duel at a preset (the first if none is named), with some dials turned.

    Raises:
        ExplorerError: there is no such duel, preset or dial, or a dial stands where it may not.

    >>> f"{bout('inception', r3=225, r5=225).ratio('mult_adds'):.3f}"
    '1.003'
    """
    duel = get(id)
    chosen = duel.preset(preset) if preset else duel.presets[0]
    return fight(duel, {**chosen.setting, **dials})
